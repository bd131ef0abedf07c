"""Notices: what a person outside asks."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from datasets_app.models import Dataset
from moderation.encryption import EncryptedTextField
from moderation.kinds import NoticeState, NoticeType, TargetKind
from moderation.models.case import Case


class NoticeQuerySet(models.QuerySet["Notice"]):
    def to_locate(self) -> NoticeQuerySet:
        return self.filter(state=NoticeState.RECEIVED).order_by("pk")


class Notice(models.Model):
    """A takedown, opt-out or personal-data request; what the filer wrote is encrypted and purged after its time."""

    reference = models.CharField(max_length=20, unique=True)
    status_digest = models.CharField(max_length=64, unique=True)
    type = models.CharField(max_length=20, choices=NoticeType.choices)
    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="notices")
    target_kind = models.CharField(max_length=10, choices=TargetKind.choices)
    target = EncryptedTextField()
    reason = EncryptedTextField()
    contact = EncryptedTextField(blank=True)
    state = models.CharField(max_length=16, choices=NoticeState.choices, default=NoticeState.RECEIVED)
    cases = models.ManyToManyField(Case, related_name="notices")
    received_at = models.DateTimeField()
    due_on = models.DateField()
    searched_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    purged_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(type__in=NoticeType.values), name="notice_type_known"),
            models.CheckConstraint(condition=Q(state__in=NoticeState.values), name="notice_state_known"),
        ]

    def __str__(self) -> str:
        return self.reference
