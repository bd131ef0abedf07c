"""The list of problems that the API answers with, to which their `type` points."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api import errors
from api.endpoint import Endpoint


class ProblemKindSerializer(serializers.Serializer[Any]):
    """A type of problem: the fragment of its `type`, its title, its HTTP status."""

    code = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()


class ProblemKindList(Endpoint):
    """The problems that the API knows."""

    needs: ClassVar = {"GET": None}

    @extend_schema(responses=ProblemKindSerializer(many=True))
    def get(self, _request: Request) -> Response:
        """List all types of problem."""
        return Response(ProblemKindSerializer(errors.kinds(), many=True).data)
