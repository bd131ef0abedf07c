"""Who may do what: the whole table, in one place."""

from enum import StrEnum

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, Q, QuerySet

from datasets_app.models import Dataset
from moderation.kinds import Role
from moderation.models import Membership, User

Person = User | AnonymousUser


class Right(StrEnum):
    REGISTER_DATASET = "register datasets"
    MAINTAIN = "register releases, screen, retry, pull patches"
    REVIEW = "see the queue, claim and decide cases"
    REVERSE = "reverse a decision after the hold"
    READ = "read findings, cases and decisions"


GRANTED: dict[Right, frozenset[Role]] = {
    Right.REGISTER_DATASET: frozenset({Role.OPERATOR, Role.MAINTAINER}),
    Right.MAINTAIN: frozenset({Role.OPERATOR, Role.MAINTAINER}),
    Right.REVIEW: frozenset({Role.MODERATOR, Role.SENIOR}),
    Right.REVERSE: frozenset({Role.SENIOR}),
    Right.READ: frozenset({Role.OPERATOR, Role.MAINTAINER, Role.MODERATOR, Role.SENIOR, Role.AUDITOR}),
}


class NotPermitted(Exception):
    """The person does not have the right; the message names it."""


def has(user: Person, right: Right, dataset: Dataset | None = None) -> bool:
    """Whether the user holds the right in the dataset; without one, whether in any dataset at all."""
    if not isinstance(user, User) or not user.is_active:
        return False
    held = _granting(user, right)
    return (held if dataset is None else held.filter(Q(dataset=dataset) | Q(dataset=None))).exists()


def require(user: Person, right: Right, dataset: Dataset | None = None) -> None:
    """Raise `NotPermitted` unless the user holds the right."""
    if not has(user, right, dataset):
        where = f" in {dataset}" if dataset else ""
        raise NotPermitted(f"You may not {right.value}{where}.")


def datasets_with(user: Person, right: Right) -> QuerySet[Dataset]:
    """The datasets in which the user holds the right."""
    if not isinstance(user, User) or not user.is_active:
        return Dataset.objects.none()
    held = _granting(user, right)
    everywhere = held.filter(dataset=None)
    return Dataset.objects.filter(Q(pk__in=held.values("dataset")) | Q(Exists(everywhere)))


def _granting(user: User, right: Right) -> QuerySet[Membership]:
    return Membership.objects.filter(user=user, role__in=GRANTED[right])
