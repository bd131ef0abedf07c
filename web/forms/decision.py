"""The forms that decide a case and reverse a decision."""

from collections.abc import Iterator
from typing import Any, TypedDict

from django import forms

from moderation import policy
from moderation.deciding import Span
from moderation.kinds import LABEL_KINDS, SPAN_KINDS, Action, FindingKind
from moderation.models import Case, Finding
from web import sheet

CHOICES = [
    (Action.KEEP, "Keep"),
    (Action.REDACT, "Mask spans"),
    (Action.REMOVE, "Remove record"),
    (Action.LABEL, "Label"),
    (Action.NOT_SURE, "Not sure"),
]
MOST_SPANS = 900  # Django reads no more than 1,000 fields of a form


class Answer(TypedDict):
    """What `deciding.decide` takes from the form."""

    action: Action
    clause: str
    reasoning: str
    note: str
    spans: list[Span]
    label: str


class DecisionForm(forms.Form):
    """One case's decision. Spans and label count only with the action that they belong to."""

    action = forms.ChoiceField(
        choices=CHOICES, error_messages={"required": "Choose what to do with the record."}
    )
    spans = forms.MultipleChoiceField(required=False)
    extra = forms.CharField(required=False, max_length=1000, strip=True)
    extra_kind = forms.ChoiceField(required=False, choices=[(kind.value, kind.label) for kind in SPAN_KINDS])
    label = forms.ChoiceField(required=False, choices=[(kind.value, kind.label) for kind in LABEL_KINDS])
    clause = forms.ChoiceField(error_messages={"required": "Choose the clause of the policy."})
    reasoning = forms.CharField(required=False, max_length=2000)
    note = forms.CharField(required=False, max_length=5000)

    def __init__(self, data: Any, *, case: Case) -> None:
        self.case = case
        self.findings = sheet.findings(case)
        self.notices = list(case.notices.order_by("received_at"))
        self.offered = {str(row.pk): row for row in sheet.maskable(self.findings)[:MOST_SPANS]}
        self.clauses = sheet.clauses(self.findings, self.notices)
        super().__init__(data, initial=self._initial())
        self.fields["spans"].choices = [(pk, str(row)) for pk, row in self.offered.items()]  # type: ignore[attr-defined]
        self.fields["clause"].choices = [  # type: ignore[attr-defined]
            (clause.code, clause.title) for clause in policy.current().clauses.values()
        ]

    def clean_extra(self) -> str:
        """Passages to mask besides the findings must stand in the record."""
        extra: str = self.cleaned_data["extra"]
        if extra and self.data.get("action") == Action.REDACT and not any(self._places(extra)):
            raise forms.ValidationError(
                "This passage does not stand in the record. Copy it exactly as it is there."
            )
        return extra

    def answer(self) -> Answer:
        """The arguments of the act."""
        given = self.cleaned_data
        action = Action(given["action"])
        return Answer(
            action=action,
            clause=given["clause"],
            reasoning=given["reasoning"],
            note=given["note"],
            spans=self._spans() if action is Action.REDACT else [],
            label=given["label"] if action is Action.LABEL else "",
        )

    def chosen_spans(self) -> list[tuple[Finding, bool]]:
        """The findings that may be masked, each with whether its box is ticked."""
        chosen = self["spans"].value() or []
        return [(row, pk in chosen) for pk, row in self.offered.items()]

    def unmaskable(self) -> list[Finding]:
        """The findings about which masking says nothing."""
        return [row for row in self.findings if str(row.pk) not in self.offered]

    def grouped_clauses(self) -> list[tuple[str, list[policy.Clause]]]:
        """The clauses to choose from: those of the findings and notices first."""
        others = [clause for clause in policy.current().clauses.values() if clause not in self.clauses]
        return [("Follows from this case", self.clauses), ("Other clauses", others)]

    def _initial(self) -> dict[str, Any]:
        labels = sorted(self.findings, key=lambda row: -row.score)
        return {
            "spans": list(self.offered),
            "clause": self.clauses[0].code if self.clauses else "",
            "label": next((row.kind for row in labels if row.kind in LABEL_KINDS), ""),
        }

    def _spans(self) -> list[Span]:
        given = self.cleaned_data
        rows = [self.offered[pk] for pk in given["spans"]]
        found = [_span(row) for row in rows]
        if not given["extra"]:
            return found
        kind = given["extra_kind"] or FindingKind.EMAIL_ADDRESS
        return [
            *found,
            *(Span(field=f, start=s, end=e, kind=kind) for f, s, e in self._places(given["extra"])),
        ]

    def _places(self, passage: str) -> Iterator[tuple[str, int, int]]:
        texts = sheet.drawn(self.case, self.findings, shown=False, whole=False).texts
        for field, text in texts.items():
            at = text.find(passage)
            while at >= 0:
                yield field, at, at + len(passage)
                at = text.find(passage, at + len(passage))


def _span(row: Finding) -> Span:
    box = (row.box[0], row.box[1], row.box[2], row.box[3]) if row.box else None
    return Span(field=row.field, start=row.start, end=row.end, kind=row.kind, box=box)


class ReversalForm(forms.Form):
    reasoning = forms.CharField(
        max_length=2000, error_messages={"required": "Say why the decision is reversed."}
    )
