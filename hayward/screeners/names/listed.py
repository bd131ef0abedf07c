"""Full names by the list alone: a given name and then a family name, or an initial between them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hayward.screeners.base import Example
from hayward.screeners.names.anchors import matches
from hayward.screeners.names.letters import BARE_INITIAL, BEGIN, CAPITALISED, INITIAL, NAME, SPACE, WORD
from hayward.screeners.names.listing import NO_NAMES, ORGANISED, fold, name_list
from hayward.screeners.names.page import Finder, Page, Row
from hayward.screeners.names.people import KIND, Person, person_at
from hayward.screeners.pii.spans import Evidence

# Two capitalised words at least: few places of a text, and only they are looked up.
_PAIR = re.compile(rf"{BEGIN}(?={CAPITALISED}{SPACE}[^\W\d_'’])(?={NAME})")
_NEXT = re.compile(rf"{SPACE}({CAPITALISED})")
# "John Example & Sons" is a firm.
_FIRM = re.compile(
    rf",?{SPACE}(?:and|&|und|et|y|e|i){SPACE}(?:Sons?|Co|Company|Bro(?:ther)?s|Associates|Partners|Söhne|Fils|Hijos"
    r"|Figli|Zonen)\b"
)
_INITIALLED = re.compile(
    rf"{CAPITALISED}(?:-{CAPITALISED})?(?:{SPACE}{INITIAL}|(?P<bare>{BARE_INITIAL})){SPACE}{CAPITALISED}"
)
BOTH, ONE_IS_WORD, INITIALLED, LOOKS = 0.75, 0.5, 0.8, 0.6
# Endings and beginnings that family names have and few other words: patronymics, Slavic, Baltic and other suffixes.
FAMILY_FORM = re.compile(
    r"^(?:Mc|Mac(?=[A-Z])|O['’]|D['’])|\w{3}(?:ov[áa]|[óo]wna|sson|ss?en|sdóttir|dottir|sk[iyá]|ska|ck[iy]|cka|[oe]v[iy]ch|i[ćč]|vić|enko|chuk"
    r"|yan|escu|eanu|idis|poulos|akis|shvili|dze|aitis|ienė|auskas|nen|oğlu|oglu|zadeh|ishi|moto|mura|yama|[oe]v|[oe]va|[oe]ff|berg|stein|baum"
    r"|mann|wicz|czyk|czak|quist|qvist|ström|strom|lund|gård|gaard|inho|eira|inha|ández|[aeiou]rez|[aeiou]guez|ínez|inez)$"
    r"|[ÁÉÍÓÚÝČĎĚŇŘŠŤŽŁŚŹŻŐŰĄĘĆŃÅÆØÐÞŞĞİÀÈÇÊÔÄÖÜáéíóúýčďěňřšťůžłśźżőűąęćńåæøðþşğıàèçêôäöü]"
)
PATRONYMIC = re.compile(r"\w{3,}(?:ович|евич|ьич|овна|евна|инична|ичны|овича|евича)$")


# Given names in a row ("Ann, Bob and Eve"), and who speaks, at the beginning of a line ("Katherine: hello").
_ROW = re.compile(
    rf"{BEGIN}{CAPITALISED}(?:,{SPACE}{CAPITALISED}){{1,20}}(?:,?{SPACE}(?:and|und|et|y|e|en|i|oraz|&){SPACE}{CAPITALISED})?"
)
_SPEAKER = re.compile(rf"(?<=[\n\0])({CAPITALISED}):{SPACE}(?=[^\W\d_])")
_ONE = re.compile(CAPITALISED)
IN_A_ROW, SPEAKING, FEWEST_IN_A_ROW, MOST = 0.55, 0.5, 3, 2 / 3


def find(page: Page) -> Iterator[Row]:
    yield from _full_names(page)
    for match in matches(_ROW, page.text, page.anchors.capitalised_before(",")):
        yield from _in_a_row(page.text, *match.span())
    for match in matches(_SPEAKER, page.text, page.anchors.capitalised_before(":")):
        if name_list().is_given(match[1]):
            yield (*match.span(1), SPEAKING, Evidence(KIND, "name.speaker/1"))


def _in_a_row(text: str, start: int, end: int) -> Iterator[Row]:
    """The words of an enumeration of which at least three, and two thirds, are given names."""
    words = [word for word in _ONE.finditer(text, start, end) if fold(word.group()) not in NO_NAMES]
    given = sum(name_list().is_given(word.group()) for word in words)
    if given >= FEWEST_IN_A_ROW and given >= len(words) * MOST:
        for word in words:
            yield (*word.span(), IN_A_ROW, Evidence(KIND, "name.enumerated/2"))


def _full_names(page: Page) -> Iterator[Row]:
    text, done = page.text, 0
    may_be_patronymic = "ич" in page.folded or "вна" in page.folded
    for match in matches(_PAIR, text, page.anchors.pairs):
        if match.start() < done or not (may_be_patronymic or _begins_given(text, match.start())):
            continue
        person = person_at(text, match.start())
        if person is None or not person.is_full or goes_on(text, person):
            continue
        score, rule = _judged(text, person)
        if score:
            done = person.end
            yield person.start, person.end, score, Evidence(KIND, rule)


def _begins_given(text: str, start: int) -> bool:
    word = WORD.match(text, start)
    folded = fold(word.group()) if word else ""
    return folded in name_list().given or folded.split("-")[0] in name_list().given


def goes_on(text: str, person: Person) -> bool:
    """Whether the next words make it the name of a firm or of a place."""
    if _FIRM.match(text, person.end):
        return True
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
    initialled = _INITIALLED.fullmatch(text, person.start, person.end)
    if initialled and first not in names.words:
        return LOOKS if initialled["bare"] else INITIALLED, "name.initial/2"
    if last not in names.family and last.split("-")[-1] not in names.family:
        looks = first not in names.words and FAMILY_FORM.search(person.words[-1])
        return (LOOKS, "name.family-form/1") if looks else (0.0, "")
    return (0.0, ONE_IS_WORD, BOTH)[certain], "name.listed/1"


EXAMPLES = (
    Example("Yesterday Katherine Jones met Giulia Bianchi.", ((KIND, 10, 25), (KIND, 30, 44))),
    Example("edited by Katherine Q. Zhqwe", ((KIND, 10, 28),)),
    Example("Katherine Q Zhqwe wrote", ((KIND, 0, 17),)),
    Example(
        "with Katherine, Zhqwe, Hannah and Anthony",
        ((KIND, 5, 14), (KIND, 16, 21), (KIND, 23, 29), (KIND, 34, 41)),
    ),
    Example("Сергей Петрович Иванов", ((KIND, 0, 22),)),
    Example("\U0001f600 Jose\u0301 Garci\u0301a", ((KIND, 2, 15),)),
    Example(
        "Katherine Jones and Sons, Katherine Jones & Co, Katherine Jones University, Katherine Jones Street, "
        "New York Times, Ruby On Rails, Visual Studio"
    ),
    Example(
        "The Django Software Foundation and Microsoft Azure; Katherine; Katherine Zhqwe; Linux, Windows and Solaris"
    ),
)

FINDER = Finder(KIND, find, EXAMPLES)
