"""Full names by the list alone: a given name and then a family name, or an initial between them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hayward.screeners.base import Example
from hayward.screeners.names.letters import BEGIN, CAPITALISED, INITIAL, NAME, SPACE
from hayward.screeners.names.listing import ORGANISED, fold, name_list
from hayward.screeners.names.page import Finder, Page, Row
from hayward.screeners.names.people import KIND, Person, person_at
from hayward.screeners.pii.spans import Evidence

# Two capitalised words at least: few places of a text, and only they are looked up.
_PAIR = re.compile(rf"{BEGIN}(?={CAPITALISED}{SPACE}[^\W\d_'’])(?={NAME})")
_NEXT = re.compile(rf"{SPACE}({CAPITALISED})")
_INITIALLED = re.compile(rf"{CAPITALISED}(?:-{CAPITALISED})?{SPACE}{INITIAL}{SPACE}{CAPITALISED}")
_SURNAME_FIRST = re.compile(
    rf"{BEGIN}({CAPITALISED}),{SPACE}({CAPITALISED})(?:{SPACE}{INITIAL})?(?=[\n\0;)<(]|{SPACE}?$)"
)
BOTH, ONE_IS_WORD, INITIALLED = 0.75, 0.5, 0.8
PATRONYMIC = re.compile(r"\w{3,}(?:ович|евич|ьич|овна|евна|инична|ичны|овича|евича)$")


def find(page: Page) -> Iterator[Row]:
    text, done = page.text, 0
    for match in _PAIR.finditer(text):
        if match.start() < done:
            continue
        person = person_at(text, match.start())
        if person is None or not person.is_full or _goes_on(text, person):
            continue
        score, rule = _judged(text, person)
        if score:
            done = person.end
            yield person.start, person.end, score, Evidence(KIND, rule)


def _goes_on(text: str, person: Person) -> bool:
    """Whether the next word makes it the name of a firm or of a place."""
    following = _NEXT.match(text, person.end)
    return following is not None and fold(following[1]) in ORGANISED


def _judged(text: str, person: Person) -> tuple[float, str]:
    names = name_list()
    first, last = fold(person.words[0]), fold(person.words[-1].replace("Jr", "")) or fold(person.words[-2])
    if any(PATRONYMIC.search(fold(word)) for word in person.words[1:]):
        return BOTH, "name.patronymic/1"
    if first not in names.given and first.split("-")[0] not in names.given:
        return 0.0, ""
    certain = (first not in names.words) + (last not in names.words)
    if _INITIALLED.fullmatch(text, person.start, person.end) and first not in names.words:
        return INITIALLED, "name.initial/1"
    if last not in names.family and last.split("-")[-1] not in names.family:
        return 0.0, ""
    return (0.0, BOTH - 0.25, BOTH)[certain], "name.listed/1"


EXAMPLES = (
    Example("Yesterday Katherine Jones met Giulia Bianchi.", ((KIND, 10, 25), (KIND, 30, 44))),
    Example("edited by Katherine Q. Zhqwe", ((KIND, 10, 28),)),
    Example("Сергей Петрович Иванов", ((KIND, 0, 22),)),
    Example("\U0001f600 Jose\u0301 Garci\u0301a", ((KIND, 2, 15),)),
    Example(
        "Katherine Jones University, Katherine Jones Street, New York Times, Ruby On Rails, Visual Studio"
    ),
    Example("The Django Software Foundation and Microsoft Azure; Katherine; Katherine Zhqwe; Read More"),
)

FINDER = Finder(KIND, find, EXAMPLES)
