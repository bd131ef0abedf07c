"""How sure it is that digit groups are a phone number: by numbering plan, by grouping, by what is expected."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hayward.screeners.pii.numbering import Plans, Standing, all_plans, international, plans_of

CERTAIN_SCORE = 0.9
NATIONAL_SCORE = 0.6
POSSIBLE_SCORE = 0.4
GROUPED_SCORE = 0.3

# Asked in this order for numbers written without a calling code: those with a trunk prefix 0, and all of them after
# a word for "telephone".
TRUNK = Plans((
    "GB", "DE", "FR", "IT", "NL", "BE", "CH", "AT", "SE", "AU", "IN", "JP", "BR", "ZA", "IL", "TR", "ID", "PK", "NG",
    "EG", "PH", "VN", "TH", "MY", "KR", "CN", "TW", "RO", "UA", "IE", "FI", "NZ", "BG", "RS", "HR", "SK", "SI", "LT",
    "AR", "VE", "PE", "MA", "DZ", "KE", "GH", "SA", "AE", "IR", "IQ", "BD", "LK", "MM",
))  # fmt: skip
COMMON = Plans((
    "US", "GB", "DE", "FR", "IT", "NL", "BE", "CH", "AT", "SE", "AU", "IN", "JP", "BR", "ZA", "IL", "ES", "PL", "PT",
    "DK", "NO", "CZ", "FI", "SG", "CN", "MX", "NZ", "RU", "TR", "UA", "GR", "HU", "HK", "RO", "KR", "AR", "CL", "CO",
))  # fmt: skip
MOST_DIGITS = 15
FEWEST_TRUNK_DIGITS = 9
ZIP_CODE = bytes((5, 4))
SOCIAL_SECURITY = bytes((3, 2, 4))
# A lone run of these lengths that begins with 0 is a number to dial rather than a count.
BARE_LENGTHS = frozenset({10, 11})
# Groupings that phone numbers have and hardly anything else: no thousands (12 345 678), no date, no time.
GROUPINGS = frozenset(
    bytes(sizes) for sizes in (
        (2, 2, 2, 2), (3, 2, 2, 2), (2, 3, 2, 2), (3, 3, 2, 2), (1, 2, 2, 2, 2), (1, 3, 3, 2, 2), (1, 3, 2, 2),
        (2, 4, 4), (3, 4, 4), (1, 4, 4), (2, 5, 4), (3, 2, 3), (2, 3, 4),
    )
)  # fmt: skip
NORTH_AMERICAN = (bytes((3, 3, 4)), bytes((1, 3, 3, 4)))
FREEPHONE = re.compile(r"(?:1?800|1300|1[89]00|0800|0900)\d{6,7}")
FREEPHONE_LEADS = b"18"
LONGEST_FREEPHONE = 12  # with a 0 in brackets
LONGEST_SHAPED = 7
_PAIR = bytes((2,))


def _shapes(known: Iterable[bytes]) -> NDArray[np.bool_]:
    """By the sizes of three groups whether a number of a known shape may begin with them."""
    shapes = np.zeros((LONGEST_SHAPED + 1,) * 3, bool)
    for one, two, three, *_ in known:
        shapes[one, two, three] = True
    return shapes


_EVENLY = re.compile(rb".\(?\d+\)?(?:(?: |-|\xc2\xa0|\xe2\x80\xaf)\(?\d+\)?)+", re.DOTALL)
NORTH_AMERICAN_SHAPES, GROUPING_SHAPES = _shapes(NORTH_AMERICAN), _shapes(GROUPINGS)


class Group(NamedTuple):
    """Groups of digits, with the byte before the first; `is_whole` if no other number is joined to the last.

    `sizes` are the groups' numbers of digits, a byte each.
    """

    digits: str
    written: bytes
    sizes: bytes
    is_whole: bool


class Reading(NamedTuple):
    """How sure it is, and by which rule."""

    score: float
    rule: str


Judge = Callable[[Group], Reading | None]

INTERNATIONAL, DIALLED = Reading(CERTAIN_SCORE, "international"), Reading(CERTAIN_SCORE, "dialled")
INTERNATIONAL_POSSIBLE = Reading(POSSIBLE_SCORE, "international-possible")
AMERICAN, AMERICAN_POSSIBLE = (
    Reading(NATIONAL_SCORE, "north-american"), Reading(POSSIBLE_SCORE, "north-american-possible"),
)  # fmt: skip
GROUPED, BARE = Reading(GROUPED_SCORE, "grouped"), Reading(GROUPED_SCORE, "bare")
CALLED, CALLED_POSSIBLE = Reading(NATIONAL_SCORE, "called"), Reading(POSSIBLE_SCORE, "called-possible")


@lru_cache(maxsize=1 << 9)
def _of_region(region: str | None) -> Reading | None:
    return Reading(NATIONAL_SCORE, f"national-{region.lower()}") if region else None


@lru_cache(maxsize=1 << 9)
def _called_as(plain: Reading) -> Reading:
    return Reading(CERTAIN_SCORE, f"called-{plain.rule}")


def international_reading(group: Group) -> Reading | None:
    """Digits behind a plus sign."""
    if len(group.digits) > MOST_DIGITS:
        return None
    standing = international(group.digits)
    if standing is Standing.VALID:
        return INTERNATIONAL
    return INTERNATIONAL_POSSIBLE if standing else None


def uncalled(group: Group) -> Reading | None:
    """A national number that nothing announces: only shapes that are hardly anything else."""
    digits, written, sizes, _ = group
    if digits.startswith("00"):
        valid = len(sizes) > 1 and international(digits[2:]) is Standing.VALID
        return DIALLED if valid else None
    if digits[0] == "0":
        return _trunk(group)
    if _is_north_american(digits, sizes) and not (b"." in written[1:] and b"-" in written[1:]):
        if international("1" + digits[-10:]) is Standing.VALID:
            return AMERICAN
        fictional = b"-" in written or written[1:2] == b"(" or written.startswith(b"(")
        return AMERICAN_POSSIBLE if fictional else None
    return _grouped(group)


@lru_cache(maxsize=1 << 12)
def worth_reading(lead: int, sizes: bytes) -> frozenset[int]:
    """With how many of the groups of these sizes `uncalled` can find a number; `lead`: the first byte."""
    if lead == ord("0"):
        return frozenset(range(1, len(sizes) + 1))
    counts = {len(shape) for shape in NORTH_AMERICAN if sizes.startswith(shape)}
    if sizes in GROUPINGS or (len(sizes) > 2 and lead in FREEPHONE_LEADS):
        counts.add(len(sizes))
    return frozenset(counts)


def may_be_expected(group: Group) -> bool:
    """Whether `hinted` can find a number in these groups, which nothing follows, in any region."""
    if group.sizes == ZIP_CODE or (len(group.sizes) == 1 and len(group.digits) < FEWEST_TRUNK_DIGITS):
        return False
    return group.digits[0] == "0" or _EVENLY.fullmatch(group.written) is not None


def hinted(regions: tuple[str, ...], group: Group) -> Reading | None:
    """A number that is valid in one of the regions that its text or its reader expects."""
    return _of_region(plans_of(regions).region_of(group.digits)) if regions else None


def called(group: Group) -> Reading | None:
    """A national number after a word for telephone."""
    digits, _, sizes, _ = group
    plain = uncalled(group)
    if plain is not None and plain.score > POSSIBLE_SCORE:
        return _called_as(plain)
    dialled = international(digits[2:]) if digits.startswith("00") else Standing.IMPOSSIBLE
    is_grouped = len(sizes) > 1
    if (is_grouped or len(digits) > 8) and (dialled is Standing.VALID or COMMON.region_of(digits)):
        return CALLED
    if is_grouped:
        is_possible = dialled or COMMON.may_have(digits) or all_plans().may_have(digits)
    else:
        is_possible = len(digits) >= 8 and not plain and all_plans().region_of(digits) is not None
    return CALLED_POSSIBLE if is_possible else None


def _trunk(group: Group) -> Reading | None:
    """Digits behind a trunk 0, grouped as in a phone number, not as in an ISBN, a date or an SSN."""
    digits, written, sizes, _ = group
    if len(sizes) == 1:
        counted = digits[1] == "0" or digits in "01234567890"
        bare = len(digits) in BARE_LENGTHS and not counted and TRUNK.region_of(digits)
        return BARE if bare else None
    if sizes[0] == 1 and not written.startswith(b"("):
        return _grouped(group)
    if len(digits) < FEWEST_TRUNK_DIGITS or sizes in (SOCIAL_SECURITY, ZIP_CODE):
        return None
    return _of_region(TRUNK.region_of(digits))


def _is_north_american(digits: str, sizes: bytes) -> bool:
    """Whether digits are grouped 3-3-4 or 1-3-3-4, area and exchange beginning with 2 to 9 (NANP)."""
    grouped = sizes in NORTH_AMERICAN and (len(sizes) == 3 or digits[0] == "1")
    return grouped and digits[-10] in "23456789" and digits[-7] in "23456789"


def _grouped(group: Group) -> Reading | None:
    """A number without a trunk prefix, in a grouping that little else has, with no other number beside it."""
    digits, written, sizes, is_whole = group
    likely = sizes in GROUPINGS or (len(sizes) > 2 and FREEPHONE.fullmatch(digits))
    if not likely or not is_whole or not _EVENLY.fullmatch(written):
        return None
    if _is_series(digits, sizes) or COMMON.region_of(digits) is None:
        return None
    return GROUPED


def _is_series(digits: str, sizes: bytes) -> bool:
    """Whether pairs of digits rise: 10 20 30 40."""
    if sizes.strip(_PAIR):
        return False
    pairs = [digits[place : place + 2] for place in range(0, len(digits), 2)]
    return sorted(pairs) == pairs
