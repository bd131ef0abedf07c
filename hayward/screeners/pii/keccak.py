"""Keccak-256 as Ethereum and Monero use it: the permutation of SHA-3 with the padding from before the standard."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

RATE = 136
LONGEST = RATE - 1
_ROUNDS = 24
# So many at once stay in the processor's cache.
_BATCH = 1024

Lanes = NDArray[np.uint64]


def _round_constants() -> Lanes:
    """FIPS 202, 3.2.5: bits of a linear feedback shift register."""
    constants, register = [], 1
    for _ in range(_ROUNDS):
        constant = 0
        for exponent in range(7):
            if register & 1:
                constant |= 1 << ((1 << exponent) - 1)
            register = (register << 1) ^ (0x171 if register & 0x80 else 0)
        constants.append(constant)
    return np.array(constants, np.uint64)


def _walk() -> tuple[NDArray[np.int64], Lanes]:
    """FIPS 202, 3.2.2 and 3.2.3: for each lane x + 5 y where it comes from, and by how much it is turned there."""
    source, turn = np.zeros(25, np.int64), np.zeros((25, 1), np.uint64)
    x, y = 1, 0
    for step in range(24):
        after = y + 5 * ((2 * x + 3 * y) % 5)
        source[after], turn[after] = x + 5 * y, (step + 1) * (step + 2) // 2 % 64
        x, y = y, (2 * x + 3 * y) % 5
    return source, turn


_CONSTANTS = _round_constants()
_SOURCE, _TURN = _walk()
_BACK = (np.uint64(64) - _TURN) % np.uint64(64)
_ONE, _SIXTY_THREE = np.uint64(1), np.uint64(63)


def keccak_256(messages: Sequence[bytes], *, padding: int = 0x01) -> list[bytes]:
    """The digests (32 bytes) of messages of up to LONGEST bytes each.

    With `padding` 0x06 it is SHA3-256 (FIPS 202), which the tests compare. Source: the Keccak reference, version 3.0.
    """
    digests: list[bytes] = []
    for begin in range(0, len(messages), _BATCH):
        digests += _batch(messages[begin : begin + _BATCH], padding)
    return digests


def _batch(messages: Sequence[bytes], padding: int) -> list[bytes]:
    blocks = np.zeros((len(messages), RATE), np.uint8)
    for row, message in enumerate(messages):
        blocks[row, : len(message)] = np.frombuffer(message, np.uint8)
        blocks[row, len(message)] = padding
    blocks[:, -1] |= 0x80
    lanes = np.zeros((25, len(messages)), np.uint64)
    lanes[: RATE // 8] = blocks.view("<u8").T
    squeezed = _permuted(lanes)[:4].T.astype("<u8").tobytes()
    return [squeezed[begin : begin + 32] for begin in range(0, len(squeezed), 32)]


def _permuted(lanes: Lanes) -> Lanes:
    """Keccak-f[1600] on every column (FIPS 202, 3.3)."""
    for constant in _CONSTANTS:
        sums = np.bitwise_xor.reduce(lanes.reshape(5, 5, -1), axis=0)
        ahead = np.roll(sums, -1, axis=0)
        mixed = np.roll(sums, 1, axis=0) ^ ((ahead << _ONE) | (ahead >> _SIXTY_THREE))
        moved = (lanes.reshape(5, 5, -1) ^ mixed).reshape(25, -1)[_SOURCE]
        rows = ((moved << _TURN) | (moved >> _BACK)).reshape(5, 5, -1)
        lanes = (rows ^ (~np.roll(rows, -1, axis=1) & np.roll(rows, -2, axis=1))).reshape(25, -1)
        lanes[0] ^= constant
    return lanes
