"""Near which numbers a word for them may stand: none that has one is left out, and few others are kept."""

import shlex

import pytest

from hayward.screeners.pii.checked import NUMBERS
from hayward.screeners.pii.forms import Forms
from hayward.screeners.pii.naming import Names
from hayward.screeners.pii.written import WrittenNumber
from tests.hayward.screeners.pii.looking import stretch_of

FORMS = Forms([b"99999999999"])
QUIET = "Some other words stand here, as they often do"


def may_be_named(names: Names, text: str) -> bool:
    stretch = stretch_of(text)
    (near,) = names.near(stretch, FORMS.among(stretch)).tolist()
    return bool(near)


@pytest.mark.parametrize("kind", NUMBERS, ids=lambda kind: kind.rule)
@pytest.mark.parametrize("around", ["", "é ", "– – – – – "])
def test_no_number_with_its_word_is_left_out(kind: WrittenNumber, around: str) -> None:
    names, asked = Names([kind], forms=[[kind]]), 0

    for phrase in (phrase for listed in kind.words.values() for phrase in shlex.split(listed)):
        for written in (phrase, phrase.upper(), phrase.title(), phrase.replace(" ", "-")):
            for text in (
                f"{QUIET} {around}{written}: 12345678901",
                f"12345678901 {around}{written}, {QUIET}",
            ):
                stretch = stretch_of(text)
                start = int(stretch.digits.starts[0])

                named = names.words.all_near(stretch.text, start, start + 11) != []

                assert may_be_named(names, text) >= named, text
                asked += named
    assert asked > 0


@pytest.mark.parametrize("kind", NUMBERS, ids=lambda kind: kind.rule)
@pytest.mark.parametrize("around", ["", "é – "])
def test_number_among_other_words_is_left_out(kind: WrittenNumber, around: str) -> None:
    names = Names([kind], forms=[[kind]])

    assert not may_be_named(names, f"{QUIET}, {around}12345678901 {around}{QUIET}")


def test_words_of_other_forms_do_not_count() -> None:
    spanish, polish = (
        kind for kind in NUMBERS if kind.rule in {"national-id.es-dni/1", "national-id.pl-pesel/1"}
    )
    names = Names([spanish, polish], forms=[[polish]])

    assert not may_be_named(names, "dni 12345678901")
    assert may_be_named(names, "pesel 12345678901")


def test_each_word_speaks_for_the_rules_that_list_it() -> None:
    czech, slovak = (kind for kind in NUMBERS if kind.rule in {"national-id.cz-rc/1", "national-id.sk-rc/1"})

    names = Names([czech, slovak], forms=[[czech, slovak]])

    assert names.spoken_for["cs:rodné číslo"] == {czech.rule, slovak.rule}
    assert names.spoken_for["cs:rodne cislo"] == {czech.rule}
