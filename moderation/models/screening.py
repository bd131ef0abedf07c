"""Screenings, the records they held, and the findings they made."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from datasets_app.models import Item, Shard
from moderation.kinds import FindingKind, ScreeningState


class ScreeningQuerySet(models.QuerySet["Screening"]):
    def claimable(self, at: datetime) -> ScreeningQuerySet:
        """Waiting ones, and running ones whose worker has let its lease run out."""
        return self.filter(
            Q(state=ScreeningState.WAITING) | Q(state=ScreeningState.RUNNING, lease_until__lt=at)
        ).order_by("pk")

    def leased(self, pk: int, fence: int) -> ScreeningQuerySet:
        """The row, only while it still belongs to the worker that was given this fence."""
        return self.filter(pk=pk, fence=fence, state=ScreeningState.RUNNING)


class Screening(models.Model):
    """One screener set's pass over one shard. The row is the queue: a worker leases it, works, and writes it."""

    shard = models.ForeignKey(Shard, on_delete=models.PROTECT, related_name="screenings")
    screeners = models.CharField(max_length=200)
    state = models.CharField(max_length=16, choices=ScreeningState.choices, default=ScreeningState.WAITING)
    fence = models.PositiveIntegerField(default=0)
    attempts = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    versions = models.JSONField(default=list, blank=True)
    records = models.BigIntegerField(default=0)
    passed = models.BigIntegerField(default=0)
    flagged = models.BigIntegerField(default=0)
    held = models.BigIntegerField(default=0)
    findings_count = models.BigIntegerField(default=0)
    bytes_done = models.BigIntegerField(default=0)
    error = models.TextField(blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = ScreeningQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shard", "screeners"], name="screening_once"),
            models.CheckConstraint(
                condition=Q(records=F("passed") + F("flagged") + F("held")),
                name="screening_conserves_records",
            ),
            models.CheckConstraint(
                condition=Q(state__in=ScreeningState.values), name="screening_state_known"
            ),
        ]
        indexes = [models.Index(fields=["state", "lease_until"], name="screening_queue")]

    def __str__(self) -> str:
        return f"{self.shard} by {self.screeners}"


class HeldRecord(models.Model):
    """A record that could not be read or screened: neither passed nor dropped, but shown with its reason."""

    screening = models.ForeignKey(Screening, on_delete=models.CASCADE, related_name="held_records")
    row = models.BigIntegerField()
    reason = models.CharField(max_length=40)
    detail = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["screening", "row"], name="held_record_once")]

    def __str__(self) -> str:
        return f"row {self.row}: {self.reason}"


class Finding(models.Model):
    """What a screener says may be wrong with an item: kind, span (code points, end exclusive), score."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="findings")
    screening = models.ForeignKey(Screening, on_delete=models.CASCADE, related_name="findings")
    screener = models.CharField(max_length=40)
    version = models.CharField(max_length=40)
    kind = models.CharField(max_length=40, choices=FindingKind.choices)
    field = models.CharField(max_length=200)
    start = models.IntegerField()
    end = models.IntegerField()
    score = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["screening", "item", "field", "kind", "start", "end"], name="finding_once"
            ),
            models.CheckConstraint(
                condition=Q(start__gte=0, end__gte=F("start")), name="finding_span_ordered"
            ),
            models.CheckConstraint(condition=Q(kind__in=FindingKind.values), name="finding_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} in {self.field} {self.start}–{self.end}"
