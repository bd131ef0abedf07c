"""Shards to screen, and what a screening must leave behind, said by the library alone."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from datasets_app.models import Item, Location, Release
from hayward.screeners import load
from hayward.screening import screen_shard
from moderation import policy
from moderation.models import Case, Finding, HeldRecord, Screening

PROSE = "The hayward walked along the fences of the common and wrote down which of them were broken. " * 6


def records(count: int) -> Iterator[dict[str, Any]]:
    """Invented text; every tenth record holds an address, every hundredth is the same as another."""
    for number in range(count):
        who = f"Write to nora.lind.{number % 5000}@example.org today. " if number % 10 == 0 else ""
        text = f"{who}{PROSE}" if number % 100 == 0 else f"{who}{PROSE}{number}"
        yield {"text": text, "url": f"https://example.org/fences/{number}"}


@dataclass
class Result:
    """Everything that a screening writes, in a form that two of them can be compared by."""

    counts: Counter[str] = field(default_factory=Counter)
    findings: Counter[tuple[Any, ...]] = field(default_factory=Counter)
    places: set[tuple[str, int, str]] = field(default_factory=set)
    held: set[tuple[str, int, str]] = field(default_factory=set)
    items: set[str] = field(default_factory=set)
    cases: Counter[str] = field(default_factory=Counter)


def expected(release: Release) -> Result:
    """What `hayward.screening` says about the release's shards, with each finding about an item once per shard."""
    result, rules = Result(), policy.current()
    for shard in release.shards.all():
        passing = screen_shard(shard.url, screeners=load(release.screeners), fields=release.fields or None)
        found = [finding for batch in passing for finding in batch]
        report = passing.report
        result.counts.update(
            records=report.read, passed=report.passed, flagged=report.flagged, held=report.held
        )
        result.counts.update(findings=len(found))
        result.findings.update({(shard.path, *_about(f), f.digest, round(f.score, 3)) for f in found})
        result.places.update((shard.path, f.record, f.digest) for f in found)
        result.held.update((shard.path, held.row, held.reason) for held in report.held_records)
        result.items.update(f.digest for f in found)
        result.cases.update({f.digest: 1 for f in found if rules.opens_case(f.kind, f.score)})
    result.cases = Counter(dict.fromkeys(result.cases, 1))
    return result


def stored(release: Release) -> Result:
    """What stands in the database about the release."""
    screenings = Screening.objects.filter(shard__release=release)
    counts: Counter[str] = Counter()
    for row in screenings:
        counts.update(records=row.records, passed=row.passed, flagged=row.flagged, held=row.held)
        counts.update(findings=row.findings_count)
    findings = Finding.objects.filter(screening__in=screenings).select_related("item", "screening__shard")
    places = Location.objects.filter(shard__release=release).values_list("shard__path", "row", "item__digest")
    held = HeldRecord.objects.filter(screening__in=screenings)
    return Result(
        counts=counts,
        findings=Counter(
            (f.screening.shard.path, *_about(f), f.item.digest, round(f.score, 3)) for f in findings
        ),
        places=set(places),
        held=set(held.values_list("screening__shard__path", "row", "reason")),
        items=set(Item.objects.filter(dataset=release.dataset).values_list("digest", flat=True)),
        cases=Counter(
            _digests(Case.objects.filter(dataset=release.dataset).values_list("item__digest", flat=True))
        ),
    )


def _about(found: Any) -> tuple[Any, ...]:
    return (found.screener, found.version, found.kind, found.field, found.start, found.end)


def _digests(values: Iterable[str | None]) -> list[str]:
    return [value for value in values if value]
