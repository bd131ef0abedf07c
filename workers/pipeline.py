"""Screens one leased shard: checks it against the manifest, reads it, records what was found, all or nothing."""

import hashlib
import logging
import os
import random
import time
import traceback
from functools import lru_cache
from pathlib import Path

from celery.exceptions import SoftTimeLimitExceeded
from django.db import InterfaceError, OperationalError, close_old_connections
from django.utils import timezone

from datasets_app import storage
from hayward import formats
from hayward.formats import UnreadableShard
from hayward.formats.storage import HASH_CHUNK, is_folder, is_url, opened
from hayward.screeners import Screener, UnableToLoad, UnknownScreener, load
from hayward.screeners.duplicates.screener import DuplicatesScreener
from hayward.screening import ShardReport, screen_shard
from moderation import rescreening, screening, subjects
from moderation.models import Screening
from workers import remembering
from workers.heartbeat import Heartbeat
from workers.spool import Spool

logger = logging.getLogger(__name__)

RECORD_TRIES = 10


class ShardChanged(Exception):
    """The shard's bytes are not, or not any more, those of the manifest."""


class NoResult(Exception):
    """The pass over the shard came to no result that could be recorded; the message says why."""


REFUSED = (
    storage.NotAllowed,
    UnknownScreener,
    UnableToLoad,
    UnreadableShard,
    ShardChanged,
    NoResult,
    subjects.SubjectKeyMissing,
)
# Not the shard's fault: its lease runs out and it is tried again.
PASSING = (screening.LeaseLost, OperationalError, InterfaceError, OSError, SoftTimeLimitExceeded)


def screen_next() -> bool:
    """Lease the next screening and finish it; False when none is waiting."""
    claimed = screening.claim(at=timezone.now())
    if claimed is None:
        return False
    try:
        screen(claimed)
    except screening.LeaseLost:
        logger.warning("screening %s was given to another worker; nothing is written here", claimed.pk)
    return True


def screen(claimed: Screening) -> None:
    """Screen a leased shard and record the outcome, or hold it with the reason; raises `LeaseLost`."""
    try:
        with Spool() as spool:
            with Heartbeat(claimed) as heartbeat:
                outcome = _read(claimed, spool, heartbeat)
            _record(claimed, outcome)
    except PASSING:
        raise
    except REFUSED as error:
        screening.hold(screening=claimed, error=str(error), at=timezone.now())
    except Exception as error:  # noqa: BLE001 - whatever it is, this shard is held and shown, and the rest goes on
        # Without the message, which might quote a record.
        frames = "".join(traceback.format_tb(error.__traceback__))
        logger.error("screening %s failed with %s\n%s", claimed.pk, type(error).__name__, frames)
        said = f"The program failed on this shard ({type(error).__name__}); the worker's log says where."
        screening.hold(screening=claimed, error=said, at=timezone.now())


def _read(claimed: Screening, spool: Spool, heartbeat: Heartbeat) -> screening.Outcome:
    url = storage.checked(claimed.shard.url)
    screeners = _loaded(tuple(claimed.screeners.split(",")))
    versions = [_version(screener) for screener in screeners]
    settled = rescreening.settled(screening=claimed, versions=versions)
    changed = [screener for screener in screeners if screener.name not in settled]
    if not changed:
        return rescreening.unchanged(screening=claimed, versions=versions)
    before = _stamp(url)
    _verify(url, claimed.shard.sha256, heartbeat)
    passing = screen_shard(
        url,
        screeners=changed,
        fields=claimed.shard.release.fields or None,
        subjects=subjects.key(),
        on_batch=lambda progress: heartbeat.progress(progress.bytes_read),
    )
    for findings in passing:
        spool.write(findings)
    if _stamp(url) != before:
        raise ShardChanged(
            f"{url} was changed while it was read. Releases are immutable: put the original back."
        )
    return _outcome(passing.report, spool, versions)


def _outcome(report: ShardReport, spool: Spool, versions: list[dict[str, str]]) -> screening.Outcome:
    if report.error:
        raise NoResult(report.error)
    return screening.Outcome(
        records=report.read,
        passed=report.passed,
        flagged=report.flagged,
        held=report.held,
        held_records=[
            screening.Held(row=held.row, reason=held.reason, detail=held.detail)
            for held in report.held_records
        ],
        flags=spool,
        versions=versions,
    )


def _record(claimed: Screening, outcome: screening.Outcome) -> None:
    """Write the outcome, again if need be: workers that meet at the same records may block each other."""
    for tries_left in reversed(range(RECORD_TRIES)):
        screening.beat(screening=claimed, bytes_done=claimed.shard.bytes, at=timezone.now())
        try:
            screening.record(screening=claimed, outcome=outcome, at=timezone.now())
        except OperationalError:
            if not tries_left:
                raise
            close_old_connections()
            time.sleep(random.uniform(0.05, 0.5))  # noqa: S311 - so that two workers do not meet again
        else:
            return


def _verify(url: str, sha256: str, heartbeat: Heartbeat) -> None:
    """Raise `ShardChanged` unless the stored bytes have the manifest's digest."""
    found = formats.fingerprint(url).sha256 if is_folder(url) else _digest(url, heartbeat)
    if found != sha256:
        raise ShardChanged(
            f"{url} has changed since the release was registered: its SHA-256 is {found}, the manifest "
            f"says {sha256}. Put the original back and try again, or register a new release."
        )


def _digest(url: str, heartbeat: Heartbeat) -> str:
    digest = hashlib.sha256()
    with opened(url) as source:
        while chunk := source.read(HASH_CHUNK):
            digest.update(chunk)
            heartbeat.progress(0)
    return digest.hexdigest()


def _stamp(url: str) -> tuple[int, int, int] | None:
    """What changes when a local file is written anew; None where it cannot be told."""
    if is_url(url) or not Path(url).exists():
        return None
    status = Path(url).stat()
    return status.st_ino, status.st_size, status.st_mtime_ns


def _version(screener: Screener) -> dict[str, str]:
    return {
        "name": screener.name,
        "version": screener.version,
        "config": screener.config_digest,
        "notice": screener.notice or "",
    }


def _loaded(names: tuple[str, ...]) -> list[Screener]:
    return [_one(name) for name in names]


def _one(name: str) -> Screener:
    """The screener of that name. The memory is this site's own, unless an operator names another."""
    if name == "duplicates" and not os.environ.get("HAYWARD_MEMORY"):
        return DuplicatesScreener(remembering.current())
    return _kept(name)


@lru_cache(maxsize=8)
def _kept(name: str) -> Screener:
    """A screener loaded once per process: a model takes seconds and hundreds of megabytes."""
    (screener,) = load((name,))
    return screener
