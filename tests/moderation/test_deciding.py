"""Decisions: what the policy allows, the hold, undoing, reversing, and that each is a line of the log."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from datasets_app.models import Dataset
from hayward.log import entries
from moderation import deciding, permissions, policy, triage
from moderation.deciding import Span
from moderation.kinds import Action, CaseState, NoticeType, TargetKind
from moderation.models import Case, Decision, Entry, User
from tests import factories
from tests.factories import NOW

AFTER_HOLD = NOW + timedelta(seconds=31)


@pytest.fixture
def case(root: Path, dataset: Dataset) -> Case:
    return factories.make_case(dataset=dataset, root=root)


def test_decide_holds_the_case_and_writes_its_entry(case: Case, alice: User) -> None:
    decision = factories.make_decision(case=case, by=alice)

    case.refresh_from_db()
    written = entries.parse(bytes(decision.entry.body))
    assert (case.state, case.hold_until) == (CaseState.HELD, NOW + timedelta(seconds=30))
    assert (written.seq, written.act, written.rsn, written.n) == (0, "redact", "pii.contact", None)
    assert written.mdl == "pii@1+c0ffee0000000000"
    assert written.pol == policy.current().stamp


def test_decide_needs_the_claim(case: Case, alice: User) -> None:
    with pytest.raises(deciding.ClaimLost):
        deciding.decide(case=case, action=Action.KEEP, clause="pii.contact", by=alice, at=NOW)

    assert not Decision.objects.exists()


def test_decide_after_the_lease_ran_out_is_refused(case: Case, alice: User) -> None:
    triage.claim(case=case, by=alice, at=NOW)

    with pytest.raises(deciding.ClaimLost):
        deciding.decide(
            case=case, action=Action.KEEP, clause="pii.contact", by=alice, at=NOW + policy.current().lease
        )


def test_decide_needs_the_role(case: Case, alice: User) -> None:
    triage.claim(case=case, by=alice, at=NOW)
    alice.memberships.all().delete()

    with pytest.raises(permissions.NotPermitted):
        deciding.decide(case=case, action=Action.KEEP, clause="pii.contact", by=alice, at=NOW)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"action": Action.LABEL, "label": "toxicity"}, "Clause pii.contact does not allow “Label”."),
        ({"clause": "no.such"}, "There is no clause no.such"),
        ({"action": Action.REDACT}, "Choose at least one span to mask."),
        ({"action": Action.REDACT, "spans": [Span("text", 5, 5, "iban")]}, "The span 5–5 of text is empty"),
        ({"action": Action.KEEP, "spans": [Span("text", 1, 5, "iban")]}, "“Keep” takes no spans."),
        ({"action": Action.KEEP, "label": "toxicity"}, "“Keep” takes no label."),
        ({"clause": "toxicity.language", "action": Action.LABEL}, "Choose a label."),
        ({"clause": "toxicity.language", "action": Action.LABEL, "label": "ugly"}, "There is no label ugly."),
    ],
)
def test_decide_refuses_what_the_policy_does_not_allow(
    case: Case, alice: User, changes: dict[str, Any], why: str
) -> None:
    triage.claim(case=case, by=alice, at=NOW)

    with pytest.raises(deciding.UnableToDecide, match=why):
        deciding.decide(
            case=case, by=alice, at=NOW, **{"action": Action.KEEP, "clause": "pii.contact"} | changes
        )

    assert not Entry.objects.exists()
    assert triage.claim(case=case, by=alice, at=NOW).by == alice


def test_decide_changes_nothing_without_a_record(dataset: Dataset, alice: User) -> None:
    from moderation import intake

    receipt = intake.receive_notice(
        type_=NoticeType.COPYRIGHT,
        dataset=dataset,
        target_kind=TargetKind.URL,
        target="https://example.org/poem",
        reason="I wrote it.",
        at=NOW,
    )
    case = receipt.notice.cases.get()
    triage.claim(case=case, by=alice, at=NOW)

    with pytest.raises(deciding.UnableToDecide, match="No record was found"):
        deciding.decide(case=case, action=Action.REMOVE, clause="notice.copyright", by=alice, at=NOW)


def test_decide_not_sure_flags_and_leaves_the_case_open(case: Case, alice: User) -> None:
    decision = factories.make_decision(case=case, by=alice, action=Action.NOT_SURE)

    case.refresh_from_db()
    assert (case.state, entries.parse(bytes(decision.entry.body)).act) == (CaseState.OPEN, "flag")


def test_undo_opens_the_case_again_and_says_so_in_the_log(case: Case, alice: User) -> None:
    decision = factories.make_decision(case=case, by=alice)

    restored = deciding.undo(decision=decision, by=alice, at=NOW + timedelta(seconds=10))

    case.refresh_from_db()
    written = entries.parse(bytes(restored.entry.body))
    assert case.state == CaseState.OPEN
    assert (written.act, written.seq, written.ref) == ("restore", 1, 0)


def test_undo_is_refused_after_the_hold(case: Case, alice: User) -> None:
    decision = factories.make_decision(case=case, by=alice)

    with pytest.raises(deciding.HoldOver):
        deciding.undo(decision=decision, by=alice, at=NOW + timedelta(seconds=30))


def test_undo_is_refused_to_others(case: Case, alice: User, bob: User) -> None:
    decision = factories.make_decision(case=case, by=alice)

    with pytest.raises(permissions.NotPermitted):
        deciding.undo(decision=decision, by=bob, at=NOW)


def test_undo_works_once(case: Case, alice: User) -> None:
    decision = factories.make_decision(case=case, by=alice)
    deciding.undo(decision=decision, by=alice, at=NOW)

    with pytest.raises(deciding.AlreadyDecided):
        deciding.undo(decision=decision, by=alice, at=NOW)

    assert Entry.objects.count() == 2


def test_undo_of_not_sure_is_refused(case: Case, alice: User) -> None:
    decision = factories.make_decision(case=case, by=alice, action=Action.NOT_SURE)

    with pytest.raises(deciding.AlreadyDecided):
        deciding.undo(decision=decision, by=alice, at=NOW)

    assert Entry.objects.count() == 1


def test_undone_case_can_be_decided_again(case: Case, alice: User) -> None:
    deciding.undo(decision=factories.make_decision(case=case, by=alice), by=alice, at=NOW)

    again = factories.make_decision(case=case, by=alice, action=Action.REMOVE)

    assert (again.entry.seq, Decision.objects.standing().get()) == (2, again)


def test_end_holds_closes_only_what_is_over(case: Case, alice: User) -> None:
    factories.make_decision(case=case, by=alice)

    early = deciding.end_holds(at=NOW + timedelta(seconds=29))
    late = deciding.end_holds(at=AFTER_HOLD)

    case.refresh_from_db()
    assert (early, late, case.state, case.closed_at) == (0, 1, CaseState.CLOSED, AFTER_HOLD)


def test_reverse_by_a_senior_reopens_the_case(case: Case, alice: User, lena: User) -> None:
    decision = factories.make_decision(case=case, by=alice, action=Action.REMOVE)
    deciding.end_holds(at=AFTER_HOLD)

    reversed_ = deciding.reverse(
        decision=decision, by=lena, at=AFTER_HOLD, reasoning="It was a role address."
    )

    case.refresh_from_db()
    assert (case.state, reversed_.overrides) == (CaseState.OPEN, decision)


def test_reverse_needs_a_senior_and_a_reason(case: Case, alice: User, lena: User) -> None:
    decision = factories.make_decision(case=case, by=alice)
    deciding.end_holds(at=AFTER_HOLD)

    with pytest.raises(permissions.NotPermitted):
        deciding.reverse(decision=decision, by=alice, at=AFTER_HOLD, reasoning="I changed my mind.")
    with pytest.raises(deciding.UnableToDecide, match="Say why"):
        deciding.reverse(decision=decision, by=lena, at=AFTER_HOLD, reasoning=" ")


def test_reverse_waits_for_the_hold(case: Case, alice: User, lena: User) -> None:
    decision = factories.make_decision(case=case, by=alice)

    with pytest.raises(deciding.UnableToDecide, match="still in its hold"):
        deciding.reverse(decision=decision, by=lena, at=NOW, reasoning="Too soon.")


def test_undo_merges_when_another_case_about_the_item_is_open(
    case: Case, alice: User, dataset: Dataset
) -> None:
    decision = factories.make_decision(case=case, by=alice)
    Case.objects.create(dataset=dataset, item=case.item, opened_at=NOW)

    deciding.undo(decision=decision, by=alice, at=NOW)

    case.refresh_from_db()
    assert case.state == CaseState.MERGED


def test_decision_and_entry_stand_or_fall_together(case: Case, alice: User, settings: Settings) -> None:
    triage.claim(case=case, by=alice, at=NOW)
    settings.HAYWARD_PUBLIC_HOST = "x" * 400

    with pytest.raises(Exception, match="value too long"):
        deciding.decide(case=case, action=Action.KEEP, clause="pii.contact", by=alice, at=NOW)

    assert (Decision.objects.count(), Entry.objects.count()) == (0, 0)
