"""The public form, its receipt, and the private status page."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from datasets_app.models import Dataset
from moderation import changelog, deciding, intake, triage
from moderation.intake import Match
from moderation.kinds import Action, NoticeState, NoticeType, TargetKind
from moderation.models import DatasetLog, Notice, User
from tests import factories

ASKED = {
    "type": "personal_data",
    "dataset": "demo",
    "target_kind": "snippet",
    "target": "write to nora.lind@example.org",
    "reason": "This is my address.",
    "contact": "nora.lind@example.net",
}


def test_new_notice_is_received_and_gives_its_link_once(client: Client, dataset: Dataset) -> None:
    sent = client.post("/notices/new/", ASKED, follow=True)

    notice = Notice.objects.get()
    html = sent.content.decode()
    link = re.search(r"http://testserver(/notices/status/[^<\"]+)", html)
    assert sent.redirect_chain == [("/notices/sent/", 302)]
    assert notice.reference in html
    assert link is not None
    assert notice.reference in client.get(link[1]).content.decode()
    assert link[1] not in client.get("/notices/sent/").content.decode()
    assert (notice.type, notice.target, notice.contact) == (
        "personal_data",
        ASKED["target"],
        ASKED["contact"],
    )


def test_receipt_is_not_kept_in_the_open(client: Client, dataset: Dataset) -> None:
    client.post("/notices/new/", ASKED)

    kept = str(dict(client.session))
    link = re.search(r"/notices/status/([^/]+)/", client.get("/notices/sent/").content.decode())

    assert link is not None
    assert link[1] not in kept


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"type": ""}, "Choose what it is about."),
        ({"dataset": ""}, "Choose the dataset."),
        ({"dataset": "nowhere"}, "Choose a dataset from the list."),
        ({"target": " "}, "Tell us where it is."),
        ({"target": "too short"}, "Give at least 12 characters"),
        ({"target_kind": "digest", "target": "abc"}, "A digest is 64 characters"),
        ({"reason": ""}, "Tell us why, in a sentence."),
        ({"reason": "x" * 6000}, "Ensure this value has at most 5000 characters"),
        ({"reason": "a\x00b"}, "Null characters are not allowed."),
        ({"website": "https://example.com"}, "Leave the field called “website” empty."),
    ],
)
def test_new_notice_says_what_is_wrong_and_keeps_what_was_typed(
    given: dict[str, str], said: str, client: Client, dataset: Dataset
) -> None:
    html = client.post("/notices/new/", ASKED | given).content.decode()

    assert said in html
    assert "<title>Error: " in html
    assert "There is a problem" in html
    assert ASKED["contact"] in html
    assert not Notice.objects.exists()


def test_new_notice_remembers_the_dataset_it_was_asked_from(client: Client, dataset: Dataset) -> None:
    html = client.get("/notices/new/?dataset=demo").content.decode()

    assert '<option value="demo" selected>' in html


def test_new_notice_stops_a_flood_and_says_so(client: Client, dataset: Dataset) -> None:
    codes = [client.post("/notices/new/", {}).status_code for _ in range(20)]

    flooded = client.post("/notices/new/", ASKED)

    assert codes == [200] * 20
    assert flooded.status_code == 429
    assert "Wait an hour" in flooded.content.decode()
    assert not Notice.objects.exists()


def test_new_notice_keeps_no_address_of_its_sender(client: Client, dataset: Dataset) -> None:
    client.post("/notices/new/", {}, REMOTE_ADDR="192.0.2.77")

    assert not list(cache._cache.get_client().scan_iter("*192.0.2.77*"))  # type: ignore[attr-defined] # Redis


def test_new_notice_is_taken_even_when_the_cache_is_down(
    client: Client, dataset: Dataset, settings: Settings
) -> None:
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        }
    }

    client.post("/notices/new/", ASKED)

    assert Notice.objects.count() == 1


def test_new_notice_is_taken_from_an_address_that_cannot_be_told(client: Client, dataset: Dataset) -> None:
    client.post("/notices/new/", ASKED, REMOTE_ADDR="")

    assert Notice.objects.count() == 1


@pytest.fixture
def receipt(dataset: Dataset) -> intake.Receipt:
    return intake.receive_notice(
        type_=NoticeType.PERSONAL_DATA, dataset=dataset, target_kind=TargetKind.SNIPPET, target=ASKED["target"],
        reason=ASKED["reason"], contact=ASKED["contact"], at=timezone.now(),
    )  # fmt: skip


def status(client: Client, receipt: intake.Receipt) -> str:
    return client.get(f"/notices/status/{receipt.token}/").content.decode()


def test_status_shows_a_received_notice_and_nothing_it_says(client: Client, receipt: intake.Receipt) -> None:
    html = status(client, receipt)

    assert "Looking for the record" in html
    assert receipt.notice.due_on.strftime("%-d %B %Y") in html
    assert [text for text in (ASKED["target"], ASKED["reason"], ASKED["contact"]) if text in html] == []


def test_status_of_a_notice_that_nothing_was_found_for(client: Client, receipt: intake.Receipt) -> None:
    intake.record_matches(notice=receipt.notice, matches=[], at=timezone.now())

    assert "Not found by machine" in status(client, receipt)


def test_status_of_a_decided_notice_names_its_entry(
    client: Client, receipt: intake.Receipt, cast: dict[str, User], dataset: Dataset, root: Path
) -> None:
    long_ago = timezone.now() - timedelta(minutes=10)
    release = factories.make_release(
        dataset=dataset, root=root, shards={"part.jsonl": [{"text": factories.MAIL}]}
    )
    match = Match(shard=release.shards.get(), row=0, digest=factories.flag({"text": factories.MAIL}).digest)
    intake.record_matches(notice=receipt.notice, matches=[match], at=long_ago)
    case = receipt.notice.cases.get()
    triage.claim(case=case, by=cast["alice"], at=long_ago)
    deciding.decide(
        case=case, action=Action.REMOVE, clause="notice.personal_data", reasoning="It was yours <b>.",
        by=cast["alice"], at=long_ago,
    )  # fmt: skip
    deciding.end_holds(at=timezone.now())
    changelog.publish_checkpoint(log=DatasetLog.objects.get(), at=timezone.now())

    html = status(client, receipt)

    assert Notice.objects.get().state == NoticeState.DECIDED
    assert "Removed the record." in html
    assert "It was yours &lt;b&gt;." in html
    assert 'href="/changelog/demo/0/"' in html
    assert client.get("/changelog/demo/0/").status_code == 200


def test_status_of_a_late_notice_admits_it(client: Client, dataset: Dataset) -> None:
    late = intake.receive_notice(
        type_=NoticeType.OTHER, dataset=dataset, target_kind=TargetKind.URL, target="https://example.org/a",
        reason="please", at=timezone.now() - timedelta(days=70),
    )  # fmt: skip

    assert "We are late" in status(client, late)


@pytest.mark.parametrize("token", ["wrong", "a" * 500, "%00", "☃"])
def test_status_of_an_unknown_link_is_a_plain_page(token: str, client: Client, db: None) -> None:
    answer = client.get(f"/notices/status/{token}/")

    assert answer.status_code == 404
    assert "No notice has this link" in answer.content.decode()


def test_status_pages_tell_nobody_their_address(client: Client, receipt: intake.Receipt) -> None:
    pages = [f"/notices/status/{receipt.token}/", "/notices/status/wrong/", "/notices/sent/"]

    answers = [client.get(page) for page in pages]

    assert [answer.headers["Referrer-Policy"] for answer in answers] == ["no-referrer"] * 3
    assert [answer.headers["X-Robots-Tag"] for answer in answers] == ["noindex, nofollow"] * 3
