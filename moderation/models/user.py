"""Users, and the roles they hold in datasets."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q

from datasets_app.models import Dataset
from moderation.kinds import Role


class User(AbstractUser):
    """A person with an account: moderator, maintainer, auditor or operator."""

    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.username

    @property
    def pseudonym(self) -> str:
        """The name under which a moderator's acts are committed to in the log, never the user name."""
        return f"mod:{self.pk}"


class Membership(models.Model):
    """A role of a user in a dataset; without a dataset it holds for all of them."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    dataset = models.ForeignKey(
        Dataset, null=True, blank=True, on_delete=models.CASCADE, related_name="memberships"
    )
    role = models.CharField(max_length=16, choices=Role.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "dataset", "role"], name="membership_once", nulls_distinct=False
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="membership_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.role} of {self.dataset or 'all datasets'}"
