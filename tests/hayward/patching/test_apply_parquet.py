"""Tests that rewriting Parquet keeps everything but the named records."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hayward.formats import discover
from hayward.patching import apply
from tests.hayward.formats.shards import write_parquet
from tests.hayward.patching.copies import operation, patch_of, span
from tests.shared_data import shared_data


def rich_table() -> pa.Table:
    schema = pa.schema(
        [
            pa.field("text", pa.string(), metadata={"note": "kept"}),
            ("at", pa.timestamp("ms", "UTC")),
            ("price", pa.decimal128(9, 2)),
            ("meta", pa.struct([("author", pa.string()), ("tags", pa.list_(pa.string()))])),
            ("pairs", pa.map_(pa.string(), pa.int32())),
            ("kind", pa.dictionary(pa.int8(), pa.string())),
            ("image", pa.struct([("bytes", pa.binary()), ("path", pa.string())])),
            ("vector", pa.list_(pa.float32(), 2)),
            pa.field("n", pa.uint16(), nullable=False),
        ],
        metadata={"huggingface": json.dumps({"info": {"features": {}}}), "pandas": "{}"},
    )
    rows = [
        {
            "text": None if n == 7 else f"Write to u{n}@example.org \U0001f600",
            "at": datetime(2020, 1, 1 + n % 28, tzinfo=UTC),
            "price": Decimal("1.50"),
            "meta": None if n == 8 else {"author": f"Ann {n}", "tags": ["a", None]},
            "pairs": [("k", n)],
            "kind": "even" if n % 2 == 0 else "odd",
            "image": {"bytes": bytes([n]), "path": None},
            "vector": [0.5, n],
            "n": n,
        }
        for n in range(40)
    ]
    return pa.Table.from_pylist(rows, schema)


def facts(path: Path) -> dict[str, Any]:
    """What the footer tells, statistics and sizes aside."""
    with pq.ParquetFile(path) as file:
        group = file.metadata.row_group(0)
        columns = [group.column(index) for index in range(group.num_columns)]
        return {
            "schema": file.schema.to_arrow_schema(),
            "parquet": str(file.schema).split("\n", 1)[1],
            "metadata": {
                key: value for key, value in (file.metadata.metadata or {}).items() if key != b"ARROW:schema"
            },
            "stored schema": b"ARROW:schema" in (file.metadata.metadata or {}),
            "codecs": [(one.path_in_schema, one.compression) for one in columns],
            "encodings": [(one.path_in_schema, one.encodings) for one in columns],
            "statistics": [one.is_stats_set for one in columns],
            "index": [one.has_offset_index for one in columns],
            "version": file.metadata.format_version,
        }


def group_rows(path: Path) -> list[int]:
    with pq.ParquetFile(path) as file:
        return [file.metadata.row_group(index).num_rows for index in range(file.num_row_groups)]


OPTIONS: list[dict[str, Any]] = [
    {"compression": "zstd"},
    {"compression": {"text": "gzip", "n": "none"}, "use_dictionary": ["kind"], "write_statistics": ["n"]},
    {"store_schema": False, "version": "1.0"},
    {"use_compliant_nested_type": False, "write_page_index": True, "compression": "lz4"},
    {"use_dictionary": False, "column_encoding": {"text": "DELTA_BYTE_ARRAY", "n": "DELTA_BINARY_PACKED"}},
    {"store_decimal_as_integer": True, "compression": "brotli"},
]


@pytest.mark.parametrize("options", OPTIONS)
def test_apply_keeps_schema_metadata_groups_codecs_and_values(
    tmp_path: Path, options: dict[str, Any]
) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(rich_table(), path, row_group_size=15, **options)
    before, table = facts(path), pq.read_table(path)
    patch = patch_of(
        operation(tmp_path, 1, "remove", "a.parquet", 3),
        operation(tmp_path, 2, "redact", "a.parquet", 20, spans=[span(9, 24), span(25, 26, "face")]),
        operation(
            tmp_path,
            3,
            "redact",
            "a.parquet",
            21,
            spans=[span(0, 3, "name", "meta.author"), span(0, 3, "x", "kind")],
        ),
    )

    report = apply(patch, tmp_path)

    assert (report.problems, report.removed, report.redacted) == ([], 1, 2)
    after = pq.read_table(path)
    expected = table.to_pylist()
    expected[20]["text"] = "Write to [EMAIL_ADDRESS] [FACE]"
    expected[21]["meta"] = {"author": "[NAME] 21", "tags": ["a", None]}
    expected[21]["kind"] = "[X]"
    assert after.to_pylist() == expected[:3] + expected[4:]
    assert after.schema.equals(table.schema, check_metadata=True)
    assert facts(path) == before
    assert group_rows(path) == [14, 15, 10]


def test_apply_keeps_groups_apart_and_drops_an_empty_one(tmp_path: Path) -> None:
    path = write_parquet(tmp_path / "a.parquet", [{"text": str(n)} for n in range(9)], row_group_size=3)

    apply(patch_of(*(operation(tmp_path, n, "remove", "a.parquet", n) for n in (0, 3, 4, 5))), tmp_path)

    assert group_rows(path) == [2, 3]
    assert pq.read_table(path).column("text").to_pylist() == ["1", "2", "6", "7", "8"]


def test_apply_can_remove_every_row(tmp_path: Path) -> None:
    path = write_parquet(tmp_path / "a.parquet", [{"text": str(n)} for n in range(3)])
    schema = pq.read_schema(path)

    apply(patch_of(*(operation(tmp_path, n, "remove", "a.parquet", n) for n in range(3))), tmp_path)

    assert pq.read_table(path).num_rows == 0
    assert pq.read_schema(path).equals(schema, check_metadata=True)


def test_apply_to_published_parquet_changes_one_row_or_refuses_and_leaves_it(tmp_path: Path) -> None:
    folder = shared_data("shards")
    refused = set()
    patterns = ("data-juicer/*.parquet", "laion*/*.parquet", "parquet-testing/data/*.parquet")
    sources = sorted(source for pattern in patterns for source in folder.glob(pattern))
    for number, source in enumerate(sources):
        root = tmp_path / str(number)
        root.mkdir()
        (root / source.name).write_bytes(source.read_bytes())
        table = pq.read_table(source)
        patch = patch_of(operation(root, 1, "remove", source.name, 0))

        report = apply(patch, root)

        if report.problems:
            refused.add(source.name)
            assert (root / source.name).read_bytes() == source.read_bytes()
            continue
        removed = {shard.path: shard.removed for shard in report.shards}
        kept = pq.read_table(root / source.name)
        assert kept.num_rows == table.num_rows - removed[source.name]
        if removed[source.name] == 1:
            assert kept.equals(table.slice(1)) or "nan" in source.name
        assert discover([str(root)]) == [str(root / source.name)]
    # Arrow reads these schemas of other writers, but would write others in their place.
    assert refused == {
        "map_no_value.parquet",
        "nullable.impala.parquet",
        "repeated_no_annotation.parquet",
        "repeated_primitive_no_list.parquet",
    }
