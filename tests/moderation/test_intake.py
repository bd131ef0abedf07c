"""Findings become items and cases; notices become cases with a reference and a clock."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from pytest_django import DjangoAssertNumQueries

from datasets_app.models import Dataset, Item, Location, Shard
from hayward.screening import Finding as Flag
from moderation import deciding, intake, screening
from moderation.intake import Match
from moderation.kinds import Action, CaseState, FindingKind, NoticeState, NoticeType, Severity, TargetKind
from moderation.models import Case, Finding, Notice, Screening, User
from tests import factories
from tests.factories import NOW


def claimed(dataset: Dataset, root: Path, records: list[dict[str, str]], version: str = "1.0") -> Screening:
    release = factories.make_release(
        dataset=dataset, root=root / version, shards={"a.jsonl": records}, version=version
    )
    screening.open_screenings(release=release)
    row = screening.claim(at=NOW)
    assert row is not None
    return row


def receive(
    dataset: Dataset, *, kind: TargetKind = TargetKind.SNIPPET, target: str = "write to nora"
) -> Notice:
    return intake.receive_notice(
        type_=NoticeType.PERSONAL_DATA,
        dataset=dataset,
        target_kind=kind,
        target=target,
        reason="It is my address.",
        contact="nora.lind@example.org",
        at=NOW,
    ).notice


def test_findings_of_one_record_open_one_case(root: Path, dataset: Dataset) -> None:
    record = {"text": factories.MAIL}
    row = claimed(dataset, root, [record])

    intake.raise_findings(
        screening=row,
        flags=[factories.flag(record), factories.flag(record, kind=FindingKind.IBAN, start=0, end=5)],
        at=NOW,
    )

    case = Case.objects.get()
    assert (Finding.objects.count(), Item.objects.count(), case.severity) == (2, 1, Severity.HIGH)


def test_finding_below_the_threshold_opens_no_case(root: Path, dataset: Dataset) -> None:
    record = {"text": factories.MAIL}

    intake.raise_findings(
        screening=claimed(dataset, root, [record]), flags=[factories.flag(record, score=0.49)], at=NOW
    )

    assert (Finding.objects.count(), Case.objects.count()) == (1, 0)


def test_same_findings_twice_change_nothing(root: Path, dataset: Dataset) -> None:
    record = {"text": factories.MAIL}
    row = claimed(dataset, root, [record])

    for _ in range(2):
        intake.raise_findings(screening=row, flags=[factories.flag(record)], at=NOW)

    assert [model.objects.count() for model in (Item, Location, Finding, Case)] == [1, 1, 1, 1]


def test_item_at_two_rows_has_two_locations_and_one_case(root: Path, dataset: Dataset) -> None:
    record = {"text": factories.MAIL}
    row = claimed(dataset, root, [record, record])

    intake.raise_findings(
        screening=row, flags=[factories.flag(record), factories.flag(record, row=1)], at=NOW
    )

    assert (Location.objects.count(), Case.objects.count()) == (2, 1)


def test_kind_decided_before_is_not_asked_again(root: Path, dataset: Dataset, alice: User) -> None:
    record = {"text": factories.MAIL}
    case = factories.make_case(dataset=dataset, root=root)
    factories.make_decision(case=case, by=alice, action=Action.KEEP)
    row = claimed(dataset, root, [record], version="2.0")

    intake.raise_findings(screening=row, flags=[factories.flag(record)], at=NOW)

    assert not Case.objects.open().exists()


def test_new_kind_on_a_decided_item_opens_a_case(root: Path, dataset: Dataset, alice: User) -> None:
    record = {"text": factories.MAIL}
    case = factories.make_case(dataset=dataset, root=root)
    factories.make_decision(case=case, by=alice, action=Action.KEEP)
    row = claimed(dataset, root, [record], version="2.0")

    intake.raise_findings(screening=row, flags=[factories.flag(record, kind=FindingKind.IBAN)], at=NOW)

    assert Case.objects.open().get().item == case.item


def test_new_rule_asks_again_about_what_was_judged(root: Path, dataset: Dataset, alice: User) -> None:
    record = {"text": factories.MAIL}
    case = factories.make_case(dataset=dataset, root=root)
    factories.make_decision(case=case, by=alice, action=Action.KEEP)
    row = claimed(dataset, root, [record], version="2.0")

    intake.raise_findings(screening=row, flags=[factories.flag(record, rule="email/2")], at=NOW)

    assert Case.objects.open().get().item == case.item


def test_verdict_taken_back_is_no_verdict(root: Path, dataset: Dataset, alice: User) -> None:
    record = {"text": factories.MAIL}
    case = factories.make_case(dataset=dataset, root=root)
    decision = factories.make_decision(case=case, by=alice, action=Action.KEEP)
    deciding.undo(decision=decision, by=alice, at=NOW)
    Case.objects.update(state=CaseState.MERGED)
    row = claimed(dataset, root, [record], version="2.0")

    intake.raise_findings(screening=row, flags=[factories.flag(record)], at=NOW)

    assert Case.objects.open().get().item == case.item


@pytest.mark.parametrize(("action", "opened"), [(Action.KEEP, 0), (Action.REMOVE, 1)])
def test_false_alarm_in_one_dataset_is_none_in_its_sister(
    root: Path, dataset: Dataset, alice: User, action: Action, opened: int
) -> None:
    record = {"text": factories.MAIL}
    case = factories.make_case(dataset=dataset, root=root)
    factories.make_decision(case=case, by=alice, action=action)
    sister = factories.make_dataset("sister")
    row = claimed(sister, root, [record])

    intake.raise_findings(screening=row, flags=[factories.flag(record)], at=NOW)

    assert Case.objects.open().filter(dataset=sister).count() == opened


def test_raising_takes_the_same_queries_for_one_and_three(
    root: Path, dataset: Dataset, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    records = [{"text": f"{factories.MAIL} {number}"} for number in range(4)]
    row = claimed(dataset, root, records)

    for chosen in (records[:1], records[1:]):
        flags = [factories.flag(record, row=records.index(record)) for record in chosen]
        with django_assert_num_queries(9):
            intake.raise_findings(screening=row, flags=flags, at=NOW)


def test_database_holds_one_open_case_per_item(root: Path, dataset: Dataset) -> None:
    case = factories.make_case(dataset=dataset, root=root)

    with pytest.raises(IntegrityError, match="case_one_open_per_item"), transaction.atomic():
        Case.objects.create(dataset=dataset, item=case.item, opened_at=NOW)


def test_notice_gets_a_reference_a_clock_and_a_case(dataset: Dataset) -> None:
    receipt = intake.receive_notice(
        type_=NoticeType.COPYRIGHT,
        dataset=dataset,
        target_kind=TargetKind.URL,
        target=" https://example.org/poem ",
        reason="I wrote it.",
        at=datetime(2027, 1, 31, 12, tzinfo=UTC),
    )

    notice = receipt.notice
    assert notice.reference.startswith("HWD-")
    assert (notice.target, notice.due_on) == ("https://example.org/poem", date(2027, 2, 28))
    assert notice.cases.get().state == CaseState.OPEN
    assert intake.by_status_token(receipt.token) == notice
    assert intake.by_status_token(receipt.token + "x") is None


def test_notice_is_encrypted_at_rest(dataset: Dataset) -> None:
    notice = receive(dataset)

    with connection.cursor() as cursor:
        cursor.execute("SELECT target, reason, contact, status_digest FROM moderation_notice")
        stored = " ".join(cursor.fetchone())
    assert "nora" not in stored
    assert "address" not in stored
    assert notice.contact == "nora.lind@example.org"


@pytest.mark.parametrize(
    ("kind", "target", "why"),
    [
        (TargetKind.URL, "  ", "Tell us where it is"),
        (TargetKind.DIGEST, "abc", "A digest is 64 characters"),
        (TargetKind.SNIPPET, "too short", "at least 12 characters"),
        (TargetKind.SNIPPET, "a NUL in the \x00 middle", "cannot be stored"),
        (TargetKind.URL, "x" * 5001, "below 5000 characters"),
    ],
)
def test_notice_with_a_fault_is_refused(dataset: Dataset, kind: TargetKind, target: str, why: str) -> None:
    with pytest.raises(intake.UnableToReceive, match=why):
        receive(dataset, kind=kind, target=target)

    assert not Notice.objects.exists()


def located(dataset: Dataset, root: Path, count: int) -> list[Match]:
    records = [{"text": f"{factories.MAIL} {number}"} for number in range(count)]
    release = factories.make_release(dataset=dataset, root=root, shards={"a.jsonl": records}, version="9")
    shard = Shard.objects.get(release=release)
    return [
        Match(shard=shard, row=row, digest=factories.flag(record).digest)
        for row, record in enumerate(records)
    ]


def test_matches_of_a_notice_become_its_cases(root: Path, dataset: Dataset) -> None:
    notice = receive(dataset)

    state = intake.record_matches(notice=notice, matches=located(dataset, root, 3), at=NOW)

    cases = Case.objects.open().filter(notices=notice)
    assert (state, cases.count(), cases.filter(item=None).count()) == (NoticeState.LOCATED, 3, 0)
    assert set(cases.values_list("severity", flat=True)) == {Severity.HIGH}


def test_match_joins_the_case_that_a_screener_opened(root: Path, dataset: Dataset) -> None:
    case = factories.make_case(dataset=dataset, root=root)
    notice = receive(dataset)
    place = Location.objects.get()

    intake.record_matches(
        notice=notice, matches=[Match(shard=place.shard, row=place.row, digest=place.item.digest)], at=NOW
    )

    case.refresh_from_db()
    assert list(Case.objects.open().filter(notices=notice)) == [case]
    assert case.severity == Severity.HIGH


def test_notice_without_a_match_stays_with_a_moderator(dataset: Dataset) -> None:
    notice = receive(dataset)

    state = intake.record_matches(notice=notice, matches=[], at=NOW)

    assert (state, Case.objects.open().get().item) == (NoticeState.NOT_FOUND, None)


def test_notice_is_decided_when_all_its_cases_are(root: Path, dataset: Dataset, alice: User) -> None:
    notice = receive(dataset)
    intake.record_matches(notice=notice, matches=located(dataset, root, 2), at=NOW)
    first, second = Case.objects.open().order_by("pk")
    over = NOW + timedelta(seconds=31)

    factories.make_decision(case=first, by=alice, action=Action.REMOVE, clause="notice.personal_data")
    deciding.end_holds(at=over)
    notice.refresh_from_db()
    halfway = notice.state
    factories.make_decision(
        case=second, by=alice, action=Action.REMOVE, clause="notice.personal_data", at=over
    )
    deciding.end_holds(at=over + timedelta(seconds=31))
    notice.refresh_from_db()

    assert (halfway, notice.state) == (NoticeState.LOCATED, NoticeState.DECIDED)


def test_flags_with_nothing_do_nothing(root: Path, dataset: Dataset) -> None:
    flags: list[Flag] = []

    assert (
        intake.raise_findings(screening=claimed(dataset, root, [{"text": "fine"}]), flags=flags, at=NOW) == 0
    )
