"""Looking back on decisions: undo within the hold, reverse after it."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from datasets_app.models import Dataset
from moderation import deciding
from moderation.kinds import Action, CaseState
from moderation.models import Case, Claim, Decision, User
from tests import factories
from tests.web.conftest import As
from web import decisions as decisions_page


@pytest.fixture
def case(dataset: Dataset, root: Path) -> Case:
    return factories.make_case(dataset=dataset, root=root)


@pytest.fixture
def fresh(case: Case, cast: dict[str, User]) -> Decision:
    """A decision of alice's that is still in its hold."""
    return factories.make_decision(case=case, by=cast["alice"], at=timezone.now())


@pytest.fixture
def settled(case: Case, cast: dict[str, User]) -> Decision:
    """A decision of alice's whose hold is over."""
    made = factories.make_decision(case=case, by=cast["alice"], at=timezone.now() - timedelta(minutes=5))
    deciding.end_holds(at=timezone.now())
    return made


def test_front_lists_ones_own_decisions_in_hold(as_: As, fresh: Decision) -> None:
    assert f'action="/decisions/{fresh.pk}/undo/"' in as_("alice").get("/").content.decode()
    assert "/undo/" not in as_("bob").get("/").content.decode()


def test_front_tells_the_state_of_each_queue(alice: Client, case: Case) -> None:
    html = alice.get("/").content.decode()

    assert "<dt>Waiting</dt><dd>1</dd>" in html
    assert "Start reviewing" in html


def test_undo_gives_the_case_back_to_whoever_decided(
    alice: Client, fresh: Decision, case: Case, cast: dict[str, User]
) -> None:
    told = alice.post(f"/decisions/{fresh.pk}/undo/", follow=True)

    assert told.redirect_chain == [(f"/cases/{case.pk}/", 302)]
    assert "Undone. The case is yours again." in told.content.decode()
    assert Case.objects.get(pk=case.pk).state == CaseState.OPEN
    assert Claim.objects.running(timezone.now()).get().by == cast["alice"]


@pytest.mark.parametrize(
    ("name", "said"),
    [("bob", "Only the moderator who decided can undo"), ("lena", "Only the moderator who decided can undo")],
)
def test_undo_is_refused_to_others(name: str, said: str, as_: As, fresh: Decision) -> None:
    told = as_(name).post(f"/decisions/{fresh.pk}/undo/", follow=True)

    assert said in told.content.decode()
    assert Decision.objects.get() == fresh


def test_undo_after_the_hold_says_who_can_still_reverse(alice: Client, settled: Decision) -> None:
    told = alice.post(f"/decisions/{settled.pk}/undo/", follow=True)

    assert "The time to undo is over." in told.content.decode()


def test_decisions_offer_what_each_may_do(as_: As, settled: Decision) -> None:
    address = f'href="/decisions/{settled.pk}/reverse/"'

    offers = {
        name: address in as_(name).get("/decisions/").content.decode() for name in ("alice", "lena", "ada")
    }

    assert offers == {"alice": False, "lena": True, "ada": False}


def test_reverse_opens_the_case_again(as_: As, settled: Decision, case: Case) -> None:
    lena = as_("lena")
    assert "Masked 1 span." in lena.get(f"/decisions/{settled.pk}/reverse/").content.decode()

    told = lena.post(f"/decisions/{settled.pk}/reverse/", {"reasoning": "a role address"}, follow=True)

    assert "Reversed." in told.content.decode()
    assert "taken back" in told.content.decode()
    assert Case.objects.get(pk=case.pk).state == CaseState.OPEN
    assert Decision.objects.get(action=Action.RESTORE).reasoning == "a role address"


@pytest.mark.parametrize(("reasoning", "said"), [("", "Say why the decision is reversed."), (" ", "Say why")])
def test_reverse_needs_a_reason(reasoning: str, said: str, as_: As, settled: Decision) -> None:
    html = as_("lena").post(f"/decisions/{settled.pk}/reverse/", {"reasoning": reasoning}).content.decode()

    assert said in html
    assert Decision.objects.count() == 1


def test_reverse_within_the_hold_says_who_can_undo(as_: As, fresh: Decision) -> None:
    html = as_("lena").post(f"/decisions/{fresh.pk}/reverse/", {"reasoning": "wrong"}).content.decode()

    assert "still in its hold" in html


@pytest.fixture
def three(dataset: Dataset, root: Path) -> list[Case]:
    texts = [f"write to nora{number}.lind@example.org" for number in range(3)]
    return [factories.make_case(dataset=dataset, root=root, text=text) for text in texts]


def test_decisions_ask_the_same_number_of_queries_for_one_and_three(
    as_: As, cast: dict[str, User], three: list[Case], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    lena = as_("lena")
    factories.make_decision(case=three[0], by=cast["alice"])
    with django_assert_num_queries(7) as first:
        lena.get("/decisions/")
    for case in three[1:]:
        factories.make_decision(case=case, by=cast["alice"])

    with django_assert_num_queries(len(first.captured_queries)):
        lena.get("/decisions/")


def test_decisions_page_by_the_last_one_seen(
    alice: Client, cast: dict[str, User], three: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decisions_page, "PAGE", 2)
    for case in three:
        factories.make_decision(case=case, by=cast["alice"])

    first = alice.get("/decisions/").content.decode()
    older = re.search(r'href="(\?after=[^"]+)"', first)

    assert older is not None
    assert first.count("/cases/") == 2
    assert alice.get(f"/decisions/{older[1]}").content.decode().count("/cases/") == 1


@pytest.mark.parametrize("value", ["0", "x", "99999999999999999999", "-1"])
def test_decided_in_the_address_that_is_nobodys_is_ignored(value: str, alice: Client) -> None:
    assert alice.get(f"/queue/?decided={value}").status_code == 200


def test_decided_in_the_address_tells_only_its_maker(as_: As, fresh: Decision) -> None:
    assert "Masked 1 span." in as_("alice").get(f"/queue/?decided={fresh.pk}").content.decode()
    assert "Masked 1 span." not in as_("bob").get(f"/queue/?decided={fresh.pk}").content.decode()
