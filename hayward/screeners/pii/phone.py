"""Telephone numbers: chains of digit groups that a numbering plan knows, read from the longest chain down.

A number counts as valid where libphonenumber's metadata has its range assigned, and as possible where only its length
fits: numbers kept for fiction, such as 555-01xx in an unassigned area, or ranges newer than the metadata. A possible
number is reported, with a low score, when it is written internationally, as (555) 555-0123, or after a word such as
"phone".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from hayward.screeners.base import Example
from hayward.screeners.pii import context
from hayward.screeners.pii.chains import FEWEST_DIGITS, Chains
from hayward.screeners.pii.characters import DIGIT, WORD
from hayward.screeners.pii.numbering import Standing, international, national
from hayward.screeners.pii.spans import NOTHING, Detector, Evidence, Spans
from hayward.screeners.pii.stretch import Stretch

KIND = "phone_number"
EVIDENCE = Evidence(KIND, "phone/1", "libphonenumber")
CERTAIN_SCORE = 0.9
NATIONAL_SCORE = 0.6
POSSIBLE_SCORE = 0.4

# Asked in this order for numbers written without a calling code: those with a trunk prefix 0, and all of them after
# a word for "telephone".
TRUNK_REGIONS = ("GB", "DE", "FR", "IT", "NL", "BE", "CH", "AT", "SE", "AU", "IN", "JP", "BR", "ZA", "IL")
CALLED_REGIONS = ("US", *TRUNK_REGIONS, "ES", "PL", "PT", "DK", "NO", "CZ", "FI", "SG", "CN", "MX", "NZ")
MOST_DIGITS = 15  # ITU-T E.164, behind 00 two more
FEWEST_TRUNK_DIGITS = 9
MOST_GROUPS = 8

PHONE_WORDS = context.Words(
    en="phone phones telephone telephones tel call calls called calling mobile cell cellphone fax whatsapp whats dial "
    "dialing dialling hotline reach reached contact ring sms text texted voicemail",
    de="telefon telefonnummer telefonisch rufen anrufen handy handynummer mobilnummer rufnummer mobil",
    fr="téléphone tél telephone portable appelez appeler appelle",
    es="teléfono telefono móvil movil celular llamar llame llama",
    it="telefono cellulare chiamare chiama chiamami chiamate",
    pt="telefone telemóvel telemovel celular ligue ligar liga",
    nl="telefoon telefoonnummer mobiel bellen bel",
    pl="telefon telefonu komórka komórkowy zadzwoń dzwonić",
    tr="telefon telefonu telefonum arayın ara numaram cep gsm",
    ru="телефон телефона телефону тел моб мобильный звоните звонить позвоните",
    ar="هاتف هاتفي تلفون جوال الجوال موبايل اتصل",
    hi="फ़ोन फोन मोबाइल दूरभाष कॉल",
    zh="电话 電話 手机 手機 致电 传真",
    ja="電話 携帯 連絡先 ファックス",
)
EXTENSION = re.compile(
    rb"(?:,? ?(?:x|ext\.?|extension|poste|durchwahl) ?|#)\d{1,6}(?![\dA-Za-z])", re.IGNORECASE
)
# What begins like a phone number and is none: a date, two years, an ISBN-13.
LOOKALIKES = re.compile(
    rb"(?:1[5-9]|20)\d\d[-./ ](?:0?[1-9]|1[0-2])[-./ ](?:0?[1-9]|[12]\d|3[01])(?!\d)"
    rb"|(?:0?[1-9]|[12]\d|3[01])[-./ ](?:0?[1-9]|[12]\d|3[01])[-./ ](?:1[5-9]|20)\d\d(?!\d)"
    rb"|(?:1[5-9]|20)\d\d ?[-/ ] ?(?:1[5-9]|20)\d\d(?!\d)"
    rb"|97[89][- ]\d{1,5}[- ]\d{1,7}[- ]\d{1,7}[- ]\d(?!\d)"
)
_NOT_DIGITS = bytes(sorted(set(range(256)) - set(range(48, 58))))


def find(stretch: Stretch) -> Spans:
    """Phone numbers in `stretch`, extension included."""
    runs = stretch.digits
    if not len(runs):
        return NOTHING
    return Spans.of((*row, EVIDENCE) for row in _read(stretch.text, Chains.of(runs)))


def _read(text: bytes, chains: Chains) -> Iterator[tuple[int, int, float]]:
    starts, ends = chains.runs.starts, chains.runs.ends
    beginnings = chains.beginnings()
    stops = (chains.last[beginnings] + 1).clip(max=beginnings + MOST_GROUPS)
    consumed = 0
    for run, stop in zip(beginnings.tolist(), stops.tolist(), strict=True):
        if starts[run] < consumed:
            continue
        found = number_at(text, starts[run:stop].tolist(), ends[run:stop].tolist())
        if found is not None:
            consumed = found[1]
            yield found


def number_at(text: bytes, starts: list[int], ends: list[int]) -> tuple[int, int, float] | None:
    """The phone number that begins with the first of these groups of digits, as (start, end, score)."""
    first = starts[0]
    before = text[first - 2 : first]
    if before[1:] == b"+" or before == b"+(":
        begin = first - (2 if before == b"+(" else 1)
        found = _longest(text, starts, ends, _international)
    elif LOOKALIKES.match(text, first):
        return None
    else:
        begin = first - (before[1:] == b"(")
        found = _national(text, starts, ends)
        if found is None or _is_something_else(text, first):
            return None
    return None if found is None else _complete(text, begin, first, *found)


def _national(text: bytes, starts: list[int], ends: list[int]) -> tuple[int, float] | None:
    if PHONE_WORDS.before(text, starts[0]):
        return _longest(text, starts, ends, _called)
    # Most numbers of a text end here: of one group, or of groups that no unannounced number begins with.
    if len(starts) == 1 or (text[starts[0]] != ord("0") and ends[0] - starts[0] not in {1, 3}):
        return None
    return _longest(text, starts, ends, _uncalled)


def _complete(text: bytes, begin: int, first: int, end: int, score: float) -> tuple[int, int, float]:
    """The number without a bracket that only closes after it, and with its extension."""
    if text[begin : begin + 1] == b"(" and b")" not in text[begin:end]:
        begin = first
    extension = EXTENSION.match(text, end)
    return begin, extension.end() if extension else end, score


def _is_something_else(text: bytes, first: int) -> bool:
    return context.is_reference(text, first) or context.in_link(text, first)


Judge = Callable[[str, bytes, Sequence[int]], float]


def _longest(text: bytes, starts: list[int], ends: list[int], judge: Judge) -> tuple[int, float] | None:
    """The end and score of the most groups that are valid together; failing that, of the most possible."""
    possible = None
    sizes = [end - start for start, end in zip(starts, ends, strict=True)]
    for count in range(len(sizes), 0, -1):
        if not FEWEST_DIGITS <= sum(sizes[:count]) <= MOST_DIGITS + 2 or not _may_end(text, ends[count - 1]):
            continue
        written = text[starts[0] - 1 : ends[count - 1]]
        digits = written.replace(b"(0)", b"").translate(None, _NOT_DIGITS).decode()
        score = judge(digits, written, sizes[:count])
        if score > POSSIBLE_SCORE:
            return ends[count - 1], score
        if score and possible is None:
            possible = ends[count - 1], score
    return possible


def _may_end(text: bytes, end: int) -> bool:
    after, beyond = text[end], text[end + 1]
    if after in b"-./,:" and DIGIT[beyond]:
        return False
    return not WORD[after] or EXTENSION.match(text, end) is not None


def _international(digits: str, _written: bytes, _sizes: Sequence[int]) -> float:
    return _INTERNATIONAL_SCORES[international(digits)] if len(digits) <= MOST_DIGITS else 0.0


def _uncalled(digits: str, written: bytes, sizes: Sequence[int]) -> float:
    """The score of a national number that nothing announces: only shapes that are hardly anything else."""
    if len(sizes) < 2:
        return 0.0
    if digits.startswith("00"):
        return CERTAIN_SCORE if international(digits[2:]) is Standing.VALID else 0.0
    if digits[0] == "0":
        return NATIONAL_SCORE if _is_trunk_shaped(digits, written, sizes) and _is_trunk_valid(digits) else 0.0
    if not _is_north_american(digits, sizes):
        return 0.0
    if international("1" + digits[-10:]) is Standing.VALID:
        return NATIONAL_SCORE
    return POSSIBLE_SCORE if b"-" in written or written.startswith(b"(") else 0.0


def _is_trunk_shaped(digits: str, written: bytes, sizes: Sequence[int]) -> bool:
    """Whether digits after a trunk 0 are grouped as in a phone number, not as in an ISBN, a date or an SSN."""
    if sizes[0] == 1 and not written.startswith(b"("):
        return False
    return len(digits) >= FEWEST_TRUNK_DIGITS and tuple(sizes) != (3, 2, 4)


def _is_trunk_valid(digits: str) -> bool:
    return national(digits, TRUNK_REGIONS) is Standing.VALID


def _is_north_american(digits: str, sizes: Sequence[int]) -> bool:
    """Whether digits are grouped 3-3-4 or 1-3-3-4, area and exchange beginning with 2 to 9 (NANP)."""
    grouped = tuple(sizes) == (3, 3, 4) or (tuple(sizes) == (1, 3, 3, 4) and digits[0] == "1")
    return grouped and digits[-10] in "23456789" and digits[-7] in "23456789"


def _called(digits: str, written: bytes, sizes: Sequence[int]) -> float:
    """The score of a national number after a word for telephone."""
    if _uncalled(digits, written, sizes) > POSSIBLE_SCORE:
        return CERTAIN_SCORE
    dialled = international(digits[2:]) if digits.startswith("00") else Standing.IMPOSSIBLE
    standing = max(dialled, national(digits, CALLED_REGIONS))
    if standing is Standing.VALID and (len(sizes) > 1 or len(digits) > 8):
        return NATIONAL_SCORE
    return POSSIBLE_SCORE if standing and len(sizes) > 1 else 0.0


_INTERNATIONAL_SCORES = {
    Standing.IMPOSSIBLE: 0.0,
    Standing.POSSIBLE: POSSIBLE_SCORE,
    Standing.VALID: CERTAIN_SCORE,
}

EXAMPLES = (
    Example("+44 20 7946 0958", ((KIND, 0, 16),)),
    Example("Ring +1 (212) 555-0123, or 212-555-0124.", ((KIND, 5, 22), (KIND, 27, 39))),
    Example("(212) 555-0123 ext. 45", ((KIND, 0, 22),)),
    Example("212-555-0123x4587 until 2030", ((KIND, 0, 17),)),
    Example("(555) 555-0123 or 1-800-555-0199", ((KIND, 0, 14), (KIND, 18, 32))),
    Example("in 2019 212-555-0123 212-555-0124", ((KIND, 8, 20), (KIND, 21, 33))),
    Example("020 7946 0958, 0044 20 7946 0958", ((KIND, 0, 13), (KIND, 15, 32))),
    Example("01 99 00 12 34 / +33 1 99 00 12 34", ((KIND, 0, 14), (KIND, 17, 34))),
    Example("Tél\u00a0: 01.99.00.12.34", ((KIND, 6, 20),)),
    Example("+41 (0)44 668 18 00", ((KIND, 0, 19),)),
    Example("\U0001f4de e\u0301 tel: 2125550123", ((KIND, 10, 20),)),
    Example("call me at 2125550123 (or 467 3395)", ((KIND, 11, 21), (KIND, 26, 34))),
    Example('<a href="tel:+442079460958">', ((KIND, 13, 26),)),
    Example("until 1:15:37. 212-555-0123. 2019, +442079460958  250", ((KIND, 15, 27), (KIND, 35, 48))),
    Example("order 12345678901234, order no. 212-555-0123, invoice 020 7946 0958"),
    Example("2019-03-04, 04/03/2019, 01.02.2003, 1998-2003, ISBN 978-0-306-40615-7, 0-306-40615-2"),
    Example("v10.41.21.72, 01.02.03.04, 3.14159265358979, 1,234,567,890, 12345-67890"),
    Example("550e8400-e29b-41d4-a716-446655440000, d41d8cd98f00b204e9800998ecf8427e, a212-555-0123"),
    Example("https://example.org/212-555-0123/020-7946-0958, $2125550123, +12, 1+2125550123"),
)

DETECTOR = Detector((KIND,), find, EXAMPLES)
