"""Hostile texts in every place that people write to or records are shown: served escaped, never a 500."""

import json
import re
from html import escape, unescape
from pathlib import Path

import pytest
from django.test import Client

from datasets_app.models import Dataset
from moderation.models import Case, Notice
from tests import factories
from tests.shared_data import shared_data
from tests.web.conftest import As

MOST_PAYLOADS = 300


def payloads() -> list[str]:
    lines = (
        shared_data("adversarial", "xss-payloads", "xss_sample300.txt")
        .read_text(errors="replace")
        .splitlines()
    )
    naughty = json.loads(shared_data("adversarial", "blns", "blns.json").read_text())
    return [text for text in [*lines, *naughty] if text.strip()]


def element_names(html: str) -> set[str]:
    """Every tag with its attributes' names, as a browser would see them in well-formed markup."""
    return {re.sub(r'="[^"]*"', "", tag) for tag in re.findall(r"<[a-zA-Z][^>]*>", html)}


@pytest.fixture
def review(alice: Client, dataset: Dataset, root: Path) -> str:
    """The address of a claimed case whose record is nothing but hostile texts."""
    text = "\n".join(payloads())
    case = factories.make_case(dataset=dataset, root=root, text=text, start=0, end=3)
    alice.post(f"/cases/{case.pk}/claim/")
    return f"/cases/{case.pk}/"


def test_review_shows_hostile_text_as_text(alice: Client, review: str, dataset: Dataset, root: Path) -> None:
    plain = factories.make_case(
        dataset=dataset, root=root, text="a harmless text, but for a@b.example", start=27, end=36
    )
    alice.post(f"/cases/{plain.pk}/claim/")

    hostile = alice.post(f"{review}reveal/?all=1").content.decode()
    harmless = alice.post(f"/cases/{plain.pk}/reveal/?all=1").content.decode()

    added = element_names(hostile) - element_names(harmless)
    assert added <= {"<span class title>"}
    shown = unescape(re.sub(r"<[^>]+>", "", hostile))
    assert (
        sum(text.strip() in shown for text in payloads() if text.isascii() and text.isprintable())
        > MOST_PAYLOADS
    )


def test_form_sends_back_hostile_text_as_text(client: Client, dataset: Dataset) -> None:
    harmless = client.post("/notices/new/", {"target": "a", "contact": "b"}).content.decode()
    text = "\n".join(payloads()).replace("\x00", "")[:4900]

    hostile = client.post(
        "/notices/new/", {"target": text, "reason": text, "contact": text[:250], "type": text}
    ).content.decode()

    assert element_names(re.sub(r"<textarea.*?</textarea>", "", hostile, flags=re.DOTALL)) <= element_names(
        re.sub(r"<textarea.*?</textarea>", "", harmless, flags=re.DOTALL)
    ) | {"<p class id>"}
    assert escape("<script") in hostile
    assert "<script>alert" not in hostile


def test_every_payload_is_received_or_refused_in_words(client: Client, as_: As, dataset: Dataset) -> None:
    from django.core.cache import cache

    codes = set()
    for text in payloads():
        cache.clear()
        asked = {"type": "other", "dataset": "demo", "target_kind": "url", "target": text, "reason": text}
        codes.add(client.post("/notices/new/", asked).status_code)

    assert codes <= {200, 302}
    notice, lena = Notice.objects.first(), as_("lena")
    assert notice is not None
    case = Case.objects.filter(notices=notice).get()
    lena.post(f"/cases/{case.pk}/claim/")
    assert escape(notice.reason) in lena.get(f"/cases/{case.pk}/").content.decode()


def test_addresses_take_any_text(as_: As, dataset: Dataset) -> None:
    lena = as_("lena")
    texts = payloads()[::10]

    codes = {
        lena.get(
            page,
            {"after": text, "act": text, "dataset": text, "kind": text, "severity": text, "decided": text},
        ).status_code
        for page in ("/queue/", "/decisions/", "/changelog/demo/", "/notices/new/", "/accounts/login/")
        for text in texts
    }

    assert codes <= {200, 302}
