"""The form that makes an API token."""

from django import forms

SCOPES = [
    ("datasets:write", "Register datasets and releases"),
    ("patch:read", "Pull patches"),
    ("findings:read", "Read findings"),
    ("cases:read", "Read cases"),
    ("decisions:read", "Read decisions"),
]


class TokenForm(forms.Form):
    label = forms.CharField(max_length=80, error_messages={"required": "Say what the token is for."})
    scopes = forms.MultipleChoiceField(
        choices=SCOPES,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one thing the token may do."},
    )
