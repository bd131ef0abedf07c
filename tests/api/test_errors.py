"""Whatever a caller sends, the answer is a problem document, and never that the server failed."""

from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.test import APIClient, APIRequestFactory

from api import errors, scopes
from api.throttling import PerCaller
from datasets_app.models import Dataset, Release
from tests import factories
from tests.api import world
from tests.api.conftest import Caller

DEMO = "/api/v1/datasets/demo"
MEMBERS = {"type", "title", "status", "detail", "instance", "request_id"}


def sent(client: APIClient, address: str, body: bytes, *, media_type: str = "application/json") -> Any:
    """The answer to just these bytes."""
    return client.generic("POST", address, body, content_type=media_type)  # type: ignore[arg-type]  # bytes are fine


def assert_problem(response: Any, status: int) -> None:
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    document = response.json()
    assert set(document) - {"errors"} == MEMBERS
    assert document["status"] == status


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/",
        "/api/v1/nothing",
        "/api/v1/datasets/",
        "/api/v1/datasets/no%00thing",
        "/api/v1/datasets/a%2Fb",
        "/api/v1/datasets/none",
        f"{DEMO}/releases/..%2f..%2fetc",
        "/api/v1/cases/0/x",
        f"/api/v1/datasets?cursor={'x' * 5000}",
        "/api/v1/datasets?cursor=cD1ub3Qta2V5",
        "/api/v1/datasets?cursor=cD05OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk=",
    ],
)
def test_addresses_that_lead_nowhere_are_not_found(public: APIClient, dataset: Dataset, address: str) -> None:
    assert_problem(public.get(address), 404)


@pytest.mark.parametrize(
    "address",
    [
        f"{DEMO}/log/entries?after=-2",
        f"{DEMO}/log/entries?after=x",
        f"{DEMO}/log/entries?after=99999999999999999999",
        f"{DEMO}/log/entries?limit=0",
        f"{DEMO}/log/entries?limit=%00",
    ],
)
def test_queries_with_wrong_values_are_invalid(public: APIClient, dataset: Dataset, address: str) -> None:
    assert_problem(public.get(address), 400)


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/api/v1/findings?kind=gossip", 400),
        ("/api/v1/findings?dataset=%00", 400),
        ("/api/v1/findings?release=%00", 400),
        ("/api/v1/findings?dataset=a'%20OR%201=1", 400),
        ("/api/v1/cases?state=%F0%9F%92%A9", 400),
        ("/api/v1/cases/99999999999999999999999999", 404),
        (f"/api/v1/cases/{'9' * 5000}", 404),
        (f"{DEMO}/patch?since=-1", 400),
        (f"{DEMO}/patch?since=1e400", 400),
        (f"{DEMO}/patch?release=%00", 400),
        (f"{DEMO}/patch?release=none", 404),
    ],
)
def test_queries_of_members_with_wrong_values_are_refused(
    calling: Caller, dataset: Dataset, address: str, status: int
) -> None:
    assert_problem(calling("olga").get(address), status)


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "trace"])
def test_other_methods_are_not_allowed(calling: Caller, dataset: Dataset, method: str) -> None:
    for client in (calling("olga"), APIClient()):
        response = client.generic(method.upper(), DEMO)

        assert_problem(response, 405)
        assert response["Allow"] == "GET, HEAD"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b'{"version": NaN}',
        b'{"version": "1", "version": "2"}',
        b'{"version": "\\ud800"}',
        b"[" * 200_000,
        b"9" * 10_000,
        b'{"a":' * 5000 + b"1" + b"}" * 5000,
    ],
    ids=[
        "empty",
        "broken",
        "no utf-8",
        "nan",
        "key twice",
        "half a character",
        "deep",
        "long number",
        "nested",
    ],
)
def test_bodies_that_are_no_json_are_refused(calling: Caller, dataset: Dataset, body: bytes) -> None:
    response = sent(calling("olga"), f"{DEMO}/releases", body)

    assert_problem(response, 400)


@pytest.mark.parametrize("body", [b"[]", b"null", b"1", b'"text"', b"{}", b"true"])
def test_bodies_of_another_shape_are_refused(calling: Caller, dataset: Dataset, body: bytes) -> None:
    response = sent(calling("olga"), f"{DEMO}/releases", body)

    assert_problem(response, 400)


@pytest.mark.parametrize(
    "changes",
    [
        {"version": "1\x00"},
        {"version": "../1"},
        {"version": ["1"]},
        {"version": "x" * 65},
        {"root": "/\x00"},
        {"root": {}},
        {"fields": "text"},
        {"fields": ["a\x00b"]},
        {"fields": ["x"] * 51},
        {"screeners": ["pii"] * 100},
        {"source": "/\x00", "shards": None},
        {"shards": {}},
        {"shards": [[]]},
        {"shards": [None]},
    ],
    ids=str,
)
def test_registrations_with_hostile_values_are_invalid(
    calling: Caller, dataset: Dataset, root: Path, changes: dict[str, Any]
) -> None:
    response = calling("olga").post(f"{DEMO}/releases", world.manifest_body(root) | changes, format="json")

    assert_problem(response, 400)
    assert not Release.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"path": "a\x00b"},
        {"path": ""},
        {"path": "x" * 1025},
        {"path": 7.5e300, "bytes": {}},
        {"bytes": 2**63},
        {"bytes": "many"},
        {"bytes": 1e308},
        {"sha256": world.SHA.upper()},
        {"sha256": world.SHA + "\n"},
        {"sha256": None},
    ],
    ids=str,
)
def test_manifests_with_hostile_values_are_invalid(
    calling: Caller, dataset: Dataset, root: Path, changes: dict[str, Any]
) -> None:
    response = calling("olga").post(f"{DEMO}/releases", world.with_shard(root, **changes), format="json")

    assert_problem(response, 400)
    assert not Release.objects.exists()


def test_body_in_another_media_type_is_refused(calling: Caller, dataset: Dataset) -> None:
    response = sent(calling("olga"), "/api/v1/datasets", b"slug=x", media_type="text/csv")

    assert_problem(response, 415)


def test_body_beyond_the_limit_is_not_read(calling: Caller, dataset: Dataset, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000

    response = calling("olga").post(
        "/api/v1/datasets", {"slug": "x", "description": "y" * 1000}, format="json"
    )

    assert_problem(response, 413)


def test_strange_charsets_and_wishes_change_nothing(public: APIClient, dataset: Dataset) -> None:
    response = public.get(
        "/api/v1/datasets?format=%2B&limit=%37",
        CONTENT_TYPE="text/plain; charset=hex",
        HTTP_ACCEPT="text/html",
    )

    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    "header",
    ["Bearer", "Bearer hwd_0000", "Bearer a b", "Bearer \xff\xfe", "Bearer hwd_\x00", f"Bearer {'x' * 4000}"],
)
def test_tokens_that_do_not_hold_are_refused(public: APIClient, dataset: Dataset, header: str) -> None:
    response = public.get("/api/v1/datasets", HTTP_AUTHORIZATION=header)

    assert_problem(response, 401)
    assert response["WWW-Authenticate"] == "Bearer"


def test_pages_are_never_larger_than_500(public: APIClient, dataset: Dataset, root: Path) -> None:
    factories.make_release(
        dataset=dataset, root=root, shards={f"{number}.jsonl": [] for number in range(502)}
    )

    sizes = [
        len(public.get(f"{DEMO}/releases/1.0/shards", {"limit": limit}).json()["results"])
        for limit in ("", "3", "500", "1000000000", "9" * 5000, "-1", "many")
    ]

    assert sizes == [50, 3, 500, 500, 50, 50, 50]


def test_database_that_does_not_answer_is_a_reason_to_try_again() -> None:
    request = APIRequestFactory().get(DEMO)

    response = errors.problem_response(OperationalError("password of the server"), {"request": request})

    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert response.data["detail"] == "Try again in a few seconds."


def test_fault_that_nobody_foresaw_says_nothing_of_itself() -> None:
    request = APIRequestFactory().get(DEMO)

    response = errors.problem_response(ZeroDivisionError("a secret"), {"request": request})

    assert response.status_code == 500
    assert "secret" not in str(response.data)


def test_status_without_a_title_of_its_own_is_still_a_problem() -> None:
    class Teapot(exceptions.APIException):
        status_code = 418

    response: Response = errors.problem_response(
        Teapot("short and stout"), {"request": APIRequestFactory().get(DEMO)}
    )

    assert (response.data["status"], response.data["detail"]) == (418, "short and stout")


def test_every_type_of_problem_is_listed(public: APIClient) -> None:
    listed = {kind["code"]: kind["status"] for kind in public.get("/api/v1/problems").json()}

    assert listed["already-registered"] == 409
    assert listed["unexpected"] == 500
    assert len(listed) == len(errors.kinds())


def test_forgotten_method_is_refused_to_everybody() -> None:
    class Careless:
        needs: dict[str, scopes.Need | None] = {}
        allowed_methods = ("GET",)

    with pytest.raises(exceptions.PermissionDenied):
        scopes.need_of(Careless(), "GET")  # type: ignore[arg-type]


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
paths = st.text(max_size=30) | st.lists(st.sampled_from(["..", ".", "", "a", "\\", "%2e", "\x00"])).map(
    "/".join
)
shards = st.lists(
    st.fixed_dictionaries(
        {"path": paths | values, "bytes": st.integers() | values, "sha256": st.just(world.SHA) | values}
    ),
    max_size=3,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.fixed_dictionaries(
        {"shards": shards | values}, optional={"version": values, "root": values, "fields": values}
    )
)
def test_no_manifest_makes_the_server_fail(
    calling: Caller, dataset: Dataset, root: Path, body: dict[str, Any], monkeypatch_rate: None
) -> None:
    Release.objects.filter(shards=None).delete()
    version = f"v{Release.objects.count()}"
    registration = world.manifest_body(root, version=version) | body

    response = calling("olga").post(f"{DEMO}/releases", registration, format="json")

    assert 200 < response.status_code < 500
    for release in Release.objects.filter(version=version).prefetch_related("shards"):
        for shard in release.shards.all():
            assert not shard.path.startswith("/")
            assert ".." not in shard.path.split("/")


@pytest.fixture
def monkeypatch_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many calls as Hypothesis has ideas."""
    monkeypatch.setattr("api.throttling.WITH_TOKEN", "100000/min")
    assert PerCaller.rate
