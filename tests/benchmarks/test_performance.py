"""The benchmarks' own arithmetic, and that a small run of each comes to its tables."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from stdnum.es import dni
from stdnum.nl import bsn
from stdnum.pl import pesel

from benchmarks import __main__ as bench
from benchmarks import corpus, memory, reading, timing
from benchmarks.__main__ import Benchmark, section
from benchmarks.corpus import CLEAN, DENSE
from benchmarks.timing import Row, Target
from hayward.screeners import load


def test_dense_corpus_has_a_hit_per_thousand_bytes_and_is_always_the_same() -> None:
    first = corpus.make(2_000, density=DENSE)

    assert first == corpus.make(2_000, density=DENSE)
    assert len(first.planted) / first.bytes > 0.001
    for place in first.planted:
        assert first.texts[place.document][place.start : place.end].strip()


def test_clean_corpus_has_nothing_planted_and_nothing_found() -> None:
    clean = corpus.make(200, density=CLEAN)

    found = load(("pii",))[0].screen(pa.array(clean.texts, pa.large_string()))

    assert (clean.planted, found.num_rows) == ([], 0)


@pytest.mark.parametrize("kind", ["crypto_wallet", "mac_address", "credit_card", "iban"])
def test_planted_numbers_with_checks_are_found(kind: str) -> None:
    planted = corpus.make(400, density=DENSE)
    places = [place for place in planted.planted if place.kind == kind]
    texts = [planted.texts[place.document][place.start - 40 : place.end + 5] for place in places]

    hits = load(("pii",))[0].screen(pa.array(texts, pa.large_string())).to_pylist()

    found = {hit["index"] for hit in hits if hit["kind"] == kind}
    assert len(found) >= 0.9 * len(texts) > 0


def test_planted_national_ids_pass_their_countries_checks() -> None:
    planted = corpus.make(400, density=DENSE)
    numbers = [
        planted.texts[place.document][place.start : place.end]
        for place in planted.planted
        if place.kind == "national_id"
    ]

    known = [bsn.is_valid(number) or pesel.is_valid(number) or dni.is_valid(number) for number in numbers]

    assert (len(numbers) > 10, set(known)) == (True, {True})


def test_rates_are_told_with_their_range() -> None:
    ours, peer = Row("ours", 10, lambda: 2.0, rates=[]), Row("peer", 10, lambda: 20.0, "slow")
    timing.in_turns([ours, peer], 3)

    told = timing.rates([ours, peer], unit="MB").splitlines()

    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in told[2:]]
    assert cells == [
        ["ours", "10.00", "5.00", "5.00 to 5.00", "1.00", ""],
        ["peer", "10.00", "0.50", "0.50 to 0.50", "10.00", "slow"],
    ]


def test_targets_say_what_is_met_and_what_was_not_measured() -> None:
    wanted = [Target("a", 4, 3.9), Target("b", 600, 599, at_most=True), Target("c", 7, None)]

    told = timing.targets(wanted)

    assert [one.met for one in wanted] == [False, True, True]
    assert [line.split("|")[-2].strip() for line in told.splitlines()[2:]] == ["**no**", "yes", "–"]


@pytest.mark.parametrize("write", [memory._jsonl, memory._parquet])
def test_large_shards_are_made_of_one_stretch(tmp_path: Path, write: memory.Write) -> None:
    texts = [f"text {number} " * 40 for number in range(50)]
    path = tmp_path / "shard"

    written = write(path, texts, 100_000)

    assert 100_000 <= written < 150_000
    if write is memory._parquet:
        assert pq.read_metadata(path).num_rows % 50 == 0
    else:
        lines = gzip.decompress(path.read_bytes()).splitlines()
        assert (len(lines) % 50, json.loads(lines[0])) == (0, {"text": texts[0]})


def test_shard_of_the_corpus_is_read_back(tmp_path: Path) -> None:
    made = corpus.make(20)
    path = tmp_path / "c.jsonl.gz"

    reading.write(made, path)

    assert [
        json.loads(line)["text"] for line in gzip.decompress(path.read_bytes()).splitlines()
    ] == made.texts


@pytest.mark.process
def test_peak_of_a_process_is_measured(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.gz"
    memory._jsonl(path, ["call +44 20 7946 0958"] * 100, 10_000)

    assert 30 < memory.screened(path) < memory.MOST


@pytest.mark.process
def test_sections_keep_tables_and_say_what_is_missing() -> None:
    text, code = section(Benchmark("reading", "Reading", ("--documents", "20", "--rounds", "1")))

    assert text.startswith("## Reading\n\nJSON lines")
    assert "| target " in text
    assert code in {0, 1}
    assert section(Benchmark("no_such_module", "Nothing")) == ("## Nothing\n\nNot measured.", 1)
    assert bench._is_markdown("| a |\n|---|") != bench._is_markdown("a  b")
