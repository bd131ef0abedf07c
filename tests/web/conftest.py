"""The cast, a dataset with its shards on disk, and keys of this test alone."""

from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.test import Client
from django_cotton.apps import wrap_loaders

from datasets_app.models import Dataset
from moderation.models import User
from tests import factories

CAST = ("alice", "bob", "lena", "max", "ada", "olga", "charlie")


@pytest.fixture(scope="session", autouse=True)
def _components() -> None:
    """The test session reads the settings a second time, after the components were added to them."""
    wrap_loaders("django")


@pytest.fixture(autouse=True)
def _empty_cache(services: None, own_keys: None) -> None:
    """The form's count of sendings starts at nothing."""
    cache.clear()


@pytest.fixture
def cast(dataset: Dataset) -> dict[str, User]:
    """Everybody by name: alice and bob moderate, lena leads, max maintains, ada audits, olga operates."""
    return {name: factories.make_member(name, dataset=dataset) for name in CAST}


As = Callable[[str], Client]


@pytest.fixture
def as_(cast: dict[str, User]) -> As:
    """A browser in which that person is logged in; "anonymous" is nobody."""

    def client_of(name: str) -> Client:
        client = Client()
        if name != "anonymous":
            client.force_login(cast[name], backend="django.contrib.auth.backends.ModelBackend")
        return client

    return client_of


@pytest.fixture
def alice(as_: As) -> Client:
    return as_("alice")
