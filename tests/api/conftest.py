"""The cast with their tokens, a dataset with its shards on disk, and keys of this test alone."""

from collections.abc import Callable

import pytest
from django.core.cache import cache
from rest_framework.test import APIClient

from api import tokens
from api.models import Scope
from datasets_app.models import Dataset
from moderation.models import User
from tests import factories

CAST = ("alice", "lena", "max", "ada", "olga", "charlie")
Caller = Callable[..., APIClient]


@pytest.fixture(autouse=True)
def _empty_cache(services: None, own_keys: None) -> None:
    """Nobody has called yet."""
    cache.clear()


@pytest.fixture
def cast(dataset: Dataset) -> dict[str, User]:
    """Everybody by name; olga operates all datasets, the others have their role in this one."""
    people = {name: factories.make_member(name, dataset=dataset) for name in CAST if name != "olga"}
    return {**people, "olga": factories.make_member("olga")}


@pytest.fixture
def calling(cast: dict[str, User]) -> Caller:
    """A program with a token of that person, with all scopes or those given; "anonymous" has no token."""

    def client_of(name: str, scopes: list[Scope] | None = None) -> APIClient:
        client = APIClient()
        if name != "anonymous":
            given = list(Scope) if scopes is None else scopes
            token = tokens.issue(user=cast[name], label="a test", scopes=given)
            client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
        return client

    return client_of


@pytest.fixture
def public() -> APIClient:
    return APIClient()
