"""Base58 with its checksums, as addresses of Bitcoin's kin (Base58Check) and of Monero have it."""

from __future__ import annotations

import hashlib

# Bitcoin's alphabet (base58.h of Bitcoin Core), and Ripple's (XRP Ledger, "base58 encodings").
BITCOIN = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
RIPPLE = "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz"
_VALUES = {
    alphabet: {character: value for value, character in enumerate(alphabet)} for alphabet in (BITCOIN, RIPPLE)
}
# CryptoNote: bytes of a block by its characters; blocks of 8 bytes are 11 characters.
_BLOCK_SIZES = {2: 1, 3: 2, 5: 3, 6: 4, 7: 5, 9: 6, 10: 7, 11: 8}


def _number(text: str, alphabet: str) -> int | None:
    values, number = _VALUES[alphabet], 0
    for character in text:
        value = values.get(character)
        if value is None:
            return None
        number = number * 58 + value
    return number


def base58check(text: str, *, size: int = 25, alphabet: str = BITCOIN) -> bytes | None:
    """The version and hash in an address of `size` bytes whose last four are right; None otherwise.

    They are the first of the double SHA-256 of the rest. Source: Bitcoin wiki, "Base58Check encoding".
    """
    number = _number(text, alphabet)
    if number is None or number >= 1 << 8 * size:
        return None
    decoded = number.to_bytes(size, "big")
    noughts = len(decoded) - len(decoded.lstrip(b"\0"))
    if len(text) - len(text.lstrip(alphabet[0])) != noughts:
        return None
    payload = decoded[:-4]
    check = hashlib.sha256(hashlib.sha256(payload).digest()).digest()[:4]
    return payload if check == decoded[-4:] else None


def cryptonote(text: str) -> tuple[bytes, bytes] | None:
    """The network byte and keys of an address of Monero, and its checksum; None if it is not in its base 58.

    The checksum must be the first four bytes of Keccak-256 of the rest. Sources: CryptoNote standard 007, Monero's
    base58.cpp.
    """
    decoded = b""
    for place in range(0, len(text), 11):
        block = text[place : place + 11]
        size, number = _BLOCK_SIZES.get(len(block)), _number(block, BITCOIN)
        if size is None or number is None or number >= 1 << 8 * size:
            return None
        decoded += number.to_bytes(size, "big")
    return decoded[:-4], decoded[-4:]
