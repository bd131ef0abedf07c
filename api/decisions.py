"""Decisions: what was done, under which clause, with the public reasoning; never the private note."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api import queries
from api.endpoint import Endpoint
from api.models import Scope
from api.scopes import Need
from moderation.kinds import FindingKind
from moderation.models import Decision
from moderation.permissions import Right


class DecidedSpanSerializer(serializers.Serializer[dict[str, Any]]):
    """A masked stretch of a text in code points, end exclusive; or of a picture its metadata, or a box in pixels."""

    field = serializers.CharField()
    start = serializers.IntegerField()
    end = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=FindingKind.choices)
    box = serializers.ListField(child=serializers.IntegerField(), required=False)


class DecisionSerializer(serializers.ModelSerializer[Decision]):
    """A decision; `item` is the record's digest, `seq` its line in the changelog, `overrides` what it takes back."""

    dataset = serializers.CharField(source="dataset.slug", read_only=True)
    item = serializers.CharField(source="item.digest", read_only=True, allow_null=True, default=None)
    release = serializers.CharField(source="release.version", read_only=True, allow_null=True, default=None)
    seq = serializers.IntegerField(source="entry.seq", read_only=True)
    by = serializers.CharField(source="by.pseudonym", read_only=True)
    spans = DecidedSpanSerializer(many=True, read_only=True)
    overrides = serializers.IntegerField(source="overrides_id", read_only=True, allow_null=True)

    class Meta:
        model = Decision
        fields = (
            "id", "dataset", "case", "item", "release", "seq", "action", "clause", "reasoning", "spans", "label", "by",
            "at", "hold_until", "overrides", "policy_version", "policy_digest",
        )  # fmt: skip


class DecisionList(Endpoint, generics.ListAPIView[Decision]):
    """Decisions, newest first, in the datasets that the token's owner takes part in."""

    needs: ClassVar = {"GET": Need(Scope.DECISIONS_READ, Right.READ)}
    serializer_class = DecisionSerializer
    queryset = Decision.objects.none()

    def get_queryset(self) -> QuerySet[Decision]:
        query = queries.parsed(queries.OfDataset, self.request)
        datasets = queries.readable(self.request, query.get("dataset"))
        return (
            Decision.objects.filter(dataset__in=datasets)
            .select_related("dataset", "item", "release", "entry", "by")
            .defer("note")
        )

    @extend_schema(parameters=[queries.OfDataset])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List decisions with their public reasoning; a moderator appears under a pseudonym."""
        return super().get(request, *args, **kwargs)
