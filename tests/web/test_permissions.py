"""Who may open which page: the whole matrix."""

from pathlib import Path

import pytest
from django.urls import resolve

from datasets_app.models import Dataset
from moderation.models import User
from tests import factories
from tests.web.conftest import As
from web import urls

OPEN, LOGIN, NO = 200, 302, 403
REVIEWERS = {"alice", "bob", "lena"}
READERS = REVIEWERS | {"max", "ada", "olga"}
KEEPERS = {"max", "olga"}
MEMBERS = READERS | {"charlie"}
EVERYBODY = MEMBERS | {"anonymous"}

PAGES = {
    "/": EVERYBODY,
    "/datasets/": EVERYBODY,
    "/datasets/demo/": EVERYBODY,
    "/notices/new/": EVERYBODY,
    "/notices/sent/": EVERYBODY,
    "/policy/": EVERYBODY,
    "/changelog/": EVERYBODY,
    "/changelog/demo/": EVERYBODY,
    "/changelog/demo/entries.jsonl": EVERYBODY,
    "/account/tokens/": MEMBERS,
    "/queue/": REVIEWERS,
    "/cases/{case}/": REVIEWERS,
    "/decisions/": READERS,
    "/decisions/{decision}/reverse/": {"lena"},
    "/datasets/new/": KEEPERS,
    "/datasets/demo/new-release/": KEEPERS,
    "/datasets/demo/releases/1.0/": READERS,
}


@pytest.mark.parametrize("name", sorted(EVERYBODY))
def test_pages_open_for_those_with_the_right(
    name: str, as_: As, cast: dict[str, User], dataset: Dataset, root: Path
) -> None:
    case = factories.make_case(dataset=dataset, root=root)
    decision = factories.make_decision(case=case, by=cast["alice"])
    browser = as_(name)

    answers = {
        page: browser.get(page.format(case=case.pk, decision=decision.pk)).status_code for page in PAGES
    }

    refused = LOGIN if name == "anonymous" else NO
    assert answers == {page: OPEN if name in who else refused for page, who in PAGES.items()}


ACTS = {
    "/queue/next/": REVIEWERS,
    "/cases/{case}/": REVIEWERS,
    "/cases/{case}/claim/": REVIEWERS,
    "/cases/{case}/release/": REVIEWERS,
    "/cases/{case}/reveal/": REVIEWERS,
    "/decisions/{decision}/undo/": REVIEWERS,
    "/decisions/{decision}/reverse/": {"lena"},
    "/datasets/new/": KEEPERS,
    "/datasets/demo/new-release/": KEEPERS,
    "/datasets/demo/releases/1.0/shards/{screening}/retry/": KEEPERS,
    "/datasets/demo/releases/1.0/rescreen/": KEEPERS,
    "/account/tokens/": MEMBERS,
}


@pytest.mark.parametrize("name", sorted(EVERYBODY))
def test_acts_refuse_those_without_the_right(
    name: str, as_: As, cast: dict[str, User], dataset: Dataset, root: Path
) -> None:
    case = factories.make_case(dataset=dataset, root=root)
    decision = factories.make_decision(case=case, by=cast["bob"])
    screening = case.item.findings.get().screening  # type: ignore[union-attr] # make_case gives an item
    browser = as_(name)
    addresses = {act: act.format(case=case.pk, decision=decision.pk, screening=screening.pk) for act in ACTS}

    answers = {act: browser.post(address, {}) for act, address in addresses.items()}

    was_refused = {
        act: answer.status_code == NO or answer.headers.get("Location", "").startswith("/accounts/login/")
        for act, answer in answers.items()
    }
    assert was_refused == {act: name not in who for act, who in ACTS.items()}


def test_acts_lead_a_visit_back_to_the_page_with_their_form(as_: As, dataset: Dataset) -> None:
    browser = as_("alice")

    assert browser.get("/queue/next/").headers["Location"] == "/queue/"
    assert browser.get("/cases/7/reveal/").headers["Location"] == "/cases/7/"
    assert browser.get("/decisions/7/undo/").headers["Location"] == "/decisions/"


OPEN_TO_WHOEVER_HAS_THE_LINK = {
    "/notices/status/token/",
    "/changelog/demo/checkpoint",
    "/changelog/demo/0/",
    "/account/tokens/key/delete/",
}
# tests/web/test_pictures.py says who sees a picture, and how much of it.
PICTURES = {"/cases/1/pictures/jpg"}


def test_every_address_of_the_door_is_tested_here() -> None:
    filled = {address.format(case=1, decision=1, screening=1) for address in [*PAGES, *ACTS]}

    tested = {resolve(address).view_name for address in filled | OPEN_TO_WHOEVER_HAS_THE_LINK | PICTURES}

    assert tested == {f"web:{pattern.name}" for pattern in urls.urlpatterns}


def test_rights_in_one_dataset_open_nothing_in_another(as_: As, dataset: Dataset, root: Path) -> None:
    other = factories.make_dataset("other")
    case = factories.make_case(dataset=other, root=root)

    browser = as_("alice")

    assert browser.get(f"/cases/{case.pk}/").status_code == NO
    assert browser.post(f"/cases/{case.pk}/claim/").status_code == NO
    assert browser.post("/queue/next/", {"dataset": "other"}).status_code == NO
    assert browser.get("/datasets/other/releases/1.0/").status_code == NO
    assert f"/cases/{case.pk}/" not in browser.get("/queue/").content.decode()
