"""Turns every error of the API into a problem document (RFC 9457)."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import structlog
from django.db import OperationalError
from rest_framework import exceptions, serializers
from rest_framework.response import Response
from rest_framework.views import exception_handler

from datasets_app import registering, storage
from moderation import permissions, rescreening

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
TYPES = "/api/v1/problems#"
MOST_ERRORS = 100
RETRY_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of problem: the last part of its `type`, its title and its HTTP status."""

    code: str
    title: str
    status: int


UNEXPECTED = Kind("unexpected", "The server failed", 500)
INVALID = Kind("invalid", "Some values are not valid", 400)
BY_STATUS = {
    400: Kind("malformed", "The request cannot be read", 400),
    401: Kind("not-authenticated", "A valid API token is needed", 401),
    403: Kind("not-permitted", "Not permitted", 403),
    404: Kind("not-found", "There is no such thing", 404),
    405: Kind("method-not-allowed", "This address does not do that", 405),
    413: Kind("too-large", "The request is too large", 413),
    415: Kind("unsupported-media-type", "Send JSON", 415),
    429: Kind("throttled", "Too many requests", 429),
}
BY_EXCEPTION: dict[type[Exception], Kind] = {
    registering.AlreadyRegistered: Kind("already-registered", "It exists already", 409),
    registering.UnableToRegister: Kind("unable-to-register", "It cannot be registered like this", 422),
    storage.NotAllowed: Kind("place-not-allowed", "The server may not read there", 403),
    rescreening.StillScreening: Kind("still-screening", "A pass over the release is under way", 409),
    rescreening.UnableToImport: Kind("unable-to-import", "The findings cannot be taken in", 422),
    permissions.NotPermitted: BY_STATUS[403],
    OperationalError: Kind("try-again", "The database does not answer just now", 503),
}


def kinds() -> list[Kind]:
    """Every type of problem, by status."""
    known = {UNEXPECTED, INVALID, *BY_STATUS.values(), *BY_EXCEPTION.values()}
    return sorted(known, key=lambda kind: (kind.status, kind.code))


class WrongValueSerializer(serializers.Serializer[Any]):
    """One wrong value: a JSON pointer to it as a fragment, a stable code, a sentence."""

    pointer = serializers.CharField()
    code = serializers.CharField()
    detail = serializers.CharField()


class ProblemSerializer(serializers.Serializer[Any]):
    """An error, as RFC 9457 has it."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    instance = serializers.CharField()
    errors = WrongValueSerializer(many=True, required=False)  # type: ignore[assignment]
    request_id = serializers.CharField(required=False)


def problem_response(error: Exception, context: Mapping[str, Any]) -> Response:
    """The problem document for whatever was raised; what nobody foresaw is logged and answered with 500."""
    path = context["request"].path
    kind = next((kind for type_, kind in BY_EXCEPTION.items() if isinstance(error, type_)), None)
    if kind is not None:
        detail = "Try again in a few seconds." if isinstance(error, OperationalError) else str(error)
        headers = {"Retry-After": str(RETRY_SECONDS)} if kind.status == HTTPStatus.SERVICE_UNAVAILABLE else {}
        return _response(kind, detail=detail, instance=path, headers=headers)
    known = exception_handler(error, dict(context))
    if known is None:
        logger.error("the API failed with %s", type(error).__name__, exc_info=error)
        return _response(
            UNEXPECTED, detail="The fault is logged. Tell the operator its request_id.", instance=path
        )
    return _foreseen(error, known, path)


def _foreseen(error: Exception, known: Response, path: str) -> Response:
    headers = {name: known[name] for name in ("WWW-Authenticate", "Retry-After", "Allow") if name in known}
    if isinstance(error, exceptions.ValidationError):
        wrong = [item for item, _ in zip(_flattened(error.detail), range(MOST_ERRORS), strict=False)]
        return _response(INVALID, detail=_counted(len(wrong)), instance=path, headers=headers, errors=wrong)
    status = HTTPStatus(known.status_code)
    kind = BY_STATUS.get(status, Kind("other", status.phrase, status))
    said = known.data.get("detail", kind.title) if isinstance(known.data, dict) else kind.title
    return _response(kind, detail=str(said), instance=path, headers=headers)


def _response(
    kind: Kind,
    *,
    detail: str,
    instance: str,
    headers: Mapping[str, str] | None = None,
    errors: list[dict[str, str]] | None = None,
) -> Response:
    document: dict[str, Any] = {
        "type": TYPES + kind.code,
        "title": kind.title,
        "status": kind.status,
        "detail": detail,
        "instance": instance,
    }
    if errors:
        document["errors"] = errors
    request_id = structlog.contextvars.get_contextvars().get("request_id")
    if request_id:
        document["request_id"] = str(request_id)
    return Response(document, status=kind.status, headers=dict(headers or {}), content_type=MEDIA_TYPE)


def _counted(count: int) -> str:
    return "One value is not valid." if count == 1 else f"{count} values are not valid."


def _flattened(detail: Any, pointer: str = "#") -> Iterator[dict[str, str]]:
    """Every message in DRF's nested errors, with an RFC 6901 pointer to the value it speaks of."""
    if isinstance(detail, exceptions.ErrorDetail):
        yield {"pointer": pointer, "code": str(detail.code), "detail": str(detail)}
    elif isinstance(detail, Mapping):
        for name, inner in detail.items():
            yield from _flattened(
                inner, pointer if name == "non_field_errors" else f"{pointer}/{_escaped(name)}"
            )
    else:
        for index, inner in enumerate(detail):
            here = pointer if isinstance(inner, exceptions.ErrorDetail) else f"{pointer}/{index}"
            yield from _flattened(inner, here)


def _escaped(name: object) -> str:
    return str(name).replace("~", "~0").replace("/", "~1")
