"""Findings, cases and decisions through the API: narrowed, and free of what people wrote."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from datasets_app.models import Dataset
from moderation import deciding, intake, triage
from moderation.kinds import Action, NoticeType, TargetKind
from moderation.models import User
from tests import factories
from tests.api import world
from tests.api.conftest import Caller


def test_findings_carry_spans_and_places_but_no_text(calling: Caller, dataset: Dataset, root: Path) -> None:
    case = factories.make_case(dataset=dataset, root=root)
    assert case.item is not None

    page = calling("ada").get("/api/v1/findings").json()

    (found,) = page["results"]
    assert found.pop("id")
    assert found == {
        "dataset": "demo",
        "item": case.item.digest,
        "release": "1.0",
        "shard": "part.jsonl",
        "screener": "pii",
        "version": "1",
        "kind": "email_address",
        "field": "text",
        "start": 9,
        "end": 30,
        "score": 0.9,
        "rule": "email/1",
        "validator": "",
        "context": "",
        "box": None,
    }


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({}, 1),
        ({"dataset": "demo"}, 1),
        ({"kind": "email_address"}, 1),
        ({"kind": "iban"}, 0),
        ({"release": "1.0"}, 1),
        ({"release": "9"}, 0),
    ],
)
def test_findings_are_narrowed(
    calling: Caller, dataset: Dataset, root: Path, query: dict[str, str], count: int
) -> None:
    factories.make_case(dataset=dataset, root=root)

    assert len(calling("ada").get("/api/v1/findings", query).json()["results"]) == count


@pytest.mark.parametrize("resource", ["findings", "cases", "decisions"])
def test_other_peoples_datasets_are_left_out(
    calling: Caller, dataset: Dataset, root: Path, resource: str
) -> None:
    other = factories.make_dataset("other")
    lena = factories.make_member("bob", dataset=other)
    world.decide_some(dataset=other, root=root, by=lena, count=1, at=factories.NOW)

    mine = calling("ada")

    assert mine.get(f"/api/v1/{resource}").json()["results"] == []
    assert mine.get(f"/api/v1/{resource}", {"dataset": "other"}).status_code == 403
    assert mine.get(f"/api/v1/{resource}", {"dataset": "none"}).status_code == 404
    assert len(calling("olga").get(f"/api/v1/{resource}").json()["results"]) == 1


def test_case_of_another_dataset_is_not_found(calling: Caller, dataset: Dataset, root: Path) -> None:
    case = factories.make_case(dataset=factories.make_dataset("other"), root=root)

    assert calling("ada").get(f"/api/v1/cases/{case.pk}").status_code == 404


def test_cases_are_narrowed_by_state(
    calling: Caller, cast: dict[str, User], dataset: Dataset, root: Path
) -> None:
    case = factories.make_case(dataset=dataset, root=root)
    factories.make_decision(case=case, by=cast["alice"])
    reading = calling("ada")

    assert [row["id"] for row in reading.get("/api/v1/cases", {"state": "held"}).json()["results"]] == [
        case.pk
    ]
    assert reading.get("/api/v1/cases", {"state": "open"}).json()["results"] == []
    assert reading.get("/api/v1/cases", {"state": "lost"}).status_code == 400


def test_case_carries_its_findings_and_decisions(
    calling: Caller, cast: dict[str, User], dataset: Dataset, root: Path
) -> None:
    case = factories.make_case(dataset=dataset, root=root)
    decision = factories.make_decision(case=case, by=cast["alice"])

    answer = calling("ada").get(f"/api/v1/cases/{case.pk}").json()

    assert (answer["state"], answer["severity"]) == ("held", "medium")
    assert [found["kind"] for found in answer["findings"]] == ["email_address"]
    assert [made["id"] for made in answer["decisions"]] == [decision.pk]


def test_decision_names_a_pseudonym_and_its_place_in_the_log(
    calling: Caller, cast: dict[str, User], dataset: Dataset, root: Path
) -> None:
    (decision,) = world.decide_some(
        dataset=dataset, root=root, by=cast["alice"], count=1, at=factories.NOW, action=Action.REDACT
    )

    (answer,) = calling("ada").get("/api/v1/decisions").json()["results"]

    assert answer["by"] == f"mod:{cast['alice'].pk}"
    assert (answer["seq"], answer["action"], answer["clause"]) == (0, "redact", "pii.contact")
    assert answer["spans"] == [{"field": "text", "start": 9, "end": 30, "kind": "email_address"}]
    assert answer["item"] == decision.item.digest if decision.item else None


def test_no_private_text_leaves_through_cases_or_decisions(
    calling: Caller, cast: dict[str, User], dataset: Dataset, root: Path
) -> None:
    now = timezone.now()
    case = factories.make_case(dataset=dataset, root=root, at=now)
    triage.claim(case=case, by=cast["alice"], at=now)
    deciding.decide(
        case=case, action=Action.REMOVE, clause="pii.contact", note="a private note", by=cast["alice"], at=now
    )
    receipt = intake.receive_notice(
        type_=NoticeType.PERSONAL_DATA,
        dataset=dataset,
        target_kind=TargetKind.URL,
        target="https://example.org/about-nora",
        reason="because of a private matter",
        contact="nora@example.org",
        at=now + timedelta(seconds=1),
    )
    reading = calling("ada")

    answers = [reading.get(f"/api/v1/{name}").json() for name in ("cases", "decisions", "findings")]
    answers += [reading.get(f"/api/v1/cases/{row['id']}").json() for row in answers[0]["results"]]

    said = json.dumps(answers)
    assert len(answers[0]["results"]) == 2
    for secret in ("private", "nora", "example.org", "alice", receipt.token, receipt.notice.reference):
        assert secret not in said
