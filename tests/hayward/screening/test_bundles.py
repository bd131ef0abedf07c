"""Tests of doxxing bundles: which findings make one, where it lies, how sure it is."""

from typing import Any

import pyarrow as pa
import pytest

from hayward.screening import FINDING_SCHEMA
from hayward.screening.bundles import REACH, doxxing_bundles


def finding(kind: str, start: int, end: int, *, index: int = 0, **members: Any) -> dict[str, Any]:
    row = {"index": index, "field": "text", "screener": "pii", "version": "2.0.0", "kind": kind, "score": 0.9}
    return {**row, "start": start, "end": end, "rule": "a/1", **members}


def found(*rows: dict[str, Any]) -> list[dict[str, Any]]:
    batch = pa.RecordBatch.from_pylist(list(rows), schema=FINDING_SCHEMA)
    bundles: list[dict[str, Any]] = doxxing_bundles(batch).to_pylist()
    return bundles


CONTACT = (finding("person_name", 10, 18), finding("phone_number", 30, 42), finding("street_address", 50, 80))


def test_three_kinds_close_together_are_a_bundle_from_the_first_to_the_last() -> None:
    (bundle,) = found(*CONTACT)

    assert bundle == {
        "index": 0, "field": "text", "screener": "bundles", "version": "1.0.0", "kind": "doxxing_bundle",
        "start": 10, "end": 80, "score": pytest.approx(0.675), "rule": "bundle.3-kinds/1",
        "validator": None, "context": None, "box": None,
    }  # fmt: skip


def test_more_kinds_and_stronger_ones_score_higher_and_the_unanchored_lower() -> None:
    (three,) = found(*CONTACT)
    (four,) = found(*CONTACT, finding("email_address", 90, 110))
    (weak,) = found(*(dict(row, score=0.4) for row in CONTACT))
    (nobody,) = found(
        finding("email_address", 0, 9), finding("phone_number", 10, 20), finding("handle", 30, 40)
    )

    assert (four["rule"], four["end"]) == ("bundle.4-kinds/1", 110)
    assert four["score"] > three["score"] > weak["score"]
    assert nobody["score"] < three["score"]


@pytest.mark.parametrize(
    "rows",
    [
        CONTACT[:2],
        (CONTACT[0], CONTACT[1], finding("phone_number", 44, 48)),
        (CONTACT[0], CONTACT[1], finding("street_address", 10 + REACH - 20, 10 + REACH + 1)),
        (CONTACT[0], CONTACT[1], finding("street_address", 50, 80, index=1)),
        (CONTACT[0], CONTACT[1], finding("street_address", 50, 80, field="title")),
        (CONTACT[0], CONTACT[1], finding("street_address", 50, 80, score=0.2)),
        (CONTACT[0], CONTACT[1], finding("toxicity", 0, 80)),
        (CONTACT[0], CONTACT[1], finding("street_address", 0, 0, box=[1, 2, 3, 4])),
        (),
    ],
    ids=[
        "two",
        "one kind twice",
        "far",
        "other record",
        "other field",
        "unsure",
        "other trade",
        "image",
        "none",
    ],
)
def test_less_than_three_identifying_kinds_near_each_other_are_none(rows: tuple[dict[str, Any], ...]) -> None:
    assert found(*rows) == []


def test_bundle_begins_where_enough_kinds_are_near_and_several_lie_apart() -> None:
    far = [finding("email_address", 0, 10), finding("email_address", 700, 710)]
    second = [dict(row, start=row["start"] + 2000, end=row["end"] + 2000) for row in CONTACT]
    moved = [dict(row, start=row["start"] + 700, end=row["end"] + 700) for row in CONTACT]
    other = [dict(row, index=7) for row in CONTACT]

    places = [
        (one["index"], one["start"], one["end"], one["rule"]) for one in found(*far, *moved, *second, *other)
    ]

    assert places == [
        (0, 700, 780, "bundle.4-kinds/1"),
        (0, 2010, 2080, "bundle.3-kinds/1"),
        (7, 10, 80, "bundle.3-kinds/1"),
    ]
