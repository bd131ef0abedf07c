"""The commands of operators: accounts with roles, and keys that are made once."""

import io
import re
import stat
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from datasets_app.models import Dataset
from moderation import permissions
from moderation.models import Membership, User
from moderation.permissions import Right


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_create_member_makes_an_account_that_can_log_in(dataset: Dataset) -> None:
    said = run("create_member", "rosa", "moderator", "--dataset", "demo")

    rosa = User.objects.get(username="rosa")
    password = re.search(r"the password (\S+) ", said)
    assert password is not None
    assert rosa.check_password(password[1])
    assert permissions.has(rosa, Right.REVIEW, dataset)


def test_create_member_twice_adds_nothing(dataset: Dataset) -> None:
    run("create_member", "rosa", "auditor")

    said = run("create_member", "rosa", "auditor")

    assert said == "rosa is already auditor of all datasets.\n"
    assert Membership.objects.count() == 1


def test_create_member_of_an_unknown_dataset_makes_nobody(db: None) -> None:
    with pytest.raises(CommandError, match="There is no dataset nowhere"):
        run("create_member", "rosa", "auditor", "--dataset", "nowhere")

    assert not User.objects.exists()


def test_create_keys_leaves_existing_keys_alone(settings: Settings) -> None:
    paths = [
        Path(path)
        for path in (
            settings.HAYWARD_FIELD_KEYS_FILE,
            settings.HAYWARD_LOG_KEY_FILE,
            settings.HAYWARD_SUBJECT_KEY_FILE,
        )
    ]
    before = [path.read_bytes() for path in paths]

    said = run("create_keys")

    after = [path.read_bytes() for path in paths]
    assert before == after
    assert said.count("there already") == 3
    assert stat.S_IMODE(Path(settings.HAYWARD_LOG_KEY_FILE).stat().st_mode) == 0o600
