"""The public form that asks for a removal."""

from django import forms

from datasets_app.models import Dataset
from moderation.intake import MAX_TEXT
from moderation.kinds import NoticeType, TargetKind


class NoticeForm(forms.Form):
    """What a person outside asks. `website` is a trap: people don't see it, programs fill it in."""

    type = forms.ChoiceField(
        choices=NoticeType.choices, error_messages={"required": "Choose what it is about."}
    )
    dataset = forms.ModelChoiceField(
        Dataset.objects.order_by("name", "pk"),
        to_field_name="slug",
        error_messages={
            "required": "Choose the dataset.",
            "invalid_choice": "Choose a dataset from the list.",
        },
    )
    target_kind = forms.ChoiceField(
        choices=TargetKind.choices,
        initial=TargetKind.URL,
        error_messages={"required": "Choose how you can point to the record."},
    )
    target = forms.CharField(max_length=MAX_TEXT, error_messages={"required": "Tell us where it is."})
    reason = forms.CharField(max_length=MAX_TEXT, error_messages={"required": "Tell us why, in a sentence."})
    contact = forms.CharField(max_length=300, required=False)
    website = forms.CharField(required=False)

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise forms.ValidationError(
                "Leave the field called “website” empty. It is there to stop programs."
            )
        return ""
