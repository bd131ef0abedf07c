"""The pure function that screens one batch."""

import pyarrow as pa
import pytest

from hayward.screeners import load
from hayward.screening import FINDING_SCHEMA, screen_batch
from tests.hayward.screening.fragile import Fragile

PII = load(("pii",))


def batch(**columns: list[str | None]) -> pa.RecordBatch:
    return pa.RecordBatch.from_pydict(columns)


def test_findings_are_labelled_and_ordered_by_record_then_field_then_screener() -> None:
    texts = batch(
        title=["sheep of ann@example.org", None, "sheep"],
        text=["call 020 7946 0958", "bob@example.org", None],
    )

    found = screen_batch(texts, (*PII, Fragile()))

    assert found.schema == FINDING_SCHEMA
    assert [(row["index"], row["field"], row["screener"], row["kind"]) for row in found.to_pylist()] == [
        (0, "title", "pii", "email_address"),
        (0, "title", "fragile", "sheep"),
        (0, "text", "pii", "phone_number"),
        (1, "text", "pii", "email_address"),
        (2, "title", "fragile", "sheep"),
    ]
    assert {(row["screener"], row["version"]) for row in found.to_pylist()} == {
        ("pii", PII[0].version),
        ("fragile", "0.1.0"),
    }


@pytest.mark.parametrize(
    "kind",
    [pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int32(), pa.string())],
    ids=str,
)
def test_every_text_type_of_arrow_is_screened(kind: pa.DataType) -> None:
    texts = pa.RecordBatch.from_arrays(
        [pa.array(["ann@example.org", None], pa.string()).cast(kind)], names=["text"]
    )

    found = screen_batch(texts, PII).to_pylist()

    assert [(row["index"], row["start"], row["end"]) for row in found] == [(0, 0, 15)]


def test_columns_without_text_are_passed_over() -> None:
    numbers = pa.RecordBatch.from_pydict({"id": [1, 2], "raw": [b"ann@example.org", None]})

    assert screen_batch(numbers, PII).equals(screen_batch(batch(), PII))
    assert screen_batch(numbers, PII).num_rows == 0


def test_the_batch_given_is_not_changed() -> None:
    texts = batch(text=["ann@example.org", None])
    before = texts.to_pydict()

    screen_batch(texts, PII)

    assert texts.to_pydict() == before


def test_kinds_of_one_person_close_together_are_a_finding_more() -> None:
    contact = "Call Ann on 020 7946 0958, from 192.88.99.7, or write to ann@example.org. No sheep."

    found = screen_batch(batch(text=["bob@example.org", contact, "a sheep"]), (*PII, Fragile())).to_pylist()

    (bundle,) = [row for row in found if row["kind"] == "doxxing_bundle"]
    first, *_, last = [row for row in found if row["index"] == 1 and row["screener"] == "pii"]
    assert (bundle["index"], bundle["screener"], bundle["rule"]) == (1, "bundles", "bundle.3-kinds/1")
    assert (bundle["start"], bundle["end"]) == (first["start"], last["end"])
    assert [row["index"] for row in found] == sorted(row["index"] for row in found)
