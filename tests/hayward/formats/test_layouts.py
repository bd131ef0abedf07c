"""Tests of recognising the layouts of well-known datasets."""

from pathlib import Path

import pytest

from hayward.formats import digest, iterate_records, open_shard
from hayward.formats.layouts import default_fields, recognise
from tests.hayward.formats.shards import write_parquet
from tests.shared_data import shared_data

LAION = ["URL", "TEXT", "WIDTH", "HEIGHT", "similarity", "hash", "punsafe", "pwatermark"]


@pytest.mark.parametrize(
    ("columns", "layout", "fields"),
    [
        (["text", "timestamp", "url"], "c4", ("text",)),
        (["id", "text", "source", "added", "created", "metadata"], "dolma", ("text",)),
        (LAION, "laion", ("TEXT",)),
        (["key", "hash", "url", "caption", "similarity", "original_width"], "laion", ("caption",)),
        (["URL", "TEXT"], "laion", ("TEXT",)),
        (["content", "license_type"], "huggingface", ("content",)),
        (["question", "answer"], "huggingface", ("question", "answer")),
    ],
)
def test_recognise_tells_the_layout_and_its_text(
    columns: list[str], layout: str, fields: tuple[str, ...]
) -> None:
    assert recognise(columns) == layout
    assert default_fields(layout, columns) == fields


@pytest.mark.parametrize(
    ("parts", "layout", "fields", "records"),
    [
        (("dolma", "data", "provided", "documents", "000.json.gz"), "dolma", ("text",), 10),
        (("laion-img2dataset", "laion_first1000_filtered.parquet"), "laion", ("TEXT",), 1000),
        (("data-juicer", "demo-dataset.parquet"), "huggingface", ("text",), 6),
        (("data-juicer", "redpajama-c4-refined.jsonl"), "huggingface", ("text",), 10),
        (("dolma", "data", "formats", "test.jsonl.zst"), "huggingface", ("message",), 1),
    ],
)
def test_real_shards_are_recognised(
    parts: tuple[str, ...], layout: str, fields: tuple[str, ...], records: int
) -> None:
    shard = open_shard(str(shared_data("shards", *parts)))

    assert (shard.layout, shard.fields) == (layout, fields)
    assert sum(len(batch.rows) for batch in shard) == records


@pytest.mark.parametrize(
    "parts",
    [
        ("data-juicer", "redpajama-c4-refined.jsonl"),
        ("data-juicer", "the-pile-nih-refined.jsonl"),
        ("dolma", "data", "provided", "documents", "000.json.gz"),
    ],
)
def test_real_records_keep_their_digests_when_turned_into_parquet(
    tmp_path: Path, parts: tuple[str, ...]
) -> None:
    path = str(shared_data("shards", *parts))
    records = [record for _, record in iterate_records(path) if isinstance(record, dict)]
    parquet = write_parquet(tmp_path / "a.parquet", records, row_group_size=3)

    found = [record for _, record in iterate_records(str(parquet))]

    assert [digest(record) for record in found if isinstance(record, dict)] == [
        digest(one) for one in records
    ]
