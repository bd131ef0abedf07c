"""Payment card numbers: digits that stand alone, with a valid check digit, from a known issuer or called a card."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hayward.screeners.base import Example
from hayward.screeners.pii import context
from hayward.screeners.pii.characters import members
from hayward.screeners.pii.digits import DigitRuns, digit_offsets
from hayward.screeners.pii.spans import NOTHING, Detector, Evidence, Row, Spans
from hayward.screeners.pii.stretch import Stretch
from hayward.screeners.pii.surroundings import in_link, is_reference

KIND = "credit_card"
VALIDATOR = "Luhn"
SCORE = 0.9
BARE_SCORE = 0.6

# (first prefix, last prefix, lengths) of issuers under ISO/IEC 7812, as the schemes publish them.
ISSUERS: tuple[tuple[int, int, tuple[int, ...]], ...] = (
    (4, 4, (13, 16, 19)),  # Visa
    (51, 55, (16,)),  # Mastercard
    (2221, 2720, (16,)),
    (34, 34, (15,)),  # American Express
    (37, 37, (15,)),
    (300, 305, (14, 16)),  # Diners Club
    (3095, 3095, (14, 16)),
    (36, 36, (14, 16)),
    (38, 39, (14, 16)),
    (6011, 6011, (16, 19)),  # Discover
    (644, 649, (16, 19)),
    (65, 65, (16, 19)),
    (3528, 3589, (16, 19)),  # JCB
    (1800, 1800, (15,)),
    (2131, 2131, (15,)),
    (62, 62, (16, 17, 18, 19)),  # UnionPay
    (50, 50, (12, 13, 14, 15, 16, 17, 18, 19)),  # Maestro
    (56, 58, (12, 13, 14, 15, 16, 17, 18, 19)),
    (67, 67, (12, 13, 14, 15, 16, 17, 18, 19)),
    (2200, 2204, (16,)),  # Mir
    (81, 82, (16,)),  # RuPay
)
GROUPINGS = ((4, 4, 4, 4), (4, 6, 5), (4, 6, 4), (4, 4, 4, 4, 3), (4, 4, 5), (6, 13))
LENGTHS = range(12, 20)
SHAPES = (*GROUPINGS, *((length,) for length in LENGTHS))
JOINTS = b" -"
_GROUP_BITS = 5
# A lone run of these lengths is a card without being called one; at the others order numbers are the rule.
TELLING_LENGTHS = (14, 15, 16)

# Published for trying payments out, and nobody's: Stripe (docs.stripe.com/testing), PayPal, Adyen.
TEST_NUMBERS = frozenset(
    b"4242424242424242 4111111111111111 4012888888881881 4222222222222 4000056655665556 5555555555554444 "
    b"2223003122003222 5200828282828210 5105105105105100 378282246310005 371449635398431 378734493671000 "
    b"6011111111111117 6011000990139424 6011981111111113 3056930009020004 36227206271667 30569309025904 "
    b"38520000023237 6555900000604105 3566002020360505 3530111333300000 6200000000000005 6205500000000000004 "
    b"5019717010103742 6331101999990016 4988438843884305 5454545454545454 2222400070000005".split()
)
TEST_PREFIX = b"40000000000"  # Stripe's answers to order: declined, expired, stolen …

CARD_WORDS = context.Words(
    en="card cards creditcard visa mastercard amex express discover diners jcb maestro unionpay credit debit cc pan",
    de="karte kreditkarte kartennummer kreditkartennummer",
    fr="carte",
    es="tarjeta",
    it="carta",
    pt="cartão cartao",
    nl="kaart creditcardnummer kaartnummer",
    pl="karta karty kartą kartę",
    tr="kart kartı kredi",
    ru="карта карты картой карту",
    ar="بطاقة بطاقتي ائتمان",
    hi="कार्ड",
    zh="信用卡 卡号 卡號 银行卡 银联",
    ja="カード",
)


def _allowed_lengths() -> NDArray[np.int64]:
    """For each first four digits a bit mask of the lengths that a card with them may have."""
    allowed = np.zeros(10_000, np.int64)
    for first, last, lengths in ISSUERS:
        scale = 10 ** (4 - len(str(first)))
        allowed[first * scale : (last + 1) * scale] |= sum(1 << length for length in lengths)
    return allowed


def _test_beginnings() -> NDArray[np.bool_]:
    """For each first four digits whether a number for tests begins with them."""
    beginnings = np.zeros(10_000, bool)
    beginnings[[int(number[:4]) for number in (*TEST_NUMBERS, TEST_PREFIX)]] = True
    return beginnings


def _offsets() -> NDArray[np.int64]:
    """For each shape how far before its end each digit stands, the last in the last column; nought for none."""
    offsets = np.zeros((len(SHAPES), max(LENGTHS)), np.int64)
    for row, lengths in zip(offsets, SHAPES, strict=True):
        places = digit_offsets(lengths)
        row[-len(places) :] = places[-1] + 1 - places
    return offsets


def _packed(lengths: tuple[int, ...]) -> int:
    return sum(length << _GROUP_BITS * place for place, length in enumerate(lengths))


def _values() -> NDArray[np.uint8]:
    """What each byte is worth as a digit; nought for all else."""
    values = np.zeros(256, np.uint8)
    values[ord("0") : ord("9") + 1] = np.arange(10)
    return values


ALLOWED_LENGTHS = _allowed_lengths()
TEST_BEGINNINGS = _test_beginnings()
OFFSETS = _offsets()
COUNTS = np.array([sum(lengths) for lengths in SHAPES])
GROUPS = np.array([len(lengths) for lengths in SHAPES])
# Of a known issuer's number that nothing calls a card.
SCORES = np.where(GROUPS > 1, SCORE, np.where(np.isin(COUNTS, TELLING_LENGTHS), BARE_SCORE, 0))
_MOST_GROUPS = max(map(len, GROUPINGS))
_LONGEST_GROUP = (1 << _GROUP_BITS) - 1
_PLACES = np.arange(_MOST_GROUPS) * _GROUP_BITS
_GROUPINGS = np.array([_packed(lengths) for lengths in GROUPINGS])
_LAST_GROUPS = GROUPS[: len(GROUPINGS)] - 1
_JOINT = members(JOINTS)
_VALUES = _values()
_DOUBLED = np.array([0, 2, 4, 6, 8, 1, 3, 5, 7, 9], np.uint8)  # the digits of twice a digit added up
_THOUSANDS = np.array([1000, 100, 10, 1])
_UNCALLED = {rule: Evidence(KIND, f"card.{rule}/1", VALIDATOR) for rule in ("grouped", "bare", "test")}


class Candidates(NamedTuple):
    """Numbers with a valid check digit: where each starts and ends, which shape it has, and its first four digits."""

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    shapes: NDArray[np.int64]
    beginnings: NDArray[np.int64]


def find(stretch: Stretch) -> Spans:
    """Card numbers in `stretch`, bare or in groups joined by one kind of separator."""
    first, shapes = _shaped(stretch.digits)
    if not len(first):
        return NOTHING
    return Spans.of(_rows(stretch, _checked(stretch.digits, first, shapes)))


def _shaped(runs: DigitRuns) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The runs that a number of one of the shapes begins with, and the shapes."""
    lengths = runs.lengths
    bare = np.flatnonzero((lengths >= LENGTHS[0]) & (lengths <= LENGTHS[-1]))
    thirteen = bare[(lengths[bare] == 13) & (bare > 0)]
    opening = np.flatnonzero((lengths[:-1] == 4) & (lengths[1:] >= 4))
    opening = np.append(opening, thirteen[lengths[thirteen - 1] == 6] - 1)
    opening = opening[_JOINT[runs.joints[opening]]]
    of_bare = len(GROUPINGS) + lengths[bare] - LENGTHS[0]
    if not len(opening):
        return bare, of_bare
    shapes, places = np.nonzero(_groups(runs, opening)[_LAST_GROUPS] == _GROUPINGS[:, None])
    return np.append(bare, opening[places]), np.append(of_bare, shapes)


def _groups(runs: DigitRuns, opening: NDArray[np.int64]) -> NDArray[np.int64]:
    """The lengths of these runs, then packed with those of the next, of the next two … that the same byte joins."""
    following = opening + np.arange(_MOST_GROUPS)[:, None]
    places = np.minimum(following, len(runs) - 1)
    joints = runs.joints[np.minimum(places[:-1], len(runs) - 2)]
    lengths = np.minimum(runs.lengths[places], _LONGEST_GROUP) * (places == following)
    lengths[1:] *= joints == joints[0]
    packed: NDArray[np.int64] = np.cumsum(lengths << _PLACES[:, None], axis=0)
    return packed


def _checked(runs: DigitRuns, first: NDArray[np.int64], shapes: NDArray[np.int64]) -> Candidates:
    """Those that stand alone and have a valid check digit, by where they start and the longer first."""
    last = first + GROUPS[shapes] - 1
    alone = runs.standing_alone(first, last)
    starts, ends, shapes = runs.starts[first[alone]], runs.ends[last[alone]], shapes[alone]
    # Where a row has no digit the byte after the number is read: it is none, and worth nought.
    digits = _VALUES[runs.codes[ends[:, None] - OFFSETS[shapes]]]
    leading = _VALUES[runs.codes[starts[:, None] + np.arange(len(_THOUSANDS))]]
    valid = np.flatnonzero(luhn(digits))
    varied = ((digits[valid] != leading[valid, :1]) & (OFFSETS[shapes[valid]] > 0)).any(axis=1)
    kept = valid[varied]
    kept = kept[np.lexsort((-ends[kept], starts[kept]))]
    return Candidates(starts[kept], ends[kept], shapes[kept], leading[kept] @ _THOUSANDS)


def luhn(digits: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Whether each row of digits has a valid check digit (ISO/IEC 7812-1 annex B)."""
    total = digits[:, -1::-2].sum(axis=1) + _DOUBLED[digits[:, -2::-2]].sum(axis=1)
    valid: NDArray[np.bool_] = total % 10 == 0
    return valid


def _rows(stretch: Stretch, candidates: Candidates) -> Iterator[Row]:
    """The candidates that are cards; of those that overlap, in a row of groups, the first."""
    starts, ends, shapes, beginnings = candidates
    words = CARD_WORDS.nearest(stretch, starts, starts)
    known = (ALLOWED_LENGTHS[beginnings] >> COUNTS[shapes]) & 1
    columns = (starts, ends, known * SCORES[shapes], TEST_BEGINNINGS[beginnings])
    done = 0
    for start, end, score, may_be_test, word in zip(*(c.tolist() for c in columns), words, strict=True):
        if start < done or not (score or word):
            continue
        if word is None and score == BARE_SCORE and _is_something_else(stretch.text, start):
            continue
        done = end
        rule = "called" if word else "grouped" if score == SCORE else "bare"
        if may_be_test and _is_for_tests(stretch.text[start:end]):
            rule = "test"
        evidence = Evidence(KIND, f"card.{rule}/1", VALIDATOR, word) if word else _UNCALLED[rule]
        yield start, end, SCORE if word else score, evidence


def _is_for_tests(written: bytes) -> bool:
    number = written.translate(None, JOINTS)
    return number in TEST_NUMBERS or number.startswith(TEST_PREFIX)


def _is_something_else(text: bytes, start: int) -> bool:
    return is_reference(text, start) or in_link(text, start)


EXAMPLES = (
    Example("4111 1111 1111 1111", ((KIND, 0, 19),)),
    Example("Visa 4111-1111-1111-1111, exp 12/30", ((KIND, 5, 24),)),
    Example("paid with 4012888888881881.", ((KIND, 10, 26),)),
    Example("Amex 3782 822463 10005", ((KIND, 5, 22),)),
    Example("378282246310005", ((KIND, 0, 15),)),
    Example("3056 930902 5904 and 30569309025904", ((KIND, 0, 16), (KIND, 21, 35))),
    Example("my credit card 3590730093437731", ((KIND, 15, 31),)),
    Example("id 3590730093437731, order 4111111111111111"),
    Example("Karte: 2223003122003222", ((KIND, 7, 23),)),
    Example("4111 1111 1111 1112, 4111-1111 1111-1111"),
    Example("order 41111111111111111111, id x4111111111111111, 0.4111111111111111"),
    Example("https://example.org/item/4111111111111111"),
    Example("0000 0000 0000 0000, 4444 4444 4444 4444, 9111 1111 1111 1111"),
)

DETECTOR = Detector((KIND,), find, EXAMPLES)
