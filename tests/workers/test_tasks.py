"""The tasks: which rows they take, and that one bad row does not keep the others waiting."""

import logging
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connections
from django.utils import timezone
from pytest_django import Settings

from config.celery import app
from datasets_app import registering
from datasets_app.models import Dataset, Release, Shard
from hayward import formats
from moderation.kinds import CaseState
from moderation.models import Case, Checkpoint, Screening
from tests import factories
from tests.workers import world
from workers import locks, registration, tasks


def from_source(dataset: Dataset, root: Path, *, version: str = "1.0") -> Release:
    return registering.register_release(
        dataset=dataset,
        version=version,
        root=str(root),
        screeners=["pii"],
        source=str(root),
        at=timezone.now(),
    )


def test_source_is_listed_hashed_and_queued(dataset: Dataset, root: Path) -> None:
    factories.write_jsonl(root / "deep" / "b.jsonl", [{"text": "b"}])
    factories.write_jsonl(root / "a.jsonl", [{"text": "a"}])
    release = from_source(dataset, root)

    tasks.register_releases()

    stored = list(Shard.objects.filter(release=release).order_by("path").values_list("path", "sha256"))
    assert stored == [
        (name, formats.fingerprint(str(root / name)).sha256) for name in ("a.jsonl", "deep/b.jsonl")
    ]
    assert Release.objects.get(pk=release.pk).state == "ready"
    assert Screening.objects.filter(shard__release=release, state="waiting").count() == 2


def test_release_with_a_manifest_is_queued_too(dataset: Dataset, root: Path) -> None:
    release = factories.make_release(dataset=dataset, root=root, shards={"a.jsonl": []})

    tasks.register_releases()
    tasks.register_releases()

    assert Screening.objects.filter(shard__release=release).count() == 1
    assert registration.unqueued() == []


def test_source_without_shards_fails_with_the_reason_and_the_next_goes_on(
    dataset: Dataset, root: Path
) -> None:
    (root / "empty").mkdir()
    bad = from_source(dataset, root / "empty", version="bad")
    factories.write_jsonl(root / "good" / "a.jsonl", [{"text": "a"}])
    good = from_source(dataset, root / "good", version="good")

    tasks.register_releases()

    failed = Release.objects.get(pk=bad.pk)
    assert failed.state == "failed"
    assert f"{root}/empty does not exist or matches no shard" in failed.error
    assert Release.objects.get(pk=good.pk).state == "ready"


def test_source_that_was_closed_meanwhile_fails(dataset: Dataset, root: Path, settings: Settings) -> None:
    factories.write_jsonl(root / "a.jsonl", [{"text": "a"}])
    release = from_source(dataset, root)
    settings.HAYWARD_DATA_ROOTS = []

    tasks.register_releases()

    assert "outside the folders this server may read" in Release.objects.get(pk=release.pk).error


def test_fault_in_registering_fails_the_release_and_tells_no_more_than_its_name(
    dataset: Dataset, root: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    secret = "nora.lind"

    def broken(_release: Release) -> list[registering.ManifestShard]:
        raise ZeroDivisionError(secret)

    monkeypatch.setattr(registering, "listed_manifest", broken)
    release = from_source(dataset, root)

    tasks.register_releases()

    error = Release.objects.get(pk=release.pk).error
    assert "ZeroDivisionError" in error
    assert secret not in error + caplog.text


@pytest.mark.django_db(transaction=True)
def test_release_that_another_worker_registers_is_left_to_it(dataset: Dataset, root: Path) -> None:
    factories.write_jsonl(root / "a.jsonl", [{"text": "a"}])
    release = from_source(dataset, root)
    other = connections.create_connection("default")
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [locks.REGISTERING, release.pk])

    tasks.register_releases()
    assert Release.objects.get(pk=release.pk).state == "registering"

    other.close()  # as when that worker dies
    tasks.register_releases()
    assert Release.objects.get(pk=release.pk).state == "ready"


def test_screening_goes_on_until_nothing_waits(dataset: Dataset, root: Path) -> None:
    release = factories.make_release(
        dataset=dataset, root=root, shards={f"{name}.jsonl": list(world.records(20)) for name in "abc"}
    )
    tasks.register_releases()

    tasks.screen_shards()

    assert world.stored(release) == world.expected(release)


def test_screening_gives_its_process_back_after_its_turn(
    dataset: Dataset, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.make_release(
        dataset=dataset, root=root, shards={name: [{"text": "x"}] for name in ("a.jsonl", "b.jsonl")}
    )
    tasks.register_releases()
    monkeypatch.setattr(tasks, "TURN_SECONDS", 0.0001)

    tasks.screen_shards()

    assert Screening.objects.filter(state="waiting").count() == 1


def test_holds_end(dataset: Dataset, root: Path) -> None:
    alice = factories.make_member("alice", dataset=dataset)
    long_ago = timezone.now() - timedelta(days=1)
    case = factories.make_case(dataset=dataset, root=root, at=long_ago)
    factories.make_decision(case=case, by=alice, at=long_ago)

    tasks.end_holds()

    assert Case.objects.get(pk=case.pk).state == CaseState.CLOSED


def test_logs_with_new_entries_are_signed(dataset: Dataset, root: Path) -> None:
    alice = factories.make_member("alice", dataset=dataset)
    factories.make_decision(case=factories.make_case(dataset=dataset, root=root), by=alice)

    tasks.publish_checkpoints()
    tasks.publish_checkpoints()

    assert list(Checkpoint.objects.values_list("log__dataset__slug", "size")) == [("demo", 1)]


def test_log_that_cannot_be_signed_is_told(
    dataset: Dataset, root: Path, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    alice = factories.make_member("alice", dataset=dataset)
    factories.make_decision(case=factories.make_case(dataset=dataset, root=root), by=alice)
    settings.HAYWARD_LOG_KEY_FILE = root / "nowhere.key"

    with caplog.at_level(logging.ERROR):
        tasks.publish_checkpoints()

    assert "no checkpoint for localhost/log/demo: There is no signing key" in caplog.text
    assert not Checkpoint.objects.exists()


def test_purge_runs(dataset: Dataset) -> None:
    tasks.purge_expired()


def test_clock_knows_each_task() -> None:
    scheduled = {entry["task"] for entry in app.conf.beat_schedule.values()}
    ours = {name for name in app.tasks if name.startswith("workers.")}

    assert scheduled == ours
    assert django_settings.CELERY_TASK_ACKS_LATE
