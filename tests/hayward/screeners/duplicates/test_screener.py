"""The screener: whole texts and records that were decided, near copies, and nothing where nothing is."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from hayward.screeners.base import UnableToLoad
from hayward.screeners.duplicates.fingerprints import Fingerprint, fingerprint_text
from hayward.screeners.duplicates.memory import Memory
from hayward.screeners.duplicates.screener import DuplicatesScreener, remembered
from tests.hayward.screeners.duplicates.texts import edited, text

RECORD = "0f" * 32


@pytest.fixture(scope="module")
def screener(tmp_path_factory: pytest.TempPathFactory) -> DuplicatesScreener:
    decided = [
        *remembered(),
        Fingerprint(77, record=bytes.fromhex(RECORD)),
        fingerprint_text(text(1), label=78),
        fingerprint_text("Thank you.", label=79),
    ]
    return DuplicatesScreener(Memory.build(decided, tmp_path_factory.mktemp("memory")))


def column(*texts: str | None) -> pa.LargeStringArray:
    return pa.array(texts, pa.large_string())


def test_examples_are_found_exactly(screener: DuplicatesScreener) -> None:
    hits = screener.screen(column(*(str(example.content) for example in screener.examples))).to_pylist()

    assert [(hit["index"], hit["kind"], hit["start"], hit["end"]) for hit in hits] == [
        (index, *place) for index, example in enumerate(screener.examples) for place in example.expected
    ]


def test_same_text_is_known(screener: DuplicatesScreener) -> None:
    (hit,) = screener.screen(column(None, "", text(1).upper() + "\n")).to_pylist()

    assert (hit["index"], hit["kind"], hit["start"], hit["end"], hit["score"]) == (
        2,
        "known_duplicate",
        0,
        len(text(1)) + 1,
        1.0,
    )
    assert (hit["rule"], hit["validator"], hit["context"]) == (
        "duplicates.content/1",
        "SHA-256",
        "decided:78@0",
    )


def test_short_text_counts_for_less(screener: DuplicatesScreener) -> None:
    (hit,) = screener.screen(column("thank you.")).to_pylist()

    assert (hit["kind"], hit["score"], hit["rule"]) == ("known_duplicate", 0.5, "duplicates.short-content/1")


def test_near_copy_tells_which_and_how_near(screener: DuplicatesScreener) -> None:
    copy = edited(text(1), 0.01, seed=5)

    (hit,) = screener.screen(column(copy)).to_pylist()

    label, _, apart = hit["context"].removeprefix("decided:").partition("@")
    assert (hit["kind"], hit["rule"], hit["end"], label) == (
        "near_duplicate",
        "duplicates.minhash/1",
        len(copy),
        "78",
    )
    assert 0.8 < hit["score"] < 1.0
    assert hit["score"] == pytest.approx(1 - int(apart) / 120, abs=1e-6)


def test_other_texts_of_the_same_words_are_no_copies(screener: DuplicatesScreener) -> None:
    found = screener.screen(column(*(text(seed) for seed in range(100, 200))))

    assert found.num_rows == 0


def test_record_is_known_by_its_digest(screener: DuplicatesScreener) -> None:
    digests = column("ab" * 32, None, RECORD, "", "not a digest")

    (hit,) = screener.screen(digests, field="@digest").to_pylist()

    assert (hit["index"], hit["kind"], hit["end"], hit["score"]) == (2, "known_duplicate", 64, 1.0)
    assert (hit["rule"], hit["context"]) == ("duplicates.record/1", "decided:77@0")


def test_column_of_sixty_four_letters_that_are_no_hex_is_no_digest(screener: DuplicatesScreener) -> None:
    assert screener.screen(column("x" * 64, "é" * 64), field="@digest").num_rows == 0


def test_config_digest_is_that_of_memory_and_threshold(tmp_path: Path) -> None:
    memory = Memory.build(remembered(), tmp_path)

    digests = {
        DuplicatesScreener(memory).config_digest,
        DuplicatesScreener(memory, threshold=0.8).config_digest,
        DuplicatesScreener(memory.append([Fingerprint(9, record=bytes(32))])).config_digest,
    }

    assert len(digests) == 3


def test_environment_names_the_memory(tmp_path: Path) -> None:
    Memory.build(remembered(), tmp_path)

    loaded = DuplicatesScreener.from_environment({"HAYWARD_MEMORY": str(tmp_path)})

    assert len(loaded.memory) == 2


@pytest.mark.parametrize(
    ("environment", "advice"),
    [({}, "set HAYWARD_MEMORY"), ({"HAYWARD_MEMORY": "/nowhere"}, "/nowhere holds no memory")],
    ids=["unset", "nowhere"],
)
def test_without_memory_it_says_what_to_do(environment: dict[str, str], advice: str) -> None:
    with pytest.raises(UnableToLoad, match=advice):
        DuplicatesScreener.from_environment(environment)
