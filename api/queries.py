"""Reads the query string of a call, and finds the datasets it may speak of."""

from typing import Any, TypeVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.request import Request

from datasets_app.models import Dataset
from moderation import permissions
from moderation.permissions import Right

Q = TypeVar("Q", bound=serializers.Serializer[Any])


class OfDataset(serializers.Serializer[Any]):
    """Narrows a list to one dataset."""

    dataset = serializers.SlugField(max_length=64, required=False, help_text="Only of this dataset (slug).")


def parsed(query: type[Q], request: Request) -> dict[str, Any]:
    """The values of the query string by that serializer; raises 400. Unknown names are ignored."""
    serializer = query(data=request.query_params.dict())
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def readable(request: Request, slug: str | None) -> QuerySet[Dataset]:
    """The datasets whose cases the caller may read, or only the named one; raises 404 or `NotPermitted`."""
    if slug is None:
        return permissions.datasets_with(request.user, Right.READ)
    dataset = get_object_or_404(Dataset, slug=slug)
    permissions.require(request.user, Right.READ, dataset)
    return Dataset.objects.filter(pk=dataset.pk)
