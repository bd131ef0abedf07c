"""Two moderators at the same moment, on two real connections: exactly one wins."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import Barrier

import pytest
from django.db import connection

from moderation import deciding, screening, triage
from moderation.kinds import Action
from moderation.models import Claim, Decision, Entry, Screening
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 25


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Run the acts at the same moment, each on a connection of its own; gives 'won' or the exception's name."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        try:
            barrier.wait(timeout=10)
            act()
        except Exception as error:  # noqa: BLE001 -- the test looks at which one it was
            return type(error).__name__
        finally:
            connection.close()
        return "won"

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_two_moderators_never_hold_the_same_case(root: Path) -> None:
    dataset = factories.make_dataset()
    alice, bob = (factories.make_member(name, dataset=dataset) for name in ("alice", "bob"))
    seen: Counter[str] = Counter()

    for number in range(ROUNDS):
        case = factories.make_case(dataset=dataset, root=root, text=f"{factories.MAIL} {number}")
        seen.update(
            at_once(
                partial(triage.claim, case=case, by=alice, at=NOW),
                partial(triage.claim, case=case, by=bob, at=NOW),
            )
        )

    assert seen == {"won": ROUNDS, "AlreadyClaimed": ROUNDS}
    assert Claim.objects.count() == ROUNDS


def test_two_moderators_asking_for_the_next_get_different_cases(root: Path) -> None:
    dataset = factories.make_dataset()
    alice, bob = (factories.make_member(name, dataset=dataset) for name in ("alice", "bob"))

    for number in range(ROUNDS):
        for letter in "ab":
            factories.make_case(dataset=dataset, root=root, text=f"{factories.MAIL} {number}{letter}")
        said = at_once(lambda: triage.claim_next(by=alice, at=NOW), lambda: triage.claim_next(by=bob, at=NOW))
        held = list(Claim.objects.running(NOW).values_list("case", flat=True))
        assert (said, len(set(held))) == (["won", "won"], 2)
        for person in (alice, bob):
            case = triage.claim_next(by=person, at=NOW).case
            deciding.decide(case=case, action=Action.KEEP, clause="pii.contact", by=person, at=NOW)


def test_one_case_is_decided_once_even_from_two_tabs(root: Path) -> None:
    dataset = factories.make_dataset()
    alice = factories.make_member("alice", dataset=dataset)

    for number in range(ROUNDS):
        case = factories.make_case(dataset=dataset, root=root, text=f"{factories.MAIL} {number}")
        triage.claim(case=case, by=alice, at=NOW)
        decide = partial(deciding.decide, case=case, clause="pii.contact", by=alice, at=NOW)

        said = at_once(partial(decide, action=Action.KEEP), partial(decide, action=Action.REMOVE))

        assert sorted(said) == ["ClaimLost", "won"]

    assert (Decision.objects.count(), Entry.objects.count()) == (ROUNDS, ROUNDS)
    assert list(Entry.objects.order_by("seq").values_list("seq", flat=True)) == list(range(ROUNDS))


def test_two_workers_never_lease_the_same_shard(root: Path) -> None:
    dataset = factories.make_dataset()
    release = factories.make_release(
        dataset=dataset, root=root, shards={f"{n}.jsonl": [{"text": "fine"}] for n in range(2 * ROUNDS)}
    )
    screening.open_screenings(release=release)
    leased: list[int] = []

    def lease() -> None:
        row = screening.claim(at=NOW)
        assert row is not None
        leased.append(row.pk)

    for _ in range(ROUNDS):
        at_once(lease, lease)

    assert sorted(leased) == sorted(Screening.objects.values_list("pk", flat=True))
