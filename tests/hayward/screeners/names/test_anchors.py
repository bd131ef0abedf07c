"""Tests of the places where rules are tried: nothing that a pattern finds by itself is missed."""

import random
import re
from collections.abc import Callable, Iterable

import numpy as np
import pytest

from hayward.screeners.names import introduced, listed, streets_continental, streets_english, titled, written
from hayward.screeners.names.anchors import Anchors, Beginnings, matches
from hayward.screeners.names.page import Page
from hayward.screeners.names.people import person_at
from hayward.screeners.names.screener import NamesScreener
from hayward.screeners.names.streets import Grammar, Near

SIGNS = (
    " ", " ", " ", ",", ", ", ". ", ": ", "\n", "\0", "-", "'", "’", "/", "\u00a0", "_", "@", "#", "(", "“", "º",
    "\u0301", "\u0939\u0940", "\U0001f600", "İ", "ß", "ſ", "K", "東京1", "3", "12 ", "1200 ", "12a ", "10-12 ", "٣",
    "A", "a", "van ", "San ", "J. ", "Ann ", "Иванович ", "ОВНА",
)  # fmt: skip


def page(seed: int) -> Page:
    """Pieces of the examples and signs, shuffled, in changing cases."""
    chance = random.Random(seed)  # noqa: S311 - reproducible on purpose
    pieces = [
        piece for one in NamesScreener.examples for piece in re.findall(r"\S+\s*|\s+", str(one.content))
    ]
    changes: list[Callable[[str], str]] = [str, str, str, str.title, str.lower, str.upper]
    chosen = [
        chance.choice(changes)(chance.choice([chance.choice(pieces), chance.choice(SIGNS)]))
        for _ in range(9000)
    ]
    return Page("".join(chosen), np.array([0]), 0)


def spans(found: Iterable[re.Match[str]]) -> list[tuple[int, int]]:
    return [match.span() for match in found]


def phrases() -> list[tuple[re.Pattern[str], Beginnings]]:
    every = [*(one.phrases for one in introduced.INTRODUCTIONS), written.CLOSINGS]
    return [(one._pattern, one._beginnings) for one in every]


def titles() -> list[tuple[re.Pattern[str], Beginnings]]:
    return [
        (titled._SURE, titled._SURE_BEGINNINGS),
        (titled._WEAK, titled._WEAK_BEGINNINGS),
        (titled._UNCASED, titled._UNCASED_BEGINNINGS),
    ]


@pytest.mark.parametrize("seed", range(5))
def test_phrases_and_titles_are_all_found_at_their_beginnings(seed: int) -> None:
    one = page(seed)

    for pattern, beginnings in phrases():
        by_place = spans(matches(pattern, one.folded, beginnings.places(one.anchors)))
        assert by_place == spans(pattern.finditer(one.folded))
    for pattern, beginnings in titles():
        by_place = spans(matches(pattern, one.text, beginnings.places(one.anchors)))
        assert by_place == spans(pattern.finditer(one.text))


@pytest.mark.parametrize("seed", range(5))
def test_names_in_rows_and_speakers_are_all_found_at_capitals(seed: int) -> None:
    one = page(seed)

    for pattern, places in (
        (listed._ROW, one.anchors.capitalised_before(",")),
        (listed._SPEAKER, one.anchors.capitalised_before(":")),
    ):
        assert spans(matches(pattern, one.text, places)) == spans(pattern.finditer(one.text))


@pytest.mark.parametrize("seed", range(5))
def test_every_full_name_begins_at_a_pair(seed: int) -> None:
    one = page(seed)
    starts = (match.start() for match in listed._PAIR.finditer(one.text))
    people = (person_at(one.text, start) for start in starts)

    full = {person.start for person in people if person is not None and person.is_full}

    assert full - set(one.anchors.pairs) == set()
    assert len(full) > 20


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(
    "grammar",
    [*streets_english.GRAMMARS, *streets_continental.GRAMMARS],
    ids=lambda grammar: str(grammar.rule),
)
def test_addresses_are_all_found_near_numbers_and_words(grammar: Grammar, seed: int) -> None:
    one = page(seed)

    assert spans(grammar._matches(one)) == spans(grammar.pattern.finditer(one.text))


def test_leading_words_are_found_at_beginnings_only_and_trailing_ones_before_numbers_only() -> None:
    text = "Via Roma 3, viable, trivia; Hauptstraße 3, straße a, Straße\u00a05"
    one = Page(text, np.array([0]), 0)

    assert list(Near("via", leads=True)._leading(one)) == [0, 12]
    assert sorted(Near("straße", leads=False)._trailing(one)) == [33, 53]


def test_parts_without_spaces_begin_with_their_numbers() -> None:
    text = "12 sheep, 100-0005 東京都\nsheep 3\n1 大阪 and 京都\nno"

    spaceless = Page(text, np.array([0]), 0).spaceless

    assert [text[start:end] for start, end in spaceless] == ["100-0005 東京都", "1 大阪 and 京都"]


def test_small_letters_keep_their_places() -> None:
    assert Page("İSTANBUL ẞ Kİ", np.array([0]), 0).folded == "İstanbul ß kİ"


@pytest.mark.parametrize("text", ["", "a", "3", "A", "\U000e0100\U0010ffff", " 3", ". 3"])
def test_short_and_strange_texts_have_places_inside_them(text: str) -> None:
    anchors = Anchors(text, text.lower())
    found = [*anchors.numbers, *anchors.numbers_apart, *anchors.pairs, *anchors.capitalised_before(",")]

    assert all(0 <= place < len(text) for place in found)
    assert Beginnings(["a b"]).places(anchors) == ([0] if text in {"a", "A"} else [])
