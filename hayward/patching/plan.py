"""Parses and validates a patch document, format hayward-patch/1."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from pathlib import PurePosixPath
from typing import Any, TypeVar

from hayward.formats.strictjson import NotARecord, parse_record
from hayward.patching.describing import Facts
from hayward.patching.errors import InvalidPatch

FORMAT = "hayward-patch/1"
ACTIONS = ("remove", "redact", "label", "restore")
EFFECTS = ("blur", "cover", "drop_metadata")  # what is done to a picture
METADATA_KINDS = frozenset({"image_location", "image_metadata"})
_DIGEST = re.compile(r"[0-9a-f]{64}")
_KIND = re.compile(r"[a-z0-9_]{1,64}")
_LABEL = re.compile(r"[a-z0-9_.:-]{1,64}")

Part = TypeVar("Part")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Code points [start, end) of a field's original text, and the kind of what stands there.

    In a picture it is an effect: on a box of the upright picture (left, top, right, bottom in pixels, without the last
    ones) or on the metadata of the whole; start and end are 0 then, and `facts`, once known, tell what is true of the
    picture with all its effects. `written` is what stands in place of a text where that is not its typed mark.
    """

    field: str
    start: int
    end: int
    kind: str
    box: tuple[int, ...] = ()
    effect: str = ""
    written: str = ""
    facts: Facts | None = dataclass_field(default=None, compare=False, repr=False)

    @property
    def mark(self) -> str:
        """What takes the place of the span, such as [EMAIL_ADDRESS]."""
        return self.written or f"[{self.kind.upper()}]"


@dataclass(frozen=True, slots=True)
class Location:
    """Where a record stood: a shard's path below the root, the SHA-256 it had then, the row."""

    shard: str
    sha256: str
    row: int


@dataclass(frozen=True, slots=True)
class Operation:
    """What one log entry means for one record."""

    seq: int
    action: str
    digest: str
    locations: tuple[Location, ...]
    spans: tuple[Span, ...] = ()
    label: str = ""
    ref: int = -1


@dataclass(frozen=True, slots=True)
class Patch:
    """All operations of the log entries from `since` up to, not including, `until`, in their order."""

    dataset: str
    release: str
    since: int
    until: int
    operations: tuple[Operation, ...]

    @classmethod
    def parse(cls, data: bytes) -> "Patch":
        """Reads a patch document; raises InvalidPatch with the JSON path of the first fault."""
        try:
            document = parse_record(data)
        except NotARecord as error:
            raise InvalidPatch("$", error.detail) from error
        if document.get("format") != FORMAT:
            raise InvalidPatch("$.format", f"only {FORMAT} is understood")
        operations = _list(document, "operations", "$", _operation)
        patch = cls(
            dataset=_text(document, "dataset", "$"),
            release=_text(document, "release", "$"),
            since=_count(document, "since", "$"),
            until=_count(document, "until", "$"),
            operations=tuple(sorted(operations, key=lambda operation: operation.seq)),
        )
        _check_order(patch)
        return patch


def _check_order(patch: Patch) -> None:
    if patch.until < patch.since:
        raise InvalidPatch("$.until", "it lies before since")
    seen: dict[int, str] = {}
    for operation in patch.operations:
        place = f"$.operations[seq={operation.seq}]"
        if operation.seq in seen:
            raise InvalidPatch(place, "the sequence number comes twice")
        if not patch.since <= operation.seq < patch.until:
            raise InvalidPatch(place, "the sequence number lies outside since and until")
        if operation.action == "restore" and operation.ref >= operation.seq:
            raise InvalidPatch(place, "ref names no earlier entry")
        if seen.get(operation.ref, operation.digest) != operation.digest:
            raise InvalidPatch(place, "ref names an entry about another record")
        seen[operation.seq] = operation.digest


def _operation(value: Mapping[str, Any], place: str) -> Operation:
    action = _text(value, "action", place)
    if action not in ACTIONS:
        raise InvalidPatch(f"{place}.action", f"known actions are {', '.join(ACTIONS)}")
    spans = tuple(_list(value, "spans", place, _span)) if action == "redact" else ()
    if action == "redact" and not spans:
        raise InvalidPatch(f"{place}.spans", "a redaction needs at least one span")
    return Operation(
        seq=_count(value, "seq", place),
        action=action,
        digest=_matching(value, "digest", place, _DIGEST),
        locations=tuple(_list(value, "locations", place, _location)),
        spans=spans,
        label=_matching(value, "label", place, _LABEL) if action == "label" else "",
        ref=_count(value, "ref", place) if action == "restore" else -1,
    )


def _span(value: Mapping[str, Any], place: str) -> Span:
    field, kind = _text(value, "field", place), _matching(value, "kind", place, _KIND)
    box, effect = _box(value, place), _effect(value, kind, place)
    if bool(box) != (effect in ("blur", "cover")):
        raise InvalidPatch(f"{place}.box", "a box is due for blur and cover, and only there")
    if effect:
        return Span(field, 0, 0, kind, box, effect)
    span = Span(field, _count(value, "start", place), _count(value, "end", place), kind)
    if span.end <= span.start:
        raise InvalidPatch(f"{place}.end", "the span is empty or runs backwards")
    return span


def _effect(value: Mapping[str, Any], kind: str, place: str) -> str:
    """The effect named, else the one that goes without saying; none for a text."""
    if value.get("effect") is None:
        is_metadata = kind in METADATA_KINDS and value.get("end", 0) == 0
        return "blur" if value.get("box") is not None else "drop_metadata" if is_metadata else ""
    if value["effect"] not in EFFECTS:
        raise InvalidPatch(f"{place}.effect", f"known effects are {', '.join(EFFECTS)}")
    return str(value["effect"])


def _box(value: Mapping[str, Any], place: str) -> tuple[int, ...]:
    box = value.get("box")
    if box is None:
        return ()
    if not isinstance(box, list) or len(box) != 4 or any(type(edge) is not int or edge < 0 for edge in box):
        raise InvalidPatch(f"{place}.box", "four non-negative integers are due")
    left, top, right, bottom = box
    if left >= right or top >= bottom:
        raise InvalidPatch(f"{place}.box", "the box is empty or runs backwards")
    return left, top, right, bottom


def _location(value: Mapping[str, Any], place: str) -> Location:
    return Location(
        shard=_shard(_text(value, "shard", place), f"{place}.shard"),
        sha256=_matching(value, "sha256", place, _DIGEST),
        row=_count(value, "row", place),
    )


def _shard(name: str, place: str) -> str:
    """A relative path that stays below the root and out of hidden folders, ours among them; "." is the root itself."""
    if name == ".":
        return name
    parts = name.split("/")
    is_odd = any(part in ("", "..") or part.startswith(".") for part in parts)
    if is_odd or "\\" in name or "\0" in name or ":" in parts[0] or PurePosixPath(name).is_absolute():
        raise InvalidPatch(place, "a shard is a relative path below the release's root")
    return name


def _list(
    value: Mapping[str, Any], key: str, place: str, parse: Callable[[Mapping[str, Any], str], Part]
) -> Iterable[Part]:
    members = value.get(key)
    if not isinstance(members, list):
        raise InvalidPatch(f"{place}.{key}", "a list is due")
    parsed = []
    for index, member in enumerate(members):
        if not isinstance(member, dict):
            raise InvalidPatch(f"{place}.{key}[{index}]", "an object is due")
        parsed.append(parse(member, f"{place}.{key}[{index}]"))
    return parsed


def _text(value: Mapping[str, Any], key: str, place: str) -> str:
    text = value.get(key)
    if not isinstance(text, str) or not text:
        raise InvalidPatch(f"{place}.{key}", "a non-empty string is due")
    return text


def _matching(value: Mapping[str, Any], key: str, place: str, form: re.Pattern[str]) -> str:
    text = _text(value, key, place)
    if not form.fullmatch(text):
        raise InvalidPatch(f"{place}.{key}", f"it does not match {form.pattern}")
    return text


def _count(value: Mapping[str, Any], key: str, place: str) -> int:
    count = value.get(key)
    if not isinstance(count, int) or isinstance(count, bool) or count < 0:
        raise InvalidPatch(f"{place}.{key}", "a non-negative integer is due")
    return count
