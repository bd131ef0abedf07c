"""Where a mask over the bytes of a stretch is true, for masks that are mostly false."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_WORD = 8
_MANY = 4 * _WORD  # where a quarter of the words holds one the plain way is as quick


def places(mask: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The same as np.flatnonzero(mask), about three times as quick where few are true.

    Looks at eight bytes at once; `mask` lies contiguous in memory.
    """
    whole = len(mask) // _WORD * _WORD
    words = np.flatnonzero(mask[:whole].view(np.uint64) != 0)
    if len(words) > whole // _MANY:
        return np.flatnonzero(mask)
    within = np.flatnonzero(mask[:whole].reshape(-1, _WORD)[words])
    found: NDArray[np.int64] = words[within // _WORD] * _WORD + within % _WORD
    rest = np.flatnonzero(mask[whole:])
    return np.concatenate([found, rest + whole]) if len(rest) else found
