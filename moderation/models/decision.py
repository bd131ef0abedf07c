"""Decisions: what was done about a case, under which clause of the policy."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q

from datasets_app.models import Dataset, Item, Release
from moderation.encryption import EncryptedTextField
from moderation.kinds import Action
from moderation.models.case import Case
from moderation.models.user import User


class DecisionQuerySet(models.QuerySet["Decision"]):
    def standing(self) -> DecisionQuerySet:
        """Neither undone nor reversed, and not itself the undoing of another."""
        return self.filter(overridden_by__isnull=True, overrides__isnull=True)

    def in_hold(self, at: datetime) -> DecisionQuerySet:
        return self.filter(hold_until__gt=at)


class Decision(models.Model):
    """An action with its policy clause, public reasoning and private note; never edited.

    A reversal is a new decision with action `restore` that `overrides` this one. `spans` holds
    {field, start, end, kind} in code points of the record as it was screened.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="decisions")
    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="decisions")
    item = models.ForeignKey(Item, null=True, blank=True, on_delete=models.PROTECT, related_name="decisions")
    release = models.ForeignKey(
        Release, null=True, blank=True, on_delete=models.PROTECT, related_name="decisions"
    )
    action = models.CharField(max_length=16, choices=Action.choices)
    clause = models.CharField(max_length=64)
    reasoning = models.TextField(blank=True)
    note = EncryptedTextField(blank=True)
    spans = models.JSONField(default=list, blank=True)
    label = models.CharField(max_length=64, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="decisions")
    at = models.DateTimeField()
    hold_until = models.DateTimeField()
    overrides = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="overridden_by"
    )
    policy_version = models.CharField(max_length=40)
    policy_digest = models.CharField(max_length=64)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(action__in=Action.values), name="decision_action_known"),
            models.CheckConstraint(
                condition=Q(action=Action.RESTORE.value, overrides__isnull=False)
                | (~Q(action=Action.RESTORE.value) & Q(overrides__isnull=True)),
                name="decision_restore_overrides_one",
            ),
        ]
        indexes = [models.Index(fields=["dataset", "-at"], name="decision_by_time")]

    def __str__(self) -> str:
        return f"{self.action} in {self.case}"
