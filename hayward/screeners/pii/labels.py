"""Colons and equals signs after a name: `password: …`, `"twitter" = …`, found without looking at every word."""

from __future__ import annotations

import numpy as np

from hayward.screeners.pii.characters import members
from hayward.screeners.pii.needles import marks
from hayward.screeners.pii.stretch import Positions, Stretch

# Between a name and its sign: quotes, brackets of markup, a space.
_SKIPPED = members(b" \t\"'`]*")
_MOST_SKIPPED = 3


class Endings:
    """The last three bytes of names, in any case; of a shorter name with the space before it."""

    def __init__(self, names: str) -> None:
        ends = [(b" " + name.encode())[-3:] for name in names.split()]
        folded = [bytes(byte | 0x20 for byte in end) for end in ends]
        self._numbers = np.unique([int.from_bytes(end, "big") for end in folded])
        self._last = members(bytes({byte for end in folded for byte in (end[-1], end[-1] ^ 0x20)}))

    def before_signs(self, stretch: Stretch, signs: bytes) -> Positions:
        """Where one of the signs, or the wide colon of Chinese, stands after bytes that a name may end in.

        Candidates only: letters outside ASCII may be taken for others.
        """
        codes = stretch.codes
        wide = marks(stretch, b"\x9a")  # U+FF1A is ef bc 9a
        wide = wide[(codes[wide - 1] == 0xBC) & (codes[wide - 2] == 0xEF)] - 2
        places = np.append(marks(stretch, signs), wide)
        ends = places.copy()
        for _ in range(_MOST_SKIPPED):
            ends -= _SKIPPED[codes[ends - 1]]
        likely = np.flatnonzero(self._last[codes[ends - 1]])
        places, ends = places[likely], ends[likely]
        first, second, third = ((codes[ends - back] | 0x20).astype(np.int64) for back in (3, 2, 1))
        numbers = first << 16 | second << 8 | third
        nearest = np.searchsorted(self._numbers[:-1], numbers)
        found: Positions = places[self._numbers[nearest] == numbers]
        return found
