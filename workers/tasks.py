"""The worker's tasks: each wakes up, takes rows, does one act for each, and goes. The rows are the queue."""

import logging
import time

from celery import shared_task
from django.db.models import F, Max, Q
from django.utils import timezone

from datasets_app.models import Release
from moderation import changelog, deciding, erasure, intake, memory
from moderation.models import DatasetLog, Notice
from workers import locating, locks, pipeline, registration, remembering

logger = logging.getLogger(__name__)

# A long task gives its process back in between, so that short ones come to their turn.
TURN_SECONDS = 20.0
REMEMBERED_AT_ONCE = 200
# A release of terabytes, or a shard through a slow model, takes longer than the settings' limit for short tasks.
LONG = {"soft_time_limit": 6 * 3600, "time_limit": 6 * 3600 + 60}


@shared_task(**LONG)  # type: ignore[untyped-decorator]
def register_releases() -> None:
    for release in Release.objects.registering().order_by("pk"):
        registration.register(release)
    for release in registration.unqueued():
        registration.queue(release)


@shared_task(**LONG)  # type: ignore[untyped-decorator]
def screen_shards() -> None:
    until = time.monotonic() + TURN_SECONDS
    while time.monotonic() < until and pipeline.screen_next():
        pass


@shared_task(**LONG)  # type: ignore[untyped-decorator]
def locate_notices() -> None:
    for notice in Notice.objects.to_locate().select_related("dataset"):
        with locks.sole(locks.LOCATING, notice.pk) as is_mine:
            if is_mine and Notice.objects.to_locate().filter(pk=notice.pk).exists():
                intake.record_matches(notice=notice, matches=locating.search(notice), at=timezone.now())


@shared_task(**LONG)  # type: ignore[untyped-decorator]
def remember_removed() -> None:
    with locks.sole(locks.REMEMBERING, 0) as is_mine:
        while is_mine and (items := list(memory.to_remember()[:REMEMBERED_AT_ONCE])):
            for item in items:
                memory.remember(item=item, prints=remembering.prints_of(item), at=timezone.now())


@shared_task  # type: ignore[untyped-decorator]
def end_holds() -> None:
    deciding.end_holds(at=timezone.now())


@shared_task  # type: ignore[untyped-decorator]
def publish_checkpoints() -> None:
    behind = Q(signed=None) | Q(signed__lt=F("size"))
    for log in DatasetLog.objects.annotate(signed=Max("checkpoints__size")).filter(behind, size__gt=0):
        try:
            changelog.publish_checkpoint(log=log, at=timezone.now())
        except (changelog.LogDamaged, changelog.LogKeyMissing) as error:
            logger.error("no checkpoint for %s: %s", log.origin, error)


@shared_task  # type: ignore[untyped-decorator]
def purge_expired() -> None:
    erasure.purge_expired(at=timezone.now())
