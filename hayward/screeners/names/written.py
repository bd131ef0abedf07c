"""Names where letters and mail carry them: below a closing, before an address in angle brackets."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hayward.screeners.base import Example
from hayward.screeners.names.letters import BEGIN, NAME
from hayward.screeners.names.page import Finder, Page, Row
from hayward.screeners.names.people import KIND, Person, person_at
from hayward.screeners.names.phrases import Phrases
from hayward.screeners.pii.spans import Evidence

CLOSINGS = Phrases(
    before=r"(?:^|(?<=\0)|(?<=[.!?>] )|(?<=\t)|(?<=  ))",
    en="best regards|kind regards|warm regards|regards|best wishes|sincerely|yours sincerely|sincerely yours"
    "|yours faithfully|yours truly|respectfully|many thanks|with thanks|thanks|thank you|cheers|best|love|yours|signed",
    de="mit freundlichen grüßen|mit freundlichem gruß|freundliche grüße|beste grüße|viele grüße|liebe grüße"
    "|herzliche grüße"
    "|mit besten grüßen|hochachtungsvoll|mfg|vg|lg|gruß",
    fr="cordialement|bien cordialement|bien à vous|amicalement|salutations distinguées|sincères salutations|merci",
    es="saludos|un saludo|saludos cordiales|atentamente|cordialmente|un abrazo|gracias",
    it="cordiali saluti|distinti saluti|un saluto|saluti|grazie",
    pt="atenciosamente|cumprimentos|com os melhores cumprimentos|abraços|obrigado|obrigada",
    nl="met vriendelijke groet|met vriendelijke groeten|vriendelijke groeten|groeten|groetjes|hoogachtend",
    pl="pozdrawiam|z poważaniem|z wyrazami szacunku",
    tr="saygılarımla|sevgiler|iyi çalışmalar",
    ru="с уважением|с наилучшими пожеланиями|искренне ваш",
)
_TO_NEXT_LINE = re.compile(r"[,.!]?[ \t]*(?:\r?\n[ \t>-]*){1,3}")
_REST_OF_LINE = re.compile(r"[ \t,.]{0,4}(?=[\n\r\0])|,[ \t]+[^\n\0]{1,60}(?=[\n\0])|[ \t]{0,4}[(|/<–—-]")
LISTED, FULL = 0.88, 0.6

_MAILBOX = re.compile(
    rf"{BEGIN}(?P<name>{NAME})[\"”']?,? ?[<(](?:mailto:)?[^\s<>@()\0]{{1,64}}@[^\s<>@()\0]{{1,255}}[>)]"
)
_MAILBOX_SIGN = re.compile(r"[<(](?:mailto:)?[^\s<>@()\0]{1,64}@")


def find(page: Page) -> Iterator[Row]:
    yield from _signatures(page)
    yield from _mailboxes(page)


def _signatures(page: Page) -> Iterator[Row]:
    """Names that have a line of their own just below a closing."""
    text = page.text
    for closing in CLOSINGS.finditer(page):
        gap = _TO_NEXT_LINE.match(text, closing.end)
        person = person_at(text, gap.end()) if gap else None
        if person is None or not _REST_OF_LINE.match(text, person.end):
            continue
        score = LISTED if person.begins_listed else FULL if person.is_full else 0.0
        if score:
            evidence = Evidence(KIND, "name.signature/1", None, closing.context(person.start))
            yield person.start, person.end, score, evidence


def _mailboxes(page: Page) -> Iterator[Row]:
    """Names before `<mail address>` (RFC 5322, name-addr), as in headers and lists of authors."""
    evidence = Evidence(KIND, "name.mailbox/1", "mail address")
    for sign in _MAILBOX_SIGN.finditer(page.text):
        person = _before(page.text, sign.start())
        if person is not None and (person.is_listed or person.is_full):
            yield person.start, person.end, LISTED if person.is_listed else FULL, evidence


def _before(text: str, sign: int, reach: int = 80) -> Person | None:
    """The longest name that ends just before an address in brackets."""
    begin = max(text.rfind(mark, max(0, sign - reach), max(0, sign - 3)) for mark in '\0\n:,;"<>(“')
    begin = max(begin + 1, sign - reach)
    for match in _MAILBOX.finditer(text, begin, min(len(text), sign + 330)):
        person = person_at(text, match.start())
        if match.end("name") <= sign and person is not None and person.end == match.end("name"):
            return person
    return None


EXAMPLES = (
    Example("See you.\n\nBest regards,\nKatherine Jones\nSales", ((KIND, 24, 39),)),
    Example("Mit freundlichen Grüßen\n\nJürgen Weber, Buchhaltung", ((KIND, 25, 37),)),
    Example("Cordialement,\nÉlodie", ((KIND, 14, 20),)),
    Example("From: Katherine Jones <kj@example.org>", ((KIND, 6, 21),)),
    Example(
        'To: "Oluwaseun Adébáyọ̀" <oa@example.org>, Xu Zhqwe <xz@example.org>', ((KIND, 5, 23), (KIND, 43, 51))
    ),
    Example("Signed-off-by: Rene\u0301 Dupont <rd@example.org>", ((KIND, 15, 27),)),
    Example("Thanks,\nThe Example Team\n\nRegards\nSupport Team <support@example.org>"),
    Example("Cheers,\nand see you soon. Kind regards to all. Thanks\n\nInstallation\n============"),
)

FINDER = Finder(KIND, find, EXAMPLES)
