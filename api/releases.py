"""Releases of a dataset with the progress of their screening, and their shards."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api import progress
from api.endpoint import Endpoint
from api.models import Scope
from api.pagination import InOrder
from api.scopes import Need
from datasets_app import registering
from datasets_app.models import Release, ReleaseState, Shard
from datasets_app.registering import ManifestShard
from hayward.screeners import SCREENERS
from moderation import permissions, reports
from moderation.permissions import Right
from moderation.reports import Progress

MAX_SHARDS = 100_000
MAX_FIELDS = 50
LARGEST = 2**63 - 1
NOT_TOLD = "It could not be registered."


class ShardSerializer(serializers.ModelSerializer[Shard]):
    """A line of a manifest: path below the release's root, size in bytes, SHA-256 in hex."""

    path = serializers.CharField(max_length=1024, trim_whitespace=False)
    bytes = serializers.IntegerField(min_value=0, max_value=LARGEST)
    sha256 = serializers.RegexField(r"^[0-9a-f]{64}\Z", trim_whitespace=False)

    class Meta:
        model = Shard
        fields = ("path", "bytes", "sha256")


class RegistrationSerializer(serializers.Serializer[Any]):
    """What a release is registered from: a manifest (`shards`), or a `source` that the worker lists and hashes.

    `root` is the folder or URL below which the shards' paths lie; `source` a folder or glob below it.
    """

    version = serializers.RegexField(r"^[A-Za-z0-9][A-Za-z0-9._-]*\Z", max_length=64)
    root = serializers.CharField(max_length=1024, trim_whitespace=False)  # type: ignore[assignment]  # a word of the API
    screeners = serializers.ListField(
        child=serializers.ChoiceField(choices=list(SCREENERS)),
        max_length=len(SCREENERS),
        help_text="Screeners to run; none when findings will be imported.",
    )
    source = serializers.CharField(  # type: ignore[assignment]  # another
        max_length=1024, required=False, allow_blank=True, trim_whitespace=False
    )
    shards: "serializers.ListSerializer[Any]" = serializers.ListSerializer(
        child=ShardSerializer(), required=False, max_length=MAX_SHARDS
    )

    def get_fields(self) -> dict[str, "serializers.Field[Any, Any, Any, Any]"]:
        """`fields` is a word of the API and of the class: it cannot be declared as the others are."""
        text_fields = serializers.ListField(
            child=serializers.CharField(max_length=200, trim_whitespace=False),
            max_length=MAX_FIELDS,
            required=False,
        )
        return {**super().get_fields(), "fields": text_fields}

    def validate_screeners(self, names: list[str]) -> list[str]:
        return list(dict.fromkeys(names))

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        if given.get("source") and "shards" in given:
            raise serializers.ValidationError("Give shards or a source, not both.", code="ambiguous")
        return given


class ScreeningProgressSerializer(serializers.Serializer[dict[str, Any]]):
    """How far the screening has come: shards, then counts of records (read = passed + flagged + held), findings."""

    state = serializers.CharField(help_text="waiting, running or done")
    shards_done = serializers.IntegerField()
    shards_total = serializers.IntegerField()
    shards_failed = serializers.IntegerField()
    read = serializers.IntegerField()
    passed = serializers.IntegerField()
    flagged = serializers.IntegerField()
    held = serializers.IntegerField()
    findings = serializers.IntegerField()


class ReleaseSerializer(serializers.ModelSerializer[Release]):
    """A release. What went wrong in registering is told only to those who take part in the dataset."""

    state = serializers.ChoiceField(choices=ReleaseState.choices, read_only=True)
    error = serializers.SerializerMethodField()
    screeners = serializers.ListField(child=serializers.CharField(), read_only=True)
    shards = serializers.SerializerMethodField()
    bytes = serializers.SerializerMethodField()
    screening = serializers.SerializerMethodField()

    class Meta:
        model = Release
        fields = (
            "version",
            "state",
            "error",
            "created_at",
            "screeners",
            "fields",
            "shards",
            "bytes",
            "screening",
        )

    def get_fields(self) -> dict[str, "serializers.Field[Any, Any, Any, Any]"]:
        """`fields` is a word of the API and of the class: it cannot be declared as the others are."""
        text_fields = serializers.ListField(child=serializers.CharField(), read_only=True)
        return {**super().get_fields(), "fields": text_fields}

    def get_error(self, release: Release) -> str:
        return release.error if self.context["is_insider"] else release.error and NOT_TOLD

    def get_shards(self, release: Release) -> int:
        return self._of(release).shards

    def get_bytes(self, release: Release) -> int:
        return self._of(release).bytes

    @extend_schema_field(ScreeningProgressSerializer)
    def get_screening(self, release: Release) -> dict[str, Any]:
        return progress.screening(self._of(release))

    def _of(self, release: Release) -> Progress:
        found: Progress = self.context["progress"][release.pk]
        return found


class Releases(Endpoint, generics.GenericAPIView[Release]):
    """What all doors to releases share."""

    serializer_class = ReleaseSerializer
    queryset = Release.objects.none()

    def get_queryset(self) -> QuerySet[Release]:
        return Release.objects.filter(dataset=self.dataset)

    def shapes(self, releases: Sequence[Release]) -> list[dict[str, Any]]:
        """The releases as the API shows them, in a number of queries that does not grow with theirs."""
        context = {
            "progress": reports.progress_of(releases),
            "is_insider": permissions.has(self.request.user, Right.READ, self.dataset),
        }
        return list(ReleaseSerializer(releases, many=True, context=context).data)


class ReleaseList(Releases):
    """The releases of a dataset, newest first."""

    needs: ClassVar = {"GET": None, "POST": Need(Scope.DATASETS_WRITE, Right.MAINTAIN)}

    @extend_schema(responses=ReleaseSerializer(many=True), operation_id="datasets_releases_list")
    def get(self, _request: Request, **_: Any) -> Response:
        """List the releases with the progress of their screening."""
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(self.shapes(page or []))

    @extend_schema(request=RegistrationSerializer, responses={201: ReleaseSerializer})
    def post(self, request: Request, **_: Any) -> Response:
        """Register a release: `ready` at once with `shards`, else `registering` until the worker listed `source`."""
        serializer = RegistrationSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        given = dict(serializer.validated_data)
        shards = given.pop("shards", None)
        manifest = None if shards is None else [ManifestShard(**line) for line in shards]
        release = registering.register_release(
            dataset=self.dataset, manifest=manifest, at=timezone.now(), **given
        )
        address = reverse("api:release", args=[self.dataset.slug, release.version])
        return Response(self.shapes([release])[0], status=201, headers={"Location": address})


class ReleaseDetail(Releases):
    """One release."""

    needs: ClassVar = {"GET": None}

    @extend_schema(responses=ReleaseSerializer, operation_id="datasets_releases_retrieve")
    def get(self, _request: Request, version: str, **_: Any) -> Response:
        """Look at a release and at how far its screening has come."""
        release = get_object_or_404(self.get_queryset(), version=version)
        return Response(self.shapes([release])[0])


class ShardList(Endpoint, generics.ListAPIView[Shard]):
    """The manifest of a release: its shards with sizes and digests."""

    needs: ClassVar = {"GET": None}
    serializer_class = ShardSerializer
    pagination_class = InOrder
    queryset = Shard.objects.none()

    def get_queryset(self) -> QuerySet[Shard]:
        release = get_object_or_404(Release, dataset=self.dataset, version=self.kwargs["version"])
        return Shard.objects.filter(release=release)
