"""Who gets in: by name or e-mail address, not by guessing, and not by signing up unless that is open."""

import pytest
from axes.models import AccessAttempt
from django.contrib.auth import authenticate
from django.core.cache import cache
from django.test import Client, RequestFactory

from config.logs import without_addresses
from moderation.models import User

PASSWORD = "a long enough secret for alice"


@pytest.fixture
def alice(db: None, redis_url: str) -> User:
    return User.objects.create_user("alice", "alice@example.org", PASSWORD)


def log_in(client: Client, name: str, password: str) -> bool:
    client.post("/accounts/login/", {"login": name, "password": password})
    return "_auth_user_id" in client.session


@pytest.mark.parametrize("name", ["alice", "alice@example.org"])
def test_person_logs_in_by_name_or_address(alice: User, client: Client, name: str) -> None:
    assert log_in(client, name, PASSWORD)


def test_guessing_locks_the_name_from_that_address(alice: User, client: Client) -> None:
    for _ in range(10):
        assert not log_in(client, "alice", "wrong")
        cache.clear()  # allauth's own, shorter limit, so that only the longer one holds

    assert not log_in(client, "alice", PASSWORD)
    assert AccessAttempt.objects.get().username == "alice"


def test_guessing_elsewhere_does_not_lock_the_person_out(alice: User, client: Client) -> None:
    elsewhere = RequestFactory(REMOTE_ADDR="203.0.113.9").post("/accounts/login/")
    for _ in range(12):
        authenticate(elsewhere, username="alice", password="wrong")

    assert log_in(client, "alice", PASSWORD)


def test_sign_up_is_closed(db: None, client: Client) -> None:
    answer = client.post(
        "/accounts/signup/",
        {"username": "charlie", "password1": "sleepy morning otter", "password2": "sleepy morning otter"},
    )

    assert answer.status_code == 200
    assert not User.objects.filter(username="charlie").exists()


def test_answers_carry_a_strict_content_policy(db: None, client: Client) -> None:
    answer = client.get("/accounts/login/")

    policy = dict(part.strip().split(" ", 1) for part in answer["Content-Security-Policy"].split(";"))
    assert policy == {
        "default-src": "'self'",
        "img-src": "'self' data:",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    assert "unsafe" not in answer["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("request_line", "kept"),
    [
        ("GET /notices/private-reference/status", "GET /notices"),
        ("GET /?q=somebody", "GET /"),
        ("POST /queue/", "POST /queue"),
    ],
)
def test_log_lines_hold_no_private_part_of_an_address(request_line: str, kept: str) -> None:
    event = without_addresses(None, "info", {"request": request_line, "ip": "203.0.113.9"})

    assert event == {"request": kept}
