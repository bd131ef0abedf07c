"""Keys to sign and encrypt with, and a folder the server may read."""

from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django import Settings

from datasets_app.models import Dataset
from moderation.models import User
from tests import factories


@pytest.fixture(autouse=True)
def _keys(settings: Settings, tmp_path: Path) -> None:
    settings.HAYWARD_FIELD_KEYS_FILE = tmp_path / "keys" / "field.keys"
    settings.HAYWARD_LOG_KEY_FILE = tmp_path / "keys" / "log.key"
    settings.HAYWARD_HOLD_SECONDS = 30
    call_command("create_keys", verbosity=0)


@pytest.fixture
def root(settings: Settings, tmp_path: Path) -> Path:
    """A folder of shards that the server may read."""
    settings.HAYWARD_DATA_ROOTS = [str(tmp_path)]
    return tmp_path / "shards"


@pytest.fixture
def dataset(db: None) -> Dataset:
    return factories.make_dataset()


@pytest.fixture
def alice(dataset: Dataset) -> User:
    return factories.make_member("alice", dataset=dataset)


@pytest.fixture
def bob(dataset: Dataset) -> User:
    return factories.make_member("bob", dataset=dataset)


@pytest.fixture
def lena(dataset: Dataset) -> User:
    return factories.make_member("lena", dataset=dataset)
