"""PostgreSQL and Redis of our own, for whoever has none: started on need, gone with the last program."""

from django.conf import settings

from config.embedded.folders import CannotStart
from config.embedded.lease import Lease, take

__all__ = ["CannotStart", "Lease", "ensure", "release", "take"]

_held: list[Lease] = []


def ensure() -> None:
    """Have the servers that the settings don't name elsewhere, for as long as this process lives.

    Nothing happens when DATABASE_URL and REDIS_URL are both set. Raises CannotStart.
    """
    if settings.HAYWARD_EMBEDDED and not _held:
        _held.append(take(settings.HAYWARD_HOME, settings.HAYWARD_EMBEDDED))


def release() -> None:
    """Let go of what `ensure` took, before the process ends."""
    while _held:
        _held.pop().close()
