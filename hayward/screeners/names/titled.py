"""Names behind a title: "Mrs Lee", "Frau Dr. Weber", "Sr. Ruiz", "г-н Иванов"; the title is no part of the span."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hayward.screeners.base import Example
from hayward.screeners.names.anchors import Beginnings, matches
from hayward.screeners.names.letters import MARK
from hayward.screeners.names.page import Finder, Page, Row
from hayward.screeners.names.people import KIND, Person, person_at
from hayward.screeners.pii.spans import Evidence

RULE = "name.title/1"
# Titles that only a person has, and those that need a listed name: "Sr. Engineer", "Miss Rate", "12 Oak Dr Boston".
SURE = {
    "en": "Mr Mr. Mrs Mrs. Ms Ms. Mx Mx. Dr. Prof. Professor Messrs. MR. MRS. MS. DR. PROF.",
    "de": "Herr Herrn Frau Fräulein Hr. Dipl.-Ing.",
    "fr": "Monsieur Madame Mademoiselle Mme Mlle Mme. Mlle.",
    "es": "Señor Señora Señorita Sra. Srta. Doña Dña. Dra.",
    "it": "Signor Signora Signorina Sig. Sig.ra Sig.na Dott. Dott.ssa Prof.ssa Avv. Geom.",
    "pt": "Senhor Senhora Dona Sr.ª",
    "nl": "dhr. mevr. mevrouw meneer Mevrouw Meneer Dhr. Mevr.",
    "ru": "г-н г-жа господин госпожа Господин Госпожа г-ну г-жу",
    "tr": "Sayın",
}
WEAK = {
    "en": "Dr Prof Miss Sir Lady Lord Rev. Reverend Capt. Captain Sgt. Dame Judge Senator Doctor Sister Brother Uncle"
    " Aunt",
    "fr": "M. Me Maître Docteur",
    "es": "Sr. D. Don Señores",
    "it": "Ing. Don",
    "pl": "Pan Pani Pana Panu Panią Państwo pan pani pana",
    "nl": "heer",
}
# What people do; other things follow these as often, so that a full name with a listed one must.
OFFICES = {
    "en": "producer director actor actress singer songwriter composer author novelist poet journalist reporter"
    " architect artist painter photographer chef coach striker goalkeeper founder co-founder CEO CTO CFO president"
    " chairman chairwoman senator mayor governor ambassador professor researcher scientist historian lawyer"
    " detective inspector lieutenant colonel",
    "de": "Regisseur Regisseurin Schauspieler Schauspielerin Autor Autorin Journalist Journalistin Geschäftsführer"
    " Geschäftsführerin Bürgermeister Bürgermeisterin Professorin Rechtsanwalt Rechtsanwältin",
    "fr": "réalisateur réalisatrice acteur actrice chanteur chanteuse écrivain journaliste fondateur fondatrice",
    "es": "actor actriz cantante escritor escritora periodista director directora fundador fundadora",
    "it": "attore attrice cantante scrittore scrittrice giornalista regista fondatore fondatrice",
}
SCORE, LISTED_SCORE, WEAK_SCORE, OFFICE_SCORE = 0.8, 0.92, 0.7, 0.65
_SEPARATOR = re.compile(r"[ \u00a0\u202f]{0,2}|\r?\n")


def _pattern(titles: dict[str, str]) -> tuple[re.Pattern[str], dict[str, str], Beginnings]:
    languages: dict[str, str] = {}
    for language, listed in titles.items():
        for title in listed.split():
            languages.setdefault(title, language)
    longest_first = "|".join(
        re.escape(title) for title in sorted(languages, key=lambda one: (-len(one), one))
    )
    # Beyond the title a space, and no digit or operator: "Ms = 5" and "Dr. 12" are none.
    pattern = rf"(?<![\w.@/&-])(?<!{MARK})(?:{longest_first})(?=[ \u00a0\u202f]{{1,2}}\S|(?<=\.)[^\W\d_])"
    return re.compile(pattern), languages, Beginnings(languages)


_SURE, _SURE_LANGUAGES, _SURE_BEGINNINGS = _pattern(SURE)
_OFFICE, _OFFICE_LANGUAGES, _OFFICE_BEGINNINGS = _pattern(
    {
        language: " ".join(f"{title} {title[0].upper()}{title[1:]}" for title in listed.split())
        for language, listed in OFFICES.items()
    }
)
_WEAK, _WEAK_LANGUAGES, _WEAK_BEGINNINGS = _pattern(WEAK)
# Scripts without capitals: the name is the one or two words behind the title, no word of a sentence being likely.
_UNCASED_WORD = r"[\u0621-\u0652\u0670\u0900-\u0963\u200c\u200d]{2,20}"
_UNCASED_TITLES = "السيد|السيدة|الدكتور|الدكتورة|الأستاذ|الأستاذة|श्री|श्रीमती|सुश्री|डॉ"
_UNCASED_BEGINNINGS = Beginnings(_UNCASED_TITLES.split("|"))
_UNCASED = re.compile(
    rf"(?<!\w)(?P<title>(?:{_UNCASED_TITLES})\.?) "
    rf"(?P<name>{_UNCASED_WORD}(?: {_UNCASED_WORD})?)"
)
UNCASED_SCORE = 0.6


def find(page: Page) -> Iterator[Row]:
    """Names behind titles, behind several titles too ("Herr Prof. Dr. Weber")."""
    for match in matches(_SURE, page.text, _SURE_BEGINNINGS.places(page.anchors)):
        person = _beyond(page.text, match.end())
        if person is not None:
            score = LISTED_SCORE if person.is_listed else SCORE
            yield _row(person, score, _SURE_LANGUAGES[match.group()], match.group(), match.end())
    for match in matches(_WEAK, page.text, _WEAK_BEGINNINGS.places(page.anchors)):
        person = _beyond(page.text, match.end())
        if person is not None and person.is_listed:
            yield _row(person, WEAK_SCORE, _WEAK_LANGUAGES[match.group()], match.group(), match.end())
    for match in matches(_OFFICE, page.text, _OFFICE_BEGINNINGS.places(page.anchors)):
        person = _beyond(page.text, match.end())
        if person is not None and person.is_full and person.is_listed:
            yield _row(person, OFFICE_SCORE, _OFFICE_LANGUAGES[match.group()], match.group(), match.end())
    if not page.text.isascii():
        for match in matches(_UNCASED, page.text, _UNCASED_BEGINNINGS.places(page.anchors)):
            language = "ar" if match["title"][0] < "\u0900" else "hi"
            person = Person(*match.span("name"), tuple(match["name"].split()))
            yield _row(person, UNCASED_SCORE, language, match["title"], match.end("title"))


def _beyond(text: str, place: int) -> Person | None:
    """The name after the title that ends at `place`, and after at most three more titles."""
    for _ in range(4):
        separator = _SEPARATOR.match(text, place)
        place = separator.end() if separator else place
        further = _SURE.match(text, place)
        if further is None:
            return person_at(text, place)
        place = further.end()
    return None


def _row(person: Person, score: float, language: str, title: str, end: int) -> Row:
    context = f"{language}:{title.lower().rstrip('.')}@{end - person.start}"
    return person.start, person.end, score, Evidence(KIND, RULE, None, context)


EXAMPLES = (
    Example("We asked Mr. Okonkwo about it.", ((KIND, 13, 20),)),
    Example("Dear Mrs Anna-Maria O'Neil, hello", ((KIND, 9, 26),)),
    Example("Frau Prof. Dr. Müller-Lüdenscheidt kommt.", ((KIND, 15, 34),)),
    Example("Herr von der Heide und Frau Weber", ((KIND, 5, 18), (KIND, 28, 33))),
    Example("Mme Élodie Durand et M. Jean Petit", ((KIND, 4, 17), (KIND, 24, 34))),
    Example("la Sra. Carmen de la Fuente", ((KIND, 8, 27),)),
    Example("г-н Иванов и госпожа Петрова", ((KIND, 4, 10), (KIND, 21, 28))),
    Example("\U0001f600 Dr. Rene\u0301 Lefevre\u0301", ((KIND, 6, 20),)),
    Example("Ms Lee's car", ((KIND, 3, 6),)),
    Example("Producer Zhqwe Jansen and singer Katherine Zhqwe", ((KIND, 9, 21), (KIND, 33, 48))),
    Example("التقى السيد محمد علي", ((KIND, 12, 20),)),
    Example(
        "Sr. Engineer, Miss Rate, Mr. President, Dr. 12, MS Word, Herr der Ringe, 12 Oak Dr Boston, CEO Example Corp"
    ),
)

FINDER = Finder(KIND, find, EXAMPLES)
