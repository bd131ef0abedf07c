"""The letters and words that names are made of, as pieces of regular expressions over code points."""

from __future__ import annotations

import re


def _ranges(characters: list[str]) -> str:
    """The characters (ascending) as the inside of a character class."""
    spans: list[list[int]] = []
    for point in map(ord, characters):
        if spans and point == spans[-1][1] + 1:
            spans[-1][1] = point
        else:
            spans.append([point, point])
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in spans)


# Capital letters of the scripts that have them and that people write their names in: Latin, Greek, Cyrillic, Armenian.
CAPITAL = _ranges([chr(point) for point in range(0x41, 0x588) if chr(point).isupper()]) + _ranges(
    [chr(point) for point in range(0x1E00, 0x2000) if chr(point).isupper() or chr(point).istitle()]
)
LETTER = r"[^\W\d_]"
# Accents that stand alone, Arabic vowel points, Indic vowel signs: \w leaves them out.
MARK = r"[\u0300-\u036f\u064b-\u065f\u0670\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963\u200c\u200d]"
TAIL = rf"(?:{LETTER}|{MARK}|['’‐-](?!s\b)(?={LETTER}))"
SPACE = r"[ \u00a0\u202f]"
BEGIN = rf"(?<![\w'’@#/\\.$-])(?<!{MARK})"
END = rf"(?![\w@/\\(\[=]|{MARK})"

CAPITALISED = rf"[{CAPITAL}]{TAIL}{{1,24}}+"
INITIAL = rf"[{CAPITAL}]{MARK}?\.(?:{SPACE}?[{CAPITAL}]\.){{0,2}}"
# "Eva B Berg"; "I" is the pronoun.
BARE_INITIAL = rf"{SPACE}(?!I{SPACE})[{CAPITAL}](?={SPACE}{CAPITALISED})"
PARTICLES = (
    r"(?:van|von|vom|zu|zum|zur|af|av|v\.|de|du|des|del|della|dello|degli|di|da|do|dos|das|der|den|het|ter|ten|te|la|le|les|los|las|el|al"
    r"|bin|ibn|bint|abu|ben|y|e|San|St\.)"
)
# One to five words, the last of them a capitalised one: "Ann", "J. R. Lee", "Eva van der Berg", "Maria de la Cruz".
NAME = (
    rf"(?:(?:{INITIAL}|{CAPITALISED}(?:{BARE_INITIAL})?){SPACE}{{1,2}}(?:{PARTICLES}{SPACE}){{0,3}}|{PARTICLES}{SPACE}){{0,4}}"
    rf"{CAPITALISED}(?:,?{SPACE}(?:Jr|Sr)\b\.?|{SPACE}(?:II|III|IV)\b)?"
)
NAME_AT = re.compile(NAME)
WORD = re.compile(rf"{LETTER}{TAIL}{{0,24}}+")
