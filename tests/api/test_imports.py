"""Findings sent by a program: taken in once, told apart from nonsense, never more than the shard holds."""

from pathlib import Path
from typing import Any

import pytest

from datasets_app.models import Dataset, Release
from moderation.models import Case, Finding
from tests import factories
from tests.api import world
from tests.api.conftest import Caller

ADDRESS = "/api/v1/datasets/demo/releases/1.0/findings"


@pytest.fixture
def release(dataset: Dataset, root: Path) -> Release:
    """A release that waits for findings: it names no screeners of its own."""
    return factories.make_release(
        dataset=dataset, root=root, shards={"part.jsonl": [{"text": factories.MAIL}]}, screeners=[]
    )


def changed(**members: Any) -> dict[str, Any]:
    """A body whose one finding has these members."""
    body = world.import_body()
    body["findings"][0] |= members
    return body


def test_findings_are_taken_in_once(calling: Caller, release: Release) -> None:
    client = calling("max")

    first = client.post(ADDRESS, world.import_body(), format="json")
    again = client.post(ADDRESS, world.import_body(), format="json")

    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json() == {"shard": "part.jsonl", "state": "done", "findings": 1}
    assert (Finding.objects.get().rule, Case.objects.count()) == ("email/1", 1)


def test_sent_subjects_are_not_believed(calling: Caller, release: Release) -> None:
    calling("max").post(ADDRESS, changed(subject="f" * 64), format="json")

    assert Finding.objects.get().subject == ""


def test_box_of_a_picture_is_kept(calling: Caller, release: Release) -> None:
    body = changed(kind="face", field="jpg", start=0, end=0, box=[1, 2, 30, 40])

    calling("max").post(ADDRESS, body, format="json")

    assert Finding.objects.get().box == [1, 2, 30, 40]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (changed(kind="shoe_size"), "#/findings/0/kind"),
        (changed(score=1.5), "#/findings/0/score"),
        (changed(score="NaN"), "#/findings/0/score"),
        (changed(start=9, end=3), "#/findings/0"),
        (changed(digest="f" * 63), "#/findings/0/digest"),
        (changed(record=-1), "#/findings/0/record"),
        (changed(box=[1, 2, 3]), "#/findings/0/box"),
        (world.import_body(versions=[]), "#/versions"),
        (world.import_body(report={"read": 2, "passed": 0, "flagged": 1, "held": 0}), "#/report"),
    ],
    ids=lambda value: value if isinstance(value, str) else "body",
)
def test_nonsense_is_refused_with_its_place(
    calling: Caller, release: Release, body: dict[str, Any], pointer: str
) -> None:
    answer = calling("max").post(ADDRESS, body, format="json")

    assert (answer.status_code, Finding.objects.count()) == (400, 0)
    assert answer.json()["errors"][0]["pointer"].startswith(pointer)


@pytest.mark.parametrize(
    ("changes", "status"),
    [({"shard": "other.jsonl"}, 404), ({"sha256": "0" * 64}, 422)],
    ids=["path", "digest"],
)
def test_shard_of_another_release_is_refused(
    calling: Caller, release: Release, changes: dict[str, Any], status: int
) -> None:
    answer = calling("max").post(ADDRESS, world.import_body(**changes), format="json")

    assert (answer.status_code, Finding.objects.count()) == (status, 0)


def test_release_in_screening_is_not_screened_again(calling: Caller, release: Release) -> None:
    client = calling("max")
    address = "/api/v1/datasets/demo/releases/1.0/rescreen"

    first = client.post(address, {"screeners": ["pii"]}, format="json")
    second = client.post(address, {"screeners": ["pii"]}, format="json")

    assert (first.status_code, second.status_code) == (202, 409)
    assert first.json()["screening"]["shards_total"] == 1
