"""Redacted copies of shards: what the screeners find is replaced, every other byte stays."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from hayward.formats import Held, UnreadableShard, detect_format, fingerprint, iterate_records
from hayward.patching.errors import SpanOutside, UnableToRewrite
from hayward.patching.plan import Span
from hayward.patching.replacing import prepare
from hayward.patching.rewriting import WRITERS, Edits
from hayward.patching.spans import merge
from hayward.patching.substitutes import Writing
from hayward.screeners import Screener
from hayward.screening.bundles import NAME as BUNDLES
from hayward.screening.shards import HELD_LISTED, ShardReport, screen_shard


@dataclass
class RedactedShard:
    """What became of a shard: `redacted` records of `read`, spans by kind, `held` records left out of the copy.

    `error` says why there is no copy.
    """

    path: str
    out: str
    read: int = 0
    redacted: int = 0
    held: int = 0
    spans: dict[str, int] = field(default_factory=dict)
    held_reasons: dict[str, int] = field(default_factory=dict)
    sha256_before: str | None = None
    sha256_after: str | None = None
    error: str | None = None


def redact_shard(
    path: str,
    out: Path,
    *,
    screeners: Sequence[Screener],
    writing: Writing,
    least_score: float = 0.0,
    fields: Sequence[str] | None = None,
) -> RedactedShard:
    """Writes the redacted copy of a shard to `out`, complete or not at all.

    Findings in texts with at least `least_score` are replaced as `writing` says. A record that cannot be read or
    screened is left out of the copy and counted, for nobody knows what is in it. Raises UnableToLoad, UnableToWrite.
    """
    report = RedactedShard(path, str(out))
    try:
        before = fingerprint(path).sha256
        form = detect_format(path)
        if form not in WRITERS:
            raise UnreadableShard(path, "unknown-format", "a folder of pictures holds no text to redact")
        edits = _edits(path, report, screeners, fields, writing=writing, least_score=least_score)
        if report.error:
            return report
        out.parent.mkdir(parents=True, exist_ok=True)
        new = prepare(out, lambda file: WRITERS[form](path, edits, file))
        new.commit()
        report.sha256_before, report.sha256_after = before, new.sha256
    except (UnreadableShard, UnableToRewrite, SpanOutside) as error:
        report.error = str(error)
    return report


def _edits(
    path: str,
    report: RedactedShard,
    screeners: Sequence[Screener],
    fields: Sequence[str] | None,
    *,
    writing: Writing,
    least_score: float,
) -> Edits:
    """What to replace in each record, None for a record that is left out; counts it all in the report."""
    found: dict[int, list[Span]] = defaultdict(list)
    screening = screen_shard(path, screeners=screeners, fields=fields)
    for findings in screening:
        for one in findings:
            if (
                one.score >= least_score
                and one.screener != BUNDLES
                and one.box is None
                and one.end > one.start
            ):
                found[one.record].append(Span(one.field, one.start, one.end, one.kind))
    _count(report, screening.report)
    spans = _written(path, {row: merge(own) for row, own in found.items()}, writing)
    report.redacted = len(spans)
    report.spans = dict(sorted(Counter(span.kind for own in spans.values() for span in own).items()))
    return {**spans, **{held.row: None for held in screening.report.held_records}}


def _count(report: RedactedShard, screened: ShardReport) -> None:
    report.read, report.held, report.error = screened.read, screened.held, screened.error
    report.held_reasons = screened.held_reasons
    if screened.held > HELD_LISTED and not report.error:
        report.error = (
            f"{screened.path}: more than {HELD_LISTED} records cannot be screened; no copy is made."
        )


def _written(path: str, found: dict[int, tuple[Span, ...]], writing: Writing) -> dict[int, tuple[Span, ...]]:
    """The spans with what replaces them, without those that only touch what an earlier run wrote."""
    spans: dict[int, tuple[Span, ...]] = {}
    for row, record in iterate_records(path, frozenset(found)) if found else ():
        if isinstance(record, Held):
            continue
        left = writing.unwritten(record, found[row])
        if left:
            spans[row] = writing.written(record, left)
    return spans
