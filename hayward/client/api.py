"""The HTTP client of the API: one method for each thing that a program may ask of a server."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any
from urllib.parse import quote

import httpx

from hayward.client import shapes
from hayward.client.errors import BY_STATUS, ApiError, Rejected, UnexpectedAnswer, Unreachable
from hayward.client.shapes import LogInfo, Release
from hayward.log.notes import MAX_NOTE_BYTES
from hayward.log.verify import lines

BASE = "/api/v1"
TIMEOUT = httpx.Timeout(60, connect=10)
ENTRIES_PER_CALL = 1000
MAX_JSON_BYTES = 1 << 30
MAX_PROBLEM_BYTES = 1 << 16


class Client:
    """A server as a program sees it.

    `server` is its address (https://data.example.org); `token` an API token; `announce` is told of each call
    before it is made. Proxies come from the environment. All methods raise ApiError or a child of it.
    """

    def __init__(
        self,
        server: str,
        *,
        token: str | None = None,
        announce: Callable[[str], None] | None = None,
        timeout: httpx.Timeout = TIMEOUT,
    ) -> None:
        self.server = server.rstrip("/").removesuffix(BASE)
        self._announce = announce
        headers = {"Accept": "application/json, application/problem+json", "User-Agent": "hayward"}
        if token:
            headers["Authorization"] = f"Bearer {_checked_token(token)}"
        try:
            self._http = httpx.Client(base_url=self.server + BASE, headers=headers, timeout=timeout)
        except (httpx.InvalidURL, ValueError) as error:
            raise Rejected(f"{server} is not the address of a server: {error}") from error
        if self._http.base_url.scheme not in {"http", "https"} or not self._http.base_url.host:
            raise Rejected(
                f"{server} is not the address of a server. It looks like https://data.example.org."
            )

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    def announce(self, text: str) -> None:
        if self._announce is not None:
            self._announce(text)

    @contextmanager
    def silent(self) -> Iterator[None]:
        """Calls within the block are not announced: for one that is repeated until something happens."""
        announce, self._announce = self._announce, None
        try:
            yield
        finally:
            self._announce = announce

    def dataset(self, slug: str) -> dict[str, Any]:
        return self._object("GET", f"/datasets/{quote(slug, safe='')}")

    def datasets(self) -> Iterator[dict[str, Any]]:
        return self.pages("/datasets")

    def register_dataset(
        self, *, slug: str, name: str, description: str = "", maintainers: Sequence[str] = ()
    ) -> dict[str, Any]:
        """Registers a dataset; without `maintainers` (user names) it is the token's owner. Raises Conflict."""
        body: dict[str, Any] = {"slug": slug, "name": name, "description": description}
        if maintainers:
            body["maintainers"] = list(maintainers)
        return self._object("POST", "/datasets", body=body)

    def register_release(
        self,
        *,
        dataset: str,
        version: str,
        root: str,
        screeners: Sequence[str],
        fields: Sequence[str] | None = None,
        source: str | None = None,
        shards: Sequence[Mapping[str, Any]] | None = None,
    ) -> Release:
        """Registers a release by a place the server reads itself (`source`) or by a manifest (`shards`).

        A shard of a manifest has path (relative to `root`), bytes and sha256. Raises Conflict when the
        version exists.
        """
        body: dict[str, Any] = {"version": version, "root": root, "screeners": list(screeners)}
        optional = {"fields": fields, "source": source, "shards": shards}
        body |= {name: value for name, value in optional.items() if value is not None}
        return shapes.release_of(self._object("POST", f"{_of(dataset)}/releases", body=body))

    def release(self, *, dataset: str, version: str) -> Release:
        return shapes.release_of(self._object("GET", f"{_of(dataset)}/releases/{quote(version, safe='')}"))

    def import_findings(self, *, dataset: str, version: str, part: Mapping[str, Any]) -> dict[str, Any]:
        """Sends some findings of one shard (docs/api.md); gives how the shard stands then. Raises Conflict."""
        path = f"{_of(dataset)}/releases/{quote(version, safe='')}/findings"
        return self._object("POST", path, body=part)

    def log_info(self, dataset: str) -> LogInfo:
        return shapes.log_info_of(self._object("GET", f"{_of(dataset)}/log"))

    def checkpoint(self, dataset: str) -> str:
        """The signed note of the log's head, not yet verified."""
        data = self._bytes(f"{_of(dataset)}/log/checkpoint", limit=MAX_NOTE_BYTES)
        return data.decode("utf-8", "surrogateescape")

    def entries(self, dataset: str, *, start: int, stop: int) -> Iterator[bytes]:
        """The stored bytes of the entries with start <= seq < stop, without line feeds, not yet verified.

        Ends early when the server has no more. Raises hayward.log.errors.Tampered for a line longer than
        any entry.
        """
        path = f"{_of(dataset)}/log/entries"
        self.announce(f"Fetching entries {start} to {stop - 1} from {self.server} …")
        while start < stop:
            before = start
            # `after` is the last seq that the caller has: there is none before the first entry.
            after = {"after": start - 1} if start else {}
            with self._stream(path, after | {"limit": min(ENTRIES_PER_CALL, stop - start)}) as response:
                for line in lines(response.iter_bytes()):
                    yield line
                    start += 1
            if start == before:
                return

    def patch(self, dataset: str, *, release: str, since: int = 0) -> bytes:
        """The patch document as the server wrote it; `since` is the `until` of the patch applied last."""
        data = self._bytes(
            f"{_of(dataset)}/patch", {"since": since, "release": release}, limit=MAX_JSON_BYTES
        )
        _json_object(data)
        return data

    def pages(self, path: str, params: Mapping[str, Any] | None = None) -> Iterator[dict[str, Any]]:
        """All results of a list, following its cursor within this server."""
        answer = self._object("GET", path, params=params)
        while True:
            results = answer.get("results")
            if not isinstance(results, list):
                raise UnexpectedAnswer(f"{self.server} gave no list of results for {path}.")
            yield from results
            link = answer.get("next")
            if not link:
                return
            url = self._http.base_url.join(str(link))
            # The token goes nowhere but to the server that the person named.
            if (url.scheme, url.netloc) != (self._http.base_url.scheme, self._http.base_url.netloc):
                raise UnexpectedAnswer(f"{self.server} points to another server for the next page of {path}.")
            answer = self._object("GET", str(url), announced=True)

    def _object(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
        announced: bool = False,
    ) -> dict[str, Any]:
        if not announced:
            self.announce(f"{'Sending to' if method == 'POST' else 'Asking'} {self.server}{BASE}{path} …")
        with self._stream(path, params, method=method, body=body) as response:
            return _json_object(_read(response, limit=MAX_JSON_BYTES))

    def _bytes(self, path: str, params: Mapping[str, Any] | None = None, *, limit: int) -> bytes:
        self.announce(f"Asking {self.server}{BASE}{path} …")
        with self._stream(path, params) as response:
            return _read(response, limit=limit)

    @contextmanager
    def _stream(
        self,
        path: str,
        params: Mapping[str, Any] | None = None,
        *,
        method: str = "GET",
        body: Mapping[str, Any] | None = None,
    ) -> Iterator[httpx.Response]:
        try:
            with self._http.stream(method, path, params=params, json=body) as response:
                if not response.is_success:
                    raise _problem(response)
                yield response
        except httpx.TimeoutException as error:
            raise Unreachable(f"{self.server} did not answer in time. Try again later.") from error
        except httpx.HTTPError as error:
            raise Unreachable(
                f"No answer from {self.server}: {error or type(error).__name__}. "
                "Is the server running, and is the address right?"
            ) from error


def _of(dataset: str) -> str:
    return f"/datasets/{quote(dataset, safe='')}"


def _checked_token(token: str) -> str:
    if not token.isascii() or not token.isprintable() or " " in token:
        raise Rejected("The token has characters that no token has. Was the right file read?")
    return token


def _read(response: httpx.Response, *, limit: int) -> bytes:
    data = bytearray()
    for piece in response.iter_bytes():
        data += piece
        if len(data) > limit:
            raise UnexpectedAnswer(
                f"{response.url.host} sent more than {limit} bytes where that cannot be right."
            )
    return bytes(data)


def _json_object(data: bytes) -> dict[str, Any]:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise UnexpectedAnswer("The answer is not JSON. Is this the address of a Hayward server?") from error
    if not isinstance(value, dict):
        raise UnexpectedAnswer("The answer is not a JSON object. Is this the address of a Hayward server?")
    return value


def _problem(response: httpx.Response) -> ApiError:
    """The error for an answer that is no success: its words are those of its problem details (RFC 9457)."""
    status = response.status_code
    if response.is_redirect:
        target = _plain(response.headers.get("location", "nowhere"))
        return UnexpectedAnswer(
            f"{response.url} redirects to {target}. Use that server's address.", status=status
        )
    try:
        problem = _json_object(_read(response, limit=MAX_PROBLEM_BYTES))
    except UnexpectedAnswer:
        problem = {}
    words = _plain(_words(problem)) or response.reason_phrase
    advice = _ADVICE.get(status, "")
    return BY_STATUS.get(status, ApiError)(f"{words} (HTTP {status}).{advice}", status=status)


_ADVICE = {
    401: " Give an API token with --token-file or HAYWARD_TOKEN.",
    403: " The token lacks the right for this; ask a maintainer of the dataset.",
    429: " Too many calls; try again later.",
    503: " Try again later.",
}


def _words(problem: Mapping[str, Any]) -> str:
    parts = [str(problem.get("detail") or problem.get("title") or "").rstrip(".")]
    errors = problem.get("errors")
    parts += (
        f"{error.get('pointer', '')}: {error.get('detail', '')}".strip(": ")
        for error in (errors if isinstance(errors, list) else ())
        if isinstance(error, dict)
    )
    return "; ".join(part for part in parts if part)


def _plain(text: str) -> str:
    """Words of a server made fit for a terminal: no control characters, no endless lines."""
    return "".join(character if character.isprintable() else " " for character in text)[:1000]
