"""Shapes the progress of a screening for programs."""

from typing import Any

from moderation.reports import Progress


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
