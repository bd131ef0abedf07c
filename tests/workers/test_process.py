"""A real worker over real Redis and PostgreSQL: killed, paused, without its queue, it changes nothing in the result."""

import os
import signal
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest
import redis
from django.conf import settings
from django.db import connection
from kombu import pools

from config.celery import app
from config.running import Program
from datasets_app import registering
from datasets_app.models import Dataset, Release
from moderation import intake, screening
from moderation.kinds import NoticeState, NoticeType, ScreeningState, TargetKind
from moderation.models import Case, Notice, Screening
from tests import factories
from tests.conftest import await_condition
from tests.workers import world

pytestmark = [pytest.mark.process, pytest.mark.slow]

RECORDS = 40_000
Start = Callable[[], Program]


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def release(program_environment: dict[str, str], dataset: Dataset, root: Path) -> Release:
    """One shard of some 25 MB, ready to be screened."""
    made = factories.make_release(
        dataset=dataset, root=root, shards={"part-0.jsonl": list(world.records(RECORDS))}, at=now()
    )
    screening.open_screenings(release=made)
    return made


def the_screening(release: Release) -> Screening:
    return Screening.objects.get(shard__release=release)


def await_done(release: Release, *, seconds: float = 120) -> None:
    await_condition(
        lambda: (
            not Screening.objects.filter(shard__release=release).exclude(state=ScreeningState.DONE).exists()
        ),
        what="all shards screened",
        seconds=seconds,
    )


def is_reading(release: Release) -> bool:
    row = the_screening(release)
    return row.state == ScreeningState.RUNNING and row.bytes_done > 0


def is_recording() -> bool:
    """Whether a worker is in the middle of writing what it found."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND (query LIKE 'INSERT INTO \"moderation_finding\"%' OR query LIKE 'INSERT INTO \"datasets_app_%')"
            " AND state <> 'idle'"
        )
        row = cursor.fetchone()
    return bool(row and row[0])


def kill_group(worker: Program) -> None:
    os.killpg(worker.process.pid, signal.SIGKILL)
    worker.process.wait()


def kill_child(worker: Program) -> int:
    (child,) = psutil.Process(worker.process.pid).children()
    child.kill()
    return int(child.pid)


def test_source_is_registered_and_screened_as_the_library_does(
    worker_process: Program, beat_process: Program, dataset: Dataset, root: Path
) -> None:
    for number in range(3):
        factories.write_jsonl(root / f"part-{number}.jsonl", world.records(500 + number))
    broken = root / "part-1.jsonl"
    broken.write_bytes(broken.read_bytes() + b'{"text": NaN}\nno json\n')
    made = registering.register_release(
        dataset=dataset, version="1.0", root=str(root), source=f"{root}/*.jsonl", screeners=["pii"], at=now()
    )

    await_condition(lambda: Screening.objects.filter(shard__release=made).count() == 3, what="shards queued")
    await_done(made)

    assert Release.objects.get(pk=made.pk).state == "ready"
    assert world.stored(made) == world.expected(made)
    assert world.stored(made).counts["held"] == 2


def test_killed_worker_changes_nothing_in_the_result(
    start_worker: Start, beat_process: Program, release: Release
) -> None:
    for is_time_to_kill in (lambda: is_reading(release), is_recording):
        worker = start_worker()
        await_condition(is_time_to_kill, what="a worker in mid-shard")
        kill_group(worker)
        assert the_screening(release).state == ScreeningState.RUNNING
        assert world.stored(release) == world.Result()

    start_worker()
    await_done(release)

    assert world.stored(release) == world.expected(release)
    assert the_screening(release).attempts == 3


def test_killed_child_of_a_worker_changes_nothing_in_the_result(
    worker_process: Program, beat_process: Program, release: Release
) -> None:
    for attempt in (1, 2, 3):
        await_condition(
            lambda: is_reading(release) and the_screening(release).attempts == attempt,  # noqa: B023 - awaited here
            what=f"mid-shard in attempt {attempt}",
        )
        kill_child(worker_process)

    await_done(release)

    assert world.stored(release) == world.expected(release)
    assert the_screening(release).attempts == 4


def test_worker_that_slept_beyond_its_lease_writes_nothing(
    start_worker: Start, beat_process: Program, release: Release
) -> None:
    sleeper = start_worker()
    await_condition(lambda: is_reading(release), what="the first worker in mid-shard")
    os.killpg(sleeper.process.pid, signal.SIGSTOP)
    await_condition(lambda: Screening.objects.claimable(now()).exists(), what="the lease over")
    start_worker()
    await_done(release)
    finished = the_screening(release)

    os.killpg(sleeper.process.pid, signal.SIGCONT)

    await_condition(
        lambda: b"was given to another worker" in sleeper.log.read_bytes(),
        what="the sleeper's late write refused",
    )
    assert (finished.fence, finished.attempts) == (2, 2)
    assert the_screening(release).finished_at == finished.finished_at
    assert world.stored(release) == world.expected(release)


def test_lost_queue_loses_nothing(worker_process: Program, beat_process: Program, release: Release) -> None:
    for _ in range(3):
        await_condition(
            lambda: the_screening(release).state != ScreeningState.WAITING, what="the screening begun"
        )
        with redis.Redis.from_url(settings.REDIS_URL) as queue:
            queue.flushall()
    later = factories.make_release(
        dataset=release.dataset,
        root=Path(release.root) / "later",
        shards={"a.jsonl": list(world.records(50))},
        version="2.0",
        at=now(),
    )

    await_condition(
        lambda: Screening.objects.filter(shard__release=later).exists(), what="the next release queued"
    )
    await_done(later)
    await_done(release)

    assert world.stored(release).counts == world.expected(release).counts


@pytest.mark.skipif(
    "redis" not in settings.HAYWARD_EMBEDDED, reason="kills Redis: only the embedded one is ours"
)
def test_killed_redis_costs_only_time(
    worker_process: Program, beat_process: Program, release: Release
) -> None:
    await_condition(
        lambda: the_screening(release).state == ScreeningState.RUNNING, what="the screening begun"
    )
    with redis.Redis.from_url(settings.REDIS_URL) as queue:
        number = int(queue.info("server")["process_id"])

    os.kill(number, signal.SIGKILL)

    await_done(release)
    assert world.stored(release) == world.expected(release)
    pools.reset()  # type: ignore[no-untyped-call]  # this process's own connections were to the dead server
    app._after_fork()


def test_several_workers_share_the_queue_and_the_same_records(
    start_worker: Start, beat_process: Program, dataset: Dataset, root: Path
) -> None:
    same = list(world.records(3000))
    made = factories.make_release(
        dataset=dataset, root=root, shards={f"part-{number}.jsonl": same for number in range(6)}, at=now()
    )
    screening.open_screenings(release=made)
    start_worker()
    start_worker()

    await_done(made)

    assert world.stored(made) == world.expected(made)
    assert set(Screening.objects.values_list("attempts", flat=True)) == {1}


def test_notice_is_located_and_its_case_gets_the_record(
    worker_process: Program, beat_process: Program, dataset: Dataset, root: Path
) -> None:
    factories.make_release(dataset=dataset, root=root, shards={"a.jsonl": list(world.records(300))}, at=now())

    receipt = intake.receive_notice(
        type_=NoticeType.COPYRIGHT,
        dataset=dataset,
        target_kind=TargetKind.URL,
        target="http://Example.org/fences/123/",
        reason="It is mine.",
        at=now(),
    )

    await_condition(
        lambda: Notice.objects.get(pk=receipt.notice.pk).state == NoticeState.LOCATED, what="the record found"
    )
    case = Case.objects.get(notices=receipt.notice)
    assert case.item is not None
    assert list(case.item.locations.values_list("shard__path", "row")) == [("a.jsonl", 123)]
