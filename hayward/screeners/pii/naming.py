"""What checked numbers are called: the words that speak for each kind, and near which numbers one may stand."""

from __future__ import annotations

import re
import shlex
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hayward.screeners.pii.characters import ASCII_WORDS
from hayward.screeners.pii.context import REACH, REACH_AFTER, WIDEST_CODE_POINT, Words
from hayward.screeners.pii.forms import Written
from hayward.screeners.pii.stretch import Positions, Stretch
from hayward.screeners.pii.written import WrittenNumber

SHORT = 2
COMMON = frozenset({"a", "card", "code", "d", "de", "id", "my", "no", "nr", "number", "of"})
_WORD = re.compile(r"[^\W\d_]+")
_NOT_ASCII = 0x80
_LINE_END = 0xFF  # in no text that is UTF-8
_LINES = ASCII_WORDS[:_LINE_END] + b"\n"


class Names:
    """The words of kinds of numbers together, and for each form those that speak for a kind written so."""

    def __init__(self, numbers: Sequence[WrittenNumber], *, forms: Iterable[Iterable[WrittenNumber]]) -> None:
        """For each of the forms those of the numbers that are written so."""
        self.words, self.spoken_for = _together(numbers)
        phrases = {phrase for number in numbers for phrase in _phrases(number)}
        uses = Counter(word for phrase in phrases for word in _WORD.findall(phrase))
        told = {phrase: _teller(phrase, uses) for phrase in phrases}
        self._tellers = [
            _Tellers.of({phrase: told[phrase] for number in form for phrase in _phrases(number)})
            for form in forms
        ]

    def near(self, stretch: Stretch, written: Written) -> NDArray[np.bool_]:
        """For each number whether a word may stand near that speaks for its form; none that does is left out."""
        windows = _windows(stretch.codes, written)
        forms, words = written.forms.tolist(), windows.tobytes().translate(_LINES).split(b"\n")
        near = [
            not self._tellers[form].ascii.isdisjoint(line.split())
            for form, line in zip(forms, words, strict=False)
        ]
        for place in _foreign(windows):
            begin = max(0, int(written.starts[place]) - WIDEST_CODE_POINT * REACH)
            end = int(written.ends[place]) + WIDEST_CODE_POINT * REACH_AFTER
            near[place] = self._tellers[forms[place]].may_be_in(stretch.text[begin:end])
        return np.array(near, bool)


def _windows(codes: NDArray[np.uint8], written: Written) -> NDArray[np.uint8]:
    """What stands around each number, a line each: the text before it, a gap, the text behind it, the line's end."""
    windows = np.full((len(written.starts), REACH + REACH_AFTER + 2), ord(" "), np.uint8)
    windows[:, :REACH] = _from(codes, written.starts - REACH, REACH)
    windows[:, REACH + 1 : -1] = _from(codes, written.ends, REACH_AFTER)
    windows[:, -1] = _LINE_END
    return windows


def _from(codes: NDArray[np.uint8], starts: Positions, size: int) -> NDArray[np.uint8]:
    """The `size` bytes from each start on, a row each."""
    rows: NDArray[np.uint8] = np.ndarray((len(codes) - size + 1, size), np.uint8, codes, strides=(1, 1))[
        starts
    ]
    return rows


def _foreign(windows: NDArray[np.uint8]) -> list[int]:
    """Which of the windows hold other letters than those of ASCII."""
    found: list[int] = np.flatnonzero(windows[:, :-1].max(axis=1, initial=0) >= _NOT_ASCII).tolist()
    return found


class _Tellers(NamedTuple):
    """Of each phrase a word that no text has the phrase without.

    Those in ASCII letters of phrases that are in ASCII altogether, those of other phrases, and those in other letters.
    """

    ascii: frozenset[bytes]
    mixed: frozenset[bytes]
    foreign: tuple[str, ...]

    @classmethod
    def of(cls, told: Mapping[str, str]) -> _Tellers:
        """From the phrases with the words that tell of them."""
        return cls(
            frozenset(word.encode() for phrase, word in told.items() if phrase.isascii()),
            frozenset(word.encode() for word in told.values() if word.isascii()),
            tuple(dict.fromkeys(word for word in told.values() if not word.isascii())),
        )

    def may_be_in(self, window: bytes) -> bool:
        """Whether one of the words is in a window of any letters."""
        folded = _folded(window.decode(errors="ignore"))
        words = folded.encode().translate(ASCII_WORDS).split()
        return not self.mixed.isdisjoint(words) or any(map(folded.__contains__, self.foreign))


def _together(numbers: Iterable[WrittenNumber]) -> tuple[Words, dict[str, frozenset[str]]]:
    """The words of all numbers, each under its first language, and the rules that each of them speaks for."""
    languages: dict[str, str] = {}
    rules: dict[str, set[str]] = defaultdict(set)
    for number in numbers:
        for language, listed in number.words.items():
            for phrase in shlex.split(listed):
                rules[f"{languages.setdefault(phrase, language)}:{phrase}"].add(number.rule)
    phrases: dict[str, list[str]] = defaultdict(list)
    for phrase, language in languages.items():
        phrases[language].append(f"'{phrase}'")
    words = Words(**{language: " ".join(listed) for language, listed in phrases.items()})
    return words, {name: frozenset(spoken_for) for name, spoken_for in rules.items()}


def _phrases(number: WrittenNumber) -> Iterator[str]:
    for listed in number.words.values():
        yield from _split(listed)


@cache
def _split(listed: str) -> tuple[str, ...]:
    return tuple(map(_folded, shlex.split(listed)))


def _teller(phrase: str, uses: Mapping[str, int]) -> str:
    """The word of a phrase that seldom stands elsewhere, one in ASCII letters before others."""
    words: list[str] = _WORD.findall(phrase)
    is_ascii = phrase.isascii()

    def rareness(word: str) -> tuple[bool, bool, bool, int]:
        is_plain = word.isascii() and (is_ascii or len(word) > SHORT)
        return is_plain, word not in COMMON, len(word) > 1, -uses[word]

    return max(words, key=rareness)


def _folded(text: str) -> str:
    """Lower case, the dotted and the dotless i of Turkish alike."""
    return text.lower().replace("i\u0307", "i").replace("ı", "i")
