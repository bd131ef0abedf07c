"""Datasets: list, look at, register."""

from typing import Any, ClassVar

from django.utils import timezone
from rest_framework import generics, serializers

from api.endpoint import Endpoint
from api.models import Scope
from api.scopes import Need
from datasets_app.models import Dataset
from moderation import founding
from moderation.models import User
from moderation.permissions import Right

MAX_DESCRIPTION = 20_000
MAX_MAINTAINERS = 50


class DatasetSerializer(serializers.ModelSerializer[Dataset]):
    """A dataset. `maintainers` are user names, given once on registering; by default it is the caller."""

    slug = serializers.RegexField(r"^[a-z0-9][a-z0-9-]*\Z", max_length=64)
    name = serializers.CharField(max_length=200, required=False, allow_blank=True)
    description = serializers.CharField(max_length=MAX_DESCRIPTION, required=False, allow_blank=True)
    maintainers = serializers.ListField(
        child=serializers.CharField(max_length=150),
        max_length=MAX_MAINTAINERS,
        required=False,
        write_only=True,
    )

    class Meta:
        model = Dataset
        fields = ("slug", "name", "description", "created_at", "maintainers")
        read_only_fields = ("created_at",)

    def validate_maintainers(self, names: list[str]) -> list[User]:
        """The users of those names; raises for names that no user has."""
        users = list(User.objects.filter(username__in=names, is_active=True))
        unknown = sorted(set(names) - {user.username for user in users})
        if unknown:
            raise serializers.ValidationError(f"There is no user {', '.join(unknown)}.", code="unknown-user")
        return users


class DatasetList(Endpoint, generics.ListCreateAPIView[Dataset]):
    """All datasets, newest first."""

    needs: ClassVar = {"GET": None, "POST": Need(Scope.DATASETS_WRITE, Right.REGISTER_DATASET)}
    queryset = Dataset.objects.all()
    serializer_class = DatasetSerializer

    def perform_create(self, serializer: serializers.BaseSerializer[Dataset]) -> None:
        given: dict[str, Any] = dict(serializer.validated_data)
        chosen = given.pop("maintainers", [])
        by: Any = self.request.user
        serializer.instance = founding.found_dataset(
            by=by, maintainers=chosen, at=timezone.now(), **{"name": "", **given}
        )


class DatasetDetail(Endpoint, generics.RetrieveAPIView[Dataset]):
    """One dataset."""

    needs: ClassVar = {"GET": None}
    serializer_class = DatasetSerializer

    def get_object(self) -> Dataset:
        return self.dataset
