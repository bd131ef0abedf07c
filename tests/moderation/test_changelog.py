"""The log: gap-free, append-only in the database itself, signed, and empty of personal data."""

from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from pytest_django import Settings

from datasets_app.models import Dataset
from hayward.log import checkpoint, disclosures, entries, merkle, notes
from moderation import changelog
from moderation.models import Checkpoint, DatasetLog, Disclosure, Entry, User
from tests import factories
from tests.factories import NOW


def decide_some(count: int, *, root: Path, dataset: Dataset, by: User) -> None:
    for number in range(count):
        case = factories.make_case(dataset=dataset, root=root, text=f"{factories.MAIL} {number}")
        factories.make_decision(case=case, by=by)


def test_entries_are_numbered_without_gaps(root: Path, dataset: Dataset, alice: User) -> None:
    decide_some(3, root=root, dataset=dataset, by=alice)

    assert list(Entry.objects.order_by("seq").values_list("seq", flat=True)) == [0, 1, 2]


def test_entry_says_nothing_about_the_person_or_the_place(root: Path, dataset: Dataset, alice: User) -> None:
    decide_some(1, root=root, dataset=dataset, by=alice)

    body = bytes(Entry.objects.get().body)
    digest = dataset.items.get().digest
    for secret in ("nora", "example.org", "alice", f"mod:{alice.pk}", "part.jsonl", digest):
        assert secret.encode() not in body


def test_entry_commits_to_item_and_actor(root: Path, dataset: Dataset, alice: User) -> None:
    decide_some(1, root=root, dataset=dataset, by=alice)

    written = entries.parse(bytes(Entry.objects.get().body))
    opened = [
        changelog.unseal(d.subject, bytes(d.sealed)) for d in Disclosure.objects.select_related("subject")
    ]
    said = disclosures.verify(written, opened)
    assert said["actor"] == alice.pseudonym
    assert dataset.items.get().digest in said["item"]
    assert len(written.sd) == 8


def test_entry_survives_the_erasure_of_its_subject(root: Path, dataset: Dataset, alice: User) -> None:
    decide_some(2, root=root, dataset=dataset, by=alice)
    log = DatasetLog.objects.get()
    signed = changelog.publish_checkpoint(log=log, at=NOW)
    assert signed is not None

    dataset.items.first().subject_key.delete()  # type: ignore[union-attr]

    assert merkle.root(changelog.lines(dataset=dataset)) == bytes(signed.root)
    assert Disclosure.objects.filter(name="item").count() == 1


@pytest.mark.parametrize("statement", ["UPDATE moderation_entry SET seq = 7", "DELETE FROM moderation_entry"])
def test_database_refuses_to_change_an_entry(
    root: Path, dataset: Dataset, alice: User, statement: str
) -> None:
    decide_some(1, root=root, dataset=dataset, by=alice)

    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_database_refuses_a_leaf_that_is_not_the_hash(root: Path, dataset: Dataset, alice: User) -> None:
    decide_some(1, root=root, dataset=dataset, by=alice)
    entry = Entry.objects.get()

    with pytest.raises(IntegrityError, match="entry_leaf_is_its_hash"), transaction.atomic():
        Entry.objects.create(
            log=entry.log, seq=1, body=entry.body, leaf=b"\x00" * 32, decision_id=entry.decision_id
        )


def test_checkpoint_is_signed_over_the_root(root: Path, dataset: Dataset, alice: User) -> None:
    decide_some(3, root=root, dataset=dataset, by=alice)

    signed = changelog.publish_checkpoint(log=DatasetLog.objects.get(), at=NOW)

    assert signed is not None
    head = checkpoint.open_checkpoint(signed.note, [notes.Verifier.parse(signed.vkey)])
    assert (head.origin, head.size) == ("localhost/log/demo", 3)
    assert head.root == merkle.root(bytes(entry.body) for entry in Entry.objects.order_by("seq"))


def test_checkpoint_extends_the_one_before(root: Path, dataset: Dataset, alice: User) -> None:
    log_size: list[int] = []
    for _ in range(3):
        case = factories.make_case(dataset=dataset, root=root, text=f"{factories.MAIL} {len(log_size)}")
        factories.make_decision(case=case, by=alice)
        signed = changelog.publish_checkpoint(log=DatasetLog.objects.get(), at=NOW)
        assert signed is not None
        assert bytes(signed.root) == merkle.root(changelog.lines(dataset=dataset))
        log_size.append(signed.size)

    assert log_size == [1, 2, 3]


def test_checkpoint_is_signed_once_per_size(root: Path, dataset: Dataset, alice: User) -> None:
    decide_some(1, root=root, dataset=dataset, by=alice)
    log = DatasetLog.objects.get()

    changelog.publish_checkpoint(log=log, at=NOW)
    again = changelog.publish_checkpoint(log=log, at=NOW)

    assert (again, Checkpoint.objects.count()) == (None, 1)


def test_lines_stop_at_the_checkpoint(root: Path, dataset: Dataset, alice: User) -> None:
    decide_some(1, root=root, dataset=dataset, by=alice)
    changelog.publish_checkpoint(log=DatasetLog.objects.get(), at=NOW)
    case = factories.make_case(dataset=dataset, root=root, text=f"{factories.MAIL} later")
    factories.make_decision(case=case, by=alice)

    assert [entries.parse(line).seq for line in changelog.lines(dataset=dataset)] == [0]


def test_checkpoint_needs_the_key(root: Path, dataset: Dataset, alice: User, settings: Settings) -> None:
    decide_some(1, root=root, dataset=dataset, by=alice)
    settings.HAYWARD_LOG_KEY_FILE = root / "gone"

    with pytest.raises(changelog.LogKeyMissing, match="create_keys"):
        changelog.publish_checkpoint(log=DatasetLog.objects.get(), at=NOW)
