"""Phone numbers at speed: short cuts that leave nothing out, and time linear in the text."""

import gc
import random
import time

import pyarrow as pa
import pytest

from hayward.screeners.pii import phone
from hayward.screeners.pii.chains import FEWEST_DIGITS
from hayward.screeners.pii.phone_places import FEW
from hayward.screeners.pii.phone_reading import POSSIBLE_SCORE, Group, uncalled, worth_reading
from hayward.screeners.pii.phone_words import BESIDE_REACH, BESIDE_WORDS, PHONE_WORDS, announcing, beside
from hayward.screeners.pii.screener import PiiScreener

PHONE = PiiScreener(detectors=[phone.DETECTOR])
PIECES = (
    "tel ", "Phone: ", "hotel ", "call", "Handy-", "téléphone ", "電話", "a", " ", ".", "\0", "1", "phones", "office ",
    "mobile", "дом ", "(home)", "x" * 40,
)  # fmt: skip
NUMBERS = {
    "+44 20 7946 0958 ": "phone.international/1",
    "+4930{}": "phone.international/1",
    "020 7946 0958, ": "phone.national-gb/1",
    "212-555-0123 ": "phone.north-american/1",
    "tel 020 7946 0958 ": "phone.called-national-gb/1",
}
# As many as a text can hold, most of which are read to their end.
CROWDS = (*NUMBERS, "tel 21{} ", "21 {} 43 65\n", "tel 12 34 56 78 {}\n")
# Three times what it takes, on a slow machine.
MEBIBYTE_SECONDS = 2.5


def seconds(text: str) -> float:
    """The least processor time of three."""
    column = pa.array([text], pa.large_string())
    times = []
    gc.disable()  # its runs grow with all that the other tests have left behind
    try:
        for _ in range(3):
            begin = time.process_time()
            PHONE.screen(column)
            times.append(time.process_time() - begin)
    finally:
        gc.enable()
    return min(times)


def windows() -> list[bytes]:
    chance = random.Random(11)  # noqa: S311 - reproducible on purpose
    made_up = ["".join(chance.choices(PIECES, k=chance.randint(1, 12))) for _ in range(4_000)]
    return [bytes(64) + text.encode() + bytes(64) for text in made_up]


def test_word_before_a_number_is_the_one_that_context_names() -> None:
    differing = [
        text
        for text in windows()
        if announcing(text, len(text) - 64) != PHONE_WORDS.before(text, len(text) - 64)
    ]

    assert differing == []


def test_word_behind_a_number_is_the_one_that_context_names() -> None:
    differing = [
        text
        for text in windows()
        if beside(text, 64) != BESIDE_WORDS.near(text, 64, 64, before=0, after=BESIDE_REACH)
    ]

    assert differing == []


def test_groups_that_are_not_worth_reading_are_no_number() -> None:
    chance = random.Random(12)  # noqa: S311 - reproducible on purpose
    missed = []
    for _ in range(20_000):
        sizes = bytes(chance.choices((1, 2, 3, 4, 5), k=chance.randint(1, 5)))
        groups = ["".join(chance.choices("0123456789", k=size)) for size in sizes]
        for count in (count for count in range(1, len(sizes) + 1) if sum(sizes[:count]) >= FEWEST_DIGITS):
            written = f" {chance.choice(' -.').join(groups[:count])}".encode()
            group = Group("".join(groups[:count]), written, sizes[:count], count == len(sizes))
            if uncalled(group) is not None and count not in worth_reading(ord(groups[0][0]), sizes):
                missed.append(group)

    assert missed == []


def test_many_places_are_read_as_each_of_them_alone() -> None:
    lines = [
        "host 203.0.113.78 home", "203.0.113.78", "call 203.214.201.78", "item 4780482774992583", "call 21255501234",
        "212.555.0123", "1 800 555 0199", "1.212.555.0123", "81.11.148.192 office", "612 34 56 78", "02079460958",
        "+48 22 123 45 67 512 345 678", "512 345 678", "978-0-306-40615-7", "2003-09-04", "511-87-1237 anna@example.fr",
        "電話 03 1234 5678", "(212) 555-0123", "69 987 88 37 mobile", "tel 4711, 0171 1234567",
    ] * FEW  # fmt: skip
    together = PHONE.screen(pa.array(lines, pa.large_string())).drop_columns(["index"])

    alone = [PHONE.screen(pa.array([line], pa.large_string())).drop_columns(["index"]) for line in lines]

    assert len(together) > len(lines) // 2
    assert together.to_pylist() == [hit for batch in alone for hit in batch.to_pylist()]


@pytest.mark.parametrize("number", CROWDS)
def test_mebibyte_of_numbers_takes_seconds_and_twice_the_text_twice_the_time(number: str) -> None:
    chance = random.Random(13)  # noqa: S311 - reproducible on purpose
    text = "".join(number.format(f"{chance.randrange(10**8):08d} ") for _ in range((1 << 20) // len(number)))
    seconds("warm up: 020 7946 0958")

    whole, half = seconds(text), seconds(text[: len(text) // 2])

    assert whole < MEBIBYTE_SECONDS
    assert whole <= half * 2.3 + 0.1


@pytest.mark.parametrize(("number", "rule"), [pair for pair in NUMBERS.items() if "{}" not in pair[0]])
def test_row_of_numbers_is_all_found(number: str, rule: str) -> None:
    hits = PHONE.screen(pa.array([number * 500], pa.large_string()))

    assert len(hits) == 500
    assert set(hits["rule"].to_pylist()) == {rule}
    assert min(hits["score"].to_pylist()) > POSSIBLE_SCORE
