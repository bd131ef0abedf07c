"""Doxxing bundles: several kinds of what identifies a person, close together in one text, as one more finding."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

NAME, VERSION = "bundles", "1.0.0"
KIND = "doxxing_bundle"
# What points at one person. Roles, secrets and machines are left out: they bundle on every page of a firm.
IDENTIFYING = frozenset(
    """person_name street_address phone_number email_address us_ssn national_id passport driver_licence vehicle_plate
    date_of_birth credit_card iban bank_account handle geo_coordinates ip_address""".split()
)
# Where somebody is, or who by law: with these a bundle can be acted upon.
ANCHORS = frozenset("person_name street_address us_ssn national_id passport driver_licence".split())
FEWEST_KINDS = 3
# A contact block or a paragraph: from the first character of a bundle to the last, in code points.
REACH = 400
LEAST_SCORE = 0.3
# By the number of kinds, before the strength of the evidence: three may be a company's contact page.
BY_NUMBER = {3: 0.75, 4: 0.9}
MOST = 1.0
UNANCHORED = 0.7

COLUMNS = ["index", "field", "start", "end", "kind", "score"]
_PLACE_BITS = 32


class Part(NamedTuple):
    """A finding that a bundle may take in."""

    start: int
    end: int
    kind: str
    score: float


@dataclass(frozen=True, slots=True)
class Bundle:
    """Where a bundle begins and ends, its kinds with the best score of each."""

    start: int
    end: int
    kinds: dict[str, float]

    @property
    def score(self) -> float:
        """Mean strength of the kinds, by their number, less where nothing says who or where."""
        strength = sum(self.kinds.values()) / len(self.kinds)
        anchored = 1.0 if ANCHORS.intersection(self.kinds) else UNANCHORED
        return strength * BY_NUMBER.get(len(self.kinds), MOST) * anchored


def doxxing_bundles(findings: pa.RecordBatch) -> pa.RecordBatch:
    """The bundles in the text findings of one batch, in the batch's own schema (FINDING_SCHEMA), ordered by index.

    A bundle spans from its first part to its last in one field. Its rule tells the number of kinds:
    "bundle.4-kinds/1". Pure; records with fewer than three findings cost next to nothing.
    """
    rows = [row for index, field, parts in _crowded(findings) for row in _rows(index, field, parts)]
    return pa.RecordBatch.from_pylist(rows, schema=findings.schema)


def _crowded(findings: pa.RecordBatch) -> Iterator[tuple[int, str, list[Part]]]:
    """The identifying findings of each record and field that has enough of them, in order of place."""
    if findings.num_rows < FEWEST_KINDS:
        return
    useful = pc.and_(
        pc.is_in(findings.column("kind"), pa.array(sorted(IDENTIFYING), pa.string())),
        pc.greater_equal(findings.column("score"), LEAST_SCORE),
    )
    in_text = pc.and_(useful, findings.column("box").is_null())
    rows = _close_together(findings.select(COLUMNS).filter(in_text))
    grouped: dict[tuple[int, str], list[Part]] = defaultdict(list)
    for record, field, *part in zip(*(column.to_pylist() for column in rows.columns), strict=True):
        grouped[record, field].append(Part(*part))
    for (record, field), parts in sorted(grouped.items()):
        yield record, field, sorted(parts)


def _close_together(findings: pa.RecordBatch) -> pa.RecordBatch:
    """The findings of texts that have enough kinds, and in which three begin within REACH, in order of place."""
    fields = _numbers(findings.column("field"))
    texts = findings.column("index").to_numpy() * (fields.max(initial=0) + 1) + fields
    starts = findings.column("start").to_numpy().astype(np.int64)
    order = np.argsort(texts << _PLACE_BITS | starts, kind="stable")
    texts, starts, kinds = texts[order], starts[order], _numbers(findings.column("kind"))[order]
    step = FEWEST_KINDS - 1
    close = (texts[step:] == texts[:-step]) & (starts[step:] - starts[:-step] <= REACH)
    crowded = np.zeros(texts.max(initial=0) + 1, bool)
    crowded[texts[step:][close]] = True
    kept = np.flatnonzero(crowded[texts])
    return findings.take(order[kept[_have_enough_kinds(texts[kept], kinds[kept])]])


def _have_enough_kinds(texts: NDArray[np.int64], kinds: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which findings belong to a text, of those given, that has FEWEST_KINDS kinds."""
    width = kinds.max(initial=0) + 1
    pairs = np.unique(texts * width + kinds)
    counts = np.bincount(pairs // width)
    return counts[texts] >= FEWEST_KINDS


def _numbers(names: pa.StringArray) -> NDArray[np.int64]:
    """The same number for the same name."""
    numbers: NDArray[np.int64] = names.dictionary_encode().indices.to_numpy().astype(np.int64)
    return numbers


def bundles(parts: Sequence[Part]) -> Iterator[Bundle]:
    """The bundles among a text's parts (in order), from left to right, none in another."""
    first = 0
    while first < len(parts):
        found = _from(parts, first)
        if found is None:
            first += 1
            continue
        bundle, first = found
        yield bundle


def _from(parts: Sequence[Part], first: int) -> tuple[Bundle, int] | None:
    """The bundle that begins with the part `first`, and the part after it; None where too few kinds are near."""
    kinds: dict[str, float] = {}
    end, after = parts[first].start, first
    while after < len(parts) and parts[after].end - parts[first].start <= REACH:
        part = parts[after]
        kinds[part.kind] = max(part.score, kinds.get(part.kind, 0.0))
        end, after = max(end, part.end), after + 1
    return (Bundle(parts[first].start, end, kinds), after) if len(kinds) >= FEWEST_KINDS else None


def _rows(index: int, field: str, parts: Sequence[Part]) -> Iterator[dict[str, Any]]:
    for bundle in bundles(parts):
        yield {
            "index": index,
            "field": field,
            "screener": NAME,
            "version": VERSION,
            "kind": KIND,
            "start": bundle.start,
            "end": bundle.end,
            "score": bundle.score,
            "rule": f"bundle.{len(bundle.kinds)}-kinds/1",
        }
