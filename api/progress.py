"""Counts how far the screening of several releases has come, and shapes it for programs."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Count, Q, Sum

from datasets_app.models import Release, Shard
from moderation.kinds import ScreeningState
from moderation.models import Screening
from moderation.reports import Progress

SUMS = {
    "records": "records",
    "passed": "passed",
    "flagged": "flagged",
    "held": "held",
    "findings": "findings_count",
}


def of_releases(releases: Sequence[Release]) -> dict[int, Progress]:
    """The progress of each release by its key, in two queries however many there are."""
    shards = {
        row["release"]: row
        for row in Shard.objects.filter(release__in=releases)
        .values("release")
        .annotate(count=Count("pk"), bytes_sum=Sum("bytes"))
    }
    states = {f"n_{state}": Count("pk", filter=Q(state=state)) for state in ScreeningState.values}
    sums = {f"sum_{name}": Sum(column) for name, column in SUMS.items()}
    screenings = {
        row["shard__release"]: row
        for row in Screening.objects.filter(shard__release__in=releases)
        .values("shard__release")
        .annotate(
            total=Count("pk"),
            sum_bytes_done=Sum("bytes_done"),
            sum_bytes=Sum("shard__bytes"),
            **states,
            **sums,
        )
    }
    return {
        release.pk: _progress(shards.get(release.pk, {}), screenings.get(release.pk, {}))
        for release in releases
    }


def screening(progress: Progress) -> dict[str, Any]:
    """The progress in the API's words: read = passed + flagged + held."""
    begun = progress.running + progress.done + progress.held_shards > 0
    return {
        "state": "done" if progress.is_over else "running" if begun else "waiting",
        "shards_done": progress.done,
        "shards_total": progress.screenings or progress.shards,
        "shards_failed": progress.held_shards,
        "read": progress.records,
        "passed": progress.passed,
        "flagged": progress.flagged,
        "held": progress.held,
        "findings": progress.findings,
    }


def _progress(shards: Mapping[str, Any], rows: Mapping[str, Any]) -> Progress:
    return Progress(
        shards=shards.get("count", 0),
        bytes=shards.get("bytes_sum", 0),
        screenings=rows.get("total", 0),
        waiting=rows.get("n_waiting", 0),
        running=rows.get("n_running", 0),
        done=rows.get("n_done", 0),
        held_shards=rows.get("n_held", 0),
        bytes_done=rows.get("sum_bytes_done", 0),
        bytes_total=rows.get("sum_bytes", 0),
        **{name: rows.get(f"sum_{name}", 0) for name in SUMS},
    )
