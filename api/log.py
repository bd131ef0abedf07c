"""The public changelog: its head, its signed checkpoint, its lines."""

from datetime import datetime
from typing import Any, ClassVar

from django.db.models import Max
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from api import queries
from api.endpoint import Endpoint
from datasets_app.models import Dataset
from hayward.log import notes
from moderation import changelog
from moderation.models import DatasetLog, Decision

LARGEST = 2**63 - 1
SHORTLY = "public, max-age=2"
FOR_GOOD = "public, max-age=31536000, immutable"


class EntriesQuery(serializers.Serializer[Any]):
    after = serializers.IntegerField(
        min_value=-1, max_value=LARGEST, default=-1, help_text="The last sequence number the caller has."
    )
    limit = serializers.IntegerField(
        min_value=1, max_value=LARGEST, required=False, help_text="At most so many entries; by default all."
    )


class LogSerializer(serializers.Serializer[dict[str, Any]]):
    """The state of a log: `checkpoint_size` of its `size` entries are signed for.

    `hold_until` is when the last decision that may still be undone becomes final; null when there is none.
    `vkey` is the verifier key of the log (C2SP signed note); empty where the server has no key yet.
    """

    origin = serializers.CharField()
    size = serializers.IntegerField()
    vkey = serializers.CharField(allow_blank=True)
    checkpoint_size = serializers.IntegerField()
    hold_until = serializers.DateTimeField(allow_null=True)


class LogDetail(Endpoint):
    """A dataset's changelog."""

    needs: ClassVar = {"GET": None}

    @extend_schema(responses=LogSerializer)
    def get(self, _request: Request, **_: Any) -> Response:
        """Look at the state of the changelog."""
        shape = LogSerializer(_state(self.dataset, timezone.now())).data
        return Response(shape, headers={"Cache-Control": SHORTLY})


class LogCheckpoint(Endpoint):
    """The newest signed head of a dataset's changelog."""

    needs: ClassVar = {"GET": None}

    @extend_schema(responses={(200, "text/plain"): OpenApiTypes.STR, 304: None})
    def get(self, request: Request, **_: Any) -> HttpResponseBase:
        """The newest checkpoint as a C2SP signed note; 404 before the first."""
        newest = changelog.latest_checkpoint(self.dataset)
        if newest is None:
            raise NotFound("Nothing is signed yet: the first checkpoint follows the first decision.")
        response = HttpResponse(newest.note, content_type="text/plain; charset=utf-8")
        response["Cache-Control"] = SHORTLY
        etag = f'"{newest.size}-{bytes(newest.root).hex()[:32]}"'
        response["ETag"] = etag
        return get_conditional_response(request._request, etag=etag, response=response) or response  # noqa: SLF001 -- Django's own request


class LogEntries(Endpoint):
    """The lines of a dataset's changelog."""

    needs: ClassVar = {"GET": None}

    @extend_schema(parameters=[EntriesQuery], responses={(200, "application/x-ndjson"): OpenApiTypes.BINARY})
    def get(self, request: Request, **_: Any) -> HttpResponseBase:
        """The stored bytes of each entry with a line feed, in order, as far as the newest checkpoint goes.

        A full range of `limit` entries never changes and may be kept for good.
        """
        query = queries.parsed(EntriesQuery, request)
        after, limit = query["after"], query.get("limit")
        lines = changelog.lines(dataset=self.dataset, after=after, limit=limit)
        is_full = limit is not None and after + 1 + limit <= changelog.published_size(self.dataset)
        response = StreamingHttpResponse(
            (line + b"\n" for line in lines), content_type="application/x-ndjson"
        )
        response["Cache-Control"] = FOR_GOOD if is_full else SHORTLY
        return response


def _state(dataset: Dataset, at: datetime) -> dict[str, Any]:
    log = DatasetLog.objects.filter(dataset=dataset).first()
    newest = changelog.latest_checkpoint(dataset)
    origin = changelog.origin(dataset) if log is None else log.origin
    return {
        "origin": origin,
        "size": 0 if log is None else log.size,
        "vkey": _vkey(origin) if newest is None else newest.vkey,
        "checkpoint_size": 0 if newest is None else newest.size,
        "hold_until": Decision.objects.filter(dataset=dataset)
        .in_hold(at)
        .aggregate(last=Max("hold_until"))["last"],
    }


def _vkey(origin: str) -> str:
    try:
        return notes.verifier_of(origin, changelog.signing_key()).vkey
    except changelog.LogKeyMissing:
        return ""
