"""A dataset with a folder that server and worker may read, and keys of this test alone."""

from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django import Settings

from datasets_app.models import Dataset
from tests import factories

LEASE_SECONDS = 3


@pytest.fixture(autouse=True)
def _own_settings(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HAYWARD_MEMORY", raising=False)
    settings.HAYWARD_FIELD_KEYS_FILE = tmp_path / "keys" / "field.keys"
    settings.HAYWARD_LOG_KEY_FILE = tmp_path / "keys" / "log.key"
    settings.HAYWARD_SUBJECT_KEY_FILE = tmp_path / "keys" / "subject.key"
    settings.HAYWARD_MEMORY_FOLDER = tmp_path / "memory"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    call_command("create_keys", verbosity=0)


@pytest.fixture
def root(settings: Settings, tmp_path: Path) -> Path:
    """A folder of shards that server and worker may read."""
    settings.HAYWARD_DATA_ROOTS = [str(tmp_path)]
    shards = tmp_path / "shards"
    shards.mkdir()
    return shards


@pytest.fixture
def dataset(db: None) -> Dataset:
    return factories.make_dataset()


@pytest.fixture
def program_environment(program_environment: dict[str, str], tmp_path: Path, root: Path) -> dict[str, str]:
    """The worker works with this test's keys and folder, and its leases are short."""
    return program_environment | {
        "HAYWARD_DATA_ROOTS": str(tmp_path),
        "HAYWARD_FIELD_KEYS_FILE": str(tmp_path / "keys" / "field.keys"),
        "HAYWARD_LOG_KEY_FILE": str(tmp_path / "keys" / "log.key"),
        "HAYWARD_SUBJECT_KEY_FILE": str(tmp_path / "keys" / "subject.key"),
        "HAYWARD_SCREENING_LEASE_SECONDS": str(LEASE_SECONDS),
    }
