"""The patch through the API."""

from pathlib import Path

from datasets_app import registering
from datasets_app.models import Dataset
from hayward.patching import plan
from moderation.kinds import Action
from moderation.models import User
from tests import factories
from tests.api import world
from tests.api.conftest import Caller

PATCH = "/api/v1/datasets/demo/patch"


def test_patch_is_the_document_that_copies_apply(
    calling: Caller, cast: dict[str, User], dataset: Dataset, root: Path
) -> None:
    (decision,) = world.decide_some(
        dataset=dataset, root=root, by=cast["alice"], count=1, at=factories.NOW, action=Action.REDACT
    )
    assert decision.item is not None
    (place,) = decision.item.locations.select_related("shard")

    response = calling("max").get(PATCH, {"release": "1.0"})

    assert response.json() == {
        "format": "hayward-patch/1",
        "dataset": "demo",
        "release": "1.0",
        "since": 0,
        "until": 1,
        "operations": [
            {
                "seq": 0,
                "action": "redact",
                "digest": decision.item.digest,
                "spans": [{"field": "text", "start": 9, "end": 30, "kind": "email_address"}],
                "locations": [{"shard": "part.jsonl", "sha256": place.shard.sha256, "row": 0}],
            }
        ],
    }
    assert plan.Patch.parse(response.content).until == 1


def test_patch_since_the_last_one_is_empty(
    calling: Caller, cast: dict[str, User], dataset: Dataset, root: Path
) -> None:
    world.decide_some(dataset=dataset, root=root, by=cast["alice"], count=2, at=factories.NOW)

    answer = calling("max").get(PATCH, {"release": "1.0", "since": "2"}).json()

    assert (answer["since"], answer["until"], answer["operations"]) == (2, 2, [])


def test_patch_without_release_is_for_the_newest_that_is_ready(
    calling: Caller, dataset: Dataset, root: Path
) -> None:
    factories.make_release(dataset=dataset, root=root, shards={"a.jsonl": []}, version="1.0")
    factories.make_release(dataset=dataset, root=root, shards={"a.jsonl": []}, version="2.0")
    registering.register_release(
        dataset=dataset, version="3.0", root=str(root), screeners=["pii"], source=str(root), at=factories.NOW
    )

    assert calling("max").get(PATCH).json()["release"] == "2.0"
    assert calling("max").get(PATCH, {"release": "3.0"}).status_code == 404


def test_patch_is_kept_out_of_caches(calling: Caller, dataset: Dataset, root: Path) -> None:
    factories.make_release(dataset=dataset, root=root, shards={"a.jsonl": []})

    response = calling("max").get(PATCH)

    assert response["Cache-Control"] == "no-store"
    assert not response.has_header("Access-Control-Allow-Origin")
