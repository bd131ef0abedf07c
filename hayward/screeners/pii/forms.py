"""Which numbers of a stretch are written as one of some templates, for all its runs of digits at once."""

from __future__ import annotations

import re
import string
from collections.abc import Iterable
from functools import cache
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hayward.screeners.pii.stretch import Positions, Stretch

# Text as a template spells it: 9 is a digit, A a letter, _ a space; nothing spells a low line.
SIGNATURE = bytes.maketrans(
    (string.digits + string.ascii_letters + " _").encode(), b"9" * 10 + b"A" * 52 + b"_" + b"?"
)
SHORTEST, LONGEST = 6, 32
LONGEST_PREFIX = 6
_WIDTH = 40  # a number and what decides about its end, in whole words of eight bytes
_LONGEST_RUN = 31
_DIGITS = re.compile(rb"9+")

# Sorts of characters that decide where a number begins and ends.
_SORTS = (string.digits, string.ascii_letters, "-", "/", "+", ".", ",", " ", "_")
_DIGIT, _LETTER, _HYPHEN, _SLASH, _PLUS, _STOP, _COMMA, _SPACE, _LINE = range(1, len(_SORTS) + 1)
_BITS = 4
_COUNT = 1 << _BITS
_SORT = np.zeros(256, np.uint8)
for _sort, _characters in enumerate(_SORTS, start=1):
    _SORT[list(_characters.encode())] = _sort
_SORT_BYTES = _SORT.tobytes()
_WORD = (_DIGIT, _LETTER, _LINE)
_TIGHT = (_HYPHEN, _SLASH, _PLUS, _STOP, _COMMA)
_SLASHED = (_HYPHEN, _SLASH, _PLUS)

# How a number begins: with its digits, with letters, with letters and a space or a hyphen.
_PLAIN, _GLUED, _SPACED = 1, 2, 4
# Whether a number may end before a character, and whether none can go on behind it.
_END, _LAST = 1, 2

Bits = NDArray[np.uint8]


def _ending(after: int, beyond: int) -> int:
    if after in _WORD or (after in _TIGHT and beyond == _DIGIT) or (after in _SLASHED and beyond in _WORD):
        return 0
    return _END if after == _SPACE and beyond in _WORD else _END | _LAST


def _is_free(before: int, earlier: int) -> bool:
    return before not in _WORD and not (before in _TIGHT and earlier in _WORD)


def _beginning(before: int, earlier: int) -> int:
    found = _PLAIN if _is_free(before, earlier) else 0
    if before == _LETTER and earlier not in {_DIGIT, _LINE}:
        found |= _GLUED
    if before in {_HYPHEN, _SPACE} and earlier == _LETTER:
        found |= _SPACED
    return found


_PAIRS = tuple(product(range(_COUNT), repeat=2))
# By two sorts, the first in the high bits.
_ENDINGS = np.array([_ending(*pair) for pair in _PAIRS], np.uint8)
_BEGINNINGS = np.array([_beginning(*pair) for pair in _PAIRS], np.uint8)
# What may begin behind a sort of character, whatever stands before that.
_BEGINNING_BEHIND = np.bitwise_or.reduce(_BEGINNINGS.reshape(_COUNT, _COUNT), axis=1)
_FREE = np.array([_is_free(*pair) for pair in _PAIRS])


class Written(NamedTuple):
    """Numbers that touch no other: where they begin and end, and which template spells them.

    Those whose first digits are the same, in `runs`, are readings of one number, the likelier first.
    """

    starts: Positions
    ends: Positions
    forms: Positions
    runs: Positions

    def among(self, places: Positions) -> Written:
        return Written(*(column[places] for column in self))


_NOTHING = Written(*(np.empty(0, np.int64) for _ in Written._fields))


class Forms:
    """Templates, and what tells soon that a run of digits begins none of them.

    Before a template's first digits may stand letters, with a hyphen or a space behind them.
    """

    def __init__(self, templates: Iterable[bytes]) -> None:
        """Of two that spell a number from the same digits on, the one that comes first is the likelier reading."""
        self.templates = tuple(templates)
        self._opening = np.zeros((_LONGEST_RUN + 1, _COUNT * _COUNT), np.uint8)
        self._pieces = np.zeros((_WIDTH, _WIDTH), bool)
        self._joined = np.zeros((_LONGEST_RUN + 1, _LONGEST_RUN + 1, _COUNT), np.uint8)
        for template in self.templates:
            self._note(template)
        padded = b"".join(template.ljust(_WIDTH, b"\0") for template in self.templates)
        self._spelled = np.frombuffer(padded, np.uint64).reshape(len(self.templates), -1)
        hashed = _hashed(self._spelled)
        self._order = np.argsort(hashed)
        self._hashed = hashed[self._order]

    def _note(self, template: bytes) -> None:
        (start, end), *others = (match.span() for match in _DIGITS.finditer(template))
        bit = _PLAIN if start == 0 else _GLUED if template[start - 1 : start] == b"A" else _SPACED
        self._pieces[start, len(template) - len(template.lstrip(b"9A"))] = True
        joint = template[end : end + 1]
        if others and others[0][0] == end + 1 and joint != b"A":
            self._joined[end - start, others[0][1] - others[0][0], _sort_of(joint)] |= bit
            return
        self._opening[end - start, _following(template[end : end + 2])] |= bit

    def among(self, stretch: Stretch) -> Written:
        """All numbers of the stretch that one of the templates spells."""
        runs, begun = self._begun(stretch)
        if not len(runs):
            return _NOTHING
        starts = stretch.digits.starts
        plain = runs[begun & _PLAIN != 0]
        prefixed = runs[begun & (_GLUED | _SPACED) != 0]
        if not len(prefixed):
            return self._spelling(stretch, plain, starts[plain])
        begins, is_free = _with_letters(stretch, starts[prefixed])
        prefixed, begins = prefixed[is_free], begins[is_free]
        is_like = self._pieces[starts[prefixed] - begins, _piece_sizes(stretch, begins)]
        runs = np.concatenate([plain, prefixed[is_like]])
        return self._spelling(stretch, runs, np.concatenate([starts[plain], begins[is_like]]))

    def _begun(self, stretch: Stretch) -> tuple[Positions, Bits]:
        """The runs of digits that one of the templates may begin with, and how."""
        codes, digits = stretch.codes, stretch.digits
        lengths = np.minimum(digits.lengths, _LONGEST_RUN)
        after, beyond = _SORT[codes[digits.ends]], _SORT[codes[digits.ends + 1]]
        found = self._opening[lengths, after << _BITS | beyond]
        joined = np.flatnonzero((beyond == _DIGIT) & (after > _LETTER))
        found[joined] |= self._joined[lengths[joined], lengths[joined + 1], after[joined]]
        runs = np.flatnonzero(found & _BEGINNING_BEHIND[_SORT[codes[digits.starts - 1]]])
        before, earlier = codes[digits.starts[runs] - 1], codes[digits.starts[runs] - 2]
        begun = found[runs] & _BEGINNINGS[_SORT[before] << _BITS | _SORT[earlier]]
        in_row = (before == ord(" ")) & (_SORT[earlier] == _DIGIT) & (codes[digits.ends[runs]] == ord(" "))
        begun[in_row] &= ~np.uint8(_PLAIN)
        left = np.flatnonzero(begun)
        return runs[left], begun[left]

    def _spelling(self, stretch: Stretch, runs: Positions, starts: Positions) -> Written:
        """The numbers among those that begin at `starts` with their first digits in `runs`."""
        looked = _rows(stretch, starts, _WIDTH)
        rows, sizes = _ends(looked)
        text = np.frombuffer(looked.tobytes().translate(SIGNATURE), np.uint8).reshape(-1, _WIDTH)
        spelled = text[rows].view(np.uint64) & _KEPT[sizes]
        places = np.searchsorted(self._hashed, _hashed(spelled))
        templates = self._order[np.minimum(places, len(self._order) - 1)]
        known = np.flatnonzero((self._spelled[templates] == spelled).all(axis=1))
        known = known[np.lexsort((templates[known], runs[rows[known]]))]
        begins = starts[rows[known]]
        return Written(begins, begins + sizes[known], templates[known], runs[rows[known]])


def _sort_of(spelled: bytes) -> int:
    """The sort of character that a character of a template stands for."""
    return _SPACE if spelled == b"_" else int(_SORT[spelled[0]])


@cache
def _following(rest: bytes) -> list[int]:
    """The pairs of sorts of characters that may come next where these two bytes, or fewer, are left of a template."""
    return [after << _BITS | beyond for after, beyond in _PAIRS if _follows(rest, after, beyond)]


def _follows(rest: bytes, after: int, beyond: int) -> bool:
    """Whether these sorts of characters may come next where `rest` is left of a template."""
    if not rest:
        return _ending(after, beyond) != 0
    if after != _sort_of(rest[:1]):
        return False
    return beyond == _sort_of(rest[1:2]) if len(rest) > 1 else beyond not in _WORD


def _with_letters(stretch: Stretch, places: Positions) -> tuple[Positions, NDArray[np.bool_]]:
    """Where the letters before these places begin, over a hyphen or a space, and whether nothing touches them."""
    codes = stretch.codes
    begins = places - (_SORT[codes[places - 1]] != _LETTER)
    for _ in range(LONGEST_PREFIX):
        begins = begins - (_SORT[codes[begins - 1]] == _LETTER)
    return begins, _FREE[_SORT[codes[begins - 1]] << _BITS | _SORT[codes[begins - 2]]]


def _piece_sizes(stretch: Stretch, begins: Positions) -> Positions:
    """How many letters and digits stand in a row from each place on; nought for more than are looked at."""
    sorts = _SORT[_rows(stretch, begins, _WIDTH)]
    sizes: Positions = (sorts - np.uint8(_DIGIT) > _LETTER - _DIGIT).argmax(axis=1)
    return sizes


def _rows(stretch: Stretch, starts: Positions, size: int) -> Bits:
    """The `size` bytes from each start on, a row each."""
    count = len(stretch.text) - size + 1
    rows: Bits = np.ndarray((count, size), np.uint8, stretch.text, strides=(1, 1))[starts]
    return rows


def _ends(windows: Bits) -> tuple[Positions, Positions]:
    """All sizes that a number may have from the beginning of a window on: which window, and how many bytes."""
    sorts = np.frombuffer(windows.tobytes().translate(_SORT_BYTES), np.uint8).reshape(windows.shape)
    endings = _ENDINGS.take(sorts[:, 1 : LONGEST + 1] << _BITS | sorts[:, 2 : LONGEST + 2])
    last = (endings & _LAST != 0).argmax(axis=1)
    is_end = endings[:, SHORTEST - 1 :] & _END != 0
    is_end &= np.arange(SHORTEST - 1, LONGEST) <= np.where(last, last, LONGEST)[:, None]
    rows, columns = np.divmod(np.flatnonzero(is_end), is_end.shape[1])
    return rows, columns + SHORTEST


_MULTIPLIERS = np.array(
    [0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93, 0xA0761D6478BD642F],
    np.uint64,
)


# For each size the bytes of a number, of those looked at.
_KEPT = (
    np.where(np.arange(_WIDTH) < np.arange(LONGEST + 1)[:, None], 0xFF, 0).astype(np.uint8).view(np.uint64)
)


def _hashed(spelled: NDArray[np.uint64]) -> NDArray[np.uint64]:
    hashed: NDArray[np.uint64] = spelled[:, 0] * _MULTIPLIERS[0]
    for place in range(1, spelled.shape[1]):
        hashed = hashed + spelled[:, place] * _MULTIPLIERS[place]
    return hashed
