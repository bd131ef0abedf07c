"""One door to all signals: by the name of the column, header or member that carries it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import orjson

from hayward.screeners.signals.aipref import read_usage
from hayward.screeners.signals.directives import read_directives
from hayward.screeners.signals.evidence import Signal, said
from hayward.screeners.signals.provenance import read_manifest
from hayward.screeners.signals.robots import read_ai_txt, read_robots
from hayward.screeners.signals.tdmrep import ELEMENT, read_file, read_policy, read_reservation

# A mebibyte of headers is no header.
LONGEST = 1 << 20
MOST = 256
_HEADER = re.compile(r"[A-Za-z0-9_-]{1,64}")
# What img2dataset writes for an image that it left out (2022-12 and later).
_REFUSED = re.compile(r"disallowed by x-robots-tag", re.IGNORECASE)

_ROBOTS_TXT = re.compile(r"^[ \t]{0,8}user-agent[ \t]{0,8}:", re.IGNORECASE | re.MULTILINE)

Reader = Callable[[str, str | None], Iterator[Signal]]


def read_signals(
    name: str, raw: str, *, url: str | None = None, observed_at: str | None = None
) -> list[Signal]:
    """The signals in a value called `name`; none where the name is not known.

    Names are those of headers, files and columns (`X-Robots-Tag`, `tdm_reservation`, `robots.txt`, `headers` …), in any
    case, with `-`, `_` or `.`. `url` is the page that the value is about: with it, rules for paths are matched. Takes
    any text without raising; of one longer than LONGEST the beginning is read.
    """
    reader = READERS.get(normal_name(name))
    if reader is None:
        return []
    found = _bounded(reader(raw[:LONGEST], url))
    return [replace(one, subject=one.subject or url or "", observed_at=observed_at) for one in found]


def _bounded(found: Iterator[Signal]) -> Iterator[Signal]:
    """Each signal once; of very many the first MOST, and the first that says each thing."""
    seen: set[Signal] = set()
    meanings: set[object] = set()
    for one in found:
        meaning = (one.source, one.category, one.value, one.sure, one.level)
        if meaning not in meanings or (len(seen) < MOST and one not in seen):
            meanings.add(meaning)
            seen.add(one)
            yield one


def normal_name(name: str) -> str:
    """The name of a signal as columns are called: small letters and low lines."""
    return name.strip().lower().replace("-", "_").replace(".", "_").removeprefix("@signal:")


def _headers(raw: str, url: str | None) -> Iterator[Signal]:
    """All headers of a response, as a JSON object or list of pairs, or as they came over the line (RFC 9112, 5)."""
    for name, value in _pairs(raw):
        if normal_name(name) in _IN_HEADERS:
            yield from READERS[normal_name(name)](value, url)


def _pairs(raw: str) -> Iterator[tuple[str, str]]:
    try:
        tree = orjson.loads(raw)
    except ValueError:
        tree = None
    if isinstance(tree, dict):
        tree = list(tree.items())
    if not isinstance(tree, list):
        yield from _lines(raw)
        return
    for member in tree:
        pair = (member.get("name"), member.get("value")) if isinstance(member, dict) else member
        if isinstance(pair, list | tuple) and len(pair) == 2:
            values = pair[1] if isinstance(pair[1], list) else [pair[1]]
            yield from ((str(pair[0]), str(value)) for value in values if value is not None)


def _lines(raw: str) -> Iterator[tuple[str, str]]:
    for line in raw.splitlines():
        name, colon, value = line.partition(":")
        if colon and _HEADER.fullmatch(name.strip()):
            yield name, value


def _tdm_reservation(raw: str, url: str | None) -> Iterator[Signal]:
    if raw.lstrip()[:1] in {"{", "["}:
        yield from read_file(raw, url)
    else:
        yield from read_reservation(raw)


def _robots(raw: str, url: str | None) -> Iterator[Signal]:
    """The element's words; or a whole robots.txt, which some call by the same name."""
    if _ROBOTS_TXT.search(raw):
        yield from read_robots(raw, url)
    else:
        yield from read_directives("metarobots", raw)


def _refusal(raw: str, url: str | None) -> Iterator[Signal]:
    del url
    if _REFUSED.search(raw):
        yield said("img2dataset", "train-ai", "n", raw)


READERS: dict[str, Reader] = {
    "x_robots_tag": lambda raw, _: read_directives("xrobots", raw),
    "robots": _robots,
    "meta_robots": lambda raw, _: read_directives("metarobots", raw),
    "content_usage": lambda raw, _: read_usage(raw),
    "tdm_reservation": _tdm_reservation,
    "tdm_reservation_meta": lambda raw, _: read_reservation(raw, level=ELEMENT),
    "tdm_policy": lambda raw, _: read_policy(raw),
    "tdmrep": read_file,
    "tdmrep_json": read_file,
    "cawg": lambda raw, _: read_manifest(raw),
    "c2pa": lambda raw, _: read_manifest(raw),
    "c2pa_manifest": lambda raw, _: read_manifest(raw),
    "ai_txt": read_ai_txt,
    "robots_txt": read_robots,
    "error_message": _refusal,
    "headers": _headers,
    "http_headers": _headers,
    "response_headers": _headers,
}
_IN_HEADERS = frozenset({"x_robots_tag", "content_usage", "tdm_reservation", "tdm_policy"})
