"""The report of a screening as a JSON document: which screeners, and what became of every record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from hayward.screeners import Screener
from hayward.screeners.toxicity.audit import Audit
from hayward.screening.shards import ShardReport

FORMAT = "hayward-screening/1"
TOTALS = ("read", "passed", "flagged", "held", "findings")


def document(
    screeners: Sequence[Screener], fields: Sequence[str] | None, reports: Sequence[ShardReport]
) -> dict[str, Any]:
    """The report of a run (docs/formats.md): per shard and in total, read = passed + flagged + held."""
    described = [
        {
            "name": screener.name,
            "version": screener.version,
            "config_digest": screener.config_digest,
            "kinds": list(screener.kinds),
            "notice": screener.notice,
        }
        for screener in screeners
    ]
    return {
        "format": FORMAT,
        "screeners": described,
        "fields": list(fields) if fields else None,
        "shards": [asdict(shard) for shard in reports],
        "total": total(reports),
    }


def total(reports: Sequence[ShardReport]) -> dict[str, Any]:
    """The counts of all shards together, and how many of them could not be read to their end."""
    kinds: Counter[str] = Counter()
    for shard in reports:
        kinds.update(shard.kinds)
    counts = {name: sum(getattr(shard, name) for shard in reports) for name in TOTALS}
    unreadable = sum(shard.error is not None for shard in reports)
    audit = sum((Audit.of(shard.audit) for shard in reports), Audit())
    return {
        "shards": len(reports),
        "unreadable": unreadable,
        **counts,
        "kinds": dict(sorted(kinds.items())),
        **({"audit": audit.report()} if audit.passed else {}),
    }
