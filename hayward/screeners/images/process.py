"""The parent's side of the child process: starts it, asks it, watches the clock, replaces it when it dies or hangs."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import threading
import time
import weakref
from typing import Any

from hayward.screeners.base import UnableToLoad
from hayward.screeners.images.child import LENGTHS, TAKEN, Answer, configuration, packed
from hayward.screeners.images.limits import Limits, UnreadableImage

START_SECONDS = 120.0
_CHUNK = 1 << 20


class ChildGone(Exception):
    """The child ended, or closed its pipes; `told` says whether it had been given the whole task."""

    def __init__(self, *, told: bool) -> None:
        super().__init__()
        self.told = told


class Child:
    """One child process, started when first needed; asked for one image at a time, from any thread.

    A process that was forked off after it was started gets a child of its own.
    """

    def __init__(self, parts: tuple[str, ...] = (), care: str = "quick", limits: Limits = Limits()) -> None:  # noqa: B008 - frozen
        self.limits = limits
        self._config = configuration(parts, care, limits)
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self._finalizer: weakref.finalize[..., Child] | None = None
        self._inherited: list[subprocess.Popen[bytes]] = []

    @property
    def pid(self) -> int | None:
        """The number of the child process, None while there is none."""
        return self._process.pid if self._process is not None else None

    def ask(self, head: dict[str, Any], body: bytes | memoryview) -> Answer:
        """The child's answer about one image. Raises UnreadableImage; UnableToLoad where no child can be had."""
        if len(body) > self.limits.encoded:
            raise UnreadableImage("image-too-large")
        with self._lock:
            answer, result = self._asked(packed(head, body))
        if "held" in answer:
            raise UnreadableImage(answer["held"])
        return answer, result

    def start(self) -> None:
        """Starts the child now. Raises UnableToLoad."""
        with self._lock:
            self._running()

    def close(self) -> None:
        """Ends the child."""
        with self._lock:
            self._end()

    def _asked(self, message: bytes, *, again: bool = True) -> Answer:
        process = self._running()
        try:
            answer = _exchange(process, message, time.monotonic() + self.limits.seconds)
        except TimeoutError:
            self._end()
            raise UnreadableImage("image-timeout") from None
        except ChildGone as error:
            self._end()
            # A child that was gone before it had the image says nothing about the image.
            if again and not error.told:
                return self._asked(message, again=False)
            raise UnreadableImage("image-decoder-died") from None
        if answer[0].get("held") == "image-memory":
            # What ran out of memory may have left things half done.
            self._end()
        return answer

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._owner != os.getpid():
            self._disown(self._process)
        if self._process is None or self._process.poll() is not None:
            self._end()
            self._process = self._started()
        return self._process

    def _started(self) -> subprocess.Popen[bytes]:
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
            "MALLOC_ARENA_MAX": "2",
        }
        command = [sys.executable, "-P", "-m", "hayward.screeners.images.child"]
        process = subprocess.Popen(  # noqa: S603 - our own module
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            bufsize=0,
        )
        self._owner = os.getpid()
        self._finalizer = weakref.finalize(self, _kill, process, self._owner)
        try:
            answer, _ = _exchange(process, packed(self._config), time.monotonic() + START_SECONDS)
        except (TimeoutError, ChildGone) as error:
            self._end()
            raise UnableToLoad(
                "The process that opens images could not be started; is memory short?"
            ) from error
        if "unable" in answer:
            self._end()
            raise UnableToLoad(f"Images cannot be opened: {answer['unable']}. pip install 'hayward[images]'.")
        return process

    def _disown(self, process: subprocess.Popen[bytes]) -> None:
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
        # Kept, since Python would complain of a process that nobody waited for; its parent does.
        self._inherited.append(process)
        self._process = self._finalizer = None

    def _end(self) -> None:
        if self._finalizer is not None:
            self._finalizer()
        self._process = self._finalizer = None


def _kill(process: subprocess.Popen[bytes], owner: int) -> None:
    if owner != os.getpid():
        return
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()


def _exchange(process: subprocess.Popen[bytes], message: bytes, deadline: float) -> Answer:
    """Writes a message and reads the answer. Raises TimeoutError, ChildGone."""
    if process.stdin is None or process.stdout is None:
        raise ChildGone(told=False)
    sink, source = process.stdin.fileno(), process.stdout.fileno()
    os.set_blocking(sink, False)
    left = memoryview(message)
    while left:
        _wait(sink, select.POLLOUT, deadline)
        try:
            left = left[os.write(sink, left[:_CHUNK]) :]
        except BlockingIOError:
            continue
        except BrokenPipeError:
            raise ChildGone(told=False) from None
    _read(source, len(TAKEN), deadline, told=False)
    head_length, body_length = LENGTHS.unpack(_read(source, LENGTHS.size, deadline))
    text = _read(source, head_length + body_length, deadline)
    return json.loads(text[:head_length]), text[head_length:]


def _read(source: int, count: int, deadline: float, *, told: bool = True) -> bytes:
    parts, left = [], count
    while left:
        _wait(source, select.POLLIN, deadline)
        part = os.read(source, min(left, _CHUNK))
        if not part:
            raise ChildGone(told=told)
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def _wait(descriptor: int, event: int, deadline: float) -> None:
    poll = select.poll()
    poll.register(descriptor, event)
    left = deadline - time.monotonic()
    if left <= 0 or not poll.poll(left * 1000):
        raise TimeoutError
