"""Decides cases, undoes decisions within the hold, and reverses them after it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from datasets_app.models import Release
from moderation import changelog, permissions, policy
from moderation.kinds import LABEL_KINDS, METADATA_KINDS, Action, CaseState, ClaimEnd, NoticeState, Role
from moderation.models import Case, Claim, Decision, Membership, Notice, User
from moderation.models.case import CaseQuerySet
from moderation.permissions import Right

MAX_SPANS = 1000


class AlreadyDecided(Exception):
    """The case was decided by somebody else meanwhile, or the decision was undone already."""


class ClaimLost(Exception):
    """The person does not hold a running claim on the case."""


class UnableToDecide(Exception):
    """The decision breaks a rule of the policy or lacks something; the message says which."""


class HoldOver(Exception):
    """The hold has ended: the decision can no longer be undone, only reversed."""


@dataclass(frozen=True, slots=True)
class Span:
    """What to mask: a stretch of a text in code points, end exclusive; a box of a picture; or a picture's metadata.

    `box` is left, top, right, bottom in pixels of the upright picture; start and end are 0 then, and for metadata.
    """

    field: str
    start: int
    end: int
    kind: str
    box: tuple[int, int, int, int] | None = None

    @property
    def is_valid(self) -> bool:
        """Whether it covers something."""
        if self.box:
            left, top, right, bottom = self.box
            return 0 <= left < right and 0 <= top < bottom
        return 0 <= self.start < self.end or self.kind in METADATA_KINDS


@transaction.atomic
def decide(
    *,
    case: Case,
    action: Action,
    clause: str,
    by: User,
    at: datetime,
    reasoning: str = "",
    note: str = "",
    spans: Sequence[Span] = (),
    label: str = "",
) -> Decision:
    """Decide a claimed case: the decision, its log entry and the case's new state, all or nothing.

    Raises `UnableToDecide`, `ClaimLost`, `AlreadyDecided` or `permissions.NotPermitted`.
    """
    permissions.require(by, Right.REVIEW, case.dataset)
    rules = policy.current()
    _check_rules(case=case, action=action, clause=_clause(rules, clause), by=by, spans=spans, label=label)
    if Claim.objects.running(at).filter(case=case, by=by).end(as_=ClaimEnd.DECIDED, at=at) != 1:
        raise ClaimLost("Your claim on this case has run out. Open it again to see whether it is still free.")
    decision = _recorded(
        case=case,
        action=action,
        clause=clause,
        by=by,
        at=at,
        reasoning=reasoning,
        note=note,
        spans=[_stored(span) for span in sorted(spans, key=lambda span: (span.field, span.start))],
        label=label,
        rules=rules,
    )
    if action is not Action.NOT_SURE:
        _move_to_hold(case, decision)
    return decision


@transaction.atomic
def undo(*, decision: Decision, by: User, at: datetime) -> Decision:
    """Take back one's own decision within the hold and open the case again; raises `HoldOver` or `AlreadyDecided`."""
    permissions.require(by, Right.REVIEW, decision.dataset)
    if decision.by_id != by.pk:
        raise permissions.NotPermitted(
            "Only the moderator who decided can undo; a senior can reverse after the hold."
        )
    moved = Case.objects.filter(pk=decision.case_id, state=CaseState.HELD, hold_until__gt=at)
    if decision.hold_until <= at:
        raise HoldOver("The time to undo is over. A senior moderator can reverse the decision.")
    return _restored(decision, moved=moved, by=by, at=at, reasoning="Undone within the hold.")


@transaction.atomic
def reverse(*, decision: Decision, by: User, at: datetime, reasoning: str) -> Decision:
    """Reverse a decision after its hold, with a reason, and open the case again.

    Raises `UnableToDecide`, `AlreadyDecided` or `permissions.NotPermitted`.
    """
    permissions.require(by, Right.REVERSE, decision.dataset)
    if not reasoning.strip():
        raise UnableToDecide("Say why the decision is reversed.")
    if decision.hold_until > at:
        raise UnableToDecide("The decision is still in its hold; whoever made it can undo it.")
    moved = Case.objects.filter(pk=decision.case_id, state=CaseState.CLOSED)
    return _restored(decision, moved=moved, by=by, at=at, reasoning=reasoning)


@transaction.atomic
def end_holds(*, at: datetime) -> int:
    """Close the cases whose hold is over, and mark their notices decided; gives how many cases."""
    over = list(
        Case.objects.filter(state=CaseState.HELD, hold_until__lte=at)
        .select_for_update(skip_locked=True)
        .values_list("pk", flat=True)[:5000]
    )
    Case.objects.filter(pk__in=over).update(state=CaseState.CLOSED, hold_until=None, closed_at=at)
    unanswered = Notice.objects.exclude(state=NoticeState.DECIDED).filter(cases__in=over)
    Notice.objects.filter(pk__in=unanswered.values("pk")).exclude(
        cases__state__in=[CaseState.OPEN, CaseState.HELD]
    ).update(state=NoticeState.DECIDED, decided_at=at)
    return len(over)


def _clause(rules: policy.Policy, code: str) -> policy.Clause:
    try:
        return rules.clause(code)
    except policy.InvalidPolicy as error:
        raise UnableToDecide(str(error)) from error


def _check_rules(
    *, case: Case, action: Action, clause: policy.Clause, by: User, spans: Sequence[Span], label: str
) -> None:
    if action not in clause.actions:
        raise UnableToDecide(f"Clause {clause.code} does not allow “{action.label}”.")
    if clause.seniors_only and not _is_senior(by, case):
        raise permissions.NotPermitted(f"Clause {clause.code} is for senior moderators.")
    if case.item is None and action not in {Action.KEEP, Action.NOT_SURE}:
        raise UnableToDecide(
            "No record was found for this case, so nothing can be changed. Keep, or say not sure."
        )
    if action is Action.REDACT:
        _check_spans(spans)
    elif spans:
        raise UnableToDecide(f"“{action.label}” takes no spans.")
    if (action is Action.LABEL) != bool(label):
        raise UnableToDecide(
            "Choose a label." if action is Action.LABEL else f"“{action.label}” takes no label."
        )
    if label and label not in LABEL_KINDS:
        raise UnableToDecide(f"There is no label {label}.")


def _check_spans(spans: Sequence[Span]) -> None:
    if not spans:
        raise UnableToDecide("Choose at least one span to mask.")
    if len(spans) > MAX_SPANS:
        raise UnableToDecide(f"At most {MAX_SPANS} spans can be masked in one record; remove it instead.")
    for span in spans:
        if not span.is_valid:
            raise UnableToDecide(
                f"The span {span.start}–{span.end} of {span.field} is empty or runs backwards."
            )


def _stored(span: Span) -> dict[str, object]:
    return {name: value for name, value in asdict(span).items() if value is not None}


def _is_senior(by: User, case: Case) -> bool:
    return Membership.objects.filter(user=by, role=Role.SENIOR, dataset__in=[case.dataset, None]).exists()


def _recorded(
    *,
    case: Case,
    action: Action,
    clause: str,
    by: User,
    at: datetime,
    rules: policy.Policy,
    reasoning: str = "",
    note: str = "",
    spans: Sequence[dict[str, object]] = (),
    label: str = "",
    overrides: Decision | None = None,
) -> Decision:
    try:
        with transaction.atomic():
            decision = Decision.objects.create(
                case=case,
                dataset=case.dataset,
                item=case.item,
                release=_newest_release(case),
                action=action,
                clause=clause,
                reasoning=reasoning,
                note=note,
                spans=list(spans),
                label=label,
                by=by,
                at=at,
                hold_until=at if overrides else at + rules.hold,
                overrides=overrides,
                policy_version=rules.version,
                policy_digest=rules.digest,
            )
    except IntegrityError as error:
        raise AlreadyDecided("This decision was undone or reversed already.") from error
    changelog.append(decision=decision, at=at)
    return decision


def _newest_release(case: Case) -> Release | None:
    return Release.objects.filter(dataset=case.dataset).ready().newest_first().first()


def _move_to_hold(case: Case, decision: Decision) -> None:
    moved = (
        Case.objects.open().filter(pk=case.pk).update(state=CaseState.HELD, hold_until=decision.hold_until)
    )
    if moved != 1:
        raise AlreadyDecided("Another moderator has decided this case.")


def _restored(decision: Decision, *, moved: CaseQuerySet, by: User, at: datetime, reasoning: str) -> Decision:
    restored = _recorded(
        case=decision.case,
        action=Action.RESTORE,
        clause=decision.clause,
        by=by,
        at=at,
        rules=policy.current(),
        reasoning=reasoning,
        overrides=decision,
    )
    state = CaseState.MERGED if _has_open_twin(decision.case) else CaseState.OPEN
    if moved.update(state=state, hold_until=None, closed_at=None) != 1:
        raise AlreadyDecided("This decision can no longer be taken back: its case has moved on.")
    Notice.objects.filter(cases=decision.case).update(state=NoticeState.LOCATED, decided_at=None)
    return restored


def _has_open_twin(case: Case) -> bool:
    return case.item is not None and Case.objects.open().filter(item=case.item).exists()
