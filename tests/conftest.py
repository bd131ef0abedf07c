"""The world that tests run in: real PostgreSQL, real Redis, real workers, a real browser."""

import io
from collections.abc import Iterator

import pytest
import redis
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command

from config import embedded


@pytest.fixture(scope="session")
def services() -> Iterator[None]:
    """PostgreSQL and Redis: the embedded ones, or those that DATABASE_URL and REDIS_URL name."""
    embedded.ensure()
    call_command("create_keys", stdout=io.StringIO())
    yield
    embedded.release()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(services: None) -> None:
    """pytest-django asks for this before it makes the test database."""


@pytest.fixture
def redis_url(services: None) -> str:
    """An empty Redis: the queue and the cache of this test session alone."""
    with redis.Redis.from_url(settings.REDIS_URL) as queue:
        queue.flushdb()
    cache.clear()
    return settings.REDIS_URL
