"""Founding a dataset: never without somebody to maintain it."""

import pytest

from datasets_app.models import Dataset
from moderation import founding, permissions
from moderation.kinds import Role
from moderation.models import Membership
from moderation.permissions import Right
from tests import factories
from tests.factories import NOW


def test_founder_maintains_the_dataset(dataset: Dataset) -> None:
    max_ = factories.make_member("max", dataset=dataset)

    founded = founding.found_dataset(slug="fresh", name="Fresh", by=max_, at=NOW)

    assert permissions.has(max_, Right.MAINTAIN, founded)


def test_named_maintainers_come_instead_of_the_founder(dataset: Dataset) -> None:
    max_, charlie = factories.make_member("max", dataset=dataset), factories.make_member("charlie")

    founded = founding.found_dataset(slug="fresh", name="Fresh", maintainers=[charlie], by=max_, at=NOW)

    assert [(row.user, row.role) for row in Membership.objects.filter(dataset=founded)] == [
        (charlie, Role.MAINTAINER)
    ]


def test_operator_of_everything_needs_no_further_role(db: None) -> None:
    olga = factories.make_member("olga")

    founded = founding.found_dataset(slug="fresh", name="Fresh", by=olga, at=NOW)

    assert not Membership.objects.filter(dataset=founded).exists()


def test_founding_needs_the_right(dataset: Dataset) -> None:
    with pytest.raises(permissions.NotPermitted):
        founding.found_dataset(
            slug="fresh", name="Fresh", by=factories.make_member("alice", dataset=dataset), at=NOW
        )

    assert not Dataset.objects.filter(slug="fresh").exists()
