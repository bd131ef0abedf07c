"""Another pass over a release: only changed screeners run; findings made elsewhere are taken in."""

from pathlib import Path
from typing import Any

import pytest

from datasets_app.models import Dataset, Release, Shard
from moderation import permissions, reports, rescreening, screening
from moderation.kinds import ScreeningState
from moderation.models import Case, Finding, HeldRecord, Screening, User
from moderation.rescreening import Part
from moderation.screening import Held, Outcome
from tests import factories
from tests.factories import NOW, VERSIONS

RECORD = {"text": factories.MAIL}
OTHER = {"text": "the fence is broken"}


@pytest.fixture
def release(root: Path, dataset: Dataset) -> Release:
    return factories.make_release(dataset=dataset, root=root, shards={"a.jsonl": [RECORD, OTHER]})


@pytest.fixture
def shard(release: Release) -> Shard:
    return release.shards.get()


def outcome(**changes: Any) -> Outcome:
    given: dict[str, Any] = {
        "records": 3,
        "passed": 1,
        "flagged": 1,
        "held": 1,
        "held_records": [Held(row=2, reason="invalid-json", detail="line ends early")],
        "flags": [[factories.flag(RECORD)]],
        "versions": VERSIONS,
    }
    return Outcome(**{**given, **changes})


def test_rescreening_queues_each_shard_once_more(release: Release, max_: User) -> None:
    factories.finish_screening(release=release, flags=[factories.flag(RECORD)], records=2)

    count = rescreening.rescreen(release=release, screeners=["pii", "signals"], by=max_)

    (row,) = Screening.objects.filter(state=ScreeningState.WAITING)
    assert (count, row.revision, row.screeners) == (1, 2, "pii,signals")


def test_progress_is_that_of_the_last_pass(release: Release, max_: User) -> None:
    factories.finish_screening(release=release, flags=[factories.flag(RECORD)], records=2)
    rescreening.rescreen(release=release, screeners=["pii"], by=max_)

    progress = reports.progress(release)

    assert (progress.screenings, progress.waiting, progress.records) == (1, 1, 0)


def test_release_under_screening_is_not_screened_again(release: Release, max_: User) -> None:
    screening.open_screenings(release=release)

    with pytest.raises(rescreening.StillScreening):
        rescreening.rescreen(release=release, screeners=["pii"], by=max_)


def test_stranger_may_not_ask_for_another_pass(release: Release) -> None:
    with pytest.raises(permissions.NotPermitted):
        rescreening.rescreen(release=release, screeners=["pii"], by=factories.make_user("charlie"))


@pytest.mark.parametrize(
    ("change", "settled"),
    [
        ({}, {"pii"}),
        ({"version": "2"}, set()),
        ({"config": "0" * 64}, set()),
        ({"notice": "New words."}, {"pii"}),
    ],
    ids=["same", "version", "configuration", "notice"],
)
def test_settled_screeners_are_those_that_have_not_changed(
    release: Release, max_: User, change: dict[str, str], settled: set[str]
) -> None:
    factories.finish_screening(release=release, flags=[], records=2)
    rescreening.rescreen(release=release, screeners=["pii"], by=max_)
    claimed = screening.claim(at=NOW)
    assert claimed is not None

    found = rescreening.settled(screening=claimed, versions=[{**VERSIONS[0], **change}])

    assert found == settled


def test_unchanged_pass_gives_the_counts_of_the_one_before(release: Release, max_: User) -> None:
    factories.finish_screening(release=release, flags=[factories.flag(RECORD)], records=2)
    rescreening.rescreen(release=release, screeners=["pii"], by=max_)
    claimed = screening.claim(at=NOW)
    assert claimed is not None

    screening.record(
        screening=claimed, outcome=rescreening.unchanged(screening=claimed, versions=VERSIONS), at=NOW
    )

    progress = reports.progress(release)
    assert (progress.done, progress.records, progress.flagged, Finding.objects.count()) == (1, 2, 1, 1)


def test_unchanged_pass_keeps_the_held_records(release: Release, shard: Shard, max_: User) -> None:
    rescreening.take_in(shard=shard, part=Part(0, True), outcome=outcome(), by=max_, at=NOW)
    rescreening.rescreen(release=release, screeners=["pii"], by=max_)
    claimed = screening.claim(at=NOW)
    assert claimed is not None

    screening.record(
        screening=claimed, outcome=rescreening.unchanged(screening=claimed, versions=VERSIONS), at=NOW
    )

    assert [(held.row, held.reason) for held in claimed.held_records.all()] == [(2, "invalid-json")]


def test_imported_findings_open_cases_and_account_for_every_record(shard: Shard, max_: User) -> None:
    row = rescreening.take_in(shard=shard, part=Part(0, True), outcome=outcome(), by=max_, at=NOW)

    assert (row.state, row.records, row.passed, row.flagged, row.held) == ("done", 3, 1, 1, 1)
    assert (Finding.objects.count(), Case.objects.count(), HeldRecord.objects.count()) == (1, 1, 1)


def test_import_in_parts_is_done_with_the_last(shard: Shard, max_: User) -> None:
    second = factories.flag(OTHER, row=1, start=0, end=3)

    first = rescreening.take_in(shard=shard, part=Part(0, False), outcome=outcome(), by=max_, at=NOW)
    last = rescreening.take_in(
        shard=shard, part=Part(1, True), outcome=outcome(flags=[[second]]), by=max_, at=NOW
    )

    assert (first.state, last.state, last.pk, last.findings_count) == ("running", "done", first.pk, 2)
    assert screening.claim(at=NOW) is None


def test_import_sent_twice_changes_nothing(shard: Shard, max_: User) -> None:
    first = rescreening.take_in(shard=shard, part=Part(0, True), outcome=outcome(), by=max_, at=NOW)
    again = rescreening.take_in(shard=shard, part=Part(0, True), outcome=outcome(), by=max_, at=NOW)

    assert (first.pk, Finding.objects.count(), HeldRecord.objects.count()) == (again.pk, 1, 1)


def test_broken_off_import_begins_again(shard: Shard, max_: User) -> None:
    rescreening.take_in(shard=shard, part=Part(0, False), outcome=outcome(), by=max_, at=NOW)

    row = rescreening.take_in(shard=shard, part=Part(0, True), outcome=outcome(), by=max_, at=NOW)

    assert (row.state, row.findings_count, Finding.objects.count()) == ("done", 1, 1)


def test_import_waits_for_the_worker_of_the_site(release: Release, shard: Shard, max_: User) -> None:
    screening.open_screenings(release=release)
    screening.claim(at=NOW)

    with pytest.raises(rescreening.UnableToImport, match="screening"):
        rescreening.take_in(shard=shard, part=Part(0, True), outcome=outcome(), by=max_, at=NOW)


def test_import_without_screeners_is_refused(shard: Shard, max_: User) -> None:
    with pytest.raises(rescreening.UnableToImport, match="versions"):
        rescreening.take_in(shard=shard, part=Part(0, True), outcome=outcome(versions=[]), by=max_, at=NOW)
