"""Reads the body of a call as strict JSON of bounded size."""

from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from rest_framework import exceptions
from rest_framework.parsers import BaseParser

from hayward.formats import strictjson


class TooLarge(exceptions.APIException):
    """The body is larger than the server reads (RFC 9110, 15.5.14)."""

    status_code = 413
    default_code = "too-large"
    default_detail = "The body is too large. For a long list of shards, name a source folder instead."


class StrictJSON(BaseParser):
    """JSON in UTF-8, whatever charset the header claims; no duplicate keys, NaN, halves of characters."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,  # noqa: ARG002 -- DRF's signature
        parser_context: Mapping[str, Any] | None = None,  # noqa: ARG002
    ) -> Any:
        """The parsed body; raises `TooLarge` or `ParseError`."""
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = stream.read(most + 1)
        if len(body) > most:
            raise TooLarge
        try:
            return strictjson.parse_value(body)
        except strictjson.NotARecord as error:
            raise exceptions.ParseError(f"The body is not acceptable JSON: {error.detail}.") from error
