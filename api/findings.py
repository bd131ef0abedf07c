"""Findings: what screeners say, as kinds and spans, never as text."""

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
from moderation.models import Finding
from moderation.permissions import Right


class FindingQuery(queries.OfDataset):
    kind = serializers.ChoiceField(
        choices=FindingKind.choices, required=False, help_text="Only of this kind."
    )
    release = serializers.CharField(
        max_length=64, required=False, help_text="Only in this release (version)."
    )


class FindingSerializer(serializers.ModelSerializer[Finding]):
    """A finding; `item` is the record's digest, `start` and `end` (exclusive) count code points of the field.

    `rule`, `validator` and `context` say why; `box` is left, top, right, bottom in pixels of an upright picture.
    """

    dataset = serializers.CharField(source="item.dataset.slug", read_only=True)
    item = serializers.CharField(source="item.digest", read_only=True)
    release = serializers.CharField(source="screening.shard.release.version", read_only=True)
    shard = serializers.CharField(source="screening.shard.path", read_only=True)

    class Meta:
        model = Finding
        fields = (
            "id", "dataset", "item", "release", "shard", "screener", "version", "kind", "field", "start", "end",
            "score", "rule", "validator", "context", "box",
        )  # fmt: skip


class FindingList(Endpoint, generics.ListAPIView[Finding]):
    """Findings, newest first, in the datasets that the token's owner takes part in."""

    needs: ClassVar = {"GET": Need(Scope.FINDINGS_READ, Right.READ)}
    serializer_class = FindingSerializer
    queryset = Finding.objects.none()

    def get_queryset(self) -> QuerySet[Finding]:
        query = queries.parsed(FindingQuery, self.request)
        wanted: dict[str, Any] = {"item__dataset__in": queries.readable(self.request, query.get("dataset"))}
        if "kind" in query:
            wanted["kind"] = query["kind"]
        if "release" in query:
            wanted["screening__shard__release__version"] = query["release"]
        return Finding.objects.filter(**wanted).select_related("item__dataset", "screening__shard__release")

    @extend_schema(parameters=[FindingQuery])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List findings; they carry spans, not text."""
        return super().get(request, *args, **kwargs)
