"""Tests of the canonical record and its digest."""

import hashlib
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hayward.formats import canonical, digest, read_records
from tests.hayward.formats.shards import write_jsonl, write_parquet


def test_canonical_sorts_keys_by_code_point_and_omits_nulls_at_every_depth() -> None:
    record = {"é": 1, "a": {"y": None, "x": [None, {"z": None}]}, "Z": "\u2028\x01\n"}

    assert canonical(record) == '{"Z":"\u2028\\u0001\\n","a":{"x":[null,{}]},"é":1}'.encode()


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (1.0, "1"),
        (-0.0, "0"),
        (1e20, "100000000000000000000"),
        (1e21, "1e+21"),
        (0.1, "0.1"),
        (5e-324, "5e-324"),
        (2**70, "1180591620717411303424"),
        (True, "true"),
        (float("nan"), '"NaN"'),
        (float("-inf"), '"-Infinity"'),
    ],
)
def test_canonical_writes_numbers_in_one_way(value: object, written: str) -> None:
    assert canonical({"n": value}) == f'{{"n":{written}}}'.encode()


def test_digest_is_the_sha256_of_the_canonical_form() -> None:
    assert digest({"b": 1, "a": None}) == hashlib.sha256(b'{"b":1}').hexdigest()


def test_digest_is_the_same_for_arrow_types_and_their_json_spelling(tmp_path: Path) -> None:
    table = pa.table(
        {
            "at": pa.array([1556197074123456789], pa.timestamp("ns")),
            "zoned": pa.array(
                [datetime(2019, 4, 25, 12, 57, 54, tzinfo=UTC)], pa.timestamp("us", "Europe/Berlin")
            ),
            "day": pa.array([date(2019, 4, 25)]),
            "clock": pa.array([3723000000], pa.time64("us")),
            "lasting": pa.array([-1500], pa.duration("ms")),
            "price": pa.array([Decimal("1.50")]),
            "raw": pa.array([b"\x00\xff"]),
            "small": pa.array([0.5], pa.float16()),
            "kind": pa.array(["a"]).dictionary_encode(),
            "pairs": pa.array([[("k", 1)]], pa.map_(pa.string(), pa.int8())),
            "deep": pa.array([[{"at": datetime(1, 1, 1, tzinfo=UTC), "none": None}]]),
        }
    )
    pq.write_table(table, tmp_path / "a.parquet")
    spelled = {
        "at": "2019-04-25T12:57:54.123456789Z",
        "zoned": "2019-04-25T12:57:54Z",
        "day": "2019-04-25",
        "clock": "01:02:03",
        "lasting": "PT-1.5S",
        "price": "1.50",
        "raw": "AP8=",
        "small": 0.5,
        "kind": "a",
        "pairs": [["k", 1]],
        "deep": [{"at": "0001-01-01T00:00:00Z"}],
    }

    record = read_records(str(tmp_path / "a.parquet"), [0])[0]

    assert json.loads(canonical(record)) == spelled
    assert digest(record) == digest(spelled)


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
RECORDS = st.lists(
    st.fixed_dictionaries(
        {"text": st.none() | TEXT},
        optional={
            "n": st.integers(-(2**63), 2**63 - 1),
            "x": st.floats(allow_nan=False, allow_infinity=False),
            "meta": st.fixed_dictionaries({"author": st.none() | TEXT, "tags": st.lists(TEXT, max_size=3)}),
            "seen": st.booleans(),
        },
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(records=RECORDS)
def test_digest_is_the_same_in_parquet_and_jsonl(tmp_path: Path, records: list[dict[str, Any]]) -> None:
    kind = pa.schema(
        [
            ("text", pa.string()),
            ("n", pa.int64()),
            ("x", pa.float64()),
            ("meta", pa.struct([("author", pa.string()), ("tags", pa.list_(pa.string()))])),
            ("seen", pa.bool_()),
        ]
    )
    pq.write_table(pa.Table.from_pylist(records, kind), tmp_path / "a.parquet")
    write_jsonl(tmp_path / "a.jsonl", records)
    rows = range(len(records))

    stored = [read_records(str(tmp_path / name), rows) for name in ("a.parquet", "a.jsonl")]

    assert [digest(stored[0][row]) for row in rows] == [digest(stored[1][row]) for row in rows]


def test_digest_of_a_null_only_parquet_row_is_that_of_an_empty_object(tmp_path: Path) -> None:
    write_parquet(tmp_path / "a.parquet", [{"text": None}, {"text": "x"}])

    assert digest(read_records(str(tmp_path / "a.parquet"), [0])[0]) == digest({})


@given(
    st.dictionaries(
        st.text(st.characters(codec="utf-8")),
        st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.text(st.characters(codec="utf-8")),
    )
)
def test_canonical_of_flat_records_is_what_the_general_encoder_writes(record: dict[str, Any]) -> None:
    members = {name: value for name, value in record.items() if value is not None}

    spelt = json.dumps(members, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

    assert canonical(record) == spelt


@pytest.mark.parametrize(
    "text", [chr(code) for code in [*range(0x21), 0x7F, 0x80, 0x2028, 0x2029, 0xFEFF, 0x10FFFF]]
)
def test_canonical_escapes_only_what_json_demands(text: str) -> None:
    wanted = json.dumps({"text": text}, ensure_ascii=False, separators=(",", ":")).encode()

    assert (canonical({"text": text}), canonical({"text": text, "f": 0.5})) == (
        wanted,
        b'{"f":0.5,' + wanted.removeprefix(b"{"),
    )
