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
class Grammar:
    """One way to write an address. The pattern's named groups say how strong a match is.

    `weak` is a street word with other meanings; `place` a postcode or a city with its state, `unit` a flat or a floor,
    `number` the number of the house. `bare` is the score of a street and a number alone, 0 where that is no evidence.
    """

    rule: str
    pattern: re.Pattern[str]
    bare: float

    def find(self, page: Page) -> Iterator[Row]:
        for match in self.pattern.finditer(page.text):
            start, end = match.span()
            context = page.near(CONTEXT, start, end)
            score = self._score(match.groupdict(), has_context=context is not None)
            if score:
                yield start, end, score, Evidence(KIND, self.rule, None, context)

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
