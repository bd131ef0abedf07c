"""Counts what pages and programs show: progress of a release, health of a queue."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Min, Q, Sum

from datasets_app.models import Dataset, Release, Shard
from moderation.kinds import CaseState, ScreeningState
from moderation.models import Case, Screening


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the screening of a release has come. Counts are of records, but for the shards'.

    `findings` are those that the last of the `passes` over the release added.
    """

    shards: int
    bytes: int
    screenings: int
    waiting: int
    running: int
    done: int
    held_shards: int
    records: int
    passed: int
    flagged: int
    held: int
    findings: int
    bytes_done: int
    bytes_total: int
    passes: int

    @property
    def is_over(self) -> bool:
        return self.screenings > 0 and self.done + self.held_shards == self.screenings

    @property
    def percent(self) -> int:
        return (
            min(100, 100 * self.bytes_done // self.bytes_total)
            if self.bytes_total
            else (100 if self.is_over else 0)
        )


@dataclass(frozen=True, slots=True)
class QueueHealth:
    """How many cases wait in a dataset, since when the oldest does, and how many are being looked at."""

    dataset: Dataset
    waiting: int
    oldest: datetime | None
    in_hold: int
    closed: int


def progress(release: Release) -> Progress:
    """Progress of all screenings of a release, in two queries."""
    return progress_of([release])[release.pk]


def progress_of(releases: Sequence[Release]) -> dict[int, Progress]:
    """The progress of each release's last pass by its key, in two queries however many there are."""
    shards = Shard.objects.filter(release__in=releases).values("release").order_by("release")
    sizes = {row["release"]: row for row in shards.annotate(n=Count("pk"), size=Sum("bytes"))}
    screenings = (
        Screening.objects.filter(shard__release__in=releases)
        .of_last_pass()
        .values("shard__release")
        .order_by("shard__release")
    )
    counted = {row["shard__release"]: row for row in screenings.annotate(**_counts())}
    return {
        release.pk: _progress(sizes.get(release.pk, {}), counted.get(release.pk, {})) for release in releases
    }


def queue_health(datasets: list[Dataset], *, at: datetime) -> list[QueueHealth]:
    """The state of each dataset's queue, in two queries however many datasets there are."""
    rows = Case.objects.of_datasets(datasets).values("dataset").order_by("dataset")
    counted: dict[int, dict[str, Any]] = {
        row["dataset"]: dict(row)
        for row in rows.annotate(
            in_hold=Count("pk", filter=Q(state=CaseState.HELD)),
            closed=Count("pk", filter=Q(state=CaseState.CLOSED)),
        )
    }
    waiting: dict[int, dict[str, Any]] = {
        row["dataset"]: dict(row)
        for row in Case.objects.waiting(at)
        .of_datasets(datasets)
        .values("dataset")
        .order_by("dataset")
        .annotate(count=Count("pk"), oldest=Min("opened_at"))
    }
    return [
        QueueHealth(
            dataset=dataset,
            waiting=waiting.get(dataset.pk, {}).get("count", 0),
            oldest=waiting.get(dataset.pk, {}).get("oldest"),
            in_hold=counted.get(dataset.pk, {}).get("in_hold", 0),
            closed=counted.get(dataset.pk, {}).get("closed", 0),
        )
        for dataset in datasets
    ]


def _counts() -> dict[str, Count | Max | Sum]:
    over = Q(state__in=[ScreeningState.DONE, ScreeningState.HELD])
    columns = ("records", "passed", "flagged", "held", "findings_count")
    return {
        "n": Count("pk"),
        "passes": Max("revision"),
        "size": Sum("shard__bytes"),
        "over": Sum("shard__bytes", filter=over),
        "begun": Sum("bytes_done", filter=Q(state=ScreeningState.RUNNING)),
        **{f"n_{state}": Count("pk", filter=Q(state=state)) for state in ScreeningState.values},
        **{f"sum_{column}": Sum(column) for column in columns},
    }


def _progress(shards: Mapping[str, Any], rows: Mapping[str, Any]) -> Progress:
    return Progress(
        shards=shards.get("n", 0),
        bytes=shards.get("size", 0),
        screenings=rows.get("n") or 0,
        waiting=rows.get("n_waiting") or 0,
        running=rows.get("n_running") or 0,
        done=rows.get("n_done") or 0,
        held_shards=rows.get("n_held") or 0,
        records=rows.get("sum_records") or 0,
        passed=rows.get("sum_passed") or 0,
        flagged=rows.get("sum_flagged") or 0,
        held=rows.get("sum_held") or 0,
        findings=rows.get("sum_findings_count") or 0,
        bytes_done=(rows.get("over") or 0) + (rows.get("begun") or 0),
        bytes_total=rows.get("size") or 0,
        passes=rows.get("passes") or 0,
    )
