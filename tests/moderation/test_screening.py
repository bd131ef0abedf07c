"""Screenings: leased, fenced, conserved, held and retried."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from datasets_app.models import Dataset, Release
from moderation import permissions, screening
from moderation.kinds import ScreeningState
from moderation.models import Finding, HeldRecord, Screening
from moderation.screening import Held, Outcome
from tests import factories
from tests.factories import NOW

RECORD = {"text": factories.MAIL}


@pytest.fixture
def release(root: Path, dataset: Dataset) -> Release:
    return factories.make_release(
        dataset=dataset, root=root, shards={"a.jsonl": [RECORD], "b.jsonl": [RECORD]}
    )


def outcome(*, records: int = 3, flagged: int = 1, held: int = 1) -> Outcome:
    return Outcome(
        records=records,
        passed=records - flagged - held,
        flagged=flagged,
        held=held,
        held_records=[
            Held(row=row + 1, reason="invalid-json", detail="line ends early") for row in range(held)
        ],
        flags=[[factories.flag(RECORD)]] if flagged else [],
        versions=[{"name": "pii", "version": "1", "config": "0" * 64, "notice": ""}],
    )


def test_every_shard_is_queued_once(release: Release) -> None:
    first = screening.open_screenings(release=release)
    second = screening.open_screenings(release=release)

    assert (first, second, Screening.objects.count()) == (2, 2, 2)


def test_claim_hands_out_each_shard_once(release: Release) -> None:
    screening.open_screenings(release=release)

    claims = [screening.claim(at=NOW) for _ in range(3)]

    assert [claim.shard.path if claim else None for claim in claims] == ["a.jsonl", "b.jsonl", None]


def test_claim_takes_over_from_a_silent_worker(release: Release) -> None:
    screening.open_screenings(release=release)
    first = screening.claim(at=NOW)
    later = NOW + screening.lease() + timedelta(seconds=1)

    second = screening.claim(at=later)

    assert first is not None
    assert second is not None
    assert (second.pk, second.fence) == (first.pk, first.fence + 1)
    with pytest.raises(screening.LeaseLost):
        screening.record(screening=first, outcome=outcome(), at=later)
    with pytest.raises(screening.LeaseLost):
        screening.beat(screening=first, bytes_done=1, at=later)
    with pytest.raises(screening.LeaseLost):
        screening.hold(screening=first, error="late", at=later)
    assert not Finding.objects.exists()


def test_beat_extends_the_lease(release: Release) -> None:
    screening.open_screenings(release=release)
    first = screening.claim(at=NOW)
    assert first is not None
    later = NOW + timedelta(seconds=50)
    screening.claim(at=NOW)

    screening.beat(screening=first, bytes_done=10, at=later)

    assert screening.claim(at=NOW + timedelta(seconds=59)) is None
    first.refresh_from_db()
    assert (first.bytes_done, first.lease_until) == (10, later + screening.lease())


def test_record_writes_counts_findings_and_held_records(release: Release) -> None:
    screening.open_screenings(release=release)
    claimed = screening.claim(at=NOW)
    assert claimed is not None

    screening.record(screening=claimed, outcome=outcome(), at=NOW)

    claimed.refresh_from_db()
    assert (claimed.state, claimed.records, claimed.passed, claimed.flagged, claimed.held) == (
        "done",
        3,
        1,
        1,
        1,
    )
    assert list(HeldRecord.objects.values_list("row", "reason")) == [(1, "invalid-json")]


def test_record_twice_is_refused(release: Release) -> None:
    screening.open_screenings(release=release)
    claimed = screening.claim(at=NOW)
    assert claimed is not None
    screening.record(screening=claimed, outcome=outcome(), at=NOW)

    with pytest.raises(screening.LeaseLost):
        screening.record(screening=claimed, outcome=outcome(), at=NOW)


def test_database_refuses_counts_that_lose_a_record(release: Release) -> None:
    screening.open_screenings(release=release)

    with pytest.raises(IntegrityError, match="screening_conserves_records"), transaction.atomic():
        Screening.objects.update(records=5, passed=3, flagged=1, held=0)


def test_shard_that_kills_its_worker_is_held_in_the_end(release: Release) -> None:
    screening.open_screenings(release=release)
    Screening.objects.filter(shard__path="b.jsonl").delete()
    at = NOW
    for _ in range(screening.MAX_ATTEMPTS):
        assert screening.claim(at=at) is not None
        at += screening.lease() + timedelta(seconds=1)

    assert screening.claim(at=at) is None
    row = Screening.objects.get()
    assert (row.state, row.error) == (
        ScreeningState.HELD,
        "The worker was lost 5 times while reading this shard.",
    )


def test_held_shard_is_retried_by_a_maintainer(release: Release, dataset: Dataset) -> None:
    screening.open_screenings(release=release)
    claimed = screening.claim(at=NOW)
    assert claimed is not None
    screening.hold(screening=claimed, error="a.jsonl is truncated", at=NOW)
    max_ = factories.make_member("max", dataset=dataset)

    with pytest.raises(permissions.NotPermitted):
        screening.retry(screening=claimed, by=factories.make_member("charlie"))
    screening.retry(screening=claimed, by=max_)

    again = screening.claim(at=NOW)
    assert again is not None
    assert (again.pk, again.attempts, again.error) == (claimed.pk, 1, "")


def test_running_shard_cannot_be_retried(release: Release, dataset: Dataset) -> None:
    screening.open_screenings(release=release)
    claimed = screening.claim(at=NOW)
    assert claimed is not None

    with pytest.raises(screening.UnableToRetry):
        screening.retry(screening=claimed, by=factories.make_member("max", dataset=dataset))
