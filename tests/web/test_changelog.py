"""The public changelog: what a checkpoint covers, and the bytes to check it by."""

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from datasets_app.models import Dataset
from hayward.log import checkpoint as checkpoints
from hayward.log import merkle
from moderation import changelog, deciding
from moderation.kinds import Action
from moderation.models import DatasetLog, User
from tests import factories
from web import changelog as changelog_page

Decide = Callable[..., None]


@pytest.fixture
def decide(dataset: Dataset, root: Path, cast: dict[str, User]) -> Decide:
    """Make that many decisions, and publish them unless told otherwise."""
    numbers = iter(range(100))

    def made(count: int, *, action: Action = Action.REDACT, publish: bool = True) -> None:
        for _ in range(count):
            text = f"write to nora{next(numbers):02}.lind@example.org"
            case = factories.make_case(dataset=dataset, root=root, text=text)
            factories.make_decision(case=case, by=cast["alice"], action=action, at=timezone.now())
        if publish:
            changelog.publish_checkpoint(log=DatasetLog.objects.get(), at=timezone.now())

    return made


def seqs(html: str) -> list[int]:
    return [int(seq) for seq in re.findall(r'data-label="Entry"><a href="/changelog/demo/(\d+)/"', html)]


def test_log_shows_what_a_checkpoint_covers(client: Client, decide: Decide) -> None:
    decide(2)
    decide(1, publish=False)

    html = client.get("/changelog/demo/").content.decode()

    assert seqs(html) == [1, 0]
    assert "1 more will be published shortly." in html
    assert "Contact data of a person" in html
    assert "Masked" in html
    assert client.get("/changelog/demo/2/").status_code == 404


def test_log_names_no_person_and_no_record(client: Client, decide: Decide) -> None:
    decide(1)

    pages = [client.get(address).content.decode() for address in ("/changelog/demo/", "/changelog/demo/0/")]

    assert [word for word in ("alice", "nora", "part.jsonl") for page in pages if word in page] == []


def test_log_without_entries_says_what_will_come(client: Client, dataset: Dataset) -> None:
    assert "Nothing is published yet." in client.get("/changelog/demo/").content.decode()
    assert client.get("/changelog/demo/entries.jsonl").getvalue() == b""
    assert client.get("/changelog/demo/checkpoint").status_code == 404


def test_log_filters_by_act(client: Client, decide: Decide) -> None:
    decide(1)
    decide(1, action=Action.KEEP)

    shown = {
        act: seqs(client.get(f"/changelog/demo/?act={act}").content.decode())
        for act in ("keep", "redact", "x", "")
    }

    assert shown == {"keep": [1], "redact": [0], "x": [1, 0], "": [1, 0]}
    assert "No published entry fits." in client.get("/changelog/demo/?act=remove").content.decode()


def test_log_pages_by_the_last_entry_seen(
    client: Client, decide: Decide, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changelog_page, "PAGE", 2)
    decide(3)

    first = client.get("/changelog/demo/?act=redact").content.decode()
    older = re.search(r'href="(\?[^"]*after[^"]*)"', first)

    assert older is not None
    assert seqs(first) == [2, 1]
    assert seqs(client.get("/changelog/demo/" + older[1].replace("&amp;", "&")).content.decode()) == [0]


def test_log_asks_the_same_number_of_queries_for_one_and_three_entries(
    client: Client, decide: Decide, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    decide(1)
    with django_assert_num_queries(5) as first:
        client.get("/changelog/demo/")
    decide(2)

    with django_assert_num_queries(len(first.captured_queries)):
        client.get("/changelog/demo/")


def test_download_gives_the_leaves_of_the_signed_head(client: Client, decide: Decide) -> None:
    decide(2)
    decide(1, publish=False)

    lines = client.get("/changelog/demo/entries.jsonl").getvalue().splitlines()
    note = client.get("/changelog/demo/checkpoint").content.decode()

    head = changelog.latest_checkpoint(Dataset.objects.get())
    assert head is not None
    assert note == head.note
    assert merkle.root(lines) == bytes(head.root)
    assert f"\n{len(lines)}\n" in note
    assert checkpoints.Checkpoint(origin=head.log.origin, size=2, root=merkle.root(lines)).text() in note


def test_entry_shows_its_bytes_and_their_leaf_hash(client: Client, decide: Decide) -> None:
    decide(1)
    body = client.get("/changelog/demo/entries.jsonl").getvalue().strip()

    html = client.get("/changelog/demo/0/").content.decode()

    assert body.decode().replace('"', "&quot;") in html
    assert hashlib.sha256(b"\0" + body).hexdigest() in html


def test_entry_is_tied_to_the_one_that_answers_it(
    client: Client, decide: Decide, cast: dict[str, User]
) -> None:
    decide(1, publish=False)
    decision = DatasetLog.objects.get().entries.get().decision
    deciding.undo(decision=decision, by=cast["alice"], at=timezone.now())
    changelog.publish_checkpoint(log=DatasetLog.objects.get(), at=timezone.now())

    undone, undoing = (client.get(f"/changelog/demo/{seq}/").content.decode() for seq in (0, 1))

    assert 'Answered by</dt><dd><a href="/changelog/demo/1/">' in undone
    assert 'Answers</dt><dd><a href="/changelog/demo/0/">' in undoing


def test_changelogs_list_every_log_in_the_same_number_of_queries(
    client: Client, decide: Decide, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    decide(2)
    with django_assert_num_queries(2):
        html = client.get("/changelog/").content.decode()
    factories.make_dataset("second")

    with django_assert_num_queries(2):
        client.get("/changelog/")
    assert '<td data-label="Published entries">2</td>' in html
