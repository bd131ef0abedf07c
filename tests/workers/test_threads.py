"""How many processors a neural network takes in a process of a worker."""

import os
from types import SimpleNamespace

import pytest
from celery.signals import celeryd_after_setup

from config.celery import app
from hayward.screeners.toxicity.engines import threads
from workers.threads import SETTINGS


def start_worker(
    monkeypatch: pytest.MonkeyPatch, *, processors: int, concurrency: int, **settings: str
) -> None:
    for name in SETTINGS:
        monkeypatch.setenv(name, settings.get(name, ""))
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: set(range(processors)))
    worker = SimpleNamespace(concurrency=concurrency)
    celeryd_after_setup.send(sender="shards@example.org", instance=worker, conf=app.conf)


@pytest.mark.parametrize(("processors", "concurrency", "share"), [(8, 2, 4), (8, 3, 2), (2, 8, 1), (4, 1, 4)])
def test_process_of_a_worker_takes_its_fair_share(
    monkeypatch: pytest.MonkeyPatch, processors: int, concurrency: int, share: int
) -> None:
    start_worker(monkeypatch, processors=processors, concurrency=concurrency)

    assert threads() == share


@pytest.mark.parametrize("name", SETTINGS)
def test_what_the_operator_set_stays(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    start_worker(monkeypatch, processors=8, concurrency=2, **{name: "3"})

    assert threads() == 3
