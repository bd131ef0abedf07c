"""What holds for every page: the content policy, plain errors, and the small pages."""

import hashlib
import re
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client
from pytest_django import Settings

from datasets_app.models import Dataset
from moderation import policy
from tests.web.conftest import As

STATIC = Path(settings.BASE_DIR) / "static"
TEMPLATES = Path(settings.BASE_DIR) / "templates"


@pytest.mark.parametrize(
    "address", ["/", "/policy/", "/nowhere/", "/notices/status/wrong/", "/accounts/login/"]
)
def test_every_answer_carries_the_content_policy(address: str, client: Client, db: None) -> None:
    policy = client.get(address).headers["Content-Security-Policy"]

    assert {"default-src 'self'", "object-src 'none'", "base-uri 'none'"} <= set(policy.split("; "))
    assert "unsafe" not in policy


def test_templates_hold_no_inline_script_or_style() -> None:
    inline = re.compile(r"<style|\sstyle=|\son[a-z]+=\"|<script(?![^>]*\ssrc=)|hx-on|javascript:")

    found = [path.name for path in TEMPLATES.rglob("*.html") if inline.search(path.read_text())]

    assert found == []


def test_own_scripts_stay_small() -> None:
    assert sum(path.stat().st_size for path in STATIC.glob("*.js")) < 25_000


def test_styles_use_logical_directions() -> None:
    physical = re.compile(
        r"(margin|padding|border)-(left|right)|[\s{;](left|right):|text-align: (left|right)"
    )

    assert physical.search((STATIC / "hayward.css").read_text()) is None


@pytest.mark.parametrize("code", ["400", "403", "403_csrf", "404", "429", "500"])
def test_error_pages_stand_without_a_request(code: str) -> None:
    html = render_to_string(f"{code}.html")

    assert "<h1>" in html
    assert "Hayward" in html


def test_a_form_from_another_session_is_refused_in_plain_words(cast: dict[str, object]) -> None:
    browser = Client(enforce_csrf_checks=True)

    answer = browser.post("/notices/new/", {})

    assert answer.status_code == 403
    assert "Please send it again" in answer.content.decode()


def test_a_crash_gives_a_plain_page(client: Client, dataset: Dataset, settings: Settings) -> None:
    settings.HAYWARD_POLICY_FILE = "/nowhere/policy.md"
    client.raise_request_exception = False

    answer = client.get("/policy/")

    assert answer.status_code == 500
    assert "It is our fault" in answer.content.decode()
    assert answer.headers["Content-Security-Policy"]


def test_policy_is_shown_with_version_and_digest(client: Client, db: None) -> None:
    html = client.get("/policy/").content.decode()

    data = Path(settings.HAYWARD_POLICY_FILE).read_bytes()
    assert "<h1>Moderation policy</h1>" in html
    assert hashlib.sha256(data).hexdigest() in html
    assert policy.current().version in html


def test_policy_runs_nothing_that_stands_in_it(
    client: Client, db: None, settings: Settings, tmp_path: Path
) -> None:
    text = Path(settings.HAYWARD_POLICY_FILE).read_text()
    settings.HAYWARD_POLICY_FILE = tmp_path / "policy.md"
    settings.HAYWARD_POLICY_FILE.write_text(
        f"{text}\n<script>x()</script>\n[go](javascript:x())\n![x](https://example.com/x.png)\n"
    )

    html = client.get("/policy/").content.decode()

    assert re.findall(r"<script>|href=\"javascript|<img", html) == []


def test_login_leads_back_to_the_page_that_was_asked_for(client: Client, cast: dict[str, object]) -> None:
    form = client.get("/accounts/login/?next=/queue/").content.decode()
    answer = client.post(
        "/accounts/login/", {"login": "alice", "password": "a long enough passphrase", "next": "/queue/"}
    )

    assert 'name="next"' in form
    assert answer.headers["Location"] == "/queue/"


def test_login_with_a_wrong_password_says_so(client: Client, cast: dict[str, object]) -> None:
    html = client.post("/accounts/login/", {"login": "alice", "password": "wrong"}).content.decode()

    assert "There is a problem" in html
    assert 'value="alice"' in html


@pytest.mark.parametrize(
    "address",
    ["/accounts/password/reset/", "/accounts/2fa/", "/accounts/password/change/", "/accounts/logout/"],
)
def test_account_pages_look_like_the_site(address: str, as_: As) -> None:
    html = as_("alice").get(address).content.decode()

    assert "wordmark" in html
    assert "<h1>" in html


def test_token_is_shown_once_and_can_be_deleted(as_: As) -> None:
    browser = as_("max")

    made = browser.post("/account/tokens/", {"label": "nightly", "scopes": ["patch:read"]}, follow=True)

    token: Any = apps.get_model("api", "ApiToken")._default_manager.get()
    secret = re.search(r"hwd_\w+", made.content.decode())
    assert secret is not None
    assert secret[0] not in browser.get("/account/tokens/").content.decode()
    assert (token.user.username, token.label, token.scopes) == ("max", "nightly", ["patch:read"])
    assert as_("alice").post(f"/account/tokens/{token.pk}/delete/").status_code == 404
    told = browser.post(f"/account/tokens/{token.pk}/delete/", follow=True)
    assert "is deleted" in told.content.decode()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"label": "", "scopes": ["patch:read"]}, "Say what the token is for."),
        ({"label": "x"}, "Choose at least one thing the token may do."),
        ({"label": "x", "scopes": ["everything"]}, "Select a valid choice."),
    ],
)
def test_token_form_says_what_is_wrong(given: dict[str, object], said: str, alice: Client) -> None:
    assert said in alice.post("/account/tokens/", given).content.decode()
