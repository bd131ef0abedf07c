"""How street addresses are found: a grammar per country, what it needs to be believed, and the words around it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

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
        for place in sorted({at for word in self.words.split("|") for at in self._places(page.folded, word)}):
            if place - self.back > high:
                if high >= 0:
                    yield low, high
                low = max(0, place - self.back)
            high = min(place + self.ahead, len(page.text))
        if high >= 0:
            yield low, high

    def _places(self, text: str, word: str) -> Iterator[int]:
        at = text.find(word)
        while at >= 0:
            end = at + len(word)
            if self.leads:
                fits = not text[at - 1 : at].isalnum()
            else:
                fits = not text[end : end + 1].isalnum() and text[end + 1 : end + 2].isdigit()
            if fits:
                yield at
            at = text.find(word, end)


class Spaceless:
    """Where Chinese, Japanese and Korean are written."""

    def windows(self, page: Page) -> Iterator[tuple[int, int]]:
        yield from page.spaceless


SPACELESS = Spaceless()


@dataclass(frozen=True)
class Grammar:
    """One way to write an address. The pattern's named groups say how strong a match is.

    `weak` is a street word with other meanings; `place` a postcode or a city with its state, `unit` a flat or a floor,
    `number` the number of the house. `near` says where to try it. `bare` is the score of a street and a
    number alone, 0 where that is no evidence.
    """

    rule: str
    pattern: re.Pattern[str]
    bare: float
    near: Near | Spaceless | None = None

    def find(self, page: Page) -> Iterator[Row]:
        for match in self._matches(page):
            start, end = match.span()
            context = page.near(CONTEXT, start, end)
            score = self._score(match.groupdict(), has_context=context is not None)
            if score:
                yield start, end, score, Evidence(KIND, self.rule, None, context)

    def _matches(self, page: Page) -> Iterator[re.Match[str]]:
        if self.near is None:
            yield from self.pattern.finditer(page.text)
            return
        for low, high in self.near.windows(page):
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
