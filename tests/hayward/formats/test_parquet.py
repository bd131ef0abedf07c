"""Tests of reading Parquet."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hayward.formats import UnreadableShard, digest, iterate_records, open_shard, read_records
from tests.hayward.formats.shards import PEOPLE, read_all, read_until_error, refusal, write_parquet
from tests.shared_data import shared_data


def test_parquet_reads_text_rows_and_whole_records(tmp_path: Path) -> None:
    path = write_parquet(tmp_path / "a.parquet", PEOPLE, row_group_size=2, compression="zstd")
    shard = open_shard(str(path))

    found = list(shard)

    assert (shard.layout, shard.fields, shard.records, shard.compression) == ("c4", ("text",), 3, "zstd")
    assert [row for batch in found for row in batch.rows.to_pylist()] == [0, 1, 2]
    assert found[0].fields.schema == pa.schema([("text", pa.large_string())])
    assert found[1].record(0) == PEOPLE[2]
    assert found[1].digest(0) == digest(PEOPLE[2])
    assert shard.bytes_read == shard.bytes_total


@pytest.mark.parametrize(
    "kind", [pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int8(), pa.string())]
)
def test_parquet_reads_every_kind_of_text_column(tmp_path: Path, kind: pa.DataType) -> None:
    texts = ["a", None, "ü", ""] * 5
    pq.write_table(pa.table({"text": pa.array(texts).cast(kind)}), tmp_path / "a.parquet")

    assert read_all(tmp_path / "a.parquet", batch_bytes=8)[1] == {"text": texts}


def test_parquet_reads_nested_text_and_nulls_above_it(tmp_path: Path) -> None:
    write_parquet(
        tmp_path / "a.parquet", [{"meta": {"author": "Ann"}}, {"meta": None}, {"meta": {"author": None}}]
    )

    assert read_all(tmp_path / "a.parquet", fields=["meta.author"])[1] == {"meta.author": ["Ann", None, None]}


def test_parquet_batches_are_bounded_by_their_bytes(tmp_path: Path) -> None:
    write_parquet(tmp_path / "a.parquet", [{"text": f"{n:05}" * 20} for n in range(20_000)])

    sizes = [batch.fields.nbytes for batch in open_shard(str(tmp_path / "a.parquet"), batch_bytes=50_000)]

    assert len(sizes) > 10
    assert max(sizes) < 200_000


def test_parquet_holds_rows_with_invalid_utf8_and_overlong_texts(tmp_path: Path) -> None:
    cells = [b"ok", b"\xff\xfe", b"x" * (9 << 20), b"fine"]
    column = pa.array(cells, pa.binary()).view(pa.string())
    pq.write_table(pa.table({"text": column}), tmp_path / "a.parquet")

    rows, texts, held = read_all(tmp_path / "a.parquet")

    assert (rows, texts) == ([0, 3], {"text": ["ok", "fine"]})
    assert [(one.row, one.reason) for one in held] == [(1, "invalid-utf8"), (2, "record-too-large")]
    assert sorted(read_records(str(tmp_path / "a.parquet"), [0, 1, 3])) == [0, 3]


def test_parquet_names_the_fields_there_are(tmp_path: Path) -> None:
    path = write_parquet(tmp_path / "a.parquet", [{"body": "x", "n": 1, "meta": {"author": "Ann", "age": 3}}])

    missing = refusal(path, fields=["txt"])

    assert (missing.reason, missing.detail) == (
        "no-such-field",
        "'txt' is not among the text fields: body, meta.author",
    )
    assert refusal(path, fields=["meta.age"]).reason == "wrong-type"


def test_parquet_without_rows_is_read_as_nothing(tmp_path: Path) -> None:
    pq.write_table(pa.table({"text": pa.array([], pa.string())}), tmp_path / "a.parquet")
    pq.write_table(pa.table({"n": pa.array([], pa.null())}), tmp_path / "b.parquet")

    assert read_all(tmp_path / "a.parquet") == ([], {"text": []}, [])
    assert read_all(tmp_path / "b.parquet") == ([], {}, [])


def test_parquet_refuses_what_is_none(tmp_path: Path) -> None:
    whole = write_parquet(tmp_path / "a.parquet", PEOPLE).read_bytes()
    for name, data in {
        "cut": whole[:-40],
        "text": b"hello world",
        "empty": b"",
        "sealed": b"PARE" + whole[4:],
    }.items():
        (tmp_path / f"{name}.parquet").write_bytes(data)
    pq.write_table(pa.table([["a"], ["b"]], ["text", "text"]), tmp_path / "twins.parquet")

    reasons = {path.stem: refusal(path).reason for path in sorted(tmp_path.glob("[!a]*.parquet"))}

    assert reasons == {
        "cut": "truncated",
        "empty": "empty",
        "sealed": "encrypted",
        "text": "corrupt",
        "twins": "duplicate-column",
    }


def test_parquet_damaged_in_mid_file_gives_the_row_groups_before(tmp_path: Path) -> None:
    records = [{"text": f"{n} of many"} for n in range(4000)]
    path = write_parquet(
        tmp_path / "a.parquet", records, row_group_size=1000, compression="zstd", use_dictionary=False
    )
    data = bytearray(path.read_bytes())
    start = pq.ParquetFile(path).metadata.row_group(2).column(0).data_page_offset
    data[start : start + 60] = b"\xff" * 60
    path.write_bytes(data)

    rows, error = read_until_error(path)

    assert error
    assert (error.reason, error.row) == ("corrupt", 2000)
    assert rows == list(range(2000))


def test_read_records_decodes_only_the_row_groups_needed(tmp_path: Path) -> None:
    records = [{"text": f"{n} of many"} for n in range(3000)]
    path = write_parquet(
        tmp_path / "a.parquet", records, row_group_size=1000, compression="zstd", use_dictionary=False
    )
    data = bytearray(path.read_bytes())
    data[4:64] = b"\xff" * 60  # the first row group
    path.write_bytes(data)

    assert read_records(str(path), [2500, 9999]) == {2500: records[2500]}


def walk_all(path: Path) -> UnreadableShard | int:
    """The number of rows in all columns, text or not, or the refusal."""
    try:
        return sum(1 for _ in iterate_records(str(path)))
    except UnreadableShard as error:
        return error


def test_parquet_bad_data_is_refused_or_held_and_never_crashes() -> None:
    paths = sorted(shared_data("shards", "parquet-testing", "bad_data").glob("*.parquet"))

    results = {path.name: walk_all(path) for path in paths}

    read = {name for name, result in results.items() if isinstance(result, int)}
    assert read == {"ARROW-GH-43605.parquet"}  # odd, but Arrow reads it whole
    refused = [(name, result) for name, result in results.items() if isinstance(result, UnreadableShard)]
    assert {result.reason for _, result in refused} == {"corrupt"}
    assert [name for name, result in refused if name not in str(result)] == []


def test_parquet_good_data_gives_every_record_a_digest() -> None:
    for path in sorted(shared_data("shards", "parquet-testing", "data").glob("*.parquet")):
        digests = [digest(record) for _, record in iterate_records(str(path)) if isinstance(record, dict)]

        assert len(digests) >= 1
