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
    sought = [np.frombuffer(needle, "<u4", 1, offset)[0] for offset in range(WORD_SIZE)]
    mask = words == sought[0]
    for word in sought[1:]:
        mask |= words == word
    found = places(mask)
    held = words[found]
    starts = [WORD_SIZE * found[held == word] - offset for offset, word in enumerate(sought)]
    return sorted(place for place in np.concatenate(starts).tolist() if place >= 0)


def occurrences(of: NDArray[np.uint16], needle: bytes) -> list[int]:
    """Where the SIZE bytes of `needle` may stand in a stretch's pairs, all but one of them compared.

    As two words they are looked for at even places, and without their first byte at odd ones: half the comparisons of
    a search at every place.
    """
    (first, second), (shifted, last) = (np.frombuffer(needle, "<u2", 2, offset) for offset in (0, 1))
    even = of[:-1] == first
    even &= of[1:] == second
    odd = of[:-1] == shifted
    odd &= of[1:] == last
    even |= odd
    found = places(even)
    held = of[found]
    starts = [2 * found[held == first], 2 * found[held == shifted] - 1]
    return sorted(np.concatenate(starts).tolist())
