"""The normal form: what is folded, what is kept, and whole columns that give what single texts give."""

from __future__ import annotations

import random

import pyarrow as pa
import pytest

from hayward.screeners.duplicates.normal import content_digest, hard_texts, normalised
from hayward.screeners.duplicates.signature import sketched

CHARACTERS = (
    "aB zZ\t\n\x0b\x1c\x85\xa0\u2003\u3000ßÄéE\u0301İıǅΣσς日本ー、한국\u1112\u1161\u0e01\u0e33\u202f"
    "\U0001f600\U00010400Ａ９ﬁ\u0915\u094d\u0958\u212b’–\ufb03\u1e9e\u2f81\U0002f800"
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Geese  may\n graze", " geese may graze\t"),
        ("Caf\u00e9", "cafe\u0301"),
        ("STRASSE", "straße"),
        ("a\u00a0b", "a b"),
        ("ΟΔΟΣ", "οδος"),
    ],
    ids=["space", "composition", "sharp-s", "no-break-space", "final-sigma"],
)
def test_normal_form_is_shared(one: str, other: str) -> None:
    assert normalised(one) == normalised(other)


@pytest.mark.parametrize(
    ("one", "other"), [("geese", "goose"), ("a b", "ab"), ("a.", "a"), ("naive", "naïve")], ids=ascii
)
def test_normal_form_differs(one: str, other: str) -> None:
    assert normalised(one) != normalised(other)


@pytest.mark.parametrize("text", ["", " ", "\n\t\u3000"], ids=ascii)
def test_empty_texts_have_no_content(text: str) -> None:
    assert content_digest(text) is None


def test_columns_have_the_digests_of_single_texts() -> None:
    chance = random.Random(7)  # noqa: S311 - reproducible on purpose
    texts = [
        "".join(chance.choice(CHARACTERS if number % 2 else "aB c\n.") for _ in range(chance.randrange(40)))
        for number in range(4000)
    ]
    column = pa.array([None, *texts], pa.large_string()).slice(1)

    _, _, digests = sketched(column)

    assert digests == [content_digest(text) for text in texts]


def test_columns_have_the_digests_of_single_characters() -> None:
    texts = [
        " ".join(chr(code) + "A" for code in range(first, first + 64) if not 0xD800 <= code < 0xE000)
        for first in range(0, 0x20000, 64)
    ]

    _, _, digests = sketched(pa.array(texts, pa.large_string()))

    assert digests == [content_digest(text) for text in texts]


def test_common_text_needs_no_second_look() -> None:
    texts = [
        "Müller’s café – “naïve” €5…",
        "Привет, мир! Ёлка.",
        "東京都は日本の首都です。",
        "plain",
        "\U0001f600 smile",
    ]

    hard = hard_texts(pa.array(texts, pa.large_string()))

    assert hard.tolist() == [False] * len(texts)
