"""Numbers written as one of some templates: all that a plain search finds, and nothing else."""

import random
from collections.abc import Iterator

import pytest

from hayward.screeners.pii.characters import DIGIT, WORD
from hayward.screeners.pii.forms import SIGNATURE, Forms
from tests.hayward.screeners.pii.looking import stretch_of

TEMPLATES = (
    b"99999999-9-AA9", b"99999999-9", b"9999_9999_9999", b"9999_9999_9999_9999", b"99999999_A", b"99999999A",
    b"99.99.99.99", b"99/9999999", b"A-9999999-A", b"AA_99_99_99_A", b"AAAA999999AA9", b"99999999", b"9999999",
    b"A9A99A999", b"AA9999A99",
)  # fmt: skip
FORMS = Forms(TEMPLATES)
PIECES = (
    "12345678", "1234567", "1234", "12", "1", "A", "AB", "abcd", "AB1", "-", ".", "/", ",", "+", " ", "  ", "_", ":",
    "é", "\n", "x12345678", "1234 5678 9012",
    "L0X12T345", "AB1234C56",
)  # fmt: skip


def found(text: str) -> list[tuple[str, bytes]]:
    stretch = stretch_of(text)
    written = FORMS.among(stretch)
    columns = zip(written.starts.tolist(), written.ends.tolist(), written.forms.tolist(), strict=True)
    return [(stretch.text[start:end].decode(), TEMPLATES[form]) for start, end, form in columns]


def expected(text: str) -> list[tuple[str, bytes]]:
    """Each run of digits with each template in turn, looked at one by one."""
    stretch = stretch_of(text)
    return [
        (stretch.text[start:end].decode(), template)
        for first in stretch.digits.starts.tolist()
        for template in TEMPLATES
        for start, end in spelled(stretch.text, first, template)
    ]


def spelled(text: bytes, first: int, template: bytes) -> Iterator[tuple[int, int]]:
    start = first - template.index(b"9")
    end = start + len(template)
    before, earlier, after, beyond = text[start - 1], text[start - 2], text[end], text[end + 1]
    touched = WORD[before] or WORD[after] or (before in b"-./+," and WORD[earlier])
    going_on = (after in b"-./+," and DIGIT[beyond]) or (after in b"-/+" and WORD[beyond])
    run_end = next(place for place in range(first, len(text)) if not DIGIT[text[place]])
    in_row = start == first and before == 32 and DIGIT[earlier] and text[run_end] == 32
    if text[start:end].translate(SIGNATURE) == template and not (touched or going_on or in_row):
        yield start, end


def test_random_pieces_are_found_as_one_by_one() -> None:
    chance = random.Random(3)  # noqa: S311 - reproducible on purpose
    texts = ["".join(chance.choices(PIECES, k=chance.randint(1, 40))) for _ in range(600)]

    hits = 0
    for text in texts:
        assert found(text) == expected(text), text
        hits += len(found(text))
    assert hits > len(texts) / 4


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize(
    "around", [("", ""), ("(", ")"), ("no. ", ", and"), ("é", "é"), (" - ", " - "), ("\n", "\n")]
)
def test_each_template_is_found_within(template: bytes, around: tuple[str, str]) -> None:
    number = template.decode().replace("9", "7").replace("A", "K").replace("_", " ")

    assert (number, template) in found(number.join(around))


@pytest.mark.parametrize(
    "text", ["1234_5678_9012", "x1234567", "1234567x", "0.1234567", "1234567-x", "1234567/89"]
)
def test_number_that_touches_another_is_none(text: str) -> None:
    assert found(text) == []


def test_readings_of_one_number_come_in_the_order_of_the_templates() -> None:
    assert found("1234 5678 9012 3456") == [
        ("1234 5678 9012", b"9999_9999_9999"),
        ("1234 5678 9012 3456", b"9999_9999_9999_9999"),
    ]
