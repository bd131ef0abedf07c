"""Terms in texts: whole words, stems, parts, phrases, and other languages' terms only among foreign words."""

import pytest

from hayward.screeners.toxicity.lexicon import SORTS
from hayward.screeners.toxicity.linear import Linear


def sorts(text: str) -> list[str]:
    """The sort of each word of two or more letters; a dash for none."""
    (stretch,) = Linear().stretches([text])
    return [SORTS[number] if number >= 0 else "-" for number in stretch.sort.tolist()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("an IDIOT spoke", ["-", "abuse", "-"]),
        ("idiocy", ["-"]),
        ("fucktastic", ["abuse"]),
        ("xxfuckxx", ["abuse"]),
        ("so ein Arschlöcherverein", ["-", "-", "abuse"]),
        ("so ein Arschloecher", ["-", "-", "abuse"]),
        ("Scheissdreck", ["abuse"]),
        ("maricón", ["abuse"]),
        ("MARICON", ["abuse"]),
        ("piece of shit here", ["abuse", "-", "vulgar", "-"]),
        ("a piece of cake", ["-", "-", "-"]),
        ("piece\nof\nshit", ["-", "-", "vulgar"]),
        ("your pack of wolves", ["you", "-", "-", "-"]),
        ("Pack", ["-"]),
    ],
)
def test_terms_are_found_as_the_list_means_them(text: str, expected: list[str]) -> None:
    assert sorts(text) == expected


def test_phrase_does_not_reach_into_the_next_text() -> None:
    (stretch,) = Linear().stretches(["piece of", "shit"])

    assert [SORTS[number] if number >= 0 else "-" for number in stretch.sort.tolist()] == ["-", "-", "vulgar"]


def test_word_is_found_alike_wherever_it_stands() -> None:
    text = "ein Arschlöcherverein " * 3_000

    assert set(zip(sorts(text)[::2], sorts(text)[1::2], strict=True)) == {("-", "abuse")}
