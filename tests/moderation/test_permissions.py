"""The table of rights, person by person."""

import pytest
from django.contrib.auth.models import AnonymousUser

from datasets_app.models import Dataset
from moderation import permissions
from moderation.kinds import Role
from moderation.permissions import Right
from tests import factories

TABLE = {
    "alice": {Right.REVIEW, Right.READ},
    "lena": {Right.REVIEW, Right.REVERSE, Right.READ},
    "max": {Right.REGISTER_DATASET, Right.MAINTAIN, Right.READ},
    "ada": {Right.READ},
    "olga": {Right.REGISTER_DATASET, Right.MAINTAIN, Right.READ},
    "charlie": set(),
}


@pytest.mark.parametrize("name", TABLE)
def test_person_has_exactly_the_rights_of_the_role(dataset: Dataset, name: str) -> None:
    user = factories.make_member(name, dataset=dataset)
    other = factories.make_dataset("other")

    assert {right for right in Right if permissions.has(user, right, dataset)} == TABLE[name]
    assert {right for right in Right if permissions.has(user, right, other)} == set()
    assert {right for right in Right if permissions.has(user, right)} == TABLE[name]


def test_role_without_a_dataset_holds_everywhere(dataset: Dataset) -> None:
    olga = factories.make_member("olga", dataset=None)
    other = factories.make_dataset("other")

    assert permissions.has(olga, Right.MAINTAIN, other)
    assert set(permissions.datasets_with(olga, Right.MAINTAIN)) == {dataset, other}


def test_datasets_with_gives_only_those_of_the_role(dataset: Dataset) -> None:
    other = factories.make_dataset("other")
    alice = factories.make_member("alice", dataset=dataset)
    factories.make_member("alice", dataset=other, role=Role.AUDITOR)

    assert list(permissions.datasets_with(alice, Right.REVIEW)) == [dataset]


def test_inactive_and_anonymous_have_nothing(dataset: Dataset) -> None:
    alice = factories.make_member("alice", dataset=dataset)
    alice.is_active = False

    for person in (alice, AnonymousUser()):
        assert not permissions.has(person, Right.REVIEW, dataset)
        assert not permissions.datasets_with(person, Right.REVIEW).exists()


def test_require_names_the_right_that_is_missing(dataset: Dataset) -> None:
    with pytest.raises(
        permissions.NotPermitted, match="You may not reverse a decision after the hold in demo"
    ):
        permissions.require(factories.make_member("alice", dataset=dataset), Right.REVERSE, dataset)
