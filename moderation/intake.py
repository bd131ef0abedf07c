"""Takes in what machines find and what people ask, and opens cases from both."""

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from datasets_app.models import Dataset, Item, Location, Shard
from hayward.screening import Finding as Flag
from moderation import policy
from moderation.kinds import Action, CaseState, NoticeState, NoticeType, Severity, TargetKind
from moderation.models import Case, Decision, Finding, Notice, Screening

BATCH = 5000
MAX_TEXT = 5000
MAX_MATCHES = 200
# Crockford's base 32, without letters that read as digits or make words.
ALPHABET = "0123456789BCDFGHJKMNPQRSTVWXYZ"


class UnableToReceive(Exception):
    """The notice lacks something; the message says what."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the filer gets: the notice, and the secret of its private status page (shown once, stored as a digest)."""

    notice: Notice
    token: str


@dataclass(frozen=True, slots=True)
class Match:
    """A record that a search for a notice's target found."""

    shard: Shard
    row: int
    digest: str


@transaction.atomic
def raise_findings(*, screening: Screening, flags: Sequence[Flag], at: datetime) -> int:
    """Store a batch of findings with their items and locations, and open the cases they call for.

    Gives the number of findings. What a moderator has judged does not come back: the same kind by the same rule in the
    same record opens no case. The number of queries does not depend on the number of flags.
    """
    shard = screening.shard
    dataset = shard.release.dataset
    items = located_items(
        dataset=dataset, places=[(shard, flag.record, flag.digest) for flag in flags], at=at
    )
    judged = _judged(dataset, items)
    Finding.objects.bulk_create(
        (_finding(flag, items[flag.digest], screening) for flag in flags),
        batch_size=BATCH,
        ignore_conflicts=True,
    )
    rules = policy.current()
    severities: dict[str, Severity] = {}
    for flag in flags:
        if rules.opens_case(flag.kind, flag.score) and (flag.digest, flag.kind, flag.rule) not in judged:
            severity = rules.clause_of_kind(flag.kind).severity
            severities[flag.digest] = max(severities.get(flag.digest, severity), severity)
    _open_cases(dataset, {items[digest].pk: severity for digest, severity in severities.items()}, at)
    return len(flags)


def located_items(
    *, dataset: Dataset, places: Iterable[tuple[Shard, int, str]], at: datetime
) -> dict[str, Item]:
    """The items of these (shard, row, digest) places by digest, made together with their locations where new."""
    known = list(places)
    digests = {digest for _, _, digest in known}
    Item.objects.bulk_create(
        (Item(dataset=dataset, digest=digest, created_at=at) for digest in sorted(digests)),
        batch_size=BATCH,
        ignore_conflicts=True,
    )
    items = {item.digest: item for item in Item.objects.by_digest(dataset, digests)}
    Location.objects.bulk_create(
        (
            Location(item=items[digest], shard=shard, row=row)
            for (shard, row), digest in {(shard, row): digest for shard, row, digest in known}.items()
        ),
        batch_size=BATCH,
        ignore_conflicts=True,
    )
    return items


@transaction.atomic
def receive_notice(
    *,
    type_: NoticeType,
    dataset: Dataset,
    target_kind: TargetKind,
    target: str,
    reason: str,
    contact: str = "",
    at: datetime,
) -> Receipt:
    """Take in what a person asks: a notice with its clock running, and a case from the first minute on.

    Raises `UnableToReceive`. The worker looks for the target; until then the case has no item.
    """
    target, reason, contact = target.strip(), reason.strip(), contact.strip()
    _check_notice(target_kind, target, reason)
    rules = policy.current()
    token = secrets.token_urlsafe(24)
    notice = Notice.objects.create(
        reference=_reference(),
        status_digest=status_digest(token),
        type=type_,
        dataset=dataset,
        target_kind=target_kind,
        target=target.lower() if target_kind is TargetKind.DIGEST else target,
        reason=reason,
        contact=contact,
        received_at=at,
        due_on=rules.due_on(type_, at),
    )
    case = Case.objects.create(dataset=dataset, severity=rules.clause_of_notice(type_).severity, opened_at=at)
    notice.cases.add(case)
    return Receipt(notice=notice, token=token)


@transaction.atomic
def record_matches(*, notice: Notice, matches: Sequence[Match], at: datetime) -> NoticeState:
    """Attach what the search found to the notice's case, and open a case for each further item."""
    locked = Notice.objects.select_for_update().get(pk=notice.pk)
    if locked.state != NoticeState.RECEIVED:
        return NoticeState(locked.state)
    items = located_items(
        dataset=locked.dataset, places=[(match.shard, match.row, match.digest) for match in matches], at=at
    )
    severity = policy.current().clause_of_notice(locked.type).severity
    _attach(locked, [items[digest] for digest in sorted(items)], severity, at)
    locked.state = NoticeState.LOCATED if items else NoticeState.NOT_FOUND
    locked.searched_at = at
    locked.save(update_fields=["state", "searched_at"])
    return locked.state


def by_status_token(token: str) -> Notice | None:
    """The notice whose private status page has this secret."""
    return Notice.objects.filter(status_digest=status_digest(token)).first()


def status_digest(token: str) -> str:
    """How a status secret (192 random bits) is stored."""
    return hashlib.sha256(token.encode()).hexdigest()


def _check_notice(target_kind: TargetKind, target: str, reason: str) -> None:
    if not target:
        raise UnableToReceive("Tell us where it is.")
    if not reason:
        raise UnableToReceive("Tell us why, in a sentence.")
    if max(len(target), len(reason)) > MAX_TEXT:
        raise UnableToReceive(f"Please keep each answer below {MAX_TEXT} characters.")
    if "\x00" in target + reason:
        raise UnableToReceive("The text contains a character that cannot be stored.")
    if target_kind is TargetKind.DIGEST and not _is_sha256(target):
        raise UnableToReceive("A digest is 64 characters from 0 to 9 and a to f.")
    if target_kind is TargetKind.SNIPPET and len(target) < 12:
        raise UnableToReceive("Give at least 12 characters of the text, so that we find the right record.")


def _is_sha256(text: str) -> bool:
    return len(text) == 64 and not set(text.lower()) - set("0123456789abcdef")


def _reference() -> str:
    drawn = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"HWD-{drawn[:4]}-{drawn[4:]}"


def _finding(flag: Flag, item: Item, screening: Screening) -> Finding:
    return Finding(
        item=item,
        screening=screening,
        screener=flag.screener,
        version=flag.version,
        kind=flag.kind,
        field=flag.field,
        start=flag.start,
        end=flag.end,
        score=flag.score,
        rule=flag.rule,
        validator=flag.validator or "",
        context=flag.context or "",
        box=list(flag.box) if flag.box else None,
        subject=flag.subject or "",
    )


def _judged(dataset: Dataset, digests: Iterable[str]) -> set[tuple[str, str, str]]:
    """What was judged already, as (record digest, kind, rule): here by any decision, in a sister dataset by "keep".

    A decision judges the findings that stood when it was made. What was removed elsewhere is proposed here anew.
    """
    verdicts = (
        Decision.objects.standing()
        .filter(item=OuterRef("item"), at__gte=OuterRef("screening__finished_at"))
        .exclude(action=Action.NOT_SURE)
        .filter(Q(action=Action.KEEP) | Q(dataset=dataset))
    )
    found = Finding.objects.filter(Exists(verdicts), item__digest__in=list(digests))
    return set(found.values_list("item__digest", "kind", "rule").distinct())


def _open_cases(dataset: Dataset, severities: Mapping[int, Severity], at: datetime) -> None:
    Case.objects.bulk_create(
        (
            Case(dataset=dataset, item_id=item, severity=severity, opened_at=at)
            for item, severity in severities.items()
        ),
        batch_size=BATCH,
        ignore_conflicts=True,
    )
    for severity in Severity:
        more_urgent = [item for item, wanted in severities.items() if wanted == severity]
        if more_urgent:
            Case.objects.open().filter(item__in=more_urgent, severity__lt=severity).update(severity=severity)


def _attach(notice: Notice, items: Sequence[Item], severity: Severity, at: datetime) -> None:
    first = Case.objects.open().filter(notices=notice, item=None).select_for_update(of=("self",)).first()
    taken = set(Case.objects.open().filter(item__in=items).values_list("item", flat=True))
    free = [item for item in items if item.pk not in taken]
    if first and free:
        Case.objects.filter(pk=first.pk).update(item=free[0])
    elif first and items:
        Case.objects.filter(pk=first.pk).update(state=CaseState.MERGED, closed_at=at)
    _open_cases(notice.dataset, {item.pk: severity for item in items}, at)
    notice.cases.add(*Case.objects.open().filter(item__in=items))
