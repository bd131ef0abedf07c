"""How street addresses are found: a grammar per country, what it needs to be believed, and the words around it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from hayward.screeners.names.anchors import Beginnings, matches
from hayward.screeners.names.letters import CAPITALISED
from hayward.screeners.names.page import Page, Row
from hayward.screeners.pii.context import Words
from hayward.screeners.pii.spans import Evidence

KIND = "street_address"
CONTEXT = Words(
    en="address addresses addressed 'lives at' 'live at' 'lived at' 'living at' 'resides at' 'residing at' 'reside at'"
    " 'located at' 'moved to' 'ship to' 'shipped to' 'deliver to' 'delivered to' 'send to' 'mail to' 'meet at'"
    " residence headquarters",
    de="adresse anschrift wohnhaft wohnt wohne wohnort lieferadresse rechnungsadresse",
    fr="adresse domicile habite demeurant domicilié résidant 'siège social'",
    es="dirección domicilio vive vivo reside residente",
    it="indirizzo residente residenza abita abito domicilio",
    pt="endereço morada reside mora moro residente",
    nl="adres woont woon woonachtig bezoekadres postadres",
    pl="adres mieszka mieszkam zamieszkały zamieszkała",
    tr="adres adresi adresim ikamet",
    ru="адрес адресу проживает проживаю",
    ja="住所 所在地",
    zh="地址 住址",
)
# What stands between the parts of an address: a comma, a space, the end of a line.
SPACE = r"[ \u00a0\u202f]"
JOINT = rf"(?:,?{SPACE}{{0,2}}\r?\n{SPACE}{{0,8}}|,?{SPACE}{{1,2}}|,)"
COMMA = rf"(?:{SPACE}?,{SPACE}{{0,2}}|{SPACE}?[-–]{SPACE}|,?{SPACE}{{0,2}}\r?\n{SPACE}{{0,8}})"
CITY = rf"{CAPITALISED}(?:[ -](?:{CAPITALISED}|[a-zà-ü]{{1,5}}[ -]{CAPITALISED}|l['’]{CAPITALISED})){{0,3}}"

PLACED, WITH_UNIT, CALLED, WEAKLY_CALLED = 0.92, 0.75, 0.85, 0.65
BETTER = 0.04
# No street word is longer.
LONGEST_WORD = 20
YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True)
class Near:
    """Where in a page a grammar is worth trying: around words (small letters, "|" between) it cannot do without.

    `leads` tells whether the word begins the address, as in "Calle Mayor 3", or stands before the number, as in
    "Hauptstraße 3". Plain searches for words cost a fraction of trying the grammar at every place.
    """

    words: str
    leads: bool
    back: int = 90
    ahead: int = 220

    def windows(self, page: Page) -> Iterator[tuple[int, int]]:
        """Parts of the page that do not overlap, in order."""
        low = high = -1
        for place in sorted(self._leading(page) if self.leads else self._trailing(page)):
            if place - self.back > high:
                if high >= 0:
                    yield low, high
                low = max(0, place - self.back)
            high = min(place + self.ahead, len(page.text))
        if high >= 0:
            yield low, high

    @cached_property
    def _listed(self) -> tuple[str, ...]:
        return tuple(self.words.split("|"))

    @cached_property
    def _beginnings(self) -> Beginnings:
        return Beginnings(self._listed, whole=False)

    def _leading(self, page: Page) -> Iterator[int]:
        for place in self._beginnings.places(page.anchors):
            if page.folded.startswith(self._listed, place):
                yield place

    def _trailing(self, page: Page) -> set[int]:
        ends = (number - 1 for number in page.anchors.numbers_apart)
        found = (end for end in ends if page.folded.endswith(self._listed, max(0, end - LONGEST_WORD), end))
        return {
            end - len(word)
            for end in found
            for word in self._listed
            if page.folded.endswith(word, max(0, end - LONGEST_WORD), end)
        }


class Numbers:
    """Numbers that what `head` matches begins with: the grammar is tried at them alone."""

    def __init__(self, head: str) -> None:
        self._head = re.compile(head)

    def places(self, page: Page) -> Iterator[int]:
        return (place for place in page.anchors.numbers if self._head.match(page.text, place))


class Openings:
    """Words that a grammar begins with ("|" between): it is tried at them alone."""

    def __init__(self, words: str) -> None:
        self._beginnings = Beginnings(words.split("|"))

    def places(self, page: Page) -> list[int]:
        return self._beginnings.places(page.anchors)


class Spaceless:
    """Where Chinese, Japanese and Korean are written."""

    def windows(self, page: Page) -> Iterator[tuple[int, int]]:
        yield from page.spaceless


SPACELESS = Spaceless()


@dataclass(frozen=True)
class Grammar:
    """One way to write an address. The pattern's named groups say how strong a match is.

    `weak` is a street word with other meanings; `place` a postcode or a city with its state, `unit` a flat or a floor,
    `number` the number of the house. `near` and `at` say where to try it. `bare` is the score of a street and a
    number alone, 0 where that is no evidence.
    """

    rule: str
    pattern: re.Pattern[str]
    bare: float
    near: Near | Spaceless | None = None
    at: Numbers | Openings | None = None

    def find(self, page: Page) -> Iterator[Row]:
        for match in self._matches(page):
            start, end = match.span()
            context = page.near(CONTEXT, start, end)
            score = self._score(match.groupdict(), has_context=context is not None)
            if score:
                yield start, end, score, Evidence(KIND, self.rule, None, context)

    def _matches(self, page: Page) -> Iterator[re.Match[str]]:
        if self.at is not None:
            yield from matches(self.pattern, page.text, self.at.places(page))
        for low, high in self.near.windows(page) if self.near else ():
            yield from self.pattern.finditer(page.text, low, high)

    def _score(self, parts: dict[str, str | None], *, has_context: bool) -> float:
        number = parts.get("number") or ""
        doubtful = bool(parts.get("weak") or YEAR.fullmatch(number) or not self.bare)
        if parts.get("place"):
            return PLACED + BETTER * has_context
        if parts.get("unit"):
            return WITH_UNIT + 2 * BETTER * has_context
        if has_context:
            return WEAKLY_CALLED if doubtful else CALLED
        return 0.0 if doubtful else self.bare
