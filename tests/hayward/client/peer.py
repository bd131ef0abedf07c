"""A real HTTP server on this machine that answers like a Hayward server would, or as a test needs it to."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hayward.log import notes
from tests.hayward.log.golden import KEY, ORIGIN, sign_log


@dataclass(frozen=True)
class Asked:
    """One request as it arrived."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any


@dataclass(frozen=True)
class Answer:
    status: int = 200
    body: bytes = b"{}"
    type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    length: int | None = None
    """Length to claim, if not the true one: the connection then breaks off."""


def as_json(value: Any, status: int = 200) -> Answer:
    return Answer(status, json.dumps(value).encode())


def problem(status: int, **members: Any) -> Answer:
    return Answer(status, json.dumps({"status": status} | members).encode(), "application/problem+json")


Route = Answer | Callable[[Asked], Answer]


class Peer:
    """Routes by "METHOD /path" below /api/v1, and every request so far."""

    def __init__(self) -> None:
        self.routes: dict[str, Route] = {}
        self.asked: list[Asked] = []
        self.url = ""

    def answer(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        route = self.routes.get(f"{asked.method} {asked.path.removeprefix('/api/v1')}")
        if route is None:
            return problem(404, title="There is no such thing", detail="Not found.")
        return route(asked) if callable(route) else route

    def keep_log(
        self, leaves: list[bytes], *, key: Ed25519PrivateKey = KEY, origin: str = ORIGIN, most: int = 1000
    ) -> None:
        """Serves a log of these entries under the slug demo, at most `most` of them at a time."""

        def entries(asked: Asked) -> Answer:
            start = int(asked.query.get("after", -1)) + 1
            stop = start + min(most, int(asked.query["limit"]))
            body = b"".join(leaf + b"\n" for leaf in leaves[start:stop])
            return Answer(200, body, "application/x-ndjson")

        vkey = notes.verifier_of(origin, key).vkey
        info = {"origin": origin, "size": len(leaves), "vkey": vkey, "checkpoint_size": len(leaves)}
        self.routes["GET /datasets/demo/log"] = as_json(info)
        note = sign_log(leaves, key=key, origin=origin)
        self.routes["GET /datasets/demo/log/checkpoint"] = Answer(200, note.encode(), "text/plain")
        self.routes["GET /datasets/demo/log/entries"] = entries


def release_shape(**changes: Any) -> dict[str, Any]:
    """A release as the API shows it; screening counts are changed by their own names."""
    screening = {
        "state": "done",
        "shards_done": 2,
        "shards_total": 2,
        "shards_failed": 0,
        "read": 10,
        "passed": 7,
        "flagged": 2,
        "held": 1,
        "findings": 3,
    }
    shape = {
        "version": "1.0",
        "state": "ready",
        "error": "",
        "shards": 2,
        "bytes": 4096,
        "screening": screening,
    }
    for name, value in changes.items():
        (screening if name in screening and name != "state" else shape)[name] = value
    return shape


@contextmanager
def running_peer() -> Iterator[Peer]:
    peer = Peer()

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            parts = urlsplit(self.path)
            length = int(self.headers.get("Content-Length") or 0)
            raw = self.rfile.read(length)
            asked = Asked(
                method=self.command,
                path=parts.path,
                query=dict(parse_qsl(parts.query)),
                headers={name.lower(): value for name, value in self.headers.items()},
                body=json.loads(raw) if raw else None,
            )
            answer = peer.answer(asked)
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.type)
            self.send_header(
                "Content-Length", str(len(answer.body) if answer.length is None else answer.length)
            )
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body)

        do_GET = _serve  # noqa: N815 - the name that http.server looks for
        do_POST = _serve  # noqa: N815

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Keeps the test's output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    peer.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield peer
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
