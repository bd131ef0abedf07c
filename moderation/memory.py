"""Remembers what was removed, so that its copies are proposed wherever they turn up again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db.models import Exists, OuterRef, QuerySet

from datasets_app.models import Item
from moderation.kinds import Action, CaseState
from moderation.models import Decision, Fingerprint

Row = TypeVar("Row", Item, Fingerprint)


@dataclass(frozen=True, slots=True)
class Print:
    """What is kept of one field of a removed record (see `Fingerprint`)."""

    field: str
    content: bytes | None = None
    signature: bytes | None = None
    pdq: bytes | None = None


def to_remember() -> QuerySet[Item]:
    """Items whose removal is past its hold and that have no fingerprint yet, in order of their making."""
    return _removed(Item.objects.all(), "pk").filter(fingerprints=None).order_by("pk")


def remember(*, item: Item, prints: Sequence[Print], at: datetime) -> None:
    """Keep the fingerprints of a removed record; without any, only its digest is remembered."""
    rows = [
        Fingerprint(
            item=item,
            field=given.field,
            content=given.content,
            signature=given.signature,
            pdq=given.pdq,
            made_at=at,
        )
        for given in prints or [Print(field="")]
    ]
    Fingerprint.objects.bulk_create(rows, ignore_conflicts=True)


def remembered() -> QuerySet[Fingerprint]:
    """The fingerprints of records whose removal still stands, in order of their making."""
    return _removed(Fingerprint.objects.all(), "item").select_related("item").order_by("pk")


def _removed(rows: QuerySet[Row], item: str) -> QuerySet[Row]:
    removals = Decision.objects.standing().filter(
        item=OuterRef(item), action=Action.REMOVE, case__state=CaseState.CLOSED
    )
    return rows.filter(Exists(removals))
