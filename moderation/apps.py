"""Registers the moderation app with Django, and its system checks."""

from django.apps import AppConfig


class ModerationConfig(AppConfig):
    name = "moderation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.core import checks

        from moderation.checks import policy_is_complete

        checks.register(policy_is_complete)
