"""The subject index: whoever brings a value finds it in every dataset, and the database alone tells nothing."""

import io
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django import Settings

from datasets_app.models import Dataset
from moderation import subjects
from moderation.models import Finding
from tests import factories

ADDRESS = "nora.lind@example.org"


@pytest.fixture
def indexed(root: Path, dataset: Dataset) -> list[Finding]:
    """The same address, written in two ways, in two datasets."""
    for number, (where, said) in enumerate(
        [(dataset, factories.MAIL), (factories.make_dataset("sister"), factories.MAIL.upper())]
    ):
        record = {"text": said}
        release = factories.make_release(
            dataset=where, root=root / str(number), shards={"part.jsonl": [record]}
        )
        digest = subjects.key().digest("email_address", said[9:30])
        factories.finish_screening(release=release, flags=[factories.flag(record, subject=digest)])
    return list(Finding.objects.order_by("pk"))


def test_occurrences_are_found_in_all_datasets_however_written(indexed: list[Finding]) -> None:
    found = list(subjects.occurrences("Nora.Lind@Example.ORG"))

    assert found == indexed


def test_other_values_are_not_found(indexed: list[Finding]) -> None:
    assert list(subjects.occurrences("nora.lund@example.org")) == []


def test_index_holds_no_value_and_another_key_finds_nothing(
    indexed: list[Finding], settings: Settings, tmp_path: Path
) -> None:
    (digest,) = {finding.subject for finding in indexed}

    settings.HAYWARD_SUBJECT_KEY_FILE = tmp_path / "other" / "subject.key"
    call_command("create_keys", stdout=io.StringIO())

    assert len(bytes.fromhex(digest)) == 32
    assert list(subjects.occurrences(ADDRESS)) == []


def test_missing_key_is_said(settings: Settings, tmp_path: Path) -> None:
    settings.HAYWARD_SUBJECT_KEY_FILE = tmp_path / "nowhere.key"

    with pytest.raises(subjects.SubjectKeyMissing, match="create_keys"):
        subjects.key()


def test_command_reads_the_value_from_standard_input(
    indexed: list[Finding], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(ADDRESS + "\n"))
    out, err = io.StringIO(), io.StringIO()

    call_command("find_subject", stdout=out, stderr=err)

    assert out.getvalue().splitlines() == [
        "demo\t1.0\tpart.jsonl\t0\temail_address",
        "sister\t1.0\tpart.jsonl\t0\temail_address",
    ]
    assert err.getvalue().strip() == "Found in 2 places."
