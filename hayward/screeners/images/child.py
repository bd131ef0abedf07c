"""The child process that alone opens strangers' images: reads tasks from stdin, answers on stdout, within limits.

A message is two lengths (big-endian, four bytes each), a head in JSON and a body of bytes. Each is acknowledged by one
byte when it has come, and answered by a message.
"""

from __future__ import annotations

import json
import os
import signal
import struct
import sys
from dataclasses import asdict
from typing import IO, Any

from hayward.screeners.images.limits import Limits, UnreadableImage

TAKEN = b"\x06"
LENGTHS = struct.Struct(">II")
Answer = tuple[dict[str, Any], bytes]


def main() -> None:
    """Serves until stdin ends. The first message says what to load; its answer is `ready`, or why not."""
    source, sink = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    # Whatever a library prints goes where it cannot be taken for an answer.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    # Ctrl-C is the parent's to answer.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    config, _ = receive(source)
    take(sink)
    limits = Limits(**config["limits"])
    try:
        serve = Service(config, limits)
    except Exception as error:  # noqa: BLE001 - told to the parent, which tells the user
        send(sink, {"unable": f"{type(error).__name__}: {error}"})
        return
    _limit_memory(limits)
    send(sink, {"ready": True})
    while True:
        try:
            head, body = receive(source)
        except EOFError:
            return
        take(sink)
        answer, result = serve.answer(head, body)
        send(sink, answer, result)


class Service:
    """Answers tasks: `look`, `pdq`, `derive`, `preview`."""

    def __init__(self, config: dict[str, Any], limits: Limits) -> None:
        self._limits = limits
        self._eyes = None
        if config["parts"]:
            from hayward.screeners.images.looking import Eyes, warm

            self._eyes = Eyes(config["parts"], config["care"])
            warm(self._eyes, limits)

    def answer(self, head: dict[str, Any], body: bytes) -> Answer:
        # Should the parent be gone, nobody else would end a decoder that hangs.
        signal.alarm(int(self._limits.seconds) + 5)
        try:
            return self._do(head, body)
        except UnreadableImage as error:
            return {"held": error.reason}, b""
        except MemoryError:
            return {"held": "image-memory"}, b""
        except Exception as error:  # noqa: BLE001 - one image must not cost the others
            reason = "image-memory" if "alloc" in str(error).lower() else "screener-failed"
            return {"held": reason, "detail": type(error).__name__}, b""
        finally:
            signal.alarm(0)

    def _do(self, head: dict[str, Any], body: bytes) -> Answer:
        task = head["task"]
        if task == "look" and self._eyes is not None:
            return self._eyes.look(body, self._limits, pdq=head["pdq"]), b""
        from hayward.screeners.images import rendering
        from hayward.screeners.images.opening import open_image
        from hayward.screeners.images.pdq import pdq_of_image

        opened = open_image(body, self._limits)
        if task == "pdq":
            hash_, quality = pdq_of_image(opened)
            return {"quality": quality}, hash_
        if task == "preview":
            return {}, rendering.preview(opened, size=head["size"])
        return {}, rendering.derive(
            opened, blur=head["blur"], cover=head["cover"], drop_metadata=head["drop_metadata"]
        )


def take(sink: IO[bytes]) -> None:
    """Tells that a message has come whole: what happens from now on is its own fault."""
    sink.write(TAKEN)
    sink.flush()


def send(sink: IO[bytes], head: dict[str, Any], body: bytes = b"") -> None:
    sink.write(packed(head, body))
    sink.flush()


def packed(head: dict[str, Any], body: bytes | memoryview = b"") -> bytes:
    """A message as bytes."""
    text = json.dumps(head).encode()
    return b"".join((LENGTHS.pack(len(text), len(body)), text, body))


def receive(source: IO[bytes]) -> Answer:
    """The next message. Raises EOFError where there is none, or only a part of one."""
    lengths = source.read(LENGTHS.size)
    if len(lengths) < LENGTHS.size:
        raise EOFError
    head_length, body_length = LENGTHS.unpack(lengths)
    head, body = source.read(head_length), source.read(body_length)
    if len(body) < body_length:
        raise EOFError
    return json.loads(head), body


def configuration(parts: tuple[str, ...], care: str, limits: Limits) -> dict[str, Any]:
    """What the first message says."""
    return {"parts": list(parts), "care": care, "limits": asdict(limits)}


def _limit_memory(limits: Limits) -> None:
    """Lets the process map `limits.memory` bytes more than it has mapped by now (Linux; elsewhere nothing)."""
    if sys.platform != "linux":
        return
    import resource

    with open("/proc/self/statm") as file:  # noqa: PTH123 - a file of the kernel's
        mapped = int(file.read().split()[0]) * resource.getpagesize()
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    wanted = mapped + limits.memory
    resource.setrlimit(resource.RLIMIT_AS, (wanted if most < 0 else min(wanted, most), most))


if __name__ == "__main__":
    main()
