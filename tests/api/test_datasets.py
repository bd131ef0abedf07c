"""Datasets through the API: list, look, register."""

from typing import Any

from rest_framework.test import APIClient

from api.models import Scope
from datasets_app.models import Dataset
from moderation.models import Membership
from tests import factories
from tests.api.conftest import Caller

SHAPE = {"slug", "name", "description", "created_at"}


def register(client: APIClient, **changes: Any) -> Any:
    body = {"slug": "poems", "name": "Poems", "description": "Old ones.", **changes}
    return client.post("/api/v1/datasets", body, format="json")


def test_datasets_are_public_newest_first(public: APIClient, dataset: Dataset) -> None:
    factories.make_dataset("newer")

    page = public.get("/api/v1/datasets").json()

    assert [row["slug"] for row in page["results"]] == ["newer", "demo"]
    assert set(page) == {"next", "previous", "results"}
    assert set(page["results"][0]) == SHAPE


def test_dataset_is_public_and_readable_from_any_origin(public: APIClient, dataset: Dataset) -> None:
    response = public.get("/api/v1/datasets/demo")

    assert response.json()["name"] == "Demo"
    assert response["Access-Control-Allow-Origin"] == "*"


def test_register_dataset_makes_the_caller_its_maintainer(calling: Caller) -> None:
    response = register(calling("max"))

    assert response.status_code == 201
    assert set(response.json()) == SHAPE
    assert list(Membership.objects.filter(dataset__slug="poems").values_list("user__username", "role")) == [
        ("max", "maintainer")
    ]


def test_register_dataset_names_the_maintainers_given(calling: Caller) -> None:
    register(calling("olga"), maintainers=["max", "ada"])

    named = Membership.objects.filter(dataset__slug="poems").values_list("user__username", flat=True)
    assert sorted(named) == ["ada", "max"]


def test_register_dataset_by_operator_of_all_adds_no_maintainer(calling: Caller) -> None:
    register(calling("olga"))

    assert not Membership.objects.filter(dataset__slug="poems").exists()


def test_register_dataset_refuses_unknown_maintainers(calling: Caller) -> None:
    response = register(calling("max"), maintainers=["max", "nobody"])

    assert response.status_code == 400
    assert response.json()["errors"] == [
        {"pointer": "#/maintainers", "code": "unknown-user", "detail": "There is no user nobody."}
    ]
    assert not Dataset.objects.filter(slug="poems").exists()


def test_register_dataset_twice_is_a_conflict(calling: Caller) -> None:
    client = calling("max")
    register(client)

    response = register(client)

    assert response.status_code == 409
    assert response["Content-Type"] == "application/problem+json"
    assert response.json() == {
        "type": "/api/v1/problems#already-registered",
        "title": "It exists already",
        "status": 409,
        "detail": "There is a dataset poems already.",
        "instance": "/api/v1/datasets",
        "request_id": response.json()["request_id"],
    }


def test_register_dataset_without_the_scope_is_refused(calling: Caller) -> None:
    response = register(calling("max", [Scope.PATCH_READ]))

    assert response.status_code == 403
    assert response.json()["detail"] == "This token lacks the scope datasets:write. Make one that has it."
