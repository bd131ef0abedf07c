"""The moderators of the dataset, and keys to sign and encrypt with."""

import pytest

from datasets_app.models import Dataset
from moderation.models import User
from tests import factories


@pytest.fixture(autouse=True)
def _keys(own_keys: None) -> None:
    """Decisions are signed for and notes encrypted."""


@pytest.fixture
def alice(dataset: Dataset) -> User:
    return factories.make_member("alice", dataset=dataset)


@pytest.fixture
def bob(dataset: Dataset) -> User:
    return factories.make_member("bob", dataset=dataset)


@pytest.fixture
def lena(dataset: Dataset) -> User:
    return factories.make_member("lena", dataset=dataset)


@pytest.fixture
def max_(dataset: Dataset) -> User:
    return factories.make_member("max", dataset=dataset)
