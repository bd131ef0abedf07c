"""Screens a release once more with changed screeners, and takes in findings that were made elsewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from datasets_app.models import Release, Shard
from moderation import permissions, screening
from moderation.kinds import ScreeningState
from moderation.models import Screening, User
from moderation.permissions import Right
from moderation.screening import BATCH, Held, Outcome


class StillScreening(Exception):
    """A pass over the release is under way; the next one can begin when it is over."""


class UnableToImport(Exception):
    """The findings do not fit the release; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Part:
    """Some of the findings of one shard, in the order sent from 0; the last one completes the shard."""

    number: int
    is_last: bool


@transaction.atomic
def rescreen(*, release: Release, screeners: Sequence[str], by: User) -> int:
    """Queue every shard of the release for another pass with these screeners; gives how many there are.

    A worker runs only those that have changed since they last gave their word on a shard. Raises `StillScreening`.
    """
    permissions.require(by, Right.MAINTAIN, release.dataset)
    passes = Screening.objects.filter(shard__release=release)
    if passes.exclude(state__in=[ScreeningState.DONE, ScreeningState.HELD]).exists():
        raise StillScreening(f"Release {release.version} is still being screened. Try again when it is done.")
    revision = (passes.aggregate(last=Max("revision"))["last"] or 0) + 1
    rows = (
        Screening(shard=shard, screeners=",".join(screeners), revision=revision)
        for shard in release.shards.all().iterator(BATCH)
    )
    return len(Screening.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True))


def settled(*, screening: Screening, versions: Sequence[Mapping[str, str]]) -> set[str]:
    """The names of the screeners that have given their word on this shard already, as they are now."""
    before = Screening.objects.filter(
        shard=screening.shard, revision__lt=screening.revision, state=ScreeningState.DONE
    ).values_list("versions", flat=True)
    known = {_identity(version) for listed in before for version in listed}
    return {version["name"] for version in versions if _identity(version) in known}


def unchanged(*, screening: Screening, versions: Sequence[dict[str, str]]) -> Outcome:
    """The outcome of a pass in which no screener had changed: the counts and held records of the pass before."""
    last = (
        Screening.objects.filter(
            shard=screening.shard, revision__lt=screening.revision, state=ScreeningState.DONE
        )
        .order_by("-revision")
        .first()
    )
    if last is None:
        raise ValueError(f"{screening.shard} was never screened before.")
    return Outcome(
        records=last.records,
        passed=last.passed,
        flagged=last.flagged,
        held=last.held,
        held_records=[
            Held(row=held.row, reason=held.reason, detail=held.detail)
            for held in last.held_records.order_by("row")
        ],
        flags=(),
        versions=versions,
    )


@transaction.atomic
def take_in(*, shard: Shard, part: Part, outcome: Outcome, by: User, at: datetime) -> Screening:
    """Record findings that `hayward screen`, Spark or Ray made of a shard, as another pass over it.

    Parts may be sent again: what is known is not stored twice, and a shard that was taken in with the same screeners
    stays as it is. Raises `UnableToImport`.
    """
    permissions.require(by, Right.MAINTAIN, shard.release.dataset)
    row = _import_of(shard, outcome)
    if row.state == ScreeningState.DONE:
        return row
    if row.findings_count and part.number == 0:
        Screening.objects.filter(pk=row.pk).update(findings_count=0)
    screening.add(screening=row, outcome=outcome, is_complete=part.is_last, at=at)
    row.refresh_from_db()
    return row


def _import_of(shard: Shard, outcome: Outcome) -> Screening:
    """The import under way, the one that is done with the same screeners, or a new one."""
    names = ",".join(version["name"] for version in outcome.versions)
    if not names:
        raise UnableToImport("Say which screeners found it: versions is empty.")
    Shard.objects.select_for_update().get(pk=shard.pk)
    last = Screening.objects.filter(shard=shard).order_by("-revision").first()
    if last and last.state in {ScreeningState.WAITING, ScreeningState.RUNNING}:
        if last.state == ScreeningState.WAITING or last.lease_until is not None:
            raise UnableToImport(
                f"A worker of this site is screening {shard.path}. Try again when it is done."
            )
        return last
    if (
        last
        and last.state == ScreeningState.DONE
        and _identities(last.versions) == _identities(outcome.versions)
    ):
        return last
    return Screening.objects.create(
        shard=shard,
        screeners=names,
        revision=last.revision + 1 if last else 1,
        state=ScreeningState.RUNNING,
        versions=list(outcome.versions),
    )


def _identities(versions: Sequence[Mapping[str, str]]) -> set[tuple[str, str, str]]:
    return {_identity(version) for version in versions}


def _identity(version: Mapping[str, str]) -> tuple[str, str, str]:
    return version["name"], version["version"], version["config"]
