"""The patch: what the decisions since a given entry mean for the bytes of a release."""

from typing import Any, ClassVar

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api import queries
from api.decisions import DecidedSpanSerializer
from api.endpoint import Endpoint
from api.models import Scope
from api.scopes import Need
from datasets_app.models import Dataset, Release
from moderation import patches
from moderation.permissions import Right

LARGEST = 2**63 - 1


class PatchQuery(serializers.Serializer[Any]):
    since = serializers.IntegerField(
        min_value=0, max_value=LARGEST, default=0, help_text="The `until` of the patch applied last."
    )
    release = serializers.CharField(
        max_length=64, required=False, help_text="The copy's version; by default the newest."
    )


class PatchLocationSerializer(serializers.Serializer[Any]):
    """Where a record stands: shard (path below the root, digest) and row."""

    shard = serializers.CharField()
    sha256 = serializers.CharField()
    row = serializers.IntegerField()


class PatchOperationSerializer(serializers.Serializer[Any]):
    """What one entry means for one record."""

    seq = serializers.IntegerField()
    action = serializers.ChoiceField(choices=patches.CHANGING)
    digest = serializers.CharField()
    locations = PatchLocationSerializer(many=True)
    spans = DecidedSpanSerializer(many=True, required=False)
    label = serializers.CharField(required=False)  # type: ignore[assignment]  # the word of the document
    ref = serializers.IntegerField(required=False)


class PatchSerializer(serializers.Serializer[Any]):
    """A patch document, version 1 (docs/formats.md)."""

    format = serializers.ChoiceField(choices=[patches.FORMAT])
    dataset = serializers.CharField()
    release = serializers.CharField()
    since = serializers.IntegerField()
    until = serializers.IntegerField()
    operations = PatchOperationSerializer(many=True)


class PatchDetail(Endpoint):
    """The patch for a copy of a release."""

    needs: ClassVar = {"GET": Need(Scope.PATCH_READ, Right.MAINTAIN)}

    @extend_schema(parameters=[PatchQuery], responses=PatchSerializer)
    def get(self, request: Request, **_: Any) -> Response:
        """The patch from entry `since` to the last that is signed and past its hold (`until`, exclusive)."""
        query = queries.parsed(PatchQuery, request)
        release = _release(self.dataset, query.get("release"))
        document = patches.build(
            dataset=self.dataset, release=release, since=query["since"], at=timezone.now()
        )
        return Response(document)


def _release(dataset: Dataset, version: str | None) -> Release:
    ready = Release.objects.filter(dataset=dataset).ready().newest_first()
    found = (ready if version is None else ready.filter(version=version)).first()
    if found is None:
        raise Http404("There is no such release that is ready.")
    return found
