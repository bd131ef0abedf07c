"""Claims: one moderator at a time, most urgent first, and a lease that runs out."""

from datetime import timedelta
from pathlib import Path

import pytest

from datasets_app.models import Dataset
from moderation import deciding, permissions, policy, triage
from moderation.kinds import Action, Severity
from moderation.models import Case, Reveal, User
from tests import factories
from tests.factories import NOW


def test_claim_next_gives_the_most_severe_case_first(root: Path, dataset: Dataset, alice: User) -> None:
    factories.make_case(dataset=dataset, root=root, text=factories.MAIL + " a")
    urgent = factories.make_case(dataset=dataset, root=root, text=factories.MAIL + " b")
    Case.objects.filter(pk=urgent.pk).update(severity=Severity.HIGH)

    claim = triage.claim_next(by=alice, at=NOW)

    assert claim.case == urgent


def test_claim_next_gives_the_case_already_held_again(root: Path, dataset: Dataset, alice: User) -> None:
    factories.make_case(dataset=dataset, root=root, text=factories.MAIL + " a")
    factories.make_case(dataset=dataset, root=root, text=factories.MAIL + " b")
    first = triage.claim_next(by=alice, at=NOW)

    again = triage.claim_next(by=alice, at=NOW + timedelta(seconds=5))

    assert again == first


def test_claim_next_says_when_nothing_waits(dataset: Dataset, alice: User) -> None:
    with pytest.raises(triage.NothingWaiting):
        triage.claim_next(by=alice, at=NOW)


def test_claim_next_skips_datasets_without_a_role(root: Path, dataset: Dataset, alice: User) -> None:
    other = factories.make_dataset("other")
    factories.make_case(dataset=other, root=root)

    with pytest.raises(triage.NothingWaiting):
        triage.claim_next(by=alice, at=NOW)


def test_claim_is_refused_while_another_holds_the_case(
    root: Path, dataset: Dataset, alice: User, bob: User
) -> None:
    case = factories.make_case(dataset=dataset, root=root)
    triage.claim(case=case, by=alice, at=NOW)

    with pytest.raises(triage.AlreadyClaimed):
        triage.claim(case=case, by=bob, at=NOW)


def test_claim_passes_to_another_after_the_lease(
    root: Path, dataset: Dataset, alice: User, bob: User
) -> None:
    case = factories.make_case(dataset=dataset, root=root)
    first = triage.claim(case=case, by=alice, at=NOW)
    later = NOW + policy.current().lease

    second = triage.claim(case=case, by=bob, at=later)

    first.refresh_from_db()
    assert (second.by, first.ended_as) == (bob, "expired")


def test_release_puts_the_case_back(root: Path, dataset: Dataset, alice: User, bob: User) -> None:
    case = factories.make_case(dataset=dataset, root=root)
    triage.claim(case=case, by=alice, at=NOW)

    triage.release(case=case, by=alice, at=NOW)

    assert triage.claim_next(by=bob, at=NOW).case == case


def test_release_needs_the_claim(root: Path, dataset: Dataset, alice: User, bob: User) -> None:
    case = factories.make_case(dataset=dataset, root=root)
    triage.claim(case=case, by=alice, at=NOW)

    with pytest.raises(triage.ClaimLost):
        triage.release(case=case, by=bob, at=NOW)


def test_claim_needs_the_role(root: Path, dataset: Dataset) -> None:
    case = factories.make_case(dataset=dataset, root=root)

    with pytest.raises(permissions.NotPermitted):
        triage.claim(case=case, by=factories.make_member("charlie"), at=NOW)


def test_claim_of_a_decided_case_is_refused(root: Path, dataset: Dataset, alice: User, bob: User) -> None:
    case = factories.make_case(dataset=dataset, root=root)
    factories.make_decision(case=case, by=alice)

    with pytest.raises(triage.AlreadyClaimed):
        triage.claim(case=case, by=bob, at=NOW)


def test_not_sure_passes_the_case_to_somebody_else(
    root: Path, dataset: Dataset, alice: User, bob: User
) -> None:
    case = factories.make_case(dataset=dataset, root=root)
    triage.claim(case=case, by=alice, at=NOW)
    deciding.decide(case=case, action=Action.NOT_SURE, clause="pii.contact", by=alice, at=NOW)

    with pytest.raises(triage.NothingWaiting):
        triage.claim_next(by=alice, at=NOW)
    assert triage.claim_next(by=bob, at=NOW).case == case


def test_reveal_counts_a_look_of_the_holder(root: Path, dataset: Dataset, alice: User, bob: User) -> None:
    case = factories.make_case(dataset=dataset, root=root)
    triage.claim(case=case, by=alice, at=NOW)

    triage.reveal(case=case, by=alice, at=NOW)
    with pytest.raises(triage.ClaimLost):
        triage.reveal(case=case, by=bob, at=NOW)

    assert list(Reveal.objects.values_list("by__username", flat=True)) == ["alice"]
