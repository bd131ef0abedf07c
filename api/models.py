"""API tokens: whose they are, what they may do, and what their owner calls them."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from django.db.models import Manager as AuthTokenManager
    from django.db.models import Model as AbstractAuthToken
else:
    from knox.models import AbstractAuthToken, AuthTokenManager


class Scope(models.TextChoices):
    """What a token may be used for; its owner's rights in a dataset are asked as well."""

    DATASETS_WRITE = "datasets:write", "Register datasets and releases"
    FINDINGS_READ = "findings:read", "Read findings"
    CASES_READ = "cases:read", "Read cases"
    DECISIONS_READ = "decisions:read", "Read decisions"
    PATCH_READ = "patch:read", "Pull patches"


class Tokens(AuthTokenManager["ApiToken"]):
    """Knox's manager: `create(user, label=…, scopes=…)` gives the row and, this once, the token's text."""


class ApiToken(AbstractAuthToken):
    """A token with a label and scopes; only its hash is stored."""

    label = models.CharField(max_length=80)
    scopes = models.JSONField(default=list)
    last_used_at = models.DateTimeField(null=True, blank=True)

    objects = Tokens()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(scopes__contained_by=Scope.values), name="token_scopes_known")
        ]

    def __str__(self) -> str:
        return self.label
