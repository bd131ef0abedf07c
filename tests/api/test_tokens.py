"""Tokens: made, kept as hashes, dated by their use, bound to known scopes."""

import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from django.utils import timezone
from rest_framework.test import APIClient

from api import tokens
from api.models import ApiToken, Scope
from tests import factories


def client_with(token: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return client


def test_issued_token_opens_and_is_stored_as_a_hash_only(db: None) -> None:
    text = tokens.issue(user=factories.make_user("max"), label="laptop", scopes=[Scope.PATCH_READ])

    assert text.startswith("hwd_")
    assert client_with(text).get("/api/v1/datasets").status_code == 200
    stored = ApiToken.objects.values().get()
    assert text not in str(stored)
    assert (stored["label"], stored["scopes"]) == ("laptop", ["patch:read"])


def test_expired_token_does_not_hold(db: None) -> None:
    text = tokens.issue(
        user=factories.make_user("max"), label="old", scopes=[], valid_for=timedelta(seconds=-1)
    )

    assert client_with(text).get("/api/v1/datasets").status_code == 401


def test_last_use_is_noted_to_the_minute(db: None) -> None:
    client = client_with(tokens.issue(user=factories.make_user("max"), label="laptop", scopes=[]))
    client.get("/api/v1/datasets")
    first = ApiToken.objects.get().last_used_at
    client.get("/api/v1/datasets")
    again = ApiToken.objects.get().last_used_at
    ApiToken.objects.update(last_used_at=timezone.now() - timedelta(minutes=2))
    client.get("/api/v1/datasets")
    later = ApiToken.objects.get().last_used_at

    assert first is not None
    assert later is not None
    assert again == first
    assert later >= first


def test_token_with_an_unknown_scope_cannot_be_stored(db: None) -> None:
    with pytest.raises(IntegrityError, match="token_scopes_known"):
        ApiToken.objects.create(factories.make_user("max"), label="x", scopes=["everything"])  # type: ignore[call-arg]


def test_command_prints_a_token_that_opens(db: None) -> None:
    factories.make_user("max")
    printed = io.StringIO()

    call_command("create_token", "max", "--label", "tour", "--scope", "patch:read", stdout=printed)

    assert client_with(printed.getvalue().strip()).get("/api/v1/datasets").status_code == 200
    assert ApiToken.objects.get().scopes == ["patch:read"]


def test_command_gives_all_scopes_when_none_is_named(db: None) -> None:
    factories.make_user("max")

    call_command("create_token", "max", stdout=io.StringIO())

    assert ApiToken.objects.get().scopes == sorted(Scope.values)


def test_command_says_that_there_is_no_such_user(db: None) -> None:
    with pytest.raises(CommandError, match="There is no user nobody"):
        call_command("create_token", "nobody")
