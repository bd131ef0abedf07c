"""Counts what pages and programs show: progress of a release, health of a queue."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, Q, Sum

from datasets_app.models import Dataset, Release, Shard
from moderation.kinds import CaseState, ScreeningState
from moderation.models import Case, Screening


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the screening of a release has come. Counts are of records, but for the shards'."""

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
    shards = Shard.objects.filter(release=release).aggregate(count=Count("pk"), bytes=Sum("bytes"))
    rows = Screening.objects.filter(shard__release=release)
    states = {f"n_{state}": Count("pk", filter=Q(state=state)) for state in ScreeningState.values}
    sums = rows.aggregate(
        **states,
        total=Count("pk"),
        records=Sum("records"),
        passed=Sum("passed"),
        flagged=Sum("flagged"),
        held=Sum("held"),
        findings=Sum("findings_count"),
        bytes_done=Sum("bytes_done"),
        over_bytes=Sum("shard__bytes", filter=Q(state__in=[ScreeningState.DONE, ScreeningState.HELD])),
        running_bytes=Sum("bytes_done", filter=Q(state=ScreeningState.RUNNING)),
        bytes_total=Sum("shard__bytes"),
    )
    return Progress(
        shards=shards["count"],
        bytes=shards["bytes"] or 0,
        screenings=sums["total"],
        waiting=sums["n_waiting"],
        running=sums["n_running"],
        done=sums["n_done"],
        held_shards=sums["n_held"],
        records=sums["records"] or 0,
        passed=sums["passed"] or 0,
        flagged=sums["flagged"] or 0,
        held=sums["held"] or 0,
        findings=sums["findings"] or 0,
        bytes_done=(sums["over_bytes"] or 0) + (sums["running_bytes"] or 0),
        bytes_total=sums["bytes_total"] or 0,
    )


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
