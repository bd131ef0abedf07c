"""Addresses that begin with the number of the house: United States, Canada, Australia, Great Britain, Ireland."""

from __future__ import annotations

import re

from hayward.screeners.base import Example
from hayward.screeners.names.letters import CAPITAL, CAPITALISED, INITIAL
from hayward.screeners.names.page import Finder
from hayward.screeners.names.streets import CITY, COMMA, JOINT, KIND, SPACE, Grammar, Numbers, Openings

NUMBER = r"\d{1,5}(?:[-–/]\d{1,4})?[A-Za-z]?"
# USPS Publication 28, appendix C (street suffixes, unit designators), the ones that people use; British ones beside.
SURE = (
    "Street|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Highway|Hwy|Parkway|Pkwy|Turnpike|Tpke|Terrace|Crescent|Expressway"
    "|Mews|Causeway|Freeway"
)
WEAK = (
    "St|Drive|Dr|Court|Ct|Place|Pl|Square|Sq|Way|Circle|Cir|Trail|Trl|Plaza|Plz|Alley|Row|Close|Gardens|Grove|Loop|Path"
    "|Pike|Point|Run|Ridge|Route|View|Walk|Green|Hill|Park|Gate|Quay|Wharf|Heights|Crossing|Broadway|Rise|Vale|Commons"
)
DIRECTION = r"(?:North|South|East|West|NE|NW|SE|SW|[NSEW])\.?"
ORDINAL = r"\d{1,3}(?:st|nd|rd|th)"
_DESIGNATOR = (
    "Apartment|Apt|Suite|Ste|Unit|Flat|Floor|Fl|Room|Rm|Building|Bldg|Lot|Level|Dept|apt|suite|unit|flat"
)
UNIT = (
    rf"(?:{JOINT}(?:{_DESIGNATOR})(?:\.?{SPACE}?#{SPACE}?|\.{SPACE}?|{SPACE})[A-Za-z0-9][\w-]{{0,5}}(?!\w)"
    rf"|{JOINT}#{SPACE}?\w{{1,6}})"
)
# ISO 3166-2: states of the US, provinces of Canada, states of Australia.
STATES = (
    "AL|AK|AZ|AR|CA|CO|CT|DE|FL|GA|HI|IA|ID|IL|IN|KS|KY|LA|MA|MD|ME|MI|MN|MO|MS|MT|NC|ND|NE|NH|NJ|NM|NV|NY|OH|OK|OR|PA"
    "|RI|SC|SD|TN|TX|UT|VA|VT|WA|WI|WV|WY|DC|PR|AB|BC|MB|NB|NL|NS|ON|PE|QC|SK|NSW|VIC|QLD|SA|TAS|ACT|NT"
)
_BRITISH = r"[A-Z]{1,2}\d[A-Z\d]?[ \u00a0]?\d[A-Z]{2}"
POSTCODE = rf"(?:{_BRITISH}|[A-Z]\d[A-Z][ -]?\d[A-Z]\d|\d{{5}}(?:-\d{{4}})?|\d{{4}})(?!\w)"
PLACE = (
    rf"(?:(?:{JOINT}{CITY}){{0,2}}{JOINT}(?:(?:{STATES})\.?{SPACE}{{1,2}}{POSTCODE}|{_BRITISH}(?!\w))"
    rf"|{COMMA}(?:{CITY}{COMMA}){{0,2}}{CITY}{JOINT}(?:\d{{5}}(?:-\d{{4}})?(?!\w)|(?:{STATES})(?!\w))"
    rf"|{COMMA}\d{{5}}(?:-\d{{4}})?(?!\w)|{COMMA}(?:{STATES})(?!\w))"
    rf"(?:{COMMA}(?:USA|U\.S\.A\.|United States|UK|United Kingdom|Canada|Australia|Ireland))?"
)
_WORDS = rf"(?:(?:{INITIAL}|{CAPITALISED}){SPACE}){{0,3}}{CAPITALISED}"
_BEGIN = r"(?<![\w.,/$€£#:-])"
_HEAD = rf"{_BEGIN}(?P<number>{NUMBER}),?{SPACE}(?:{DIRECTION}{SPACE}){{0,2}}"

_NUMBERS = Numbers(rf"{_BEGIN}{NUMBER},?{SPACE}[{CAPITAL}\d]")

NUMBERED = Grammar(
    "address.english/1",
    re.compile(
        rf"{_HEAD}(?:{ORDINAL}|{_WORDS}|[A-Z]){SPACE}(?:(?:{SURE})|(?P<weak>{WEAK}))(?!\w|['’-]\w)"
        rf"(?:\.(?=,|{SPACE}[A-Z#]|{SPACE}?\r?\n))?(?:{SPACE}{DIRECTION}(?![\w.]))?(?P<unit>{UNIT})?(?P<place>{PLACE})?"
    ),
    bare=0.55,
    at=_NUMBERS,
)
# A street without a street word ("12 Broadway, New York, NY 10004", "3 The Green, Hatfield AL9 5AB"): the code decides.
CODED = Grammar(
    "address.coded/1",
    re.compile(
        rf"{_HEAD}{_WORDS}(?P<unit>{UNIT})?(?P<place>{COMMA}(?:{CITY}{COMMA}){{0,2}}{CITY}{JOINT}"
        rf"(?:(?:{STATES}){SPACE}\d{{5}}(?:-\d{{4}})?|{_BRITISH})(?!\w))"
    ),
    bare=0.0,
    at=_NUMBERS,
)
# Any case, after a word that calls it an address: "my address is 12 main street".
SMALL = Grammar(
    "address.small/1",
    re.compile(
        rf"(?<![\w.,/$€£#:-])(?P<number>{NUMBER}) (?:[a-z]{{2,15}} ){{1,3}}"
        rf"(?:street|avenue|road|boulevard|lane|st|ave|rd|blvd"
        rf"|drive)(?!\w)(?P<unit>{UNIT})?(?:{JOINT}[a-z]{{3,20}})?(?:{JOINT}[a-z]{{2}})?(?P<place>{JOINT}\d{{5}}(?!\w))?"
    ),
    bare=0.0,
    at=Numbers(rf"{_BEGIN}{NUMBER} [a-z]{{2}}"),
)
BOX = Grammar(
    "address.box/1",
    re.compile(
        rf"(?<!\w)(?:(?:P\.{SPACE}?O\.|PO|P\.O|Post Office){SPACE}?(?:Box|BOX)|Postfach|Boîte postale|B\.P\."
        rf"|Apartado(?: de correos| postal)?"
        rf"|Casella postale|Caixa postal|Postbus|Skrytka pocztowa){SPACE}"
        rf"(?:n[º°]{SPACE})?\d{{1,3}}(?:{SPACE}?\d{{1,4}})?(?!\w)"
        rf"(?P<place>{PLACE}|{COMMA}\d{{4,5}}{SPACE}{CITY})?"
    ),
    bare=0.8,
    at=Openings("P|PO|Post|Postfach|Boîte|B|Apartado|Casella|Caixa|Postbus|Skrytka"),
)
# USPS Publication 28, section 238: addresses of the armed forces abroad.
MILITARY = Grammar(
    "address.military/1",
    re.compile(
        rf"(?<!\w)(?:(?:PSC|UNIT|Unit|CMR){SPACE}\d{{1,5}}{JOINT}(?:Box|BOX){SPACE}\d{{1,5}}|US(?:S|NS|CGC|NV){SPACE}{CAPITALISED})"
        rf"(?P<place>{JOINT}(?:APO|FPO|DPO),?{SPACE}A[AEP]{SPACE}\d{{5}}(?:-\d{{4}})?(?!\w))"
    ),
    bare=0.0,
    at=Openings("PSC|UNIT|CMR|USS|USNS|USCGC|USNV"),
)
# A flat or an office behind a number and a name, whatever the street is called there.
WITH_FLAT = Grammar(
    "address.flat/1",
    re.compile(
        rf"{_HEAD}{_WORDS}(?:{SPACE}\d{{1,4}})?(?P<unit>(?:{JOINT}(?:Apt|Apartment|Suite|Ste|Flat)\.?{SPACE}#?\d[\w-]{{0,5}}(?!\w)){{1,2}})"
        rf"(?P<place>{JOINT}{CITY}(?:{JOINT}{CITY})?{JOINT}(?:(?:{STATES}){SPACE})?\d{{4,5}}(?!\w))?"
    ),
    bare=0.0,
    at=_NUMBERS,
)
GRAMMARS = (NUMBERED, CODED, SMALL, BOX, MILITARY, WITH_FLAT)

EXAMPLES = (
    Example("Meet me at 742 Evergreen Terrace, Springfield, IL 62704.", ((KIND, 11, 55),)),
    Example("1600 N. Pennsylvania Ave NW, Washington, DC 20500-0003", ((KIND, 0, 54),)),
    Example("350 5th Avenue, Suite 3300, New York, NY 10118", ((KIND, 0, 46),)),
    Example("221B Baker Street, London NW1 6XE", ((KIND, 0, 33),)),
    Example("10 Downing Street is where", ((KIND, 0, 17),)),
    Example("12 Broadway, New York, NY 10004", ((KIND, 0, 31),)),
    Example("PO Box 1234, Springfield, IL 62704; Postfach 10 12 34", ((KIND, 0, 34), (KIND, 36, 50))),
    Example("PSC 1234, Box 567\nAPO AE 09498 and USS Example\nFPO AP 96001", ((KIND, 0, 30), (KIND, 35, 59))),
    Example("to 4880 Mlynska 74 Suite 967 Apt. 26", ((KIND, 3, 36),)),
    Example("my address is 12 main street", ((KIND, 14, 28),)),
    Example("He lives at 5 Elm Court", ((KIND, 12, 23),)),
    Example("\U0001f600 e\u0301 77 Massachusetts Ave, Cambridge, MA 02139", ((KIND, 5, 46),)),
    Example("12 Cafe\u0301 Street, Suite 4", ((KIND, 0, 24),)),
    Example(
        "In 1969 Abbey Road came out; 2 Google Drive files; 3 Way Handshake; 100 Percent; version 2 Main Road-map"
    ),
    Example("the 5 Whys, Figure 3 Overview, 10 Hard Drive units, 20 cars down the road, step 4 Press Enter"),
)


FINDER = Finder(KIND, lambda page: (row for grammar in GRAMMARS for row in grammar.find(page)), EXAMPLES)
