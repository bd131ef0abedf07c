"""The world that tests run in: real PostgreSQL, real Redis, real workers, a real browser."""

import io
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
import redis
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, Page, Route, sync_playwright
from pytest_django import DjangoDbBlocker, Settings
from pytest_django.live_server_helper import LiveServer

from config import embedded, running
from config.celery import app
from config.embedded import processes
from datasets_app.models import Dataset
from tests import factories

CHROMIUM = os.environ.get("HAYWARD_CHROMIUM", "/usr/bin/chromium")
CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def services() -> Iterator[None]:
    """PostgreSQL and Redis: the embedded ones, or those that DATABASE_URL and REDIS_URL name."""
    embedded.ensure()
    call_command("create_keys", stdout=io.StringIO())
    yield
    embedded.release()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The test database; sessions of programs that a test killed are ended before it is dropped."""
    yield
    with django_db_blocker.unblock():
        await_condition(_alone_in_the_database, what="the end of other sessions")
        connection.close()


def _alone_in_the_database() -> bool:
    others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(pg_terminate_backend(pid)) {others}")
        (left,) = cursor.fetchone()
    return int(left) == 0


@pytest.fixture(scope="session")
def django_db_modify_db_settings(services: None, django_db_modify_db_settings_parallel_suffix: None) -> None:
    """pytest-django asks for this before it makes the test database."""


@pytest.fixture
def own_keys(settings: Settings, tmp_path: Path) -> None:
    """Keys that sign and encrypt for this test alone, and a hold of thirty seconds."""
    settings.HAYWARD_FIELD_KEYS_FILE = tmp_path / "keys" / "field.keys"
    settings.HAYWARD_LOG_KEY_FILE = tmp_path / "keys" / "log.key"
    settings.HAYWARD_SUBJECT_KEY_FILE = tmp_path / "keys" / "subject.key"
    settings.HAYWARD_HOLD_SECONDS = 30
    call_command("create_keys", stdout=io.StringIO())


@pytest.fixture
def root(settings: Settings, tmp_path: Path) -> Path:
    """A folder of shards that the server may read."""
    settings.HAYWARD_DATA_ROOTS = [str(tmp_path)]
    return tmp_path / "shards"


@pytest.fixture
def dataset(db: None) -> Dataset:
    return factories.make_dataset()


@pytest.fixture
def redis_url(services: None) -> str:
    """An empty Redis: the queue and the cache of this test session alone."""
    with redis.Redis.from_url(settings.REDIS_URL) as queue:
        queue.flushdb()
    cache.clear()
    return str(settings.REDIS_URL)


@pytest.fixture
def program_environment(transactional_db: None, redis_url: str) -> dict[str, str]:
    """What makes another process work on this test's database and queue."""
    database = connection.settings_dict
    login = quote(database["USER"]) + (f":{quote(database['PASSWORD'])}" if database["PASSWORD"] else "")
    host = quote(database["HOST"], safe="") + (f":{database['PORT']}" if database["PORT"] else "")
    return {"DATABASE_URL": f"postgresql://{login}@{host}/{database['NAME']}"}


def await_condition(condition: Callable[[], object], *, what: str, seconds: float = 60) -> None:
    """Return as soon as `condition` holds; fail naming `what` when it never does."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"{what}: not within {seconds:.0f} s"
        time.sleep(0.05)


Starter = Callable[[], running.Program]


@pytest.fixture
def start_worker(program_environment: dict[str, str], tmp_path: Path) -> Iterator[Starter]:
    """Starts a real Celery worker on the test's database, as often as asked; kill them as you like."""
    workers: list[running.Program] = []

    def start() -> running.Program:
        worker = running.start_program(
            f"worker-{len(workers)}",
            [*running.worker_command(concurrency=1), f"--hostname=test-{len(workers)}@%h"],
            log_dir=tmp_path,
            environment=program_environment,
        )
        workers.append(worker)

        def answers() -> bool:
            worker.check()
            return any(
                f"test-{len(workers) - 1}@" in name
                for reply in app.control.ping(timeout=0.3)
                for name in reply
            )

        await_condition(answers, what=f"a Celery worker that answers (see {worker.log})")
        return worker

    yield start
    for worker in workers:
        processes.stop(worker.process, signals=(), group=True)


@pytest.fixture
def worker_process(start_worker: Starter) -> running.Program:
    """One real Celery worker, ready. Without the clock: a test sends it the tasks it wants done."""
    return start_worker()


@pytest.fixture
def beat_process(program_environment: dict[str, str], tmp_path: Path) -> Iterator[running.Program]:
    """The real clock, which sends the tasks that wake workers."""
    beat = running.start_program(
        "beat", running.beat_command(), log_dir=tmp_path, environment=program_environment
    )
    yield beat
    processes.stop(beat.process, signals=(), group=True)


@pytest.fixture
def live_site(live_server: LiveServer, worker_process: running.Program, beat_process: running.Program) -> str:
    """The address of the whole site at work on the test's database: web, worker and clock."""
    return str(live_server.url)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the session; tests with it are skipped where none is installed."""
    if not os.access(CHROMIUM, os.X_OK):
        pytest.skip(f"no Chromium at {CHROMIUM}: apt-get install chromium, or set HAYWARD_CHROMIUM")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_OPTIONS)
        yield chromium
        chromium.close()


@pytest.fixture
def page_problems() -> list[str]:
    """What went wrong in the browser: script errors, refused content, calls to other hosts. Empty at the end."""
    return []


def _keep_home(context: BrowserContext, problems: list[str]) -> None:
    def route(route: Route) -> None:
        if urlsplit(route.request.url).hostname in ("localhost", "127.0.0.1"):
            route.continue_()
        else:
            problems.append(f"asked another host for {route.request.url}")
            route.abort()

    context.route("**/*", route)


@pytest.fixture
def new_page(browser: Browser, page_problems: list[str]) -> Iterator[Callable[[], Page]]:
    """Opens pages in a browser session each: as many people at once as a test needs."""
    contexts: list[BrowserContext] = []

    def open_page() -> Page:
        context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
        contexts.append(context)
        _keep_home(context, page_problems)
        page = context.new_page()
        page.on("pageerror", lambda error: page_problems.append(f"script error: {error}"))
        page.on("console", lambda said: page_problems.append(said.text) if said.type == "error" else None)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert page_problems == []


@pytest.fixture
def page(new_page: Callable[[], Page]) -> Page:
    """One browser page; the test fails if anything in it goes wrong (see `page_problems`)."""
    return new_page()
