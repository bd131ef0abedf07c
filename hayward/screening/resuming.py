"""Keeps what each pass over a shard found, so that a later run only does what is not done or has changed."""

from __future__ import annotations

import hashlib
import heapq
import json
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import IO, Any

from hayward.formats import Held, UnreadableShard, open_shard
from hayward.formats.storage import filesystem, is_folder, is_url
from hayward.screeners import Screener
from hayward.screening.findings import Finding, JsonLinesWriter, read_lines
from hayward.screening.shards import HELD_LISTED, ShardProgress, ShardReport, is_of_screener, screen_shard

FORMAT = "hayward-pass/1"
# What a killed run left half written is removed when it is older than any run that might still be writing it.
STALE_SECONDS = 24 * 3600
RECORDS_PER_BATCH = 1_000

Identity = tuple[str, str, str]
OnBatch = Callable[[ShardProgress], None]


@dataclass(frozen=True)
class Pass:
    """One reading of a shard: by which screeners, what became of its records, and the file of findings."""

    screeners: tuple[Identity, ...]
    fields: tuple[str, ...]
    report: ShardReport
    findings: Path

    @property
    def failed(self) -> dict[int, Held]:
        """The records that a screener of this pass failed on, by row."""
        return {held.row: held for held in self.report.held_records if is_of_screener(held.reason)}

    def serves(self, screener: Identity, wanted: Sequence[Identity]) -> bool:
        """Whether what this screener found in this pass still holds, when these screeners are wanted.

        Nothing is found in a record that any screener of the pass failed on. So where that happened, the pass holds
        only as long as all its screeners are as they were.
        """
        if screener not in self.screeners:
            return False
        return not any(map(is_of_screener, self.report.held_reasons)) or set(self.screeners) <= set(wanted)


class ResumedScreening:
    """As ShardScreening, but passes that are done are kept in the folder `state` and not made again.

    A pass is done again when the shard's size or time of change differs, when it could not be read to its end, or
    when a screener has another version or configuration; then only the changed screeners read the shard. Findings
    come in the order in which one pass with all screeners gives them.
    """

    def __init__(
        self,
        path: str,
        *,
        state: Path,
        screeners: Sequence[Screener],
        fields: Sequence[str] | None = None,
        on_batch: OnBatch | None = None,
    ) -> None:
        self.report = ShardReport(path=path)
        self._path, self._screeners, self._fields, self._on_batch = path, screeners, fields, on_batch
        name = json.dumps([path, list(fields) if fields else None], ensure_ascii=False)
        self._folder = state / hashlib.sha256(name.encode()).hexdigest()[:32]

    def __iter__(self) -> Iterator[list[Finding]]:
        """Screens what is left to do, then gives all findings; a shard that cannot be read ends in `report.error`."""
        self._folder.mkdir(parents=True, exist_ok=True)
        stamp = stamp_of(self._path)
        kept = _kept(self._folder, stamp)
        wanted = [_identity(screener) for screener in self._screeners]
        served = {one: found for one in wanted if (found := _serving(kept, one, wanted)) is not None}
        due = [screener for screener in self._screeners if _identity(screener) not in served]
        if due:
            fresh = self._screen(due, stamp)
            if fresh.report.error is not None and served:
                fresh, served = self._screen(self._screeners, stamp), {}
            served |= dict.fromkeys(fresh.screeners, fresh)
        elif self._on_batch is not None:
            known = next(iter(served.values())).report
            self._on_batch(ShardProgress(self._path, known.bytes or 0, known.bytes, known.read))
        yield from self._merged(served, wanted)
        _tidy(self._folder, {one.findings.stem for one in served.values()})

    def _screen(self, screeners: Sequence[Screener], stamp: str | None) -> Pass:
        identities = tuple(_identity(screener) for screener in screeners)
        name = hashlib.sha256(json.dumps(identities).encode()).hexdigest()[:16]
        findings, marker = self._folder / f"{name}.jsonl", self._folder / f"{name}.json"
        marker.unlink(missing_ok=True)
        screening = screen_shard(
            self._path, screeners=screeners, fields=self._fields, on_batch=self._on_batch
        )
        with _whole(findings) as file:
            writer = JsonLinesWriter(file)
            for found in screening:
                writer.write(found)
        done = Pass(identities, _fields_of(self._path, self._fields), screening.report, findings)
        if _is_kept(screening.report) and stamp is not None and stamp_of(self._path) == stamp:
            with _whole(marker) as file:
                file.write(_marker(done, stamp))
        return done

    def _merged(self, served: Mapping[Identity, Pass], wanted: Sequence[Identity]) -> Iterator[list[Finding]]:
        passes = list({id(one): one for one in served.values()}.values())
        failed = {row: held for one in passes for row, held in one.failed.items()}
        self.report = report = _account(passes, failed)
        order = {name: number for number, (name, _, _) in enumerate(wanted)}
        parts = [
            _places(one, {name for (name, _, _), found in served.items() if found is one}, order)
            for one in passes
        ]
        waiting: list[Finding] = []
        for row, places in groupby(heapq.merge(*parts, key=_place), key=lambda place: place[0].record):
            if row in failed:
                continue
            found = [finding for finding, *_ in places]
            _count(report, found)
            waiting += found
            if len(waiting) >= RECORDS_PER_BATCH:
                yield waiting
                waiting = []
        report.passed = report.read - report.flagged - report.held
        if waiting:
            yield waiting


def stamp_of(path: str) -> str | None:
    """What changes when a shard's bytes do: sizes and times of change; None where its storage tells none."""
    try:
        if is_url(path):
            system, inside = filesystem(path)
            return str(system.ukey(inside))
        files = sorted(Path(path).iterdir()) if is_folder(path) else [Path(path)]
        states = [(file.name, file.stat().st_size, file.stat().st_mtime_ns) for file in files]
        return hashlib.sha256(json.dumps(states).encode()).hexdigest()
    except (OSError, NotImplementedError, UnreadableShard):
        return None


def _identity(screener: Screener) -> Identity:
    return screener.name, screener.version, screener.config_digest


def _serving(kept: Sequence[Pass], screener: Identity, wanted: Sequence[Identity]) -> Pass | None:
    return next((one for one in kept if one.serves(screener, wanted)), None)


def _is_kept(report: ShardReport) -> bool:
    """Whether a pass may stand for the shard: it came to its end, and each held record is named."""
    return report.error is None and len(report.held_records) == report.held


def _kept(folder: Path, stamp: str | None) -> list[Pass]:
    """The passes over the shard as it is now; a file that is none is passed over, and its work done again."""
    passes = []
    for marker in sorted(folder.glob("*.json")):
        with suppress(OSError, ValueError, KeyError, TypeError):
            value = json.loads(marker.read_bytes())
            findings = marker.with_suffix(".jsonl")
            whole = findings.stat().st_size == value["findings_bytes"]
            if value["format"] == FORMAT and stamp is not None and value["stamp"] == stamp and whole:
                passes.append(
                    Pass(
                        tuple((name, version, config) for name, version, config in value["screeners"]),
                        tuple(value["fields"]),
                        read_report(value["report"]),
                        findings,
                    )
                )
    return passes


def read_report(value: Mapping[str, Any]) -> ShardReport:
    """A shard's report from its JSON, as `asdict` made it."""
    held = [Held(**one) for one in value["held_records"]]
    return ShardReport(**{**value, "held_records": held})


def _marker(done: Pass, stamp: str) -> bytes:
    value = {
        "format": FORMAT,
        "stamp": stamp,
        "screeners": done.screeners,
        "fields": done.fields,
        "findings_bytes": done.findings.stat().st_size,
        "report": asdict(done.report),
    }
    return json.dumps(value, ensure_ascii=False).encode()


def _fields_of(path: str, fields: Sequence[str] | None) -> tuple[str, ...]:
    try:
        return open_shard(path, fields=fields).fields
    except UnreadableShard:
        return ()


def _account(passes: Sequence[Pass], failed: Mapping[int, Held]) -> ShardReport:
    """The report of all passes together, before findings are counted."""
    first = passes[0].report
    held = sorted(
        [one for one in first.held_records if not is_of_screener(one.reason)] + list(failed.values()),
        key=lambda one: one.row,
    )
    if len(passes) == 1:
        # More records may be held than are listed.
        return replace(first, passed=0, flagged=0, findings=0, kinds={})
    return replace(
        first,
        passed=0,
        flagged=0,
        findings=0,
        kinds={},
        held=len(held),
        held_reasons=dict(Counter(one.reason for one in held)),
        held_records=held[:HELD_LISTED],
    )


def _count(report: ShardReport, found: Sequence[Finding]) -> None:
    report.flagged += 1
    report.findings += len(found)
    for finding in found:
        report.kinds[finding.kind] = report.kinds.get(finding.kind, 0) + 1


Place = tuple[Finding, int, int]


def _places(one: Pass, names: set[str], order: Mapping[str, int]) -> Iterator[Place]:
    """The findings of a pass by these screeners, with what their order within a record goes by."""
    ranks = {name: rank for rank, name in enumerate(one.fields)}
    with one.findings.open("rb") as file:
        for finding in read_lines(file):
            if finding.screener in names:
                yield finding, ranks.get(finding.field, len(ranks)), order[finding.screener]


def _place(place: Place) -> tuple[int, int, int]:
    finding, field, screener = place
    return finding.record, field, screener


def _tidy(folder: Path, used: set[str]) -> None:
    """Removes passes that newer ones have replaced, and what killed runs left behind."""
    for file in folder.iterdir():
        is_old_part = file.name.startswith(".") and file.stat().st_mtime < time.time() - STALE_SECONDS
        if is_old_part or (not file.name.startswith(".") and file.stem not in used):
            file.unlink(missing_ok=True)


@contextmanager
def _whole(path: Path) -> Iterator[IO[bytes]]:
    """A file that appears under its name once it is complete and on disk."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with temporary.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
