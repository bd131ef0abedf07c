"""The cast with their tokens, a dataset with its shards on disk, and keys of this test alone."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.management import call_command
from pytest_django import Settings
from rest_framework.test import APIClient

from api import tokens
from api.models import Scope
from datasets_app.models import Dataset
from moderation.models import User
from tests import factories

CAST = ("alice", "lena", "max", "ada", "olga", "charlie")
Caller = Callable[..., APIClient]


@pytest.fixture(autouse=True)
def _own_settings(settings: Settings, tmp_path: Path) -> None:
    settings.HAYWARD_FIELD_KEYS_FILE = tmp_path / "keys" / "field.keys"
    settings.HAYWARD_LOG_KEY_FILE = tmp_path / "keys" / "log.key"
    settings.HAYWARD_HOLD_SECONDS = 30
    settings.STATIC_ROOT = str(tmp_path)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    call_command("create_keys", verbosity=0)


@pytest.fixture(autouse=True)
def _empty_cache(services: None) -> None:
    """Nobody has called yet."""
    cache.clear()


@pytest.fixture
def root(settings: Settings, tmp_path: Path) -> Path:
    """A folder of shards that the server may read."""
    settings.HAYWARD_DATA_ROOTS = [str(tmp_path)]
    return tmp_path / "shards"


@pytest.fixture
def dataset(db: None) -> Dataset:
    return factories.make_dataset()


@pytest.fixture
def cast(dataset: Dataset) -> dict[str, User]:
    """Everybody by name; olga operates all datasets, the others have their role in this one."""
    people = {name: factories.make_member(name, dataset=dataset) for name in CAST if name != "olga"}
    return {**people, "olga": factories.make_member("olga")}


@pytest.fixture
def calling(cast: dict[str, User]) -> Caller:
    """A program with a token of that person, with all scopes or those given; "anonymous" has no token."""

    def client_of(name: str, scopes: list[Scope] | None = None) -> APIClient:
        client = APIClient()
        if name != "anonymous":
            given = list(Scope) if scopes is None else scopes
            token = tokens.issue(user=cast[name], label="a test", scopes=given)
            client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
        return client

    return client_of


@pytest.fixture
def public() -> APIClient:
    return APIClient()
