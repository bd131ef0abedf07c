"""Screenings, the records they held, and the findings they made."""

from __future__ import annotations

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from datasets_app.models import Item, Shard
from moderation.encryption import KeyedDigestField
from moderation.kinds import FindingKind, ScreeningState


class ScreeningQuerySet(models.QuerySet["Screening"]):
    def claimable(self, at: datetime) -> ScreeningQuerySet:
        """Waiting ones, and running ones whose worker has let its lease run out."""
        return self.filter(
            Q(state=ScreeningState.WAITING) | Q(state=ScreeningState.RUNNING, lease_until__lt=at)
        ).order_by("pk")

    def of_last_pass(self) -> ScreeningQuerySet:
        """Without those whose shard was screened, or is to be, once more."""
        later = Screening.objects.filter(shard=OuterRef("shard"), revision__gt=OuterRef("revision"))
        return self.filter(~Exists(later))

    def leased(self, pk: int, fence: int) -> ScreeningQuerySet:
        """The row, only while it still belongs to the worker that was given this fence."""
        return self.filter(pk=pk, fence=fence, state=ScreeningState.RUNNING)


class Screening(models.Model):
    """One screener set's pass over one shard. The row is the queue: a worker leases it, works, and writes it.

    `revision` counts the passes over the shard from 1. Each of `versions` says name, version, configuration digest and
    notice of a screener whose word the pass gives.
    """

    shard = models.ForeignKey(Shard, on_delete=models.PROTECT, related_name="screenings")
    screeners = models.CharField(max_length=200)
    revision = models.PositiveIntegerField(default=1)
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
            models.UniqueConstraint(fields=["shard", "revision"], name="screening_once"),
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
    """What a screener says may be wrong with an item, where, and why.

    `start` and `end` (exclusive) are code points of a text; `box` is left, top, right, bottom of an upright picture.
    `rule`, `validator` and `context` explain it (hayward.screeners.base.Hit); `subject` is the keyed digest of what was
    found, by which a person can ask where they are.
    """

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="findings")
    screening = models.ForeignKey(Screening, on_delete=models.CASCADE, related_name="findings")
    screener = models.CharField(max_length=40)
    version = models.CharField(max_length=40)
    kind = models.CharField(max_length=40, choices=FindingKind.choices)
    field = models.CharField(max_length=200)
    start = models.IntegerField()
    end = models.IntegerField()
    score = models.FloatField()
    rule = models.CharField(max_length=80, blank=True, default="")
    validator = models.CharField(max_length=80, blank=True, default="")
    context = models.CharField(max_length=120, blank=True, default="")
    box = ArrayField(models.IntegerField(), size=4, null=True, blank=True)
    subject = KeyedDigestField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["screening", "item", "field", "kind", "start", "end", "box"],
                name="finding_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(start__gte=0, end__gte=F("start")), name="finding_span_ordered"
            ),
            models.CheckConstraint(condition=Q(kind__in=FindingKind.values), name="finding_kind_known"),
        ]
        indexes = [models.Index(fields=["subject"], name="finding_subject", condition=~Q(subject=""))]

    def __str__(self) -> str:
        return f"{self.kind} in {self.field} {self.start}–{self.end}"
