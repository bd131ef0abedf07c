"""Checks of person numbers that python-stdnum lacks, knows in an older form only, or is slow at for common ones."""

from __future__ import annotations

import re
from datetime import date
from itertools import cycle
from operator import mul

from stdnum import verhoeff
from stdnum.gb import nhs

HETU_SIGNS = "0123456789ABCDEFHJKLMNPRSTUVWXY"
NRIC_WEIGHTS = (2, 7, 6, 5, 4, 3, 2)
FODSELSNUMMER_WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
NRIC_LETTERS = {
    "S": "JZIHGFEDCBA",
    "T": "GFEDCBAJZIH",
    "F": "XWUTRQPNMLK",
    "G": "RQPNMLKXWUT",
    "M": "XWUTRQPNJLK",
}
NRIC_ADDED = {"T": 4, "G": 4, "M": 3}
PESEL_WEIGHTS = (1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1)
PESEL_CENTURIES = (1900, 2000, 2100, 2200, 1800)
DNI_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"
NIE_LETTERS = "XYZ"
ICAO_WEIGHTS = (7, 3, 1)
NOT_NINO = frozenset({"BG", "GB", "NK", "KN", "TN", "NT", "ZZ"})
_MBI_LETTER = "AC-HJKMNP-RT-Y"
_MBI = re.compile(
    rf"[1-9][{_MBI_LETTER}][\d{_MBI_LETTER}]\d[{_MBI_LETTER}][\d{_MBI_LETTER}]\d[{_MBI_LETTER}]{{2}}\d\d"
)
_ITIN = re.compile(r"9\d\d(?:5\d|6[0-5]|7\d|8[0-8]|9[0-24-9])\d{4}")
_NINO = re.compile(r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\d{6}[A-D]")


def plain(written: str) -> str:
    """The letters and digits, in upper case."""
    capitals = written.upper()
    return capitals if capitals.isalnum() else "".join(filter(str.isalnum, capitals))


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


def is_pesel(written: str) -> bool:
    """Poland: weights 1, 3, 7, 9 modulo ten, and a date whose month tells the century (as stdnum pl.pesel)."""
    is_summed = len(written) == 11 and sum(map(mul, PESEL_WEIGHTS, map(int, written))) % 10 == 0
    if not is_summed:
        return False
    century, month = divmod(int(written[2:4]), 20)
    try:
        date(PESEL_CENTURIES[century] + int(written[:2]), month, int(written[4:6]))
    except ValueError:
        return False
    return True


def is_dni(written: str) -> bool:
    """Spain: eight digits modulo 23 as a letter (as stdnum es.dni)."""
    number = plain(written)
    return len(number) == 9 and number[:8].isdecimal() and DNI_LETTERS[int(number[:8]) % 23] == number[8]


def is_nie(written: str) -> bool:
    """Spain, foreigners: X, Y or Z for 0, 1 or 2, and the rest as in a DNI (as stdnum es.nie)."""
    number = plain(written)
    return number[0] in NIE_LETTERS and is_dni(f"{NIE_LETTERS.index(number[0])}{number[1:]}")


def is_short_dni(written: str) -> bool:
    """Spain: a DNI below ten million, written without the nought at its beginning."""
    number = plain(written)
    return len(number) == 8 and is_dni(f"0{number}")


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


def has_icao_digit(written: str) -> bool:
    """The last digit of a travel document's number: digits and letters from A for ten on, weights 7, 3, 1, modulo ten
    (ICAO Doc 9303 part 3, section 4.9)."""
    number = plain(written)
    total = sum(
        weight * int(sign, 36) for weight, sign in zip(cycle(ICAO_WEIGHTS), number[:-1], strict=False)
    )
    return number[-1:] == str(total % 10)


def is_frn(written: str) -> bool:
    """South Korea, foreigners: weights 2 to 9 and 2 to 5 modulo 11, from thirteen (Ministry of Justice).

    Numbers given since October 2020 have no check digit: with a hyphen after the birthday the form is enough.
    """
    digits = [int(character) for character in written if character.isdigit()]
    weights = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
    if len(digits) != 13:
        return False
    total = sum(weight * digit for weight, digit in zip(weights, digits[:12], strict=True))
    return "-" in written or (13 - total % 11) % 10 == digits[12]


def is_itin(written: str) -> bool:
    """United States, for taxes: the area 9xx and the groups given out (IRS, Internal Revenue Manual 3.21.263)."""
    return _ITIN.fullmatch(plain(written)) is not None


def is_grouped_nhs(written: str) -> bool:
    """NHS numbers (Data Dictionary, modulo 11) that can be no North American telephone, which is grouped alike."""
    number = plain(written)
    is_telephone = number[:1] in "23456789" and number[3:4] in "23456789"
    return not is_telephone and nhs.is_valid(number)


def is_pan(written: str) -> bool:
    """India: the fourth letter is the holder's type (Income Tax Department); no check that is published."""
    return len(written) == 10 and written[3:4].upper() in set("ABCFGHJLPT") and written[5:9] != "0000"


def is_mbi(written: str) -> bool:
    """United States, Medicare: which of eleven places are letters, without S, L, O, I, B and Z (CMS, MBI format)."""
    return _MBI.fullmatch(plain(written)) is not None


def is_medicare(written: str) -> bool:
    """Australia: weights 1, 3, 7, 9 over eight digits modulo ten, then the issue (Services Australia)."""
    digits = [int(character) for character in written if character.isdigit()]
    if len(digits) != 10 or not 2 <= digits[0] <= 6:
        return False
    total = sum(weight * digit for weight, digit in zip((1, 3, 7, 9, 1, 3, 7, 9), digits[:8], strict=True))
    return total % 10 == digits[8] and digits[9] > 0


def is_nin(written: str) -> bool:
    """Nigeria: eleven digits, the last by Verhoeff (NIMC)."""
    return len(written) == 11 and verhoeff.is_valid(written)


def has_nine_digits(written: str) -> bool:
    """The Philippines' tax number: nine digits, with or without a branch of three; no check that is published (BIR)."""
    return len(plain(written)) in {9, 12}


def repeats_one_digit(number: str) -> bool:
    """Of the first ten digits of a German tax number one stands there twice or thrice (BZSt)."""
    return len(set(number[:10])) in {8, 9}


def ends_like_tckimlik(number: str) -> bool:
    """The last digit of a Turkish number is the sum of the others, modulo ten (NVI)."""
    return sum(map(int, number[:10])) % 10 == int(number[10])


def ends_like_fodselsnummer(number: str) -> bool:
    """Norway: the weighted sum is a multiple of eleven (Skatteetaten)."""
    weighted = (weight * int(digit) for weight, digit in zip(FODSELSNUMMER_WEIGHTS, number, strict=True))
    return sum(weighted) % 11 == 0
