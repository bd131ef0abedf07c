"""Erases personal data whose time is over, by the policy's rules of retention."""

from datetime import datetime, timedelta

from django.apps import apps
from django.db import transaction

from moderation import policy
from moderation.models import Notice


@transaction.atomic
def purge_expired(*, at: datetime) -> int:
    """Empty every field whose retention has run out since its decision; gives the number of values erased."""
    purged = sum(_purge(rule.field, rule.days_after_decision, at) for rule in _timed())
    Notice.objects.filter(purged_at=None, decided_at__isnull=False, target="", reason="", contact="").update(
        purged_at=at
    )
    return purged


def _timed() -> list[policy.Retention]:
    return [rule for rule in policy.current().retention.values() if rule.days_after_decision is not None]


def _purge(field: str, days: int | None, at: datetime) -> int:
    label, _, name = field.rpartition(".")
    rows = apps.get_model(label)._default_manager.filter(decided_at__lte=at - timedelta(days=days or 0))
    purged: int = rows.exclude(**{name: ""}).update(**{name: ""})
    return purged
