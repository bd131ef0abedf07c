"""Words around many places at once: the same that each place alone is told."""

from __future__ import annotations

import random
import re

import numpy as np
import pyarrow as pa
import pytest

from hayward.screeners.pii import birth, card, geo, mac, ssn
from hayward.screeners.pii.context import FEW_PLACES, Words
from hayward.screeners.pii.stretch import Stretch, stretches

ASCII_PIECES = re.split(
    "[ \n]",
    """born birth date of date-of-birth DOB lat lat-long Lat_Long visa card cards karta s s.s.n. ss hardware address
hardware.address mac - _ . :: 1 23 \0 \0 x xy tel""",
)
FOREIGN_PIECES = re.split(" ", "né née kartą é ü ą ł 信用卡 卡 位置 ، İd")


def stretch_of(chance: random.Random, pieces: list[str]) -> Stretch:
    texts = "".join(chance.choice(pieces) + chance.choice(("", " ", "  ", "\n", "-")) for _ in range(4000))
    return next(stretches(pa.array(texts.split("\0"), pa.large_string())))


@pytest.mark.parametrize("pieces", [ASCII_PIECES, ASCII_PIECES + FOREIGN_PIECES])
@pytest.mark.parametrize(
    "words", [birth.BIRTH_WORDS, card.CARD_WORDS, geo.PLACE_WORDS, mac.MAC_WORDS, ssn.SSN_WORDS]
)
@pytest.mark.parametrize(("before", "after"), [(48, 0), (48, 24), (5, 3), (0, 20)])
def test_every_place_is_named_what_it_is_named_alone(
    words: Words, pieces: list[str], before: int, after: int
) -> None:
    chance = random.Random(7)  # noqa: S311 - reproducible on purpose
    stretch = stretch_of(chance, pieces)
    signs = [place for place, byte in enumerate(stretch.text) if byte in b" .-_:\n123"]
    starts = np.array(sorted(chance.sample(signs, 600)))
    ends = starts + 1
    alone = [
        words.near(stretch.text, start, start + 1, before=before, after=after) for start in starts.tolist()
    ]
    assert any(alone)
    assert words.nearest(stretch, starts, ends, before=before, after=after) == alone
    worth = words.may_be_near(stretch, starts, ends, before=before, after=after)
    assert all(worth[place] for place, word in enumerate(alone) if word)


def test_a_few_places_are_asked_one_by_one() -> None:
    stretch = next(stretches(pa.array(["visa 1, 2, 3, 4, card 5"], pa.large_string())))
    starts = stretch.digits.starts[:FEW_PLACES]
    assert card.CARD_WORDS.nearest(stretch, starts, starts) == [
        "en:visa@-1", "en:visa@-4", "en:visa@-7", "en:visa@-10",
    ]  # fmt: skip
    assert card.CARD_WORDS.nearest(stretch, starts[:0], starts[:0]) == []
