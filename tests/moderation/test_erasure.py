"""Retention: what a filer wrote goes after its time, and nothing sooner."""

from datetime import timedelta
from pathlib import Path

from datasets_app.models import Dataset
from moderation import deciding, erasure, intake
from moderation.kinds import Action, NoticeType, TargetKind
from moderation.models import Notice, User
from tests import factories
from tests.factories import NOW


def decided_notice(dataset: Dataset, root: Path, alice: User) -> Notice:
    notice = intake.receive_notice(
        type_=NoticeType.OPT_OUT,
        dataset=dataset,
        target_kind=TargetKind.URL,
        target="https://example.org/a",
        reason="No training, please.",
        contact="nora.lind@example.org",
        at=NOW,
    ).notice
    case = notice.cases.get()
    factories.make_decision(case=case, by=alice, action=Action.KEEP, clause="notice.opt_out")
    deciding.end_holds(at=NOW + timedelta(seconds=31))
    return notice


def test_notice_is_purged_after_its_days(dataset: Dataset, root: Path, alice: User) -> None:
    notice = decided_notice(dataset, root, alice)

    early = erasure.purge_expired(at=NOW + timedelta(days=209))
    late = erasure.purge_expired(at=NOW + timedelta(days=211))

    notice.refresh_from_db()
    assert (early, late) == (0, 3)
    assert (notice.target, notice.reason, notice.contact) == ("", "", "")
    assert notice.purged_at == NOW + timedelta(days=211)


def test_purging_twice_changes_nothing(dataset: Dataset, root: Path, alice: User) -> None:
    decided_notice(dataset, root, alice)
    erasure.purge_expired(at=NOW + timedelta(days=211))

    assert erasure.purge_expired(at=NOW + timedelta(days=300)) == 0


def test_undecided_notice_is_kept(dataset: Dataset) -> None:
    intake.receive_notice(
        type_=NoticeType.OTHER,
        dataset=dataset,
        target_kind=TargetKind.URL,
        target="https://example.org/a",
        reason="Please look.",
        at=NOW,
    )

    assert erasure.purge_expired(at=NOW + timedelta(days=4000)) == 0
