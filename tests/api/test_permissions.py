"""Who may call what: every address, every person, with the scope and without."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.test import APIClient

from api.endpoint import Endpoint, Nowhere
from api.models import Scope
from datasets_app.models import Dataset
from moderation.models import User
from tests import factories
from tests.api import world
from tests.api.conftest import CAST, Caller

READERS = frozenset({"alice", "lena", "max", "ada", "olga"})
MAINTAINERS = frozenset({"max", "olga"})


@dataclass(frozen=True, slots=True)
class Call:
    """A call that works, for those who may make it; without a scope it is public."""

    method: str
    address: str
    scope: Scope | None = None
    may: frozenset[str] = frozenset()
    ok: int = 200

    def __str__(self) -> str:
        return f"{self.method} {self.address}"


DEMO = "/api/v1/datasets/demo"
CALLS = [
    Call("GET", "/api/v1/problems"),
    Call("GET", "/api/v1/datasets"),
    Call("POST", "/api/v1/datasets", Scope.DATASETS_WRITE, MAINTAINERS, 201),
    Call("GET", DEMO),
    Call("GET", f"{DEMO}/releases"),
    Call("POST", f"{DEMO}/releases", Scope.DATASETS_WRITE, MAINTAINERS, 201),
    Call("GET", f"{DEMO}/releases/1.0"),
    Call("GET", f"{DEMO}/releases/1.0/shards"),
    Call("POST", f"{DEMO}/releases/1.0/findings", Scope.DATASETS_WRITE, MAINTAINERS),
    Call("POST", f"{DEMO}/releases/1.0/rescreen", Scope.DATASETS_WRITE, MAINTAINERS, 202),
    Call("GET", f"{DEMO}/log"),
    Call("GET", f"{DEMO}/log/checkpoint"),
    Call("GET", f"{DEMO}/log/entries"),
    Call("GET", f"{DEMO}/patch?release=1.0", Scope.PATCH_READ, MAINTAINERS),
    Call("GET", "/api/v1/findings?dataset=demo", Scope.FINDINGS_READ, READERS),
    Call("GET", "/api/v1/cases?dataset=demo", Scope.CASES_READ, READERS),
    Call("GET", "/api/v1/cases/{case}", Scope.CASES_READ, READERS),
    Call("GET", "/api/v1/decisions?dataset=demo", Scope.DECISIONS_READ, READERS),
]
GUARDED = [call for call in CALLS if call.scope]


@pytest.fixture
def case_key(dataset: Dataset, cast: dict[str, User], root: Path) -> int:
    (decision,) = world.decide_some(dataset=dataset, root=root, by=cast["alice"], count=1, at=factories.NOW)
    return decision.case_id


def made(client: APIClient, call: Call, *, case_key: int, root: Path) -> int:
    address = call.address.format(case=case_key)
    if call.method == "GET":
        return client.get(address).status_code
    body: dict[str, Any] = {"slug": "poems"}
    if call.address.endswith("releases"):
        body = world.manifest_body(root, version="9")
    if call.address.endswith("findings"):
        body = world.import_body()
    if call.address.endswith("rescreen"):
        body = {"screeners": ["pii"]}
    return client.post(address, body, format="json").status_code


@pytest.mark.parametrize("name", CAST)
@pytest.mark.parametrize("call", GUARDED, ids=str)
def test_right_and_scope_are_both_needed(
    calling: Caller, case_key: int, root: Path, call: Call, name: str
) -> None:
    others = [scope for scope in Scope if scope is not call.scope]

    assert made(calling(name, others), call, case_key=case_key, root=root) == 403
    expected = call.ok if name in call.may else 403
    assert made(calling(name, [call.scope]), call, case_key=case_key, root=root) == expected


@pytest.mark.parametrize("call", GUARDED, ids=str)
def test_anonymous_callers_are_asked_for_a_token(
    public: APIClient, case_key: int, root: Path, call: Call
) -> None:
    assert made(public, call, case_key=case_key, root=root) == 401


@pytest.mark.parametrize("call", [call for call in CALLS if not call.scope], ids=str)
def test_public_addresses_are_open_to_everybody(
    calling: Caller, case_key: int, root: Path, call: Call
) -> None:
    for name in ("anonymous", *CAST):
        assert made(calling(name, []), call, case_key=case_key, root=root) == call.ok


def test_maintainer_of_one_dataset_may_not_touch_another(
    calling: Caller, dataset: Dataset, root: Path
) -> None:
    factories.make_dataset("other")
    client = calling("max")

    assert client.get("/api/v1/datasets/other/patch").status_code == 403
    body = world.manifest_body(root)
    assert client.post("/api/v1/datasets/other/releases", body, format="json").status_code == 403


def test_inactive_users_token_does_not_hold(calling: Caller, cast: dict[str, User]) -> None:
    client = calling("max")
    User.objects.filter(pk=cast["max"].pk).update(is_active=False)

    assert client.get("/api/v1/datasets").status_code == 401


def endpoints() -> list[tuple[str, type[Endpoint]]]:
    (resolver,) = (
        found
        for found in get_resolver().url_patterns
        if isinstance(found, URLResolver) and str(found.pattern) == "api/v1/"
    )
    patterns = [found for found in resolver.url_patterns if isinstance(found, URLPattern)]
    views = [(str(found.pattern), getattr(found.callback, "view_class", None)) for found in patterns]
    return [(where, view) for where, view in views if view is not None and issubclass(view, Endpoint)]


def test_every_endpoint_says_what_each_of_its_methods_needs() -> None:
    for where, view in endpoints():
        if view is not Nowhere:
            handled = {
                name.upper() for name in ("get", "post", "put", "patch", "delete") if hasattr(view, name)
            }
            assert set(view.needs) == handled, where


def test_the_matrix_covers_every_endpoint(case_key: int) -> None:
    resolver = get_resolver()
    covered = {
        (resolver.resolve(call.address.format(case=case_key).partition("?")[0]).func.view_class, call.method)  # type: ignore[attr-defined]
        for call in CALLS
    }

    assert covered == {(view, method) for _, view in endpoints() for method in view.needs}
