"""Payment card numbers: digits that stand alone, with a valid check digit, from a known issuer or called a card."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hayward.screeners.base import Example
from hayward.screeners.pii import context
from hayward.screeners.pii.characters import members
from hayward.screeners.pii.digits import DigitRuns, digit_offsets
from hayward.screeners.pii.spans import NOTHING, Detector, Evidence, Row, Spans
from hayward.screeners.pii.stretch import Stretch

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
# A lone run of these lengths is a card without being called one; at the others order numbers are the rule.
TELLING_LENGTHS = frozenset({14, 15, 16})

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


ALLOWED_LENGTHS = _allowed_lengths()


def luhn(digits: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether each row of digits has a valid check digit (ISO/IEC 7812-1 annex B)."""
    doubled = digits[:, -2::-2] * 2
    total = digits[:, -1::-2].sum(axis=1) + (doubled - 9 * (doubled > 9)).sum(axis=1)
    valid: NDArray[np.bool_] = total % 10 == 0
    return valid


def issued(leading: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether an issuer gives out numbers that begin with each row of four digits, and have so many in all."""
    prefix = leading @ np.array([1000, 100, 10, 1])
    known: NDArray[np.bool_] = (ALLOWED_LENGTHS[prefix] >> counts) & 1 == 1
    return known


def _offsets() -> NDArray[np.int64]:
    """For each shape how far before its end each digit stands, the last in the last column; nought for none."""
    offsets = np.zeros((len(SHAPES), max(LENGTHS)), np.int64)
    for row, lengths in zip(offsets, SHAPES, strict=True):
        places = digit_offsets(lengths)
        row[-len(places) :] = places[-1] + 1 - places
    return offsets


_JOINT = members(JOINTS)
OFFSETS = _offsets()
COUNTS = np.array([sum(lengths) for lengths in SHAPES])
GROUPS = np.array([len(lengths) for lengths in SHAPES])


# Where a number with a valid check digit starts and ends, how many digits it has, whether they are grouped, whether an
# issuer is known and whether a word for it may stand before.
Candidate = tuple[int, int, int, bool, bool, bool]


def find(stretch: Stretch) -> Spans:
    """Card numbers in `stretch`, bare or in groups joined by one kind of separator."""
    runs, text = stretch.digits, stretch.text
    first, shapes = _shaped(runs)
    if not len(first):
        return NOTHING
    last = first + GROUPS[shapes] - 1
    alone = runs.standing_alone(first, last)
    starts, ends, shapes = runs.starts[first[alone]], runs.ends[last[alone]], shapes[alone]
    digits = np.where(
        OFFSETS[shapes] > 0, runs.codes[ends[:, None] - OFFSETS[shapes]].astype(np.int64) - 48, 0
    )
    leading = runs.codes[starts[:, None] + np.arange(4)].astype(np.int64) - 48
    varied = ((digits != leading[:, :1]) & (OFFSETS[shapes] > 0)).any(axis=1)
    kept = np.flatnonzero(luhn(digits) & varied)
    starts, ends, shapes = starts[kept], ends[kept], shapes[kept]
    known = issued(leading[kept], COUNTS[shapes])
    called = CARD_WORDS.may_be_near(stretch, starts, starts)
    columns = (starts, ends, COUNTS[shapes], GROUPS[shapes] > 1, known, called)
    candidates = zip(*(column.tolist() for column in columns), strict=True)
    return Spans.of(row for candidate in candidates if (row := _scored(text, candidate)) is not None)


def _shaped(runs: DigitRuns) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The runs that a number of one of the shapes begins with, and the shapes."""
    lengths = runs.lengths
    bare = np.flatnonzero((lengths >= LENGTHS[0]) & (lengths <= LENGTHS[-1]))
    found = [bare]
    shapes = [len(GROUPINGS) + lengths[bare] - LENGTHS[0]]
    opening = np.flatnonzero((lengths[:-1] == 4) & (lengths[1:] >= 4))
    opening = np.append(opening, np.flatnonzero((lengths[:-1] == 6) & (lengths[1:] == 13)))
    opening = opening[_JOINT[runs.codes[runs.ends[opening]]]]
    for shape, grouping in enumerate(GROUPINGS if len(opening) else ()):
        first = runs.shaped(grouping, separators=JOINTS, among=opening)
        found.append(first)
        shapes.append(np.full(len(first), shape))
    return np.concatenate(found), np.concatenate(shapes)


def _scored(text: bytes, candidate: Candidate) -> Row | None:
    start, end, count, is_grouped, known, may_be_called = candidate
    word = CARD_WORDS.before(text, start) if may_be_called else None
    if word is not None or (known and is_grouped):
        score = SCORE
    elif known and count in TELLING_LENGTHS and not _is_something_else(text, start):
        score = BARE_SCORE
    else:
        return None
    by_form = "called" if word else "grouped" if is_grouped else "bare"
    rule = "test" if _is_for_tests(text[start:end]) else by_form
    return start, end, score, Evidence(KIND, f"card.{rule}/1", VALIDATOR, word)


def _is_for_tests(written: bytes) -> bool:
    number = written.translate(None, b" -")
    return number in TEST_NUMBERS or number.startswith(TEST_PREFIX)


def _is_something_else(text: bytes, start: int) -> bool:
    return context.is_reference(text, start) or context.in_link(text, start)


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
