"""Lists and hashes the shards of releases that came without a manifest, and queues every ready release."""

import logging

from celery.exceptions import SoftTimeLimitExceeded
from django.db import InterfaceError, OperationalError

from datasets_app import registering, storage
from datasets_app.models import Release
from moderation import screening
from moderation.models import Screening
from workers import locks

logger = logging.getLogger(__name__)


def register(release: Release) -> None:
    """Make a registering release ready, or failed with the reason, unless another worker is at it."""
    with locks.sole(locks.REGISTERING, release.pk) as is_mine:
        if not is_mine or not Release.objects.registering().filter(pk=release.pk).exists():
            return
        try:
            manifest = registering.listed_manifest(release)
            registering.record_manifest(release=release, manifest=manifest)
        except (registering.UnableToRegister, storage.NotAllowed) as error:
            registering.fail_release(release=release, error=str(error))
            logger.warning("release %s could not be registered", release.pk)
        except registering.AlreadyRegistered:
            logger.warning("release %s was registered by another worker", release.pk)
        except (OperationalError, InterfaceError, SoftTimeLimitExceeded):
            raise  # not the release's fault: it is tried again
        except Exception as error:  # noqa: BLE001 - whatever it is, this release fails visibly, and the rest goes on
            said = f"The program failed on this release ({type(error).__name__})."
            registering.fail_release(release=release, error=said)
            logger.error("release %s could not be registered: %s", release.pk, type(error).__name__)


def unqueued() -> list[Release]:
    """Ready releases that no screening was opened for yet; those without screeners wait for findings to be imported."""
    queued = Screening.objects.values("shard__release")
    return list(Release.objects.ready().exclude(pk__in=queued).exclude(screeners=[]).order_by("pk"))


def queue(release: Release) -> None:
    """Open the release's screenings."""
    count = screening.open_screenings(release=release)
    logger.info("release %s has %s shards to screen", release.pk, count)
