"""The tests' own tools: a real worker on the test's database, a real browser that tells of every fault."""

import pytest
from django.db import connection
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from config import running
from config.celery import app
from tests.conftest import await_condition


def sessions() -> int:
    """How many sessions this test's database has had."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sessions FROM pg_stat_database WHERE datname = current_database()")
        return int(cursor.fetchone()[0])


@pytest.mark.process
def test_worker_works_on_the_database_of_the_test(worker_process: running.Program) -> None:
    before = sessions()

    app.send_task("workers.tasks.register_releases")

    await_condition(lambda: sessions() > before, what="the worker's session on the test database")
    assert str(connection.settings_dict["NAME"]).startswith("test_")
    worker_process.check()


@pytest.mark.browser
def test_browser_shows_the_site(page: Page, live_server: LiveServer) -> None:
    response = page.goto(f"{live_server.url}/health/")

    assert response is not None
    assert response.status == 200
