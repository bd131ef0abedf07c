"""What redactions write in place of what they take: a typed mark, a pseudonym, or a keyed hash."""

from __future__ import annotations

import hmac
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

from hayward.formats.records import field_keys
from hayward.patching.errors import SpanOutside, UnusableCopy
from hayward.patching.plan import Span
from hayward.patching.pseudonyms import MARKED, WRITTEN, pool_of, pseudonyms
from hayward.patching.spans import by_field

Mode = Literal["mark", "pseudonym", "hash"]
MODES: tuple[Mode, ...] = get_args(Mode)
SHORTEST_KEY = 16
# Sixteen letters for sixteen digits: a hash never looks like a number, so nothing takes it for one again.
_LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")
HASH_LETTERS = 12  # 48 bits: among 100,000 values two share a hash once in 56,000 cases


class UnusableKey(Exception):
    """The key for hashes is missing or too short; `str()` says what to do."""


@dataclass(frozen=True, slots=True)
class Writing:
    """How redactions are written: the mode, and the key of the mode `hash` (raises UnusableKey without one)."""

    mode: Mode = "mark"
    key: bytes = field(default=b"", repr=False)

    def __post_init__(self) -> None:
        if self.mode == "hash" and len(self.key) < SHORTEST_KEY:
            raise UnusableKey(f"The mode hash needs a key of {SHORTEST_KEY} bytes or more.")

    @property
    def identity(self) -> str:
        """What a receipt keeps: the mode, and for hashes something that tells one key from another, not the key."""
        if self.mode != "hash":
            return self.mode
        return f"hash:{hmac.digest(self.key, b'hayward redaction key', 'sha256').hex()[:16]}"

    def written(self, record: Mapping[str, Any], spans: Sequence[Span]) -> tuple[Span, ...]:
        """The spans of texts (apart, places in this record) with what is to stand in their place.

        Within the record equal values of a kind get one pseudonym and different ones different ones, none of which
        stands in the record already. Raises SpanOutside.
        """
        if self.mode == "mark":
            return tuple(spans)
        values = _values(record, spans)
        if self.mode == "hash":
            return tuple(replace(span, written=self._hash(span.kind, values[span])) for span in spans)
        names = _pseudonyms(values, _texts(record, spans).values())
        return tuple(
            replace(span, written=names[span.kind, _normal(span.kind, values[span])]) for span in spans
        )

    def unwritten(self, record: Mapping[str, Any], spans: Iterable[Span]) -> list[Span]:
        """The spans without those that touch what an earlier redaction wrote; raises SpanOutside.

        That is marks and hashes, and where pseudonyms are written those too.
        """
        spans = list(spans)
        form = WRITTEN if self.mode == "pseudonym" else MARKED
        texts = _texts(record, spans)
        taken = {name: [match.span() for match in form.finditer(text)] for name, text in texts.items()}
        return [span for span in spans if not _touches(span, taken[span.field])]

    def _hash(self, kind: str, value: str) -> str:
        message = f"{kind}\0{_normal(kind, value)}".encode("utf-8", "surrogatepass")
        short = hmac.digest(self.key, message, "sha256").hex()[:HASH_LETTERS].translate(_LETTERS)
        return f"[{kind.upper()} {short}]"


MARKS = Writing()


def admitted(asked: Writing | None, kept: str | None) -> Writing:
    """The writing to go on with in a copy whose receipt keeps `kept`; raises UnusableCopy where it was another."""
    if kept is None:
        return asked or MARKS
    mode = kept.partition(":")[0]
    if asked is None and mode == "hash":
        raise UnusableCopy(
            "This copy was redacted with hashes: give the same key (--replace hash --hash-key-file)."
        )
    going_on = asked or Writing("pseudonym" if mode == "pseudonym" else "mark")
    if going_on.identity != kept:
        key = ", with another key" if going_on.mode == mode else ""
        raise UnusableCopy(
            f"This copy was redacted with --replace {mode}{key}: go on with it, or take the shards anew."
        )
    return going_on


def _touches(span: Span, places: Iterable[tuple[int, int]]) -> bool:
    return any(start < span.end and span.start < end for start, end in places)


def _pseudonyms(values: Mapping[Span, str], texts: Iterable[str]) -> dict[tuple[str, str], str]:
    """A pseudonym for each kind and value, in the order in which they first stand in the record."""
    names: dict[tuple[str, str], str] = {}
    given = {match.group() for text in texts for match in WRITTEN.finditer(text)}
    pools: dict[str, Iterator[str]] = {}
    for span, value in values.items():
        key = span.kind, _normal(span.kind, value)
        if key not in names:
            pool = pool_of(span.kind, value)
            unused = pools.setdefault(pool, pseudonyms(pool))
            names[key] = next(one for one in unused if one not in given)
            given.add(names[key])
    return names


def _normal(kind: str, value: str) -> str:
    """One spelling for all the ways to write a value."""
    from hayward.screeners.pii.subjects import normalised

    return normalised(kind, value) or " ".join(unicodedata.normalize("NFKC", value).casefold().split())


def _values(record: Mapping[str, Any], spans: Sequence[Span]) -> dict[Span, str]:
    texts = _texts(record, spans)
    for span in spans:
        if span.end > len(texts[span.field]):
            raise SpanOutside(f"a span ends at {span.end} but the field {span.field} is shorter")
    return {span: texts[span.field][span.start : span.end] for span in spans}


def _texts(record: Mapping[str, Any], spans: Iterable[Span]) -> dict[str, str]:
    return {name: _text(record, name) for name in by_field(spans)}


def _text(record: Mapping[str, Any], name: str) -> str:
    value: Any = record
    for key in field_keys(record, name):
        value = value.get(key) if isinstance(value, Mapping) else None
    if not isinstance(value, str):
        raise SpanOutside(f"the record has no text in the field {name}")
    return value
