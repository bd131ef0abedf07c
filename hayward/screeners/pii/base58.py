"""Base58 with its checksums, as addresses of Bitcoin's kin (Base58Check) and of Monero have it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

# Bitcoin's alphabet (base58.h of Bitcoin Core), and Ripple's (XRP Ledger, "base58 encodings").
BITCOIN = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
RIPPLE = "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz"
_NONE = 58  # stands for what is not in the alphabet
_VALUES = {
    alphabet: bytes(alphabet.find(chr(code)) % (_NONE + 1) for code in range(256))
    for alphabet in (BITCOIN, RIPPLE)
}
# Ten digits at once are put together as machine numbers: 58**10 is below 2**63.
_GROUP, _GROUPS = 10, 4
_POWERS = 58 ** np.arange(_GROUP - 1, -1, -1, dtype=np.int64)
# CryptoNote: bytes of a block by its characters; blocks of 8 bytes are 11 characters.
_BLOCK_SIZES = {2: 1, 3: 2, 5: 3, 6: 4, 7: 5, 9: 6, 10: 7, 11: 8}


def _numbers(texts: Sequence[str], alphabet: str) -> list[int | None]:
    """What texts of at most forty characters are as numbers in base 58; None for those that are none."""
    padded = "".join(text.rjust(_GROUP * _GROUPS, alphabet[0]) for text in texts)
    digits = np.frombuffer(padded.encode().translate(_VALUES[alphabet]), np.uint8)
    groups = (digits.reshape(-1, _GROUP) @ _POWERS).reshape(-1, _GROUPS)
    valid = np.all(digits.reshape(-1, _GROUP * _GROUPS) < _NONE, axis=1).tolist()
    return [
        _joined(parts) if is_valid else None for parts, is_valid in zip(groups.tolist(), valid, strict=True)
    ]


def _joined(groups: list[int]) -> int:
    number = 0
    for group in groups:
        number = number * 58**_GROUP + group
    return number


def base58check(texts: Sequence[str], *, size: int = 25, alphabet: str = BITCOIN) -> list[bytes | None]:
    """The versions and hashes in addresses of `size` bytes whose last four are right; None for what is none.

    They are the first of the double SHA-256 of the rest. Source: Bitcoin wiki, "Base58Check encoding".
    """
    numbers = zip(texts, _numbers(texts, alphabet), strict=True)
    return [None if number is None else _payload(text, number, size, alphabet[0]) for text, number in numbers]


def _payload(text: str, number: int, size: int, nought: str) -> bytes | None:
    if number >= 1 << 8 * size:
        return None
    decoded = number.to_bytes(size, "big")
    noughts = len(decoded) - len(decoded.lstrip(b"\0"))
    if len(text) - len(text.lstrip(nought)) != noughts:
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
        size, number = _BLOCK_SIZES.get(len(block)), _numbers([block], BITCOIN)[0]
        if size is None or number is None or number >= 1 << 8 * size:
            return None
        decoded += number.to_bytes(size, "big")
    return decoded[:-4], decoded[-4:]
