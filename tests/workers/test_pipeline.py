"""The screening of one leased shard, in this process: what is recorded, what is held and why, who may write."""

import gzip
import json
import logging
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone
from pytest_django import Settings

from datasets_app import registering
from datasets_app.models import Dataset, Item, Release
from hayward import formats
from hayward.screening import Finding as Flag
from hayward.screening import screen_shard
from moderation import screening
from moderation.kinds import ScreeningState
from moderation.models import Finding, HeldRecord, Screening, User
from tests import factories
from tests.conftest import await_condition
from tests.workers import world
from workers import pipeline
from workers.heartbeat import Heartbeat


def claimed(release: Release) -> Screening:
    screening.open_screenings(release=release)
    row = screening.claim(at=timezone.now())
    assert row is not None
    return row


def release_of(
    dataset: Dataset, root: Path, content: bytes, *, name: str = "a.jsonl", **changes: Any
) -> Release:
    """A ready release of one shard with just these bytes."""
    path = root / name
    path.write_bytes(content)
    print_ = formats.fingerprint(str(path))
    manifest = [registering.ManifestShard(path=name, bytes=print_.bytes, sha256=print_.sha256)]
    given: dict[str, Any] = {"version": "1.0", "screeners": ["pii"], **changes}
    return registering.register_release(
        dataset=dataset, root=str(root), manifest=manifest, at=timezone.now(), **given
    )


def state_and_error(row: Screening) -> tuple[str, str]:
    fresh = Screening.objects.get(pk=row.pk)
    return fresh.state, fresh.error


@pytest.fixture
def release(dataset: Dataset, root: Path) -> Release:
    return factories.make_release(dataset=dataset, root=root, shards={"a.jsonl": list(world.records(200))})


def test_outcome_is_what_the_library_says(release: Release) -> None:
    row = claimed(release)

    pipeline.screen(row)

    assert world.stored(release) == world.expected(release)
    done = Screening.objects.get(pk=row.pk)
    assert (done.state, done.lease_until, done.bytes_done) == ("done", None, row.shard.bytes)


def test_versions_of_the_screeners_are_recorded(release: Release) -> None:
    row = claimed(release)

    pipeline.screen(row)

    (version,) = Screening.objects.get(pk=row.pk).versions
    assert set(version) == {"name", "version", "config", "notice"}
    assert version["name"] == "pii"
    assert len(version["config"]) == 64


def test_only_the_fields_of_the_release_are_looked_at(dataset: Dataset, root: Path) -> None:
    content = b'{"text": "write to a@example.org", "title": "write to b@example.org"}\n'
    row = claimed(release_of(dataset, root, content, fields=["title"]))

    pipeline.screen(row)

    assert list(Finding.objects.values_list("field", flat=True)) == ["title"]


def test_records_that_cannot_be_read_are_held_with_their_reason(dataset: Dataset, root: Path) -> None:
    row = claimed(release_of(dataset, root, b'{"text": "fine"}\n{"text": NaN}\n\nno json\n'))

    pipeline.screen(row)

    held = list(HeldRecord.objects.order_by("row").values_list("row", "reason"))
    assert held == [(1, "non-finite-number"), (3, "invalid-json")]
    done = Screening.objects.get(pk=row.pk)
    assert (done.records, done.passed, done.flagged, done.held) == (3, 1, 0, 2)


def test_changed_shard_is_held_and_nothing_of_it_recorded(release: Release, root: Path) -> None:
    row = claimed(release)
    (root / "a.jsonl").write_text('{"text": "write to eve@example.org"}\n')

    pipeline.screen(row)

    state, error = state_and_error(row)
    assert state == ScreeningState.HELD
    assert "has changed since the release was registered" in error
    assert not Item.objects.exists()


def test_shard_changed_while_it_is_read_is_held(
    release: Release, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = claimed(release)

    def screened_while_somebody_writes(path: str, **given: Any) -> Any:
        (root / "a.jsonl").write_text("{}\n")
        return screen_shard(path, **given)

    monkeypatch.setattr(pipeline, "screen_shard", screened_while_somebody_writes)
    pipeline.screen(row)

    assert "was changed while it was read" in state_and_error(row)[1]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.jsonl.gz", gzip.compress(b'{"text": "hm"}\n' * 5000)[:-20], "ends too early"),
        ("a.jsonl.gz", b"no gzip at all", "is damaged"),
        ("a.parquet", b"PAR1 and nothing else", "ends too early"),
        ("a.jsonl", b"", "has no bytes"),
    ],
)
def test_unreadable_shard_is_held_with_the_reason(
    dataset: Dataset, root: Path, name: str, content: bytes, said: str
) -> None:
    row = claimed(release_of(dataset, root, content, name=name))

    pipeline.screen(row)

    state, error = state_and_error(row)
    assert state == ScreeningState.HELD
    assert said in error
    assert str(root / name) in error


def test_missing_shard_is_held_and_the_next_goes_on(dataset: Dataset, root: Path) -> None:
    release = factories.make_release(
        dataset=dataset, root=root, shards={"a.jsonl": [{}], "b.jsonl": [{"text": "b"}]}
    )
    screening.open_screenings(release=release)
    (root / "a.jsonl").unlink()

    assert [pipeline.screen_next() for _ in range(3)] == [True, True, False]

    states = Screening.objects.order_by("shard__path").values_list("state", flat=True)
    assert list(states) == [ScreeningState.HELD, ScreeningState.DONE]


def test_unknown_field_is_held(dataset: Dataset, root: Path) -> None:
    row = claimed(release_of(dataset, root, b'{"text": "x"}\n', fields=["body"]))

    pipeline.screen(row)

    assert "lacks a field that was asked for" in state_and_error(row)[1]


def test_unknown_screener_is_held(dataset: Dataset, root: Path) -> None:
    row = claimed(release_of(dataset, root, b'{"text": "x"}\n', screeners=["luck"]))

    pipeline.screen(row)

    assert "There is no screener 'luck'" in state_and_error(row)[1]


def test_folder_that_was_closed_meanwhile_is_held(release: Release, settings: Settings) -> None:
    row = claimed(release)
    settings.HAYWARD_DATA_ROOTS = []

    pipeline.screen(row)

    assert "outside the folders this server may read" in state_and_error(row)[1]


def test_more_held_records_than_are_listed_are_all_counted(dataset: Dataset, root: Path) -> None:
    row = claimed(release_of(dataset, root, b"no json\n" * 10_001))

    pipeline.screen(row)

    row.refresh_from_db()
    assert (row.state, row.records, row.held) == (ScreeningState.DONE, 10_001, 10_001)
    assert row.held_records.count() == 10_000


def test_unknown_fault_holds_the_shard_and_tells_nothing_of_the_record(
    release: Release, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    content = (Path(release.root) / "a.jsonl").read_text()

    def broken(*_: Any, **__: Any) -> Any:
        raise ZeroDivisionError(content)

    monkeypatch.setattr(pipeline, "screen_shard", broken)
    row = claimed(release)

    with caplog.at_level(logging.ERROR):
        pipeline.screen(row)

    state, error = state_and_error(row)
    assert state == ScreeningState.HELD
    assert "ZeroDivisionError" in error
    assert "ZeroDivisionError" in caplog.text
    assert "nora" not in caplog.text + error


def test_held_shard_is_screened_after_its_repair(dataset: Dataset, root: Path, release: Release) -> None:
    good = (root / "a.jsonl").read_bytes()
    row = claimed(release)
    (root / "a.jsonl").write_bytes(good[:-1])
    pipeline.screen(row)
    max_: User = factories.make_member("max", dataset=dataset)
    (root / "a.jsonl").write_bytes(good)

    screening.retry(screening=row, by=max_)

    assert pipeline.screen_next()
    assert world.stored(release) == world.expected(release)


def test_late_worker_writes_nothing(release: Release) -> None:
    late = claimed(release)
    Screening.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert screening.claim(at=timezone.now()) is not None

    with pytest.raises(screening.LeaseLost):
        pipeline.screen(late)

    assert not Finding.objects.exists()
    assert state_and_error(late)[0] == ScreeningState.RUNNING


def test_late_worker_holds_nothing(release: Release, root: Path) -> None:
    late = claimed(release)
    Screening.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    screening.claim(at=timezone.now())
    (root / "a.jsonl").unlink()

    with pytest.raises(screening.LeaseLost):
        pipeline.screen(late)

    assert state_and_error(late) == (ScreeningState.RUNNING, "")


def test_finding_that_cannot_be_stored_holds_the_shard(dataset: Dataset, root: Path) -> None:
    field = "x" * 201
    row = claimed(release_of(dataset, root, json.dumps({field: "write to a@example.org"}).encode() + b"\n"))

    pipeline.screen(row)

    state, error = state_and_error(row)
    assert state == ScreeningState.HELD
    assert "DataError" in error
    assert not Finding.objects.exists()


class Crossing:
    """Flags whose second batch is written, at first, only when another worker has written its first one too."""

    def __init__(self, batches: list[list[Flag]], meeting: threading.Barrier) -> None:
        self.batches, self.meeting, self.times = batches, meeting, 0

    def __iter__(self) -> Iterator[list[Flag]]:
        self.times += 1
        for number, batch in enumerate(self.batches):
            if number and self.times == 1:
                self.meeting.wait(30)
            yield batch


@pytest.mark.django_db(transaction=True)
def test_workers_that_block_each_other_both_get_through(dataset: Dataset, root: Path) -> None:
    """A writes x and wants y, B writes y and wants x: the database ends one of them, which tries again."""
    x, y = ({"text": f"write to {name}@example.org"} for name in "xy")
    release = factories.make_release(
        dataset=dataset, root=root, shards={"a.jsonl": [x, y], "b.jsonl": [y, x]}
    )
    meeting = threading.Barrier(2)
    crossings = [Crossing([[factories.flag(x)], [factories.flag(y, row=1)]], meeting)]
    crossings += [Crossing([[factories.flag(y)], [factories.flag(x, row=1)]], meeting)]
    rows = [claimed(release), claimed(release)]

    def write(row: Screening, flags: Crossing) -> None:
        outcome = screening.Outcome(
            records=2, passed=0, flagged=2, held=0, held_records=(), flags=flags, versions=()
        )
        pipeline._record(row, outcome)
        connection.close()

    threads = [threading.Thread(target=write, args=pair) for pair in zip(rows, crossings, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert set(Screening.objects.values_list("state", flat=True)) == {ScreeningState.DONE}
    assert (Item.objects.count(), Finding.objects.count()) == (2, 4)
    assert sorted(crossing.times for crossing in crossings) == [1, 2]


@pytest.mark.django_db(transaction=True)
def test_outcome_is_written_once_the_rows_are_free(release: Release, settings: Settings) -> None:
    """Another worker has written a record of this shard, and does not commit before this one waits for it."""
    row = claimed(release)
    digest = min(world.expected(release).items)
    meets, may_end = threading.Event(), threading.Event()

    def other_worker() -> None:
        with transaction.atomic():
            Item.objects.create(dataset=release.dataset, digest=digest, created_at=timezone.now())
            meets.set()
            may_end.wait(30)
        connection.close()

    thread = threading.Thread(target=other_worker)
    thread.start()
    meets.wait(30)
    waiting = threading.Thread(target=await_then, args=(is_waiting_for_a_lock, may_end))
    waiting.start()

    pipeline.screen(row)

    thread.join()
    waiting.join()
    assert world.stored(release) == world.expected(release)


def is_waiting_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
        row = cursor.fetchone()
    return bool(row and row[0])


def await_then(condition: Any, event: threading.Event) -> None:
    try:
        await_condition(condition, what="the second writer waits")
    finally:
        event.set()
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_heartbeat_extends_the_lease_and_shows_progress(release: Release, settings: Settings) -> None:
    settings.HAYWARD_SCREENING_LEASE_SECONDS = 0.4
    row = claimed(release)

    with Heartbeat(row) as heartbeat:
        heartbeat.progress(123)
        await_condition(lambda: Screening.objects.get(pk=row.pk).bytes_done == 123, what="progress shown")
        first = Screening.objects.get(pk=row.pk).lease_until
        await_condition(lambda: Screening.objects.get(pk=row.pk).lease_until > first, what="lease extended")  # type: ignore[operator]


@pytest.mark.django_db(transaction=True)
def test_heartbeat_tells_that_the_lease_is_lost(release: Release, settings: Settings) -> None:
    settings.HAYWARD_SCREENING_LEASE_SECONDS = 0.4
    row = claimed(release)
    Screening.objects.update(fence=row.fence + 1)

    def has_lost(heartbeat: Heartbeat) -> bool:
        try:
            heartbeat.check()
        except screening.LeaseLost:
            return True
        return False

    with Heartbeat(row) as heartbeat:
        await_condition(lambda: has_lost(heartbeat), what="the loss noticed")


@pytest.mark.django_db(transaction=True)
def test_heartbeat_of_a_pass_that_hangs_lets_the_lease_run_out(
    release: Release, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.HAYWARD_SCREENING_LEASE_SECONDS = 0.4
    monkeypatch.setattr("workers.heartbeat.STALLED_SECONDS", 0.2)
    row = claimed(release)

    with Heartbeat(row):
        await_condition(lambda: Screening.objects.claimable(timezone.now()).exists(), what="the lease over")
