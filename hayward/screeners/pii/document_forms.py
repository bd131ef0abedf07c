"""How passports, driving licences and vehicle plates of known countries are written, as a table.

The sources that each form was held against:
- passports: Microsoft Purview's definitions of sensitive information types (AU, DE, ES, FR, GB, IT, JP, PL, US),
  validator.js isPassportNumber (CA, CN, DE, ES, FR, GB, IN, IT, JP, KR), Presidio's recognisers (DE, IN, KR, US); all
  are up to nine characters long, as ICAO Doc 9303 has it. NG and NL: public validators only.
- licences: Purview (CA, DE, IT), Presidio (DE, GB, IT, KR), NTSI's list of the states' forms as usdl-regex has it (US),
  Paytm's account of state, office, year and seven digits (IN).
- plates: Presidio (DE, GB, IN, NG, TR), DVLA's styles as DVLARegCheck has them (GB), the SIV's letters (FR) and the
  DGT's (ES) as the press reports them, RDW's sidecodes as public validators have them (NL), Wikipedia (PL, US).
Not held against a source: the letters that Italy and Poland leave out, and where spaces and hyphens stand in the
licences of India and of the states of the US.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

PASSPORT, LICENCE, PLATE = "passport", "driver_licence", "vehicle_plate"
# Letters, a space or a hyphen, digits: so are many other things written.
COMMON_SCORE, FORM_SCORE = 0.05, 0.1
_COMMON = re.compile(rb"A*[-_]?9+")


class DocumentForm(NamedTuple):
    """How the documents of one country are written.

    A template spells a written form: 9 is a digit, A a letter, X either, _ a space. `shape` is what the letters, in
    upper case, and the digits match together.
    """

    kind: str
    rule: str
    shape: re.Pattern[bytes]
    templates: tuple[bytes, ...]

    def spelled(self) -> Iterator[bytes]:
        """All templates, each X once as a digit and once as a letter."""
        for template in self.templates:
            for letters in product(*("9A" if byte == ord("X") else chr(byte) for byte in template)):
                yield "".join(letters).encode()


def score(template: bytes) -> float:
    """How much such a form says without a word: next to nothing."""
    return COMMON_SCORE if _COMMON.fullmatch(template) else FORM_SCORE


def _form(kind: str, rule: str, templates: str, shape: str) -> DocumentForm:
    return DocumentForm(kind, rule, re.compile(shape.encode()), tuple(templates.encode().split()))


def _passport(country: str, templates: str, shape: str = ".*") -> DocumentForm:
    return _form(PASSPORT, f"passport.{country}/1", templates, shape)


def _licence(country: str, templates: str, shape: str = ".*") -> DocumentForm:
    return _form(LICENCE, f"licence.{country}/1", templates, shape)


def _plate(country: str, templates: str, shape: str = ".*") -> DocumentForm:
    return _form(PLATE, f"plate.{country}/1", templates, shape)


# Of countries that write alike the first is told.
FORMS = (
    _passport("de", "AXXXXXXX9", "[CFGHJK][CFGHJKLMNPRTVWXYZ0-9]{7}[0-9]"),
    _passport("kr", "A999A9999 A99999999", "[DMORS]....[0-9]{4}"),
    _passport("cn", "A99999999 AA9999999", "[EG][0-9]{8}|E[A-HJ-NP-Z][0-9]{7}"),
    _passport("au", "AA9999999", "P[A-FUWXZ][0-9]{7}"),
    _passport("us", "A99999999 999999999"),
    _passport("ng", "A99999999"),
    _passport("gb", "999999999"),
    _passport("fr", "99AA99999"),
    _passport("it", "AA9999999"),
    _passport("jp", "AA9999999"),
    _passport("pl", "AA9999999"),
    _passport("es", "AAA999999"),
    _passport("nl", "AAXXXXXX9", "[A-NP-Z]{2}[A-NP-Z0-9]{6}[0-9]"),
    _passport("in", "A9999999 A99_99999", "[A-Z][1-9][0-9]{5}[1-9]"),
    _passport("au", "A9999999", "[ACDEFNUX][0-9]{7}"),
    _passport("ca", "AA999999 A999999AA"),
    _licence(
        "gb",
        "AXXXX999999XXXAA",
        "(?=[A-Z9]{5})[A-Z]+9*[0-9](?:[05][1-9]|[16][0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9][A-Z9]{2}[A-Z0-9][A-Z]{2}",
    ),
    _licence("it", "AA9999999A"),
    _licence("it", "A9XXXXXXXA", "U1[BCDEFGHJKLMNPRSTUVWXYZ0-9]{7}[A-Z]"),
    _licence(
        "in",
        "AA9999999999999 AA-9999999999999 AA99_99999999999 AA99-99999999999 AA-99-9999-9999999 AA_99_9999_9999999",
        "[A-Z]{2}[0-9]{2}(?:19|20)[0-9]{9}",
    ),
    _licence("ca_on", "A9999-99999-99999", "[A-Z][0-9]{10}[0156][0-9][0-3][0-9]"),
    _licence("ca_qc", "A9999-999999-99"),
    _licence("ca_ns", "AAAAA999999999", "[A-Z]{5}[0-3][0-9][01][0-9]{6}"),
    _licence("us_fl", "A999-999-99-999-9 A999999999999"),
    _licence("us_il", "A999-9999-9999 A99999999999"),
    _licence("us_md", "A-999-999-999-999 A_999_999_999_999"),
    _licence("us_wi", "A999-9999-9999-99 A9999999999999"),
    _licence("us_nj", "A9999_99999_99999 A99999999999999"),
    _licence("us_id", "AA999999A"),
    _licence("us_ia", "999AA9999"),
    _licence("us_nh", "99AAA99999"),
    _licence("us_ca", "A9999999"),
    _licence("us_co", "99-999-9999"),
    _licence("kr", "99-99-999999-99", "(?:1[1-9]|2[0-8])[0-9]{10}"),
    _licence("de", "AA99999999X X99XXXXXX9X", "(?=.*[A-Z]).*"),
    _plate("gb", "AA99AAA AA99_AAA", "[A-HJ-PR-Y]{2}(?!0[01]|50)[0-9]{2}[A-HJ-PR-Z]{3}"),
    _plate(
        "gb",
        "A99AAA A999AAA A9_AAA A99_AAA A999_AAA",
        "[A-HJ-NPR-TV-Y][1-9][0-9]{0,2}[A-HJ-PR-Y][A-HJ-PR-Z]{2}",
    ),
    _plate("gb", "AAA99A AAA999A AAA_9A AAA_99A AAA_999A", "[A-HJ-PR-Z]{3}[1-9][0-9]{0,2}[A-HJ-NPR-TV-Y]"),
    _plate("fr", "AA-999-AA AA_999_AA AA999AA", "(?!SS)[A-HJ-NP-TV-Z]{2}[0-9]{3}(?!SS)[A-HJ-NP-TV-Z]{2}"),
    _plate("it", "AA_999AA AA_999_AA AA999AA", "[A-HJ-NPR-TV-Z]{2}[0-9]{3}[A-HJ-NPR-TV-Z]{2}"),
    _plate("es", "9999AAA 9999_AAA 9999-AAA", "[0-9]{4}[B-DF-HJ-NPR-TV-Z]{3}"),
    _plate(
        "nl",
        "AA-99-99 99-99-AA 99-AA-99 AA-99-AA 99-AA-AA 99-AAA-9 9-AAA-99 AA-999-A A-999-AA AAA-99-A A-99-AAA 9-AA-999 "
        "999-AA-9",
        "[A-BD-PR-Z0-9]*",
    ),
    _plate(
        "pl",
        "AA_99999 AA_9999A AA_999AA AA_9A999 AA_9AA99 AAA_99999 AAA_9999A AAA_999AA AAA_99A9 AAA_9A99 AAA_9AA9 "
        "AAA_99AA",
        "[BCDEFGKLNOPRSTWZ][A-Z]{1,2}[0-9][AC-HJ-NP-Y0-9]{3,4}",
    ),
    _plate(
        "in",
        "AA99A9999 AA99AA9999 AA99AAA9999 AA9A9999 AA9AA9999 AA9AAA9999 AA_99_A_9999 AA_99_AA_9999 AA-99-A-9999 "
        "AA-99-AA-9999 AA99_A_9999 AA99_AA_9999 AA99_A9999 AA99_AA9999 AA9999 AAA9999",
        "[A-Z]{2,3}[0-9]*[A-Z]*(?!0000)[0-9]{4}",
    ),
    _plate(
        "in", "99AA9999A 99AA9999AA 99_AA_9999_A 99_AA_9999_AA", "[2-9][0-9]BH(?!0000)[0-9]{4}[A-HJ-NP-Z]+"
    ),
    _plate("in", "A99999", "I(?!00000)[0-9]{5}"),
    _plate("us_ca", "9AAA999", "[1-9][A-Z]{3}[0-9]{3}"),
    _plate("us_ny", "AAA-9999"),
    _plate(
        "tr",
        "99A9999 99AA999 99AA9999 99AAA99 99AAA999 99_A_999 99_A_9999 99_AA_99 99_AA_999 99_AA_9999 99_AAA_99 "
        "99_AAA_999 99-A-9999 99-AA-999 99-AA-9999 99-AAA-99 99-AAA-999",
        "(?:0[1-9]|[1-7][0-9]|8[01])[A-PR-VYZ]{1,3}[0-9]{2,4}",
    ),
    _plate("ng", "AAA-999AA AAA_999AA AAA999AA"),
)


def by_template() -> dict[bytes, list[DocumentForm]]:
    """The forms that each template spells; of the templates that a number may be read as the longer come first."""
    found: dict[bytes, list[DocumentForm]] = defaultdict(list)
    for form in FORMS:
        for template in form.spelled():
            if b"9" in template:
                found[template].append(form)
    return dict(sorted(found.items(), key=lambda item: -len(item[0])))
