"""Gives cases to moderators, one at a time, on a lease."""

import contextlib
from datetime import datetime

from django.db import IntegrityError, transaction

from datasets_app.models import Dataset
from moderation import permissions, policy
from moderation.kinds import CaseState, ClaimEnd
from moderation.models import Case, Claim, Reveal, User
from moderation.permissions import Right

TRIES = 20


class NothingWaiting(Exception):
    """No case is open and free."""


class AlreadyClaimed(Exception):
    """Somebody else holds the case, or it has been decided."""


class ClaimLost(Exception):
    """The person does not hold a running claim on the case."""


@transaction.atomic
def claim_next(*, by: User, dataset: Dataset | None = None, at: datetime) -> Claim:
    """Lease the most urgent free case to a moderator; raises `NothingWaiting`.

    Rows that another moderator is claiming at this moment are skipped, so that two never wait for each other.
    """
    running = Claim.objects.running(at).filter(by=by, case__state=CaseState.OPEN)
    if dataset:
        running = running.filter(case__dataset=dataset)
    claim = running.order_by("since").first()
    if claim:
        return claim
    waiting = Case.objects.waiting(at).of_datasets(_reviewable(by, dataset)).not_passed_on_by(by)
    queue = waiting.in_queue_order().select_for_update(of=("self",), skip_locked=True)
    for _ in range(TRIES):
        case = queue.first()
        if case is None:
            break
        # A claim committed between the look and the lock is not in this statement's snapshot; the constraint sees it.
        with contextlib.suppress(AlreadyClaimed):
            return _leased(case, by, at)
    raise NothingWaiting("No case is waiting.")


@transaction.atomic
def claim(*, case: Case, by: User, at: datetime) -> Claim:
    """Lease this case, or give back the running claim the person already has; raises `AlreadyClaimed`."""
    permissions.require(by, Right.REVIEW, case.dataset)
    locked = Case.objects.open().select_for_update(of=("self",)).filter(pk=case.pk).first()
    if locked is None:
        raise AlreadyClaimed("This case has been decided.")
    held = Claim.objects.running(at).filter(case=locked).select_related("by").first()
    if held is None:
        return _leased(locked, by, at)
    if held.by_id != by.pk:
        raise AlreadyClaimed("Another moderator is looking at this case.")
    return held


@transaction.atomic
def release(*, case: Case, by: User, at: datetime) -> None:
    """Give a claimed case back to the queue; raises `ClaimLost`."""
    if Claim.objects.running(at).filter(case=case, by=by).end(as_=ClaimEnd.RELEASED, at=at) != 1:
        raise ClaimLost("You no longer hold this case.")


def reveal(*, case: Case, by: User, at: datetime) -> None:
    """Count a look at the unmasked text, which only the holder of the case may have; raises `ClaimLost`."""
    if not Claim.objects.running(at).filter(case=case, by=by).exists():
        raise ClaimLost("Only the moderator who holds this case can see the original.")
    Reveal.objects.create(case=case, by=by, at=at)


def _leased(case: Case, by: User, at: datetime) -> Claim:
    Claim.objects.run_out(at).filter(case=case).update(ended_at=at, ended_as=ClaimEnd.EXPIRED)
    try:
        with transaction.atomic():
            return Claim.objects.create(case=case, by=by, since=at, until=at + policy.current().lease)
    except IntegrityError:
        raise AlreadyClaimed("Another moderator is looking at this case.") from None


def _reviewable(by: User, dataset: Dataset | None) -> list[Dataset]:
    datasets = permissions.datasets_with(by, Right.REVIEW)
    return list(datasets.filter(pk=dataset.pk) if dataset else datasets)
