"""Bech32 and Bech32m: addresses of witness programs (BIP 173, BIP 350)."""

from __future__ import annotations

ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
BECH32, BECH32M = 1, 0x2BC830A3
LONGEST = 90


def _terms(top: int) -> int:
    terms = 0
    for place, term in enumerate(_GENERATOR):
        terms ^= term if top >> place & 1 else 0
    return terms


_TERMS = tuple(map(_terms, range(32)))


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        check = (check & 0x1FFFFFF) << 5 ^ value ^ _TERMS[check >> 25]
    return check


def witness_version(address: str, prefix: str) -> int | None:
    """The version (0 to 16) of the witness program in an address with this human-readable prefix; None if it is none.

    Checksum, case, length and padding are as BIP 173 and BIP 350 (for versions above 0) demand.
    """
    lowered = address.lower()
    if (
        address not in {lowered, address.upper()}
        or not lowered.startswith(prefix + "1")
        or len(address) > LONGEST
    ):
        return None
    values = [_VALUES.get(character, -1) for character in lowered[len(prefix) + 1 :]]
    if len(values) < 8 or min(values) < 0 or values[0] > 16:
        return None
    expanded = (
        [ord(character) >> 5 for character in prefix] + [0] + [ord(character) & 31 for character in prefix]
    )
    if _polymod(expanded + values) != (BECH32M if values[0] else BECH32):
        return None
    return values[0] if _is_program(values[0], values[1:-6]) else None


def _is_program(version: int, groups: list[int]) -> bool:
    """Whether the groups of five bits are whole bytes with a padding of noughts, as many as the version takes."""
    size, left = divmod(5 * len(groups), 8)
    if left > 4 or (groups and groups[-1] & ((1 << left) - 1)):
        return False
    return size in {20, 32} if version == 0 else 2 <= size <= 40
