"""Pseudonyms that can be nobody's: addresses and numbers from ranges kept for documentation, and numbered marks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import count, islice
from string import ascii_uppercase

# Ranges from which nobody gets a number: NANPA 555-0100 to -0199; Ofcom, numbers for drama; ARCEP decision 2018-0881;
# Bundesnetzagentur, numbers for media (Berlin).
_PHONES: Mapping[str, tuple[str, int]] = {
    "+44": ("+44 20 7946 {:04d}", 1000),
    "+33": ("+33 1 99 00 {:02d} {:02d}", 10_000),
    "+49": ("+49 30 23125 {:03d}", 1000),
    "": ("+1 202-555-01{:02d}", 100),
}
# RFC 5737 and RFC 3849: blocks for documentation.
_NETWORKS = ("192.0.2.", "198.51.100.", "203.0.113.")


def numbered_mark(kind: str) -> Iterator[str]:
    """[CREDIT_CARD 1], [CREDIT_CARD 2] …, without end."""
    return (f"[{kind.upper()} {number}]" for number in count(1))


def pool_of(kind: str, value: str) -> str:
    """Which pool a value's pseudonym comes from: its kind and, where that matters, its form ("phone_number +44")."""
    form = _FORMS.get(kind)
    return f"{kind} {form(value)}" if form else kind


def pseudonyms(pool: str) -> Iterator[str]:
    """The pseudonyms of a pool, in order; numbered marks when its range is used up."""
    kind, _, form = pool.partition(" ")
    if kind in _POOLS:
        yield from _POOLS[kind](form)
    yield from numbered_mark(kind)


def _emails(form: str) -> Iterator[str]:
    del form
    return (f"person{number}@example.org" for number in count(1))


def _people(form: str) -> Iterator[str]:
    del form
    return (f"Person {_letters(number)}" for number in count(1))


def _letters(number: int) -> str:
    """A to Z, AA, AB … as the columns of a spreadsheet."""
    letters = ""
    while number:
        number, letter = divmod(number - 1, 26)
        letters = ascii_uppercase[letter] + letters
    return letters


def _calling_code(value: str) -> str:
    plain = re.sub(r"^00", "+", value.lstrip(" ("))
    return next(code for code in _PHONES if plain.startswith(code))


def _phones(code: str) -> Iterator[str]:
    form, size = _PHONES[code]
    for number in range(size):
        yield form.format(*divmod(number, 100)) if form.count("{") == 2 else form.format(number)


def _addresses(form: str) -> Iterator[str]:
    if form == "6":
        return (f"2001:db8::{number:x}" for number in islice(count(1), 65_535))
    return (f"{network}{number}" for network in _NETWORKS for number in range(1, 255))


def _interfaces(sign: str) -> Iterator[str]:
    """RFC 7042 2.1.2: 00-00-5E-00-53-00 to -FF are for documentation."""
    return (sign.join(["00", "00", "5E", "00", "53", f"{number:02X}"]) for number in range(256))


_FORMS: Mapping[str, Callable[[str], str]] = {
    "phone_number": _calling_code,
    "ip_address": lambda value: "6" if ":" in value else "4",
    "mac_address": lambda value: "-" if "-" in value else ":",
}
_POOLS: Mapping[str, Callable[[str], Iterator[str]]] = {
    "email_address": _emails,
    "person_name": _people,
    "phone_number": _phones,
    "ip_address": _addresses,
    "mac_address": _interfaces,
}
# Marks and hashes, and all that the pools hold.
MARKED = re.compile(r"\[[A-Z0-9_]{1,64}(?: \d{1,6}| [a-p]{12})?\]")
WRITTEN = re.compile(
    MARKED.pattern + r"|\bperson\d{1,6}@example\.org\b|\bPerson [A-Z]{1,3}\b"
    r"|\+44 20 7946 0\d{3}\b|\+33 1 99 00 \d\d \d\d\b|\+49 30 23125 \d{3}\b|\+1 202-555-01\d\d\b"
    r"|\b(?:192\.0\.2|198\.51\.100|203\.0\.113)\.\d{1,3}\b|\b2001:db8::[0-9a-f]{1,4}\b"
    r"|\b00([:-])00\1(?i:5e)\1(?:00)\1(?:53)\1[0-9A-Fa-f]{2}\b"
)
