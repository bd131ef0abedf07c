"""What pages and programs count: progress of a release, health of a queue."""

from datetime import timedelta
from pathlib import Path

import pytest
from pytest_django import DjangoAssertNumQueries

from datasets_app.models import Dataset
from moderation import reports, screening, triage
from moderation.models import User
from tests import factories
from tests.factories import NOW

RECORD = {"text": factories.MAIL}


def test_progress_adds_up_over_shards(root: Path, dataset: Dataset) -> None:
    release = factories.make_release(
        dataset=dataset,
        root=root,
        shards={name: [RECORD] for name in ("a.jsonl", "b.jsonl", "c.jsonl", "d.jsonl")},
    )
    factories.finish_screening(release=release, flags=[factories.flag(RECORD)], records=4)
    held = screening.claim(at=NOW)
    assert held is not None
    screening.hold(screening=held, error="truncated", at=NOW)
    running = screening.claim(at=NOW)
    assert running is not None
    screening.beat(screening=running, bytes_done=7, at=NOW)

    shown = reports.progress(release)

    size = running.shard.bytes
    assert (shown.shards, shown.bytes, shown.screenings) == (4, 4 * size, 4)
    assert (shown.done, shown.held_shards, shown.running, shown.waiting) == (1, 1, 1, 1)
    assert (shown.records, shown.passed, shown.flagged, shown.held, shown.findings) == (4, 3, 1, 0, 1)
    assert (shown.bytes_done, shown.bytes_total, shown.percent) == (
        2 * size + 7,
        4 * size,
        100 * (2 * size + 7) // (4 * size),
    )
    assert not shown.is_over


def test_progress_of_a_release_without_screenings(root: Path, dataset: Dataset) -> None:
    release = factories.make_release(dataset=dataset, root=root, shards={"a.jsonl": [RECORD]})

    shown = reports.progress(release)

    assert (shown.percent, shown.is_over, shown.records) == (0, False, 0)


def test_progress_is_over_when_all_are_done_or_held(root: Path, dataset: Dataset) -> None:
    release = factories.make_release(dataset=dataset, root=root, shards={"a.jsonl": [RECORD]})
    factories.finish_screening(release=release, flags=[factories.flag(RECORD)])

    shown = reports.progress(release)

    assert (shown.is_over, shown.percent) == (True, 100)


@pytest.mark.parametrize("count", [1, 3])
def test_queue_health_counts_each_dataset_in_two_queries(
    root: Path, dataset: Dataset, alice: User, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    datasets = [dataset, *(factories.make_dataset(f"other-{number}") for number in range(count - 1))]
    cases = [
        factories.make_case(
            dataset=dataset, root=root, text=f"{factories.MAIL} {number}", at=NOW + timedelta(minutes=number)
        )
        for number in range(3)
    ]
    triage.claim(case=cases[0], by=alice, at=NOW)
    factories.make_decision(case=cases[1], by=alice)

    with django_assert_num_queries(2):
        health = reports.queue_health(datasets, at=NOW)

    assert (health[0].waiting, health[0].oldest, health[0].in_hold) == (1, NOW + timedelta(minutes=2), 1)
    assert [row.waiting for row in health[1:]] == [0] * (count - 1)
