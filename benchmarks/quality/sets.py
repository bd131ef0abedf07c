"""The labelled sets of personal data: texts with what stands where, and which kinds their labels speak of."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.quality.labels import IP, NEMO, NOBODYS, PRESIDIO, Span, told_apart
from benchmarks.toxicity_sets import DATA

_TAG = re.compile(r"<(?P<tag>\w+)>(?P<value>.*?)</(?P=tag)>")


@dataclass(frozen=True, slots=True)
class Text:
    """A text, the personal data in it, and the kinds of which it is known that nothing else stands there."""

    text: str
    spans: tuple[Span, ...]
    kinds: frozenset[str]


@dataclass(frozen=True)
class LabelledSet:
    """`shaped` are the kinds whose rules were shaped while looking at what was missed and mistaken in this set."""

    name: str
    texts: list[Text]
    shaped: frozenset[str] = frozenset()


def load_all() -> list[LabelledSet]:
    """All labelled sets of personal data. Raises FileNotFoundError where the shared data is absent."""
    folder = DATA / "pii"
    return [
        replace(one, texts=[_told_apart(text) for text in one.texts])
        for one in (*_of_presidio(folder), *_of_others(folder))
    ]


def _told_apart(text: Text) -> Text:
    kinds = text.kinds | {NOBODYS} if IP in text.kinds else text.kinds
    return Text(text.text, tuple(told_apart(text.text, text.spans)), kinds)


def _of_presidio(folder: Path) -> list[LabelledSet]:
    return [
        LabelledSet(
            "presidio-research synth_v2",
            list(_research(_lines(folder / "presidio-research/synth_v2.jsonl"))),
            shaped=frozenset({"person_name", "street_address"}),
        ),
        LabelledSet(
            "presidio-research generated_small",
            list(_research(json.loads((folder / "presidio-research/generated_small.json").read_text()))),
        ),
        LabelledSet(
            "Presidio's own test cases", list(_cases(folder / "presidio-analyzer-tests/cases.jsonl"))
        ),
    ]


def _of_others(folder: Path) -> list[LabelledSet]:
    return [
        LabelledSet(
            "phone numbers of all territories", list(_phones(folder / "phonenumbers/example_numbers.jsonl"))
        ),
        LabelledSet("NeMo Curator's test lines", list(_tagged(folder / "nemo-curator-pii"))),
    ]


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _research(rows: list[dict[str, Any]]) -> Iterator[Text]:
    kinds = frozenset(
        PRESIDIO[span["entity_type"]]
        for row in rows
        for span in row["spans"]
        if span["entity_type"] in PRESIDIO
    )
    for row in rows:
        spans = tuple(
            (PRESIDIO[span["entity_type"]], span["start_position"], span["end_position"])
            for span in row["spans"]
            if span["entity_type"] in PRESIDIO
        )
        yield Text(row["full_text"], spans, kinds)


def _cases(path: Path) -> Iterator[Text]:
    """Each case speaks of one entity only; a case that does not say where the entity stands is left out."""
    for row in _lines(path):
        kind = PRESIDIO.get(row["entity"]) if isinstance(row["entity"], str) else None
        places = _places(row)
        if kind is not None and row["kind"] == "span" and places is not None:
            yield Text(row["text"], tuple((kind, start, end) for start, end in places), frozenset({kind}))


def _places(row: dict[str, Any]) -> list[tuple[int, int]] | None:
    if row["expected_len"] == 0:
        return []
    listed = row["expected_positions"]
    if not listed:
        return None
    if isinstance(listed[0], int):
        listed = [listed]
    return [(start, end) for start, end in listed] if len(listed) == row["expected_len"] else None


def _phones(path: Path) -> Iterator[Text]:
    """Each number as E.164 and as people write it for callers from abroad, in a sentence that does not name it."""
    import phonenumbers

    for row in _lines(path):
        spaced = phonenumbers.format_number(
            phonenumbers.parse(row["e164"]), phonenumbers.PhoneNumberFormat.INTERNATIONAL
        )
        for number in dict.fromkeys((row["e164"], spaced)):
            text = f"Please ask at {number} tomorrow."
            yield Text(text, (("phone_number", 14, 14 + len(number)),), frozenset({"phone_number"}))


def _tagged(folder: Path) -> Iterator[Text]:
    """Lines whose personal data stands between tags of its kind. Only the tagged kinds of a file are known whole."""
    for path in sorted(folder.glob("*.txt")):
        if path.stem == "SOURCE":
            continue
        lines = [_untagged(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        kinds = frozenset(kind for _, spans in lines for kind, *_ in spans)
        for text, spans in lines:
            yield Text(text, spans, kinds)


def _untagged(line: str) -> tuple[str, tuple[Span, ...]]:
    text, spans, after = "", [], 0
    for match in _TAG.finditer(line):
        text += line[after : match.start()]
        spans.append((NEMO[match["tag"]], len(text), len(text) + len(match["value"])))
        text += match["value"]
        after = match.end()
    return text + line[after:], tuple(spans)
