"""The queue's filters."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from datasets_app.models import Dataset
from moderation.kinds import FindingKind, Severity

NOTICE = "notice"


class QueueFilter(forms.Form):
    """Which of the waiting cases to show; everything is optional."""

    dataset = forms.ModelChoiceField(
        Dataset.objects.none(), to_field_name="slug", required=False, empty_label="All datasets"
    )
    kind = forms.ChoiceField(
        required=False, choices=[("", "All kinds"), (NOTICE, "asked for by a person"), *FindingKind.choices]
    )
    severity = forms.TypedChoiceField(
        required=False, coerce=int, empty_value=None, choices=[("", "All severities"), *Severity.choices]
    )

    def __init__(self, *args: Any, datasets: QuerySet[Dataset], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chooser = self.fields["dataset"]
        assert isinstance(chooser, forms.ModelChoiceField)  # noqa: S101 -- for the type checker: it stands above
        chooser.queryset = datasets
