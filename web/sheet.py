"""Gathers what the review page shows about a case: why it is here, the record's fields, what may be masked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from datasets_app import records
from hayward.formats import media
from moderation import policy
from moderation.kinds import METADATA_KINDS, RECORD_KINDS, Action
from moderation.models import Case, Finding, Notice
from web import masking
from web.masking import Cover, Piece

BANDS = ((0.8, "high"), (0.5, "medium"), (0.0, "low"))


@dataclass(frozen=True, slots=True)
class Field:
    """A text field of the record, as pieces to show."""

    name: str
    pieces: Sequence[Piece]

    @property
    def is_cut(self) -> bool:
        return masking.is_cut(self.pieces)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A case's record as its moderator sees it. `gone` says why the record cannot be read, if it cannot.

    `pictures` names the fields that hold one; they are sealed when none may be drawn.
    """

    fields: Sequence[Field] = ()
    others: Sequence[Field] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    pictures: Sequence[str] = ()
    gone: str = ""

    @property
    def is_cut(self) -> bool:
        return any(field.is_cut for field in [*self.fields, *self.others])


def findings(case: Case) -> list[Finding]:
    """What the screeners said about the case's item, each place and kind once, in reading order."""
    if case.item_id is None:
        return []
    rows = Finding.objects.filter(item=case.item_id).order_by(
        "field", "start", "end", "kind", "-score", "-pk"
    )
    once: dict[tuple[object, ...], Finding] = {}
    for row in rows:
        once.setdefault((row.field, row.start, row.end, row.kind, *(row.box or ())), row)
    return list(once.values())


def maskable(rows: Iterable[Finding]) -> list[Finding]:
    """The findings whose clause allows masking, and that cover some text, part of a picture, or its metadata."""
    return [
        row
        for row in rows
        if _covers_something(row) and row.kind not in RECORD_KINDS and _may_be_masked(row.kind)
    ]


def clauses(rows: Iterable[Finding], notices: Iterable[Notice]) -> list[policy.Clause]:
    """The clauses that the case's notices and findings fall under, the most severe first."""
    rules = policy.current()
    asked = [rules.clause_of_notice(notice.type) for notice in notices]
    found = [rules.clause_of_kind(row.kind) for row in rows]
    return sorted(dict.fromkeys([*asked, *found]), key=lambda clause: -clause.severity)


def band(score: float) -> str:
    """A screener's score in a word."""
    return next(word for least, word in BANDS if score >= least)


def drawn(case: Case, rows: Sequence[Finding], *, shown: bool, whole: bool) -> Sheet:
    """The record of the case with its findings covered, or with `shown` marked.

    Fields that no screener looked at come only with `shown`: nothing in them is covered.
    """
    if case.item is None:
        return Sheet()
    try:
        record = records.read(case.item)
    except records.RecordGone as error:
        return Sheet(gone=str(error))
    texts = records.texts(case.item, record, (row.field for row in rows))
    pictures = _pictures(record, rows)
    others = _others(record, {*texts, *(name.removesuffix(".bytes") for name in pictures)})
    return Sheet(
        fields=[
            Field(name, _field(name, text, rows, shown=shown, whole=whole)) for name, text in texts.items()
        ],
        others=[
            Field(name, masking.pieces(text, (), shown=True, whole=whole)) for name, text in others.items()
        ]
        if shown
        else (),
        texts=texts,
        pictures=pictures,
    )


def _covers_something(row: Finding) -> bool:
    return row.start < row.end or row.box is not None or row.kind in METADATA_KINDS


def _pictures(record: Mapping[str, Any], rows: Iterable[Finding]) -> list[str]:
    """The fields with a picture: those that hold bytes, and those in which something was found as in a picture."""
    binary = [name for name, value in record.items() if isinstance(value, bytes)]
    found = [row.field for row in rows if row.start == row.end]
    return [name for name in dict.fromkeys([*binary, *found]) if media(record, name) is not None]


def _others(record: Mapping[str, Any], shown: set[str]) -> dict[str, str]:
    return {name: _told(value) for name, value in record.items() if name not in shown and value is not None}


def _field(name: str, text: str, rows: Sequence[Finding], *, shown: bool, whole: bool) -> list[Piece]:
    return masking.pieces(text, _covers(name, rows), shown=shown, whole=whole)


def _covers(field: str, rows: Iterable[Finding]) -> list[Cover]:
    """What may be masked at any score; whole texts only where the finding is one that opens a case."""
    rules = policy.current()
    return [
        Cover(row.start, row.end, row.kind)
        for row in rows
        if row.field == field and (_may_be_masked(row.kind) or rules.opens_case(row.kind, row.score))
    ]


def _may_be_masked(kind: str) -> bool:
    return Action.REDACT in policy.current().clause_of_kind(kind).actions


def _told(value: object) -> str:
    return value if isinstance(value, str) else repr(value)
