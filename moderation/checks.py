"""System checks: the policy covers every kind of finding and notice, and every personal field."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.apps import AppConfig, apps
from django.core.checks import CheckMessage, Error
from django.db import models

from moderation import policy
from moderation.encryption import EncryptedTextField, KeyedDigestField
from moderation.models import User

ACCOUNT_FIELDS = (models.CharField, models.TextField)


def policy_is_complete(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001 -- Django's signature
    """An error for every kind without a clause, and every personal field without a rule of retention."""
    try:
        rules = policy.current()
    except (policy.InvalidPolicy, OSError) as error:
        return [Error(f"The policy cannot be read: {error}", id="moderation.E001")]
    unruled = sorted(personal_fields() - rules.retention.keys())
    unknown = sorted(rules.retention.keys() - personal_fields())
    return [
        *(Error(gap, id="moderation.E002") for gap in policy.gaps(rules)),
        *(
            Error(
                f"The policy does not say how long {field} is kept.",
                hint=f"Add under retention:   {field}: {{days_after_decision: 30, why: …}}",
                id="moderation.E003",
            )
            for field in unruled
        ),
        *(
            Error(f"The policy rules {field}, which is not a personal field.", id="moderation.E004")
            for field in unknown
        ),
    ]


def personal_fields() -> set[str]:
    """Every encrypted field or keyed digest, and every text of an account, as app.Model.field."""
    return {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_app_config("moderation").get_models()
        for field in _personal(model)
    }


def _personal(model: type[models.Model]) -> "Iterable[models.Field[Any, Any]]":
    for field in model._meta.get_fields():
        if isinstance(field, EncryptedTextField | KeyedDigestField) or (
            model is User and isinstance(field, ACCOUNT_FIELDS)
        ):
            yield field
