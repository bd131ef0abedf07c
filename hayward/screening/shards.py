"""One shard through a set of screeners: findings as they come, and a report in which every record has its place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hayward.formats import Batch, Held, Shard, UnreadableShard, open_shard
from hayward.screeners import Screener, UnableToLoad
from hayward.screeners.base import HELD
from hayward.screeners.images.limits import DETAILS
from hayward.screeners.toxicity.audit import Audit, Audited
from hayward.screening.batches import DIGEST, screen_batch
from hayward.screening.findings import Finding
from hayward.screening.subjects import SUBJECT_KINDS, SubjectIndex

FAILED, OWN_REASONS = "screener-failed", "image-"
_SAID: Mapping[str, str] = {str(reason): said for reason, said in DETAILS.items()}
# A report names so many held records one by one; all are counted, by reason.
HELD_LISTED = 10_000


class RecordsLost(Exception):
    """A shard's records do not add up: a defect of the program, never to be passed over."""


@dataclass(frozen=True, slots=True)
class ShardProgress:
    """How far a shard is: stored bytes read so far, of how many where that is known, and records."""

    path: str
    bytes_read: int
    bytes_total: int | None
    read: int


@dataclass
class ShardReport:
    """What became of every record of a shard: read = passed + flagged + held.

    `error` is a sentence for people when the shard, or the rest of it, could not be read; `reason` its stable code.
    """

    path: str
    format: str = ""
    layout: str = ""
    bytes: int | None = None
    read: int = 0
    passed: int = 0
    flagged: int = 0
    held: int = 0
    findings: int = 0
    kinds: dict[str, int] = field(default_factory=dict)
    held_reasons: dict[str, int] = field(default_factory=dict)
    held_records: list[Held] = field(default_factory=list)
    error: str | None = None
    reason: str | None = None
    # What the first tier of a screener passed, and what an audit of a sample says it missed (toxicity.audit.Audit).
    audit: dict[str, Any] | None = None

    @property
    def conserved(self) -> bool:
        return self.read == self.passed + self.flagged + self.held

    def count(self, batch: Batch, failed: Sequence[Held], findings: Sequence[Finding]) -> None:
        """Adds a screened batch: its held records, those a screener failed on, and what was found in the rest."""
        held = [*batch.held, *failed]
        flagged = len({finding.record for finding in findings})
        self.read += len(batch.rows) + len(batch.held)
        self.flagged += flagged
        self.held += len(held)
        self.passed += len(batch.rows) - len(failed) - flagged
        self.findings += len(findings)
        self.kinds = dict(Counter(self.kinds) + Counter(finding.kind for finding in findings))
        self.held_reasons = dict(Counter(self.held_reasons) + Counter(record.reason for record in held))
        self.held_records.extend(held[: HELD_LISTED - len(self.held_records)])

    def add_audit(self, audit: Audit) -> None:
        """Adds what a first tier passed in a batch."""
        if audit.passed:
            self.audit = (Audit.of(self.audit) + audit).report()


def unread(error: UnreadableShard) -> ShardReport:
    """The report on a path that could not even be opened."""
    return ShardReport(path=error.path, error=str(error), reason=error.reason)


class ShardScreening:
    """A screening under way: iterate it for the findings of one batch after another, then look at `report`."""

    def __init__(
        self,
        path: str,
        *,
        screeners: Sequence[Screener],
        fields: Sequence[str] | None = None,
        subjects: SubjectIndex | None = None,
        on_batch: Callable[[ShardProgress], None] | None = None,
    ) -> None:
        self.report = ShardReport(path=path)
        self._screeners, self._fields, self._subjects = screeners, fields, subjects
        self._on_batch = on_batch
        self._media = frozenset().union(*(screener.looks_at for screener in screeners))

    def __iter__(self) -> Iterator[list[Finding]]:
        """Reads the shard from its start. A shard that cannot be read ends it early, with `report.error`.

        Raises UnableToLoad, and RecordsLost should the count ever be wrong.
        """
        path = self.report.path
        self.report = report = ShardReport(path=path)
        try:
            shard = open_shard(path, fields=self._fields, media=self._media)
            report.format, report.layout, report.bytes = shard.format, shard.layout, shard.bytes_total
            for batch in shard:
                yield self._screen(batch)
                self._tell(shard)
        except UnreadableShard as error:
            report.error, report.reason = str(error), error.reason
        if not report.conserved:
            raise RecordsLost(
                f"{path}: {report.read} records read, but not as many passed, flagged and held."
            )

    def _screen(self, batch: Batch) -> list[Finding]:
        before = audit_of(self._screeners)
        found, failed = screen_records(looked_at(batch, self._media), self._screeners)
        self.report.add_audit(audit_of(self._screeners) - before)
        held = [held_by_screener(batch.rows[index].as_py(), why) for index, why in failed]
        findings = list(findings_of(self.report.path, batch, found, self._subjects))
        self.report.count(batch, held, findings)
        return findings

    def _tell(self, shard: Shard) -> None:
        if self._on_batch is not None:
            self._on_batch(ShardProgress(shard.path, shard.bytes_read, shard.bytes_total, self.report.read))


def looked_at(batch: Batch, media: Collection[str]) -> pa.RecordBatch:
    """The columns of a batch that screeners of these media are given: fields, consent signals, and digests."""
    parts = [batch.fields, batch.signals]
    names = [name for part in parts for name in part.schema.names]
    columns = [column for part in parts for column in part.columns]
    if "digest" in media:
        names.append(DIGEST)
        columns.append(pa.array(batch.digests(range(len(batch.rows))), pa.large_string()))
    return pa.RecordBatch.from_arrays(columns, names=names)


def screen_shard(
    path: str,
    *,
    screeners: Sequence[Screener],
    fields: Sequence[str] | None = None,
    subjects: SubjectIndex | None = None,
    on_batch: Callable[[ShardProgress], None] | None = None,
) -> ShardScreening:
    """Screens one shard in bounded memory: `for findings in screening: …`, then `screening.report`.

    `fields` are the text fields to look at, by default those of the shard's layout; with `subjects` each finding that
    names a person carries its keyed digest; `on_batch` is told after each batch. A shard that cannot be read is no
    exception: its report says so, and counts what was read before.
    """
    return ShardScreening(path, screeners=screeners, fields=fields, subjects=subjects, on_batch=on_batch)


def screen_records(
    fields: pa.RecordBatch, screeners: Sequence[Screener]
) -> tuple[pa.RecordBatch, list[tuple[int, str]]]:
    """What is found in a batch, and the records (index, why) that a screener holds, or fails on even when alone.

    Nothing is found in a record that failed: it is held as a whole. Raises UnableToLoad.
    """
    audits = [(screener, screener.audit) for screener in screeners if isinstance(screener, Audited)]
    try:
        return _apart(screen_batch(fields, screeners))
    except UnableToLoad:
        raise
    except Exception as error:  # noqa: BLE001 - whatever a screener raises, its records must not be lost
        for screener, audit in audits:
            # Its texts are screened again below, and must not count twice.
            screener.audit = audit
        if fields.num_rows == 1:
            return screen_batch(fields.slice(0, 0), ()), [(0, type(error).__name__)]
    middle = fields.num_rows // 2
    parts = [(0, fields.slice(0, middle)), (middle, fields.slice(middle))]
    found, failed = [], []
    for begin, part in parts:
        part_found, part_failed = screen_records(part, screeners)
        found.append(_shifted(part_found, begin))
        failed += [(begin + index, why) for index, why in part_failed]
    return pa.concat_batches(found), failed


def audit_of(screeners: Sequence[Screener]) -> Audit:
    """What the first tiers of these screeners have passed so far."""
    return sum((screener.audit for screener in screeners if isinstance(screener, Audited)), Audit())


def held_by_screener(row: int, why: str) -> Held:
    """A record that a screener held for a reason of its own (see base.HELD), or failed on with an exception."""
    if why.startswith(OWN_REASONS):
        return Held(row=row, reason=why, detail=_SAID.get(why, why))
    return Held(row=row, reason=FAILED, detail=why)


def is_of_screener(reason: str) -> bool:
    """Whether records are held for this reason by a screener, not because they could not be read."""
    return reason == FAILED or reason.startswith(OWN_REASONS)


def _apart(found: pa.RecordBatch) -> tuple[pa.RecordBatch, list[tuple[int, str]]]:
    """The findings in records that no screener held, and the first reason of each that one did."""
    of_held = pc.equal(found.column("kind"), HELD)
    if not pc.any(of_held).as_py():
        return found, []
    rows = found.filter(of_held)
    indexes, reasons = rows.column("index").to_pylist(), rows.column("rule").to_pylist()
    why = dict(zip(reversed(indexes), reversed(reasons), strict=True))
    others = pc.invert(pc.is_in(found.column("index"), value_set=rows.column("index")))
    return found.filter(others), sorted(why.items())


def _shifted(found: pa.RecordBatch, by: int) -> pa.RecordBatch:
    return found.set_column(0, found.schema.field(0), pc.add(found.column(0), by))


def findings_of(
    path: str, batch: Batch, found: pa.RecordBatch, subjects: SubjectIndex | None = None
) -> Iterator[Finding]:
    """Findings with the digest of their record, computed once per record and only for those."""
    columns = {
        name: column.to_pylist() for name, column in zip(found.schema.names, found.columns, strict=True)
    }
    index = columns["index"]
    flagged = list(dict.fromkeys(index))
    digests = dict(zip(flagged, batch.digests(flagged), strict=True))
    places = zip(*(columns[name] for name in ("index", "field", "start", "end")), strict=True)
    return map(
        Finding,
        repeat(path),
        batch.rows.take(found.column("index")).to_pylist(),
        map(digests.__getitem__, index),
        *(columns[name] for name in ("screener", "version", "kind", "field", "start", "end")),
        np.round(found.column("score").to_numpy().astype(np.float64), 4).tolist(),
        *(columns[name] for name in ("rule", "validator", "context")),
        [tuple(box) if box else None for box in columns["box"]],
        repeat(None)
        if subjects is None
        else [
            _subject(subjects, kind, batch, place)
            for kind, place in zip(columns["kind"], places, strict=True)
        ],
    )


def _subject(subjects: SubjectIndex, kind: str, batch: Batch, place: tuple[int, str, int, int]) -> str | None:
    index, field, start, end = place
    if kind not in SUBJECT_KINDS or start == end:
        return None
    text: str = batch.fields.column(field)[index].as_py()
    return subjects.digest(kind, text[start:end])
