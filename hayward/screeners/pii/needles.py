"""Where a few given bytes stand in a stretch, quicker than by searching for them from left to right."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hayward.screeners.pii.places import places
from hayward.screeners.pii.stretch import Positions, Stretch

SIZE = 5
WORD_SIZE = 4


def marks(stretch: Stretch, characters: bytes) -> Positions:
    """Where one of these few bytes stands, in order."""
    found = [stretch.marks(character) for character in characters]
    return found[0] if len(found) == 1 else np.sort(np.concatenate(found))


def words_at(pairs: NDArray[np.uint16], needle: bytes) -> list[int]:
    """Where `needle`, of seven bytes or more, may stand in a stretch's pairs, four of them compared."""
    words = pairs[: len(pairs) // 2 * 2].view(np.uint32)
    found: list[int] = []
    for offset in range(WORD_SIZE):
        word = np.frombuffer(needle, "<u4", 1, offset)[0]
        found += (WORD_SIZE * places(words == word) - offset).tolist()
    return sorted(place for place in found if place >= 0)


def occurrences(of: NDArray[np.uint16], needle: bytes) -> list[int]:
    """Where the SIZE bytes of `needle` may stand in a stretch's pairs, all but one of them compared.

    As two words they are looked for at even places, and without their first byte at odd ones: half the comparisons of
    a search at every place.
    """
    found: list[int] = []
    for offset in (0, 1):
        first, second = np.frombuffer(needle, "<u2", 2, offset)
        both = of[:-1] == first
        both &= of[1:] == second
        found += (2 * places(both) - offset).tolist()
    return sorted(found)
