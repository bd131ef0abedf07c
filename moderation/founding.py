"""Founds datasets: a dataset never stands without somebody to maintain it."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from datasets_app import registering
from datasets_app.models import Dataset
from moderation import permissions
from moderation.kinds import Role
from moderation.models import Membership, User
from moderation.permissions import Right


@transaction.atomic
def found_dataset(
    *, slug: str, name: str, description: str = "", maintainers: Sequence[User] = (), by: User, at: datetime
) -> Dataset:
    """Register a dataset with its maintainers: those given, else the founder, unless he may maintain it anyway.

    Raises `permissions.NotPermitted`, `registering.AlreadyRegistered` or `registering.UnableToRegister`.
    """
    permissions.require(by, Right.REGISTER_DATASET)
    dataset = registering.register_dataset(slug=slug, name=name, description=description, at=at)
    named = list(maintainers)
    if not named and not permissions.has(by, Right.MAINTAIN, dataset):
        named = [by]
    Membership.objects.bulk_create(
        Membership(user=user, dataset=dataset, role=Role.MAINTAINER) for user in named
    )
    return dataset
