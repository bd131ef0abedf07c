"""Where a mask over the bytes of a stretch is true, for masks that are mostly false."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_WORD = 8
_BITS = 3
_MANY = 2 * _WORD  # where half of the words hold one the plain way is as quick


def places(mask: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The same as np.flatnonzero(mask), about three times as quick where few are true.

    Looks at eight bytes at once; `mask` lies contiguous in memory.
    """
    whole = len(mask) // _WORD * _WORD
    words = mask[:whole].view(np.uint64)
    held = np.flatnonzero(words != 0)
    if len(held) > whole // _MANY:
        return np.flatnonzero(mask)
    within = np.flatnonzero(words[held].view(np.bool_))
    found: NDArray[np.int64] = (held[within >> _BITS] << _BITS) + (within & (_WORD - 1))
    rest = np.flatnonzero(mask[whole:])
    return np.concatenate([found, rest + whole]) if len(rest) else found
