"""Signatures: stable to the bit, the same alone and among others, close to the true similarity."""

from __future__ import annotations

import statistics

import numpy as np
import pyarrow as pa
import pytest

from hayward.screeners.duplicates.signature import (
    SHINGLE,
    SIGNATURE_BYTES,
    SLOTS,
    agreements,
    agreements_for,
    shingle_hashes,
    signatures,
    similarity,
    sketched,
    standard_error,
)
from hayward.screeners.duplicates.words import LONGEST_WORD
from tests.hayward.screeners.duplicates.texts import edited, jaccard, text

STORED = "One two three four five six seven: these words never change, and so their signature may not change either."
SIGNATURE = (
    "7a30e34b9cf17278cc5a668625ef7d499e905301dc19a7a9237cebc5a57b581f"
    "c96795e86d3a8318b2b5d9afe36cae962337e1ac3552385eb1587ee7d82bd9e5"
)


def column(*texts: str | None) -> pa.LargeStringArray:
    return pa.array(texts, pa.large_string())


def agreeing(one: str, other: str) -> int:
    packed, _ = signatures(column(one, other))
    return int(agreements(packed[:1], packed[1:])[0])


def words(one: str) -> int:
    return int(sketched(column(one))[1][0])


def test_signature_is_that_of_every_earlier_version() -> None:
    packed, _ = signatures(column(STORED))

    # Signatures are kept for years and their texts are not: should this fail, stored memories are worthless.
    assert packed.tobytes().hex() == SIGNATURE


def test_signature_has_as_many_bytes_as_promised() -> None:
    packed, present = signatures(column(text(1), None, "too short for it", ""))

    assert packed.shape == (4, SIGNATURE_BYTES)
    assert present.tolist() == [True, False, False, False]


def test_signatures_are_the_same_alone_and_among_others() -> None:
    texts = [
        text(seed, words=3 + seed * 7) + (" naïve cafe\u0301" if seed % 3 == 0 else "") for seed in range(60)
    ]

    together, _ = signatures(column(None, *texts).slice(1))

    alone = np.concatenate([signatures(column(one))[0] for one in texts])
    assert (together == alone).all()


@pytest.mark.parametrize("share", [0.01, 0.02, 0.05, 0.1])
def test_estimates_lie_around_the_true_similarity(share: float) -> None:
    pairs = [(text(seed), edited(text(seed), share, seed)) for seed in range(200)]

    errors = [similarity(agreeing(*pair)) - jaccard(*pair) for pair in pairs]

    bound = standard_error(statistics.mean(jaccard(*pair) for pair in pairs))
    assert abs(statistics.mean(errors)) < 4 * bound / len(errors) ** 0.5
    assert statistics.pstdev(errors) < 1.2 * bound


def test_texts_without_a_shingle_in_common_agree_by_chance_alone() -> None:
    agree = [agreeing(text(seed), text(seed + 1000)) for seed in range(100)]

    assert 6 < statistics.mean(agree) < 10
    assert max(similarity(count) for count in agree) < 0.2


def test_similarity_and_agreements_are_inverse() -> None:
    assert [similarity(agreements_for(share)) >= share for share in (0.0, 0.5, 0.7, 1.0)] == [True] * 4
    assert [similarity(agreements_for(share) - 1) < share for share in (0.5, 0.7, 1.0)] == [True] * 3
    assert (similarity(SLOTS), similarity(0)) == (1.0, 0.0)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The geese, may (now) graze: here", "the geese may now graze here"),
        ("It’s “quoted” – isn’t it, said she", "it's \"quoted\" - isn't it; said she"),
        ("a b c d e f", "A\u00a0B\u2003C\nD  E  F"),
    ],
    ids=["punctuation", "typography", "space"],
)
def test_case_space_and_punctuation_make_no_difference(one: str, other: str) -> None:
    assert agreeing(one, other) == SLOTS


@pytest.mark.parametrize(
    ("one", "count"),
    [
        ("", 0),
        ("one two", 2),
        ("don't", 2),
        ("naïve Übung", 2),
        ("東京都", 3),
        ("東京都、大阪abc", 6),
        ("สวัสดี", 6),
        ("한국어 문장", 2),
        ("\U0001f600\U0001f600a", 3),
        ("x" * LONGEST_WORD, 1),
        ("x" * (LONGEST_WORD + 1), 2),
        ("x" * (3 * LONGEST_WORD), 3),
        ("—…“”", 0),
    ],
    ids=ascii,
)
def test_words_are_counted_by_script(one: str, count: int) -> None:
    assert words(one) == count


def test_scripts_without_spaces_have_near_duplicates_too() -> None:
    original = "".join(chr(0x4E00 + (seed * 7919) % 2000) for seed in range(300))

    near = similarity(agreeing(original, original[:150] + "変" + original[151:]))

    assert near > 0.9


def test_words_longer_than_eight_bytes_differ_in_any_byte() -> None:
    lines = [
        " ".join(["abcdefghijklmnopqrstuvwxyz"[:place] + "X" + "abcdefghijklmnopqrstuvwxyz"[place + 1 :]] * 5)
        for place in range(26)
    ]

    packed, _ = signatures(column(*lines))

    assert len({row.tobytes() for row in packed}) == 26


def test_shingles_do_not_cross_texts() -> None:
    hashes = np.arange(1, 14, dtype=np.uint64)

    found, offsets = shingle_hashes(hashes.copy(), np.array([0, 3, 3, 9, 13]))

    alone, _ = shingle_hashes(hashes[3:9].copy(), np.array([0, 6]))
    assert offsets.tolist() == [0, 0, 0, 6 - SHINGLE + 1, 6 - SHINGLE + 1]
    assert found.tolist() == alone.tolist()
