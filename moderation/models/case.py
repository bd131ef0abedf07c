"""Cases, and the claims (leases) that moderators hold on them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from datasets_app.models import Dataset, Item
from moderation.kinds import CaseState, ClaimEnd, Severity
from moderation.models.user import User

if TYPE_CHECKING:
    from collections.abc import Iterable


class CaseQuerySet(models.QuerySet["Case"]):
    def open(self) -> CaseQuerySet:
        return self.filter(state=CaseState.OPEN)

    def of_datasets(self, datasets: Iterable[Dataset]) -> CaseQuerySet:
        return self.filter(dataset__in=datasets)

    def unclaimed(self, at: datetime) -> CaseQuerySet:
        """Without a claim that still runs."""
        running = Claim.objects.running(at).filter(case=models.OuterRef("pk"))
        return self.filter(~models.Exists(running))

    def waiting(self, at: datetime) -> CaseQuerySet:
        """Open and free to be claimed."""
        return self.open().unclaimed(at)

    def not_passed_on_by(self, user: User) -> CaseQuerySet:
        """Without the cases on which this person was not sure: somebody else looks at those."""
        return self.exclude(decisions__by=user, decisions__action="not_sure")

    def in_queue_order(self) -> CaseQuerySet:
        """The most severe first, then the oldest."""
        return self.order_by("-severity", "opened_at", "pk")


class Case(models.Model):
    """What one moderator decides in one sitting, about one item. `item` is empty until a notice's target is found."""

    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="cases")
    item = models.ForeignKey(Item, null=True, blank=True, on_delete=models.PROTECT, related_name="cases")
    state = models.CharField(max_length=16, choices=CaseState.choices, default=CaseState.OPEN)
    severity = models.PositiveSmallIntegerField(choices=Severity.choices, default=Severity.LOW)
    opened_at = models.DateTimeField()
    hold_until = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item"], condition=Q(state=CaseState.OPEN.value), name="case_one_open_per_item"
            ),
            models.CheckConstraint(condition=Q(state__in=CaseState.values), name="case_state_known"),
            models.CheckConstraint(
                condition=Q(state=CaseState.HELD.value, hold_until__isnull=False)
                | (~Q(state=CaseState.HELD.value) & Q(hold_until__isnull=True)),
                name="case_hold_has_an_end",
            ),
        ]
        indexes = [
            models.Index(
                "dataset",
                F("severity").desc(),
                "opened_at",
                "id",
                name="case_queue",
                condition=Q(state=CaseState.OPEN.value),
            ),
            models.Index(fields=["hold_until"], name="case_holds", condition=Q(state=CaseState.HELD.value)),
        ]

    def __str__(self) -> str:
        return f"case {self.pk}"


class ClaimQuerySet(models.QuerySet["Claim"]):
    def running(self, at: datetime) -> ClaimQuerySet:
        return self.filter(ended_at__isnull=True, until__gt=at)

    def run_out(self, at: datetime) -> ClaimQuerySet:
        return self.filter(ended_at__isnull=True, until__lte=at)

    def end(self, *, as_: ClaimEnd, at: datetime) -> int:
        """End these claims; gives how many there were."""
        return self.update(ended_at=at, ended_as=as_)


class Claim(models.Model):
    """A lease on a case: who, since when, until when, how it ended."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="claims")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="claims")
    since = models.DateTimeField()
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_as = models.CharField(max_length=16, choices=ClaimEnd.choices, blank=True)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(ended_at__isnull=True), name="claim_one_per_case"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.by} on {self.case}"


class Reveal(models.Model):
    """One look at a case's unmasked text: kept to protect the moderator and the person the text is about."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="reveals")
    by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="reveals")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.by} looked at {self.case}"
