"""Finding places quickly gives the places that finding them plainly gives."""

import random
import re

import pytest

from hayward.screeners.pii.labels import Endings
from hayward.screeners.pii.needles import marks, occurrences
from hayward.screeners.pii.tokens import SHORTEST
from tests.hayward.screeners.pii.looking import stretch_of


def texts(alphabet: str, *, seed: int) -> list[str]:
    chance = random.Random(seed)  # noqa: S311 - reproducible on purpose
    lengths = (0, 1, 3, 15, 16, 19, 20, 21, 22, 23, 24, 60)
    return [
        " ".join(
            "".join(chance.choices(alphabet, k=chance.choice(lengths))) for _ in range(chance.randrange(1, 9))
        )
        for _ in range(300)
    ]


def test_every_long_token_is_found_and_nothing_shorter_than_four_blocks() -> None:
    for text in texts("ab9_-=é", seed=1):
        stretch = stretch_of(text)
        wanted = {
            place
            for match in re.finditer(rb"[!-~]{%d,}" % SHORTEST, stretch.text)
            for place in range(*match.span())
        }
        allowed = {
            place for match in re.finditer(rb"[!-~]{16,}", stretch.text) for place in range(*match.span())
        }

        found = stretch.tokens.places.tolist()

        assert found == sorted(set(found))
        assert wanted <= set(found) <= allowed


def test_words_of_tokens_are_whole() -> None:
    stretch = stretch_of("see https://example.org/a_b-c/0123456789abcdef now")

    starts, ends = stretch.tokens.word_runs

    assert [stretch.text[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)] == [
        b"https", b"example", b"org", b"a_b", b"c", b"0123456789abcdef",
    ]  # fmt: skip


@pytest.mark.parametrize("needle", [b" dot ", b"arrob", b"passw", b"-----"])
def test_needles_are_found_at_odd_and_even_places(needle: bytes) -> None:
    for text in texts(needle.decode() * 4 + "x", seed=2):
        stretch = stretch_of(text)
        wanted = [match.start() for match in re.finditer(b"(?=%s)" % needle, stretch.text)]

        found = occurrences(stretch.pairs, needle)

        assert [place for place in found if stretch.text[place : place + 5] == needle] == wanted


def test_lowered_words_find_capitals() -> None:
    stretch = stretch_of("ann AT example DOT org")

    assert [stretch.text[place : place + 5] for place in occurrences(stretch.lowered, b" dot ")] == [b" DOT "]


def test_marks_are_found_in_order() -> None:
    stretch = stretch_of("a:b=c:d")

    assert [chr(stretch.text[place]) for place in marks(stretch, b"=:@").tolist()] == [":", "=", ":"]
    assert marks(stretch, b"@").tolist() == []


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Password: x", 1),
        ('"password" : x', 1),
        ("密码：x", 1),
        ("passwords: x", 0),
        ("a: b: c", 0),
        (": x", 0),
    ],
)
def test_labels_are_found_by_their_last_letters(text: str, count: int) -> None:
    assert len(Endings("password 密码").before_signs(stretch_of(text), b":=")) == count
