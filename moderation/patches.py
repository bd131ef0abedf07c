"""Says what the entries since a given one mean for the bytes: the patch document that copies apply."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Min, Prefetch

from datasets_app.models import Dataset, Location, Release
from moderation import changelog
from moderation.kinds import METADATA_KINDS, Action
from moderation.models import Decision

FORMAT = "hayward-patch/1"
CHANGING = [Action.REMOVE, Action.REDACT, Action.LABEL, Action.RESTORE]


def build(*, dataset: Dataset, release: Release, since: int, at: datetime) -> dict[str, Any]:
    """The patch document (docs/formats.md) for the entries from `since` on, with locations in that release.

    It ends before the first decision that is still in its hold, and covers only entries under a signed checkpoint.
    A decision that was taken back within the document is left out together with its restoring.
    The number of queries does not depend on the number of entries.
    """
    until = max(since, settled_size(dataset=dataset, at=at))
    return {
        "format": FORMAT,
        "dataset": dataset.slug,
        "release": release.version,
        "since": since,
        "until": until,
        "operations": list(_operations(dataset, release, since, until)),
    }


def settled_size(*, dataset: Dataset, at: datetime) -> int:
    """How many entries, from the first on, are published and past their hold."""
    published = changelog.published_size(dataset)
    held = Decision.objects.filter(dataset=dataset).in_hold(at).aggregate(first=Min("entry__seq"))["first"]
    return published if held is None else min(published, held)


def _operations(dataset: Dataset, release: Release, since: int, until: int) -> Iterator[dict[str, Any]]:
    for decision in _changing(dataset, release, since, until):
        override = getattr(decision, "overridden_by", None)
        if override is not None and override.entry.seq < until:
            continue
        if decision.overrides and decision.overrides.entry.seq >= since:
            continue
        yield _operation(decision)


def _changing(dataset: Dataset, release: Release, since: int, until: int) -> Iterator[Decision]:
    here = Location.objects.filter(shard__release=release).select_related("shard").order_by("pk")
    return iter(
        Decision.objects.filter(
            dataset=dataset,
            action__in=CHANGING,
            item__isnull=False,
            entry__seq__gte=since,
            entry__seq__lt=until,
        )
        .select_related("entry", "item", "overridden_by__entry", "overrides__entry")
        .prefetch_related(Prefetch("item__locations", queryset=here, to_attr="here"))
        .order_by("entry__seq")
    )


def _operation(decision: Decision) -> dict[str, Any]:
    item: Any = decision.item
    operation: dict[str, Any] = {
        "seq": decision.entry.seq,
        "action": str(decision.action),
        "digest": item.digest,
        "locations": [
            {"shard": place.shard.path, "sha256": place.shard.sha256, "row": place.row} for place in item.here
        ],
    }
    if decision.action == Action.REDACT:
        operation["spans"] = [_effective(span) for span in decision.spans]
    if decision.action == Action.LABEL:
        operation["label"] = decision.label
    if decision.overrides:
        operation["ref"] = decision.overrides.entry.seq
    return operation


def _effective(span: dict[str, Any]) -> dict[str, Any]:
    """A decided span with what it means for a picture: a box is blurred, metadata are dropped."""
    if "box" in span:
        return {**span, "effect": "blur"}
    return {**span, "effect": "drop_metadata"} if span["kind"] in METADATA_KINDS else span
