"""Cases: what waits for a moderator and what became of it; never what a filer wrote."""

from typing import Any, ClassVar

from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api import queries
from api.decisions import DecisionSerializer
from api.endpoint import Endpoint
from api.findings import FindingSerializer
from api.models import Scope
from api.scopes import Need
from moderation.kinds import CaseState, Severity
from moderation.models import Case, Decision, Finding
from moderation.permissions import Right

MOST_FINDINGS = 500


class CaseQuery(queries.OfDataset):
    state = serializers.ChoiceField(
        choices=CaseState.choices, required=False, help_text="Only in this state."
    )


class CaseSerializer(serializers.ModelSerializer[Case]):
    """A case; `item` is the record's digest, null until the target of a notice is found."""

    dataset = serializers.CharField(source="dataset.slug", read_only=True)
    item = serializers.CharField(source="item.digest", read_only=True, allow_null=True, default=None)
    severity = serializers.ChoiceField(
        choices=[severity.label for severity in Severity], source="get_severity_display"
    )

    class Meta:
        model = Case
        fields = ("id", "dataset", "item", "state", "severity", "opened_at", "hold_until", "closed_at")


class CaseDetailSerializer(CaseSerializer):
    """A case with the findings about its item (500 at most) and its decisions."""

    state = serializers.CharField(read_only=True, help_text="As in the list.")
    findings = serializers.SerializerMethodField()
    decisions = DecisionSerializer(many=True, read_only=True)

    class Meta(CaseSerializer.Meta):
        fields = (*CaseSerializer.Meta.fields, "findings", "decisions")  # type: ignore[assignment]

    @extend_schema_field(FindingSerializer(many=True))
    def get_findings(self, case: Case) -> list[Any]:
        found = Finding.objects.filter(item=case.item_id) if case.item_id else Finding.objects.none()
        related = found.select_related("item__dataset", "screening__shard__release").order_by("pk")
        return list(FindingSerializer(related[:MOST_FINDINGS], many=True).data)


class CaseList(Endpoint, generics.ListAPIView[Case]):
    """Cases, newest first, in the datasets that the token's owner takes part in."""

    needs: ClassVar = {"GET": Need(Scope.CASES_READ, Right.READ)}
    serializer_class = CaseSerializer
    queryset = Case.objects.none()

    def get_queryset(self) -> QuerySet[Case]:
        query = queries.parsed(CaseQuery, self.request)
        cases = Case.objects.of_datasets(queries.readable(self.request, query.get("dataset")))
        if "state" in query:
            cases = cases.filter(state=query["state"])
        return cases.select_related("dataset", "item")

    @extend_schema(parameters=[CaseQuery])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List cases; they carry digests and states, no text."""
        return super().get(request, *args, **kwargs)


class CaseDetail(Endpoint, generics.RetrieveAPIView[Case]):
    """One case with its findings and decisions."""

    needs: ClassVar = {"GET": Need(Scope.CASES_READ, Right.READ)}
    serializer_class = CaseDetailSerializer
    queryset = Case.objects.none()

    def get_queryset(self) -> QuerySet[Case]:
        decided = (
            Decision.objects.select_related("dataset", "item", "release", "entry", "by")
            .defer("note")
            .order_by("pk")
        )
        return (
            Case.objects.of_datasets(queries.readable(self.request, None))
            .select_related("dataset", "item")
            .prefetch_related(Prefetch("decisions", queryset=decided))
        )
