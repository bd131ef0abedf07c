"""Names in running English: a given name that the words around it treat as a person, not as a thing or a place."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from hayward.screeners.base import Example
from hayward.screeners.names.anchors import CAPITAL_LETTER, Anchors, Beginnings
from hayward.screeners.names.listed import goes_on
from hayward.screeners.names.listing import fold, name_list
from hayward.screeners.names.page import Finder, Page, Row
from hayward.screeners.names.people import KIND, Person, person_at
from hayward.screeners.pii.spans import Evidence

RULE = "name.running/1"
ACTS, MEANT, MORE, REACH = 0.6, 0.4, 0.1, 30

# What people do and are; behind a name it speaks for a person more than anything else.
DOING = frozenset(
    """said says asked asks told tells replied replies answered explained laughed smiled nodded sighed whispered shouted
    cried thinks thought believes believed wants wanted knows knew loves loved hates hated lived married died
    wrote writes felt feels remembers remembered lied speaks spoke agreed argued apologized apologised complained
    graduated whose who herself himself""".split()
)
# With a person as their object.
DONE_TO = frozenset(
    """told tell tells asked ask asks met meet married marry love loved loves hate hated kissed hugged thanked invited
    dated""".split()
)
# Behind a noun that is used like an adjective ("the Kaiser window") none of these stands.
AFTER = DOING | frozenset(
    """is was isn't wasn't has had will would can could can't couldn't should did didn't does doesn't and or but so his
    her their our my your to for because when if while with about too also never always again then""".split()
)
BEFORE = DONE_TO | frozenset(
    """and or but with that than because when if while after before is was has had did does will would can could let
    by from for to help helped saw see called thank thanks about him her me them us you""".split()
)
# Before these a name is a thing's or a place's as often.
# Before these a name is a thing's or a place's as often.
ENGLISH = AFTER | BEFORE | frozenset("why how what where oh yes no well yesterday today".split())
THINGS = frozenset("a an the this these those of in at near into around via using".split())
ENGLISH = AFTER | BEFORE | THINGS | frozenset("why how what where oh yes no well yesterday today".split())
# Names that are words of every day: where a sentence begins they are written alike.
WORDS = frozenset(
    """amber angel april ash aspen autumn bear bishop blaze brook buddy carol chance chase chip cliff clay coral
    crystal daisy dale dawn dean drew duke dusty earl ember ernest fern flora forest frank gene ginger glen hazel heath
    heather holly hunter ivory ivy jade jasmine jean jewel joy junior king lane lily misty mercy mike miles
    mina noble north ocean olive opal pearl penny pepper pierce prince queen rain reed river robin rocky roman rose
    rusty sage sandy shade sky sonny star stone storm sunny tiger tulip violet west wren""".split()
)
_BEFORE = re.compile(r"([^\W\d_]+)(,? )$")
_AFTER = re.compile(r"[ \n]([a-z]+(?:['’]t)?)(?![\w@])")
_SIGN = re.compile(r"[.,;:?!)\"”\n\0]|['’]s\b|$")
_ENGLISH = Beginnings(AFTER | BEFORE)


def find(page: Page) -> Iterator[Row]:
    done, given = 0, name_list().given
    for start, end in _capitalised_near_english(page.anchors):
        word = page.text[start:end]
        if start < done or word.isupper() or word.lower() not in given:
            continue
        person = person_at(page.text, start)
        if person is not None and person.begins_listed and not goes_on(page.text, person):
            score, context = _judged(page.text, person)
            if score:
                done = person.end
                more = MORE if person.is_full else 0.0
                yield person.start, person.end, score + more, Evidence(KIND, RULE, None, context)


def _capitalised_near_english(anchors: Anchors) -> Iterator[tuple[int, int]]:
    """Capitalised words that one of the English words stands before, or at most two words behind."""
    starts, ends = anchors.words
    is_english = np.zeros(len(starts) + 3, bool)
    is_english[1:-2] = _ENGLISH.begin(anchors)
    numbers = np.flatnonzero(anchors.classes[starts] & CAPITAL_LETTER)
    numbers = numbers[is_english[numbers] | is_english[numbers + 2] | is_english[numbers + 3]]
    yield from zip(starts[numbers].tolist(), ends[numbers].tolist(), strict=True)


def _judged(text: str, person: Person) -> tuple[float, str]:
    """How sure the words around make it that a person is meant, and which of them."""
    before, gap, after = around(text, person.start, person.end)
    if before in THINGS or not _begins_here(text, person.start, before):
        return 0.0, ""
    is_everyday = not before and not person.is_full and fold(person.words[0]) in WORDS
    if after in DOING or (after in AFTER and not is_everyday):
        return ACTS if after in DOING else MEANT, f"en:{after}@1"
    if before in DONE_TO or (before in BEFORE and _SIGN.match(text, person.end)):
        return ACTS if before in DONE_TO else MEANT, f"en:{before}@-{gap}"
    return 0.0, ""


def around(text: str, start: int, end: int) -> tuple[str, int, str]:
    """The word before a place, how far it is, and the word in small letters after it; empty where none is."""
    before, after = _BEFORE.search(text, max(0, start - REACH), start), _AFTER.match(text, end)
    word, gap = before.groups() if before else ("", "")
    word = word.lower() if word.lower() in ENGLISH else word
    return word, len(gap), after[1] if after else ""


def _begins_here(text: str, start: int, before: str) -> bool:
    """Whether no capitalised word stands before that may be a part of the name."""
    return before.islower() if before else start == 0 or text[start - 1] in ' \n\0"“(>'


EXAMPLES = (
    Example("I told Katherine about it, but Hannah said no.", ((KIND, 7, 16), (KIND, 31, 37))),
    Example("Why was Katherine so late? Ask Hannah.", ((KIND, 8, 17), (KIND, 31, 37))),
    Example("It was written by Katherine Zhqwe.", ((KIND, 18, 33),)),
    Example(
        "The Katherine window, Katherine windows, in Katherine, Rose is red, and Katherine House is big, "
        "but KATHERINE is a constant"
    ),
)

FINDER = Finder(KIND, find, EXAMPLES)
