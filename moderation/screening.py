"""Leases screenings to workers and records what they found, all or nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F

from datasets_app.models import Release
from hayward.screening import Finding as Flag
from moderation import intake, permissions
from moderation.kinds import ScreeningState
from moderation.models import HeldRecord, Screening, User
from moderation.permissions import Right

MAX_ATTEMPTS = 5
BATCH = 5000
RECORD_LOCK_TIMEOUT = "10min"


class LeaseLost(Exception):
    """Another worker has the screening now; nothing of this one's work is written."""


class UnableToRetry(Exception):
    """Only a held screening can be tried again."""


@dataclass(frozen=True, slots=True)
class Held:
    """A record that could not be read or screened, and why."""

    row: int
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one pass over a shard gave: every record is passed, flagged or held.

    `flags` comes in batches. `held_records` may name fewer than `held` counts, when there are very many.
    """

    records: int
    passed: int
    flagged: int
    held: int
    held_records: Sequence[Held]
    flags: Iterable[Sequence[Flag]]
    versions: Sequence[dict[str, str]]


def lease() -> timedelta:
    """How long a worker may be silent before its shard is given to another (`HAYWARD_SCREENING_LEASE_SECONDS`)."""
    return timedelta(seconds=settings.HAYWARD_SCREENING_LEASE_SECONDS)


def open_screenings(*, release: Release) -> int:
    """Queue every shard of the release for its screener set; gives how many there are.

    Doing it twice changes nothing.
    """
    screeners = ",".join(release.screeners)
    rows = (Screening(shard=shard, screeners=screeners) for shard in release.shards.all().iterator(BATCH))
    Screening.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)
    return Screening.objects.filter(shard__release=release, screeners=screeners).count()


@transaction.atomic
def claim(*, at: datetime) -> Screening | None:
    """Lease the next screening to the calling worker, or None.

    A shard whose worker died is leased again after `lease()`; after `MAX_ATTEMPTS` it is held, so that a shard which
    kills its worker does not do so forever.
    """
    row = Screening.objects.claimable(at).select_for_update(skip_locked=True).first()
    if row is None:
        return None
    if row.attempts >= MAX_ATTEMPTS:
        Screening.objects.filter(pk=row.pk).update(
            state=ScreeningState.HELD,
            lease_until=None,
            finished_at=at,
            error=f"The worker was lost {MAX_ATTEMPTS} times while reading this shard.",
        )
        return claim(at=at)
    Screening.objects.filter(pk=row.pk).update(
        state=ScreeningState.RUNNING,
        fence=F("fence") + 1,
        attempts=F("attempts") + 1,
        lease_until=at + lease(),
        started_at=at,
        bytes_done=0,
        error="",
    )
    return Screening.objects.select_related("shard__release__dataset").get(pk=row.pk)


def beat(*, screening: Screening, bytes_done: int, at: datetime) -> None:
    """Extend the lease and show progress; raises `LeaseLost`."""
    mine = Screening.objects.leased(screening.pk, screening.fence)
    if mine.update(lease_until=at + lease(), bytes_done=bytes_done) != 1:
        raise LeaseLost(f"Screening {screening.pk} was leased to another worker.")


@transaction.atomic
def record(*, screening: Screening, outcome: Outcome, at: datetime) -> None:
    """Write all that a finished pass found and mark it done; raises `LeaseLost`, nothing written, if it is not ours."""
    _wait_long_for_locks()
    _lock(screening)
    add(screening=screening, outcome=outcome, is_complete=True, at=at)


@transaction.atomic
def add(*, screening: Screening, outcome: Outcome, is_complete: bool, at: datetime) -> None:
    """Write what a pass, or a part of it, found; a complete one is marked done with its counts."""
    found = sum(intake.raise_findings(screening=screening, flags=batch, at=at) for batch in outcome.flags)
    Screening.objects.filter(pk=screening.pk).update(findings_count=F("findings_count") + found)
    if not is_complete:
        return
    HeldRecord.objects.bulk_create(
        (
            HeldRecord(screening=screening, row=h.row, reason=h.reason, detail=h.detail[:300])
            for h in outcome.held_records
        ),
        batch_size=BATCH,
    )
    Screening.objects.filter(pk=screening.pk).update(
        state=ScreeningState.DONE,
        lease_until=None,
        records=outcome.records,
        passed=outcome.passed,
        flagged=outcome.flagged,
        held=outcome.held,
        bytes_done=screening.shard.bytes,
        versions=list(outcome.versions),
        finished_at=at,
    )


@transaction.atomic
def hold(*, screening: Screening, error: str, at: datetime) -> None:
    """Hold the whole shard, with the reason to show; raises `LeaseLost`."""
    _lock(screening)
    Screening.objects.filter(pk=screening.pk).update(
        state=ScreeningState.HELD, lease_until=None, error=error[:2000], finished_at=at
    )


@transaction.atomic
def retry(*, screening: Screening, by: User) -> None:
    """Queue a held shard again; raises `UnableToRetry`."""
    permissions.require(by, Right.MAINTAIN, screening.shard.release.dataset)
    moved = Screening.objects.filter(pk=screening.pk, state=ScreeningState.HELD).update(
        state=ScreeningState.WAITING, attempts=0, error="", finished_at=None
    )
    if moved != 1:
        raise UnableToRetry("This shard is not held; it is waiting, running or done.")


def _wait_long_for_locks() -> None:
    """Two shards with records in common wait for each other's rows, longer than a page may wait for a lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [RECORD_LOCK_TIMEOUT])


def _lock(screening: Screening) -> None:
    if not Screening.objects.leased(screening.pk, screening.fence).select_for_update().first():
        raise LeaseLost(f"Screening {screening.pk} was leased to another worker.")
