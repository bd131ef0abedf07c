"""Where a word may stand: no place near one of the words is left out, and few others are kept."""

import random
import shlex

import numpy as np
import pytest

from hayward.screeners.pii import birth, checked, documents, ssn
from hayward.screeners.pii.context import FEW_PLACES, Words
from tests.hayward.screeners.pii.looking import stretch_of

# Places enough to be looked through and not all taken.
MANY = FEW_PLACES + 1
PADDING = "some other words stand here, naïve and quiet, "


@pytest.mark.parametrize("words", [birth.BIRTH_WORDS, checked.WORDS, documents.WORDS, ssn.SSN_WORDS])
@pytest.mark.parametrize("cased", [str.lower, str.upper, str.title])
def test_no_place_that_a_word_stands_near_is_left_out(words: Words, cased: object) -> None:
    chance = random.Random(7)  # noqa: S311 - reproducible on purpose
    phrases = [phrase for listed in words.by_language.values() for phrase in shlex.split(listed)]
    for phrase in phrases:
        written = phrase.upper() if cased is str.upper else phrase.title() if cased is str.title else phrase
        text = f"{PADDING}{written}{chance.choice((': ', ' ', ' – ', ' “'))}1{chance.choice(('', PADDING))}"
        stretch = stretch_of(text)
        place = stretch.digits.starts[:1].repeat(MANY)
        asked = words.before(stretch.text, int(place[0]))

        assert asked is None or words.may_be_near(stretch, place, place).all(), phrase


def test_word_after_the_place_counts_as_far_as_asked() -> None:
    stretch = stretch_of("12 is a date of birth")
    place = stretch.digits.starts.repeat(MANY)

    assert birth.BIRTH_WORDS.may_be_near(stretch, place, place + 2, after=20).all()
    assert not birth.BIRTH_WORDS.may_be_near(stretch, place, place + 2).any()


def test_few_places_are_all_worth_asking() -> None:
    stretch = stretch_of("platform 12")
    place = stretch.digits.starts.repeat(FEW_PLACES)

    assert documents.WORDS.may_be_near(stretch, place, place).tolist() == [True] * FEW_PLACES


def test_other_words_are_seldom_kept() -> None:
    stretch = stretch_of(
        4 * "platform 12, password 13, birch 14, numbers 15, the naïve 16 company “17” 東京 18 "
    )
    place = stretch.digits.starts

    assert not documents.WORDS.may_be_near(stretch, place, place).any()
    assert not documents.WORDS.may_be_near(stretch, np.empty(0, np.int64), np.empty(0, np.int64)).any()
