"""The number of queries of a list does not grow with its rows."""

from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from datasets_app.models import Dataset
from moderation.models import User
from tests import factories
from tests.api import world
from tests.api.conftest import Caller

LISTS = [
    "/api/v1/datasets",
    "/api/v1/datasets/demo/releases",
    "/api/v1/datasets/demo/log/entries",
    "/api/v1/datasets/demo/patch?release=1.0",
    "/api/v1/findings",
    "/api/v1/cases",
    "/api/v1/decisions",
]


@pytest.mark.parametrize("address", LISTS)
def test_lists_ask_as_much_for_three_rows_as_for_one(
    calling: Caller, cast: dict[str, User], dataset: Dataset, root: Path, address: str
) -> None:
    client = calling("olga")
    world.decide_some(dataset=dataset, root=root / "one", by=cast["alice"], count=1, at=factories.NOW)
    client.get(address)  # the token's last use is noted once a minute
    one = rows_and_queries(client, address)
    for slug in ("second", "third"):
        factories.make_dataset(slug)
    world.decide_some(
        dataset=dataset, root=root / "more", by=cast["alice"], count=2, at=factories.NOW, first=1
    )

    three = rows_and_queries(client, address)

    assert (one[0], three[0]) == (1, 3)
    assert three[1] == one[1]


def test_shards_ask_as_much_for_three_rows_as_for_one(
    public: APIClient, dataset: Dataset, root: Path
) -> None:
    for version, names in (("1", "a"), ("3", "abc")):
        factories.make_release(
            dataset=dataset, root=root / version, shards={name: [] for name in names}, version=version
        )

    one, three = (
        rows_and_queries(public, f"/api/v1/datasets/demo/releases/{version}/shards") for version in ("1", "3")
    )

    assert (one[0], three[0]) == (1, 3)
    assert three[1] == one[1]


def test_case_asks_as_much_with_three_findings_as_with_one(
    calling: Caller, dataset: Dataset, root: Path
) -> None:
    client = calling("olga")
    counts = []
    for number, spans in ((1, [9]), (3, [9, 10, 11])):
        record = {"text": f"{factories.MAIL} {number}"}
        release = factories.make_release(
            dataset=dataset, root=root / str(number), shards={"a.jsonl": [record]}, version=str(number)
        )
        flags = [factories.flag(record, start=start) for start in spans]
        factories.finish_screening(release=release, flags=flags)
        case = dataset.cases.latest("pk")
        client.get(f"/api/v1/cases/{case.pk}")
        with CaptureQueriesContext(connection) as queries:
            assert len(client.get(f"/api/v1/cases/{case.pk}").json()["findings"]) == number
        counts.append(len(queries))

    assert counts[0] == counts[1]


def rows_and_queries(client: APIClient, address: str) -> tuple[int, int]:
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
        if response.streaming:
            rows = len(b"".join(response.streaming_content).splitlines())  # type: ignore[attr-defined]
        else:
            answer = response.json()
            rows = len(answer.get("results", answer.get("operations")))
    return rows, len(queries)
