"""Releases through the API: register from a manifest or a source, follow the screening."""

from pathlib import Path

import pytest
from rest_framework.test import APIClient

from datasets_app import registering
from datasets_app.models import Dataset, Release, Shard
from moderation import screening
from tests import factories
from tests.api import world
from tests.api.conftest import Caller

RELEASES = "/api/v1/datasets/demo/releases"
NOTHING_SCREENED = {
    "state": "waiting",
    "shards_done": 0,
    "shards_total": 1,
    "shards_failed": 0,
    "read": 0,
    "passed": 0,
    "flagged": 0,
    "held": 0,
    "findings": 0,
}


def test_register_from_manifest_is_ready_at_once(calling: Caller, root: Path) -> None:
    response = calling("max").post(RELEASES, world.manifest_body(root, fields=["text"]), format="json")

    assert response.status_code == 201
    assert response["Location"] == f"{RELEASES}/1.0"
    answer = response.json()
    assert answer.pop("created_at")
    assert answer == {
        "version": "1.0",
        "state": "ready",
        "error": "",
        "screeners": ["pii"],
        "fields": ["text"],
        "shards": 1,
        "bytes": 7,
        "screening": NOTHING_SCREENED,
    }


def test_register_from_source_waits_for_the_worker(calling: Caller, root: Path) -> None:
    body = {"version": "1.0", "root": str(root), "source": f"{root}/*.jsonl", "screeners": ["pii"]}

    response = calling("max").post(RELEASES, body, format="json")

    assert response.status_code == 201
    assert response.json()["state"] == "registering"
    assert response.json()["shards"] == 0


def test_register_release_twice_is_a_conflict(calling: Caller, root: Path) -> None:
    client = calling("max")
    client.post(RELEASES, world.manifest_body(root), format="json")

    response = client.post(RELEASES, world.manifest_body(root), format="json")

    assert response.status_code == 409
    assert response.json()["detail"] == "Dataset demo has a release 1.0 already."
    assert Release.objects.count() == 1


def test_register_outside_the_allowed_folders_is_refused(calling: Caller, root: Path) -> None:
    response = calling("max").post(RELEASES, world.manifest_body(Path("/etc")), format="json")

    assert response.status_code == 403
    assert response.json()["type"] == "/api/v1/problems#place-not-allowed"
    assert not Release.objects.exists()


@pytest.mark.parametrize("path", ["../outside.jsonl", "a/../../b.jsonl", "/etc/passwd"])
def test_register_shards_outside_the_root_is_refused(calling: Caller, root: Path, path: str) -> None:
    response = calling("max").post(RELEASES, world.with_shard(root, path=path), format="json")

    assert response.status_code == 422
    assert response.json()["detail"] == f"Shard path {path} must lie below the release's root."
    assert not Release.objects.exists()


def test_register_a_shard_twice_is_refused(calling: Caller, root: Path) -> None:
    body = world.manifest_body(root)
    body["shards"] *= 2

    response = calling("max").post(RELEASES, body, format="json")

    assert response.status_code == 422
    assert response.json()["detail"] == "The manifest names a shard twice."
    assert not Release.objects.exists()


def test_register_says_which_value_of_which_shard_is_wrong(calling: Caller, root: Path) -> None:
    body = world.manifest_body(root)
    body["shards"].append({"path": "b.jsonl", "bytes": -1, "sha256": "feed"})

    response = calling("max").post(RELEASES, body, format="json")

    assert response.status_code == 400
    assert response.json()["detail"] == "2 values are not valid."
    assert [(wrong["pointer"], wrong["code"]) for wrong in response.json()["errors"]] == [
        ("#/shards/1/bytes", "min_value"),
        ("#/shards/1/sha256", "invalid"),
    ]


def test_register_with_unknown_screener_is_refused(calling: Caller, root: Path) -> None:
    response = calling("max").post(
        RELEASES, world.manifest_body(root, screeners=["pii", "luck"]), format="json"
    )

    assert response.json()["errors"][0]["pointer"] == "#/screeners/1"


def test_register_with_both_shards_and_source_is_refused(calling: Caller, root: Path) -> None:
    response = calling("max").post(RELEASES, world.manifest_body(root, source=str(root)), format="json")

    assert response.status_code == 400
    assert response.json()["errors"] == [
        {"pointer": "#", "code": "ambiguous", "detail": "Give shards or a source, not both."}
    ]


def test_register_with_neither_shards_nor_source_is_refused(calling: Caller, root: Path) -> None:
    body = world.manifest_body(root)
    del body["shards"]

    response = calling("max").post(RELEASES, body, format="json")

    assert response.status_code == 422


def test_release_shows_the_counts_of_its_screening(public: APIClient, dataset: Dataset, root: Path) -> None:
    record = {"text": factories.MAIL}
    release = factories.make_release(dataset=dataset, root=root, shards={"part.jsonl": [record]})
    factories.finish_screening(release=release, flags=[factories.flag(record)], records=3)

    answer = public.get(f"{RELEASES}/1.0").json()

    assert answer["screening"] == {
        "state": "done",
        "shards_done": 1,
        "shards_total": 1,
        "shards_failed": 0,
        "read": 3,
        "passed": 2,
        "flagged": 1,
        "held": 0,
        "findings": 1,
    }


def test_release_shows_held_shards_as_failed(public: APIClient, dataset: Dataset, root: Path) -> None:
    release = factories.make_release(dataset=dataset, root=root, shards={"a.jsonl": [], "b.jsonl": []})
    screening.open_screenings(release=release)
    claimed = screening.claim(at=factories.NOW)
    assert claimed is not None
    screening.hold(screening=claimed, error="It ends too early.", at=factories.NOW)

    answer = public.get(f"{RELEASES}/1.0").json()["screening"]

    assert (answer["state"], answer["shards_failed"], answer["shards_total"]) == ("running", 1, 2)


def test_reason_of_failure_is_told_to_insiders_only(
    public: APIClient, calling: Caller, dataset: Dataset, root: Path
) -> None:
    release = registering.register_release(
        dataset=dataset, version="1.0", root=str(root), screeners=["pii"], source=str(root), at=factories.NOW
    )
    registering.fail_release(release=release, error=f"{root} is empty.")

    assert calling("max").get(f"{RELEASES}/1.0").json()["error"] == f"{root} is empty."
    assert calling("charlie").get(f"{RELEASES}/1.0").json()["error"] == "It could not be registered."
    assert public.get(RELEASES).json()["results"][0]["error"] == "It could not be registered."


def test_shards_are_listed_in_order_of_the_manifest(public: APIClient, dataset: Dataset, root: Path) -> None:
    release = factories.make_release(
        dataset=dataset,
        root=root,
        shards={name: [{"text": name}] for name in ("b.jsonl", "a.jsonl", "c.jsonl")},
    )

    page = public.get(f"{RELEASES}/1.0/shards", {"limit": 2}).json()
    rest = public.get(page["next"]).json()

    assert [shard["path"] for shard in page["results"] + rest["results"]] == ["b.jsonl", "a.jsonl", "c.jsonl"]
    stored = Shard.objects.get(release=release, path="b.jsonl")
    assert page["results"][0] == {"path": "b.jsonl", "bytes": stored.bytes, "sha256": stored.sha256}


@pytest.mark.parametrize(
    "address", [f"{RELEASES}/2.0", f"{RELEASES}/2.0/shards", "/api/v1/datasets/none/releases"]
)
def test_what_does_not_exist_is_not_found(public: APIClient, dataset: Dataset, address: str) -> None:
    response = public.get(address)

    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"
