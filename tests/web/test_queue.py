"""The queue page and the way to the next case."""

import re
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from datasets_app.models import Dataset
from moderation import intake, triage
from moderation.kinds import Action, NoticeType, TargetKind
from moderation.models import Case, Claim, User
from tests import factories
from web import queue as queue_page


def cases_shown(html: bytes) -> list[int]:
    return [int(number) for number in re.findall(rb"/cases/(\d+)/claim/", html)]


def make_cases(count: int, *, dataset: Dataset, root: Path) -> list[Case]:
    texts = [f"write to nora{number:02}.lind@example.org" for number in range(count)]
    return [factories.make_case(dataset=dataset, root=root, text=text, end=len(text)) for text in texts]


def test_queue_lists_waiting_cases_with_what_was_found(alice: Client, dataset: Dataset, root: Path) -> None:
    case = factories.make_case(dataset=dataset, root=root)

    html = alice.get("/queue/").content

    assert cases_shown(html) == [case.pk]
    assert b'<li class="tag">e-mail address</li>' in html
    assert b"nora.lind" not in html


def test_queue_says_so_when_nothing_waits(alice: Client) -> None:
    assert "Nothing waits." in alice.get("/queue/").content.decode()


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        ("dataset=demo", True), ("dataset=nowhere", True), ("kind=email_address", True), ("kind=iban", False),
        ("kind=notice", False), ("severity=2", True), ("severity=3", False), ("severity=x", True), ("after=x.1", True),
        ("after=9999999999999999.1.1", True), ("after=1.1.1", False),
    ],
)  # fmt: skip
def test_queue_filters(query: str, fits: bool, alice: Client, dataset: Dataset, root: Path) -> None:
    case = factories.make_case(dataset=dataset, root=root)

    assert cases_shown(alice.get(f"/queue/?{query}").content) == ([case.pk] if fits else [])


def test_queue_finds_cases_that_a_person_asked_for(alice: Client, dataset: Dataset) -> None:
    receipt = intake.receive_notice(
        type_=NoticeType.OPT_OUT, dataset=dataset, target_kind=TargetKind.URL, target="https://example.org/a",
        reason="I wrote it", at=factories.NOW,
    )  # fmt: skip

    html = alice.get("/queue/?kind=notice").content

    assert cases_shown(html) == [receipt.notice.cases.get().pk]
    assert b"opt-out" in html


def test_queue_pages_by_the_last_case_seen(
    alice: Client, dataset: Dataset, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue_page, "PAGE", 2)
    made = [case.pk for case in make_cases(5, dataset=dataset, root=root)]

    seen, address = [], "/queue/"
    for _ in range(3):
        html = alice.get(address).content
        seen.append(cases_shown(html))
        found = re.search(r'href="(\?[^"]*after[^"]*)"', html.decode())
        address = "/queue/" + found[1] if found else ""

    assert seen == [made[:2], made[2:4], made[4:]]
    assert address == ""


def test_queue_asks_the_same_number_of_queries_for_one_and_three_cases(
    alice: Client, dataset: Dataset, root: Path, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_cases(1, dataset=dataset, root=root)
    with django_assert_num_queries(10) as first:
        alice.get("/queue/")
    make_cases(3, dataset=dataset, root=root / "more")

    with django_assert_num_queries(len(first.captured_queries)):
        alice.get("/queue/")


def test_next_case_claims_the_most_urgent(
    alice: Client, cast: dict[str, User], dataset: Dataset, root: Path
) -> None:
    case = factories.make_case(dataset=dataset, root=root)

    answer = alice.post("/queue/next/", {"dataset": "demo"})

    assert answer.headers["Location"] == f"/cases/{case.pk}/"
    assert Claim.objects.running(timezone.now()).get().by == cast["alice"]


def test_next_case_says_so_when_nothing_waits(alice: Client) -> None:
    answer = alice.post("/queue/next/", follow=True)

    assert answer.redirect_chain == [("/queue/", 302)]
    assert "No case is waiting for you. Thank you." in answer.content.decode()


def test_queue_hides_cases_claimed_by_others_and_passed_on(
    alice: Client, cast: dict[str, User], dataset: Dataset, root: Path
) -> None:
    claimed, passed_on = make_cases(2, dataset=dataset, root=root)
    triage.claim(case=claimed, by=cast["bob"], at=timezone.now())
    factories.make_decision(case=passed_on, by=cast["alice"], action=Action.NOT_SURE)

    assert cases_shown(alice.get("/queue/").content) == []
