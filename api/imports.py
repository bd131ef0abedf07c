"""Findings made elsewhere, by the command line, Spark or Ray, taken in as a pass over a shard; and passes asked for."""

from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.endpoint import Endpoint
from api.models import Scope
from api.releases import LARGEST, Releases, ReleaseSerializer
from api.scopes import Need
from datasets_app.models import Release, Shard
from hayward.screeners import SCREENERS
from hayward.screening import Finding as Flag
from moderation import rescreening
from moderation.kinds import FindingKind
from moderation.permissions import Right
from moderation.rescreening import Part
from moderation.screening import Held, Outcome

MOST_FINDINGS = 10_000
MOST_HELD = 10_000
LARGEST_PLACE = 2**31 - 1


class ImportedFindingSerializer(serializers.Serializer[Any]):
    """A finding as `hayward screen` writes it, without its path; `start` and `end` (exclusive) are code points."""

    record = serializers.IntegerField(min_value=0, max_value=LARGEST)
    digest = serializers.RegexField(r"^[0-9a-f]{64}\Z", trim_whitespace=False)
    screener = serializers.CharField(max_length=40)
    version = serializers.CharField(max_length=40)
    kind = serializers.ChoiceField(choices=FindingKind.choices)
    start = serializers.IntegerField(min_value=0, max_value=LARGEST_PLACE)
    end = serializers.IntegerField(min_value=0, max_value=LARGEST_PLACE)
    score = serializers.FloatField(min_value=0, max_value=1)
    rule = serializers.CharField(max_length=80)
    validator = serializers.CharField(max_length=80, required=False, allow_null=True)
    context = serializers.CharField(max_length=120, required=False, allow_null=True)  # type: ignore[assignment]  # a word of the API
    box = serializers.ListField(
        child=serializers.IntegerField(min_value=0, max_value=LARGEST_PLACE),
        min_length=4,
        max_length=4,
        required=False,
        allow_null=True,
    )

    def get_fields(self) -> dict[str, "serializers.Field[Any, Any, Any, Any]"]:
        """`field` is a word of the API that the class cannot declare as the others are."""
        return {**super().get_fields(), "field": serializers.CharField(max_length=200, trim_whitespace=False)}

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        if given["end"] < given["start"]:
            raise serializers.ValidationError("A span ends after it begins.", code="backwards")
        return given


class HeldSerializer(serializers.Serializer[Any]):
    row = serializers.IntegerField(min_value=0, max_value=LARGEST)
    reason = serializers.CharField(max_length=40)
    detail = serializers.CharField(max_length=300, allow_blank=True)


class AccountSerializer(serializers.Serializer[Any]):
    """What became of every record of the shard: read = passed + flagged + held."""

    read = serializers.IntegerField(min_value=0, max_value=LARGEST)
    passed = serializers.IntegerField(min_value=0, max_value=LARGEST)
    flagged = serializers.IntegerField(min_value=0, max_value=LARGEST)
    held = serializers.IntegerField(min_value=0, max_value=LARGEST)
    held_records: "serializers.ListSerializer[Any]" = serializers.ListSerializer(
        child=HeldSerializer(), max_length=MOST_HELD, required=False, default=list
    )

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        if given["read"] != given["passed"] + given["flagged"] + given["held"]:
            raise serializers.ValidationError("read must be passed + flagged + held.", code="not-conserved")
        return given


class ScreenerVersionSerializer(serializers.Serializer[Any]):
    """Which screener gave its word: name, version, and the digest of its configuration."""

    name = serializers.CharField(max_length=40)
    version = serializers.CharField(max_length=40)
    config = serializers.RegexField(r"^[0-9a-f]{64}\Z", trim_whitespace=False)
    notice = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")


class ImportSerializer(serializers.Serializer[Any]):
    """The findings of one shard, or a `part` of them, counted from 0; with `complete` they are all there."""

    shard = serializers.CharField(max_length=1024, trim_whitespace=False)
    sha256 = serializers.RegexField(r"^[0-9a-f]{64}\Z", required=False, trim_whitespace=False)
    versions: "serializers.ListSerializer[Any]" = serializers.ListSerializer(
        child=ScreenerVersionSerializer(), min_length=1, max_length=len(SCREENERS) + 8
    )
    report = AccountSerializer()
    findings: "serializers.ListSerializer[Any]" = serializers.ListSerializer(
        child=ImportedFindingSerializer(), max_length=MOST_FINDINGS
    )
    part = serializers.IntegerField(min_value=0, default=0)
    complete = serializers.BooleanField(default=True)


class ImportedSerializer(serializers.Serializer[Any]):
    """How the shard stands after the import."""

    shard = serializers.CharField()
    state = serializers.CharField(help_text="running until the last part is there, then done")
    findings = serializers.IntegerField()


class FindingImport(Endpoint, APIView):
    """Takes in findings that were made elsewhere."""

    needs: ClassVar = {"POST": Need(Scope.DATASETS_WRITE, Right.MAINTAIN)}

    @extend_schema(request=ImportSerializer, responses=ImportedSerializer, operation_id="findings_import")
    def post(self, request: Request, version: str, **_: Any) -> Response:
        """Take in the findings of a shard; sending the same again changes nothing."""
        release = get_object_or_404(Release, dataset=self.dataset, version=version)
        serializer = ImportSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        given = serializer.validated_data
        shard = get_object_or_404(
            Shard.objects.select_related("release__dataset"), release=release, path=given["shard"]
        )
        if given.get("sha256", shard.sha256) != shard.sha256:
            raise rescreening.UnableToImport(
                f"{shard.path} was another file when it was screened: its SHA-256 is not the manifest's."
            )
        by: Any = request.user
        row = rescreening.take_in(
            shard=shard,
            part=Part(number=given["part"], is_last=given["complete"]),
            outcome=_outcome(given),
            by=by,
            at=timezone.now(),
        )
        return Response({"shard": shard.path, "state": row.state, "findings": row.findings_count})


class RescreeningSerializer(serializers.Serializer[Any]):
    """Which screeners look at the release once more; unset, the release's own."""

    screeners = serializers.ListField(
        child=serializers.ChoiceField(choices=list(SCREENERS)), min_length=1, required=False
    )


class Rescreening(Releases):
    """Another pass over a release."""

    needs: ClassVar = {"POST": Need(Scope.DATASETS_WRITE, Right.MAINTAIN)}

    @extend_schema(request=RescreeningSerializer, responses={202: ReleaseSerializer}, operation_id="rescreen")
    def post(self, request: Request, version: str, **_: Any) -> Response:
        """Screen every shard again; a worker runs only the screeners that have changed since."""
        release = get_object_or_404(self.get_queryset(), version=version)
        serializer = RescreeningSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        names = list(dict.fromkeys(serializer.validated_data.get("screeners", release.screeners)))
        by: Any = request.user
        rescreening.rescreen(release=release, screeners=names, by=by)
        return Response(self.shapes([release])[0], status=202)


def _outcome(given: dict[str, Any]) -> Outcome:
    report = given["report"]
    return Outcome(
        records=report["read"],
        passed=report["passed"],
        flagged=report["flagged"],
        held=report["held"],
        held_records=[Held(**row) for row in report["held_records"]],
        flags=[[_flag(given["shard"], row) for row in given["findings"]]],
        versions=[dict(version) for version in given["versions"]],
    )


def _flag(path: str, row: dict[str, Any]) -> Flag:
    box = row.get("box")
    return Flag(**{**row, "path": path, "box": tuple(box) if box else None})
