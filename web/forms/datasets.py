"""The forms that register datasets and releases."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django import forms

from datasets_app.models import Dataset, Release
from datasets_app.registering import ManifestShard
from hayward import formats
from hayward.screeners import SCREENERS

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

MAX_MANIFEST = 20 << 20  # bytes
SCREENER_NAMES = {
    "pii": "Personal data: addresses, numbers, accounts, identity papers, passwords and keys",
    "names": "Names of people, street addresses",
    "toxicity": "Toxic language",
    "images": "Pictures: faces, nudity, metadata, text, hash lists",
    "duplicates": "Copies of records that were removed before",
    "signals": "Signals against use for training (X-Robots-Tag, TDMRep and others)",
}


class DatasetForm(forms.ModelForm):  # type: ignore[type-arg] # subscripting needs a patch of Django at run time
    class Meta:
        model = Dataset
        fields = ("slug", "name", "description")
        error_messages = {
            "slug": {"invalid": "Use small letters, digits and hyphens, starting with a letter or digit."}
        }

    def validate_unique(self) -> None:
        """The act says it, in one place for all doors."""


class ReleaseForm(forms.Form):
    """A release from a folder, a glob, or a manifest of its shards."""

    version = forms.CharField(max_length=64, validators=Release._meta.get_field("version").validators)
    place = forms.CharField(max_length=1024)
    upload = forms.FileField(required=False)
    screeners = forms.MultipleChoiceField(
        choices=[(name, SCREENER_NAMES.get(name, name)) for name in SCREENERS],
        initial=["pii", "toxicity"],
        error_messages={"required": "Choose at least one screener."},
    )
    fields_wanted = forms.CharField(required=False, max_length=500)

    def clean_upload(self) -> list[ManifestShard] | None:
        upload: UploadedFile[bytes] | None = self.cleaned_data["upload"]
        if upload is None:
            return None
        if (upload.size or 0) > MAX_MANIFEST:
            raise forms.ValidationError(f"The manifest must be smaller than {MAX_MANIFEST >> 20} MB.")
        data = upload.read()
        return _whole(data) or [
            _shard(n, line) for n, line in enumerate(data.split(b"\n"), 1) if line.strip()
        ]

    def clean(self) -> dict[str, Any]:
        """What the act takes: a glob is looked for below its folder."""
        given = super().clean() or {}
        place, manifest = given.get("place", ""), given.get("upload")
        given["root"] = place if manifest is not None else formats.base_of(place)
        given["source"] = "" if manifest is not None else place
        given["manifest"] = manifest
        given["fields"] = [name.strip() for name in given.get("fields_wanted", "").split(",") if name.strip()]
        return given


def _whole(data: bytes) -> list[ManifestShard] | None:
    """The shards of a manifest as `hayward dataset register --dry-run` prints it: one JSON object; None for lines."""
    try:
        shards = json.loads(data)["shards"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return [_shard(number, json.dumps(line).encode()) for number, line in enumerate(shards, start=1)]


def _shard(number: int, line: bytes) -> ManifestShard:
    try:
        given = json.loads(line)
        return ManifestShard(path=str(given["path"]), bytes=int(given["bytes"]), sha256=str(given["sha256"]))
    except (ValueError, KeyError, TypeError, RecursionError):
        raise forms.ValidationError(
            f"Line {number} of the manifest is not of the form "
            '{"path": "part-0.jsonl.gz", "bytes": 123, "sha256": "64 hex digits"}.'
        ) from None
