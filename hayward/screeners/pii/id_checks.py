"""Checks of person numbers that python-stdnum lacks, or knows in an older form only."""

from __future__ import annotations

import re

HETU_SIGNS = "0123456789ABCDEFHJKLMNPRSTUVWXY"
NRIC_WEIGHTS = (2, 7, 6, 5, 4, 3, 2)
NRIC_LETTERS = {
    "S": "JZIHGFEDCBA",
    "T": "GFEDCBAJZIH",
    "F": "XWUTRQPNMLK",
    "G": "RQPNMLKXWUT",
    "M": "XWUTRQPNJLK",
}
NRIC_ADDED = {"T": 4, "G": 4, "M": 3}
NOT_NINO = frozenset({"BG", "GB", "NK", "KN", "TN", "NT", "ZZ"})
_NINO = re.compile(r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\d{6}[A-D]")


def plain(written: str) -> str:
    """The letters and digits, in upper case."""
    return "".join(character for character in written.upper() if character.isalnum())


def is_hetu(written: str) -> bool:
    """Finland: birthday and number modulo 31; the century signs A to F and U to Y too (Digital and Population Data
    Services Agency, in force since 2024)."""
    number = written.upper()
    digits = number[:6] + number[7:10]
    return len(number) == 11 and digits.isdigit() and HETU_SIGNS[int(digits) % 31] == number[10]


def is_nric(written: str) -> bool:
    """Singapore: weights 2, 7, 6, 5, 4, 3, 2 modulo 11, a letter by series (S, T, F, G, and M since 2022)."""
    number = plain(written)
    if len(number) != 9 or number[0] not in NRIC_LETTERS or not number[1:8].isdigit():
        return False
    total = sum(weight * int(digit) for weight, digit in zip(NRIC_WEIGHTS, number[1:8], strict=True))
    place = (total + NRIC_ADDED.get(number[0], 0)) % 11
    if number[0] == "M":
        place = 10 - place
    return NRIC_LETTERS[number[0]][place] == number[8]


def is_nino(written: str) -> bool:
    """United Kingdom: the prefixes that HMRC gives out (National Insurance Manual, NIM39110); no check digit."""
    number = plain(written)
    return _NINO.fullmatch(number) is not None and number[:2] not in NOT_NINO


def is_snils(written: str) -> bool:
    """Russia: weights 9 to 1 modulo 101, 100 counting as nought (Pension Fund, order 1132)."""
    digits = [int(character) for character in plain(written) if character.isdigit()]
    if len(digits) != 11:
        return False
    total = sum(weight * digit for weight, digit in zip(range(9, 0, -1), digits[:9], strict=True))
    return total % 101 % 100 == digits[9] * 10 + digits[10]


def is_kvnr(written: str) -> bool:
    """Germany, health insurance: the letter as two digits, weights 1 and 2, digit sums, modulo ten (§ 290 SGB V)."""
    number = plain(written)
    if len(number) != 10 or not number[0].isalpha() or not number[1:].isdigit():
        return False
    digits = [int(digit) for digit in f"{ord(number[0]) - 64:02d}{number[1:9]}"]
    doubled = (digit * (1 + place % 2) for place, digit in enumerate(digits))
    return sum(value // 10 + value % 10 for value in doubled) % 10 == int(number[9])


def is_rvnr(written: str) -> bool:
    """Germany, pension insurance: weights 2 1 2 5 7 1 2 1 2 1 2 1, digit sums, modulo ten (VKVV § 2)."""
    number = plain(written)
    if len(number) != 12 or not number[8].isalpha() or not (number[:8] + number[9:]).isdigit():
        return False
    digits = [int(digit) for digit in f"{number[:8]}{ord(number[8]) - 64:02d}{number[9:11]}"]
    weighted = (
        digit * weight for digit, weight in zip(digits, (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1), strict=True)
    )
    return sum(value // 10 + value % 10 for value in weighted) % 10 == int(number[11])
