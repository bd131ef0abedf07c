"""Words that speak for a candidate, in the same text: the nearest of them, for one place or for many at once."""

from __future__ import annotations

import re
import shlex
import string
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from hayward.screeners.pii.beginnings import Beginnings
from hayward.screeners.pii.characters import ASCII_WORDS
from hayward.screeners.pii.stretch import Positions, Stretch
from hayward.screeners.pii.surroundings import NUMBER_WORDS, begin_of
from hayward.screeners.pii.windows import Windows, WordSet, parts

REACH = 48
REACH_AFTER = 24
# Between the words of a phrase stand a space, a full stop, a hyphen or the like, not a whole clause.
WIDEST_JOINT = 3
# So few windows are read sooner than looked through together; so few in which not all is ASCII.
FEW_PLACES = 4
FEW_FOREIGN_PLACES = 16
WIDEST_CODE_POINT = 4

# Letters with the marks that Python's \w leaves out: combining accents, Hebrew and Arabic points, Indic vowel signs.
_WORD = re.compile(
    r"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670\u0900-\u0963\u200c\u200d])*"
)
# Thai, kana, Han, Hangul: no spaces between words, or endings that grow onto them.
_SPACELESS = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]")
# What Arabic writes together with the word that follows: "the", "and the", "with the", "for the".
_ARABIC_PREFIXES = ("", "ال", "وال", "بال", "لل")

_ASCII_LETTERS = string.ascii_letters.encode()
_UP_TO_ASCII = re.compile(rb".*[\x80-\xff][A-Za-z]*", re.DOTALL)
_ASCII_WORD = re.compile(rb"[a-z]+")

_WIDE_GAP = b" " * (WIDEST_JOINT + 1)

Place = tuple[int, int, str]  # start and end in a window, and the word as "language:word"


class Words:
    """Words that speak for a kind, by language.

    Matched whole and in any case. A phrase in single quotes is its words in a row, whatever joins them: 'date of
    birth' is also date_of_birth and Date-of-Birth, 's s n' is S.S.N., 'd identité' is d'identité. Words of scripts
    written without spaces (Chinese, Japanese, Thai, Korean) match inside longer runs too; Arabic words also behind
    their article.
    """

    def __init__(self, **by_language: str) -> None:
        self.by_language = by_language
        self._phrases: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        spaceless: dict[str, str] = {}
        for language, listed in by_language.items():
            for phrase in shlex.split(listed):
                folded, name = _folded(phrase), f"{language}:{phrase}"
                if _SPACELESS.search(folded):
                    spaceless.setdefault(folded, name)
                else:
                    self._add(folded, name, _ARABIC_PREFIXES if language == "ar" else ("",))
        self._heads, self._tails = self._by_word(0), self._by_word(-1)
        tellers = self._tellers()
        self._beginnings = Beginnings({*tellers, *spaceless})
        self._alone, self._of_several = self._in_ascii(tellers)
        self._words = WordSet({*self._alone, *self._of_several})
        self._spaceless = spaceless
        longest_first = sorted(map(re.escape, spaceless), key=len, reverse=True)
        self._inside = re.compile("|".join(longest_first)) if spaceless else None

    def _add(self, folded: str, name: str, prefixes: tuple[str, ...]) -> None:
        head, *rest = _WORD.findall(folded)
        for prefix in prefixes:
            self._phrases.setdefault(prefix + head, []).append(((prefix + head, *rest), name))

    def _by_word(self, place: int) -> dict[bytes, list[tuple[list[bytes], str]]]:
        """The phrases by their word at a place, the longer before the shorter."""
        by_word: dict[bytes, list[tuple[list[bytes], str]]] = {}
        for listed in self._phrases.values():
            for phrase, name in listed:
                by_word.setdefault(phrase[place].encode(), []).append(([*map(str.encode, phrase)], name))
        for phrases in by_word.values():
            phrases.sort(key=lambda told: -len(told[0]))
        return by_word

    def _in_ascii(self, tellers: set[str]) -> tuple[dict[bytes, str], set[bytes]]:
        """The names of the words in ASCII that are a phrase alone, and the tellers of phrases of several."""
        alone: dict[bytes, str] = {}
        of_several: set[bytes] = set()
        for listed in self._phrases.values():
            for phrase, name in listed:
                if len(phrase) > 1:
                    of_several |= {word.encode() for word in tellers.intersection(phrase)}
                elif phrase[0].isascii():
                    alone.setdefault(phrase[0].encode(), name)
        return alone, of_several

    def _tellers(self) -> set[str]:
        """Of each phrase one word: one that is a phrase alone before others, then the rarest."""
        phrases = sorted((phrase for listed in self._phrases.values() for phrase, _ in listed), key=len)
        told: set[str] = set()
        for phrase in phrases:
            if told.isdisjoint(phrase):
                told.add(max(phrase, key=_rareness))
        return told

    def may_be_near(
        self, stretch: Stretch, starts: Positions, ends: Positions, *, before: int = REACH, after: int = 0
    ) -> NDArray[np.bool_]:
        """For each place whether it is worth asking `before` or `near`: no place that they would name is left out.

        Much cheaper than asking, for places by the hundred; a few are all kept. `before` and `after` are code points.
        The places stand apart: no letter is next to them.
        """
        if len(starts) <= FEW_PLACES:
            return np.ones(len(starts), bool)
        found = np.zeros(len(starts), bool)
        for part in parts(len(starts), before + after):
            windows = Windows.around(stretch.codes, starts[part], ends[part], before, after)
            found[part][self._words.within(windows)[0] // windows.width] = True
            found[part][self._foreign(stretch, windows)] = True
        return found

    def _foreign(self, stretch: Stretch, windows: Windows) -> Positions:
        """The rows in which not all is ASCII and which are worth asking of."""
        foreign = windows.foreign
        if len(foreign) <= FEW_FOREIGN_PLACES:
            return foreign
        starts, ends = windows.starts[foreign], windows.ends[foreign]
        size = WIDEST_CODE_POINT * (windows.before + windows.after)
        if windows.after:
            size += int((ends - starts).max())
        begins = starts - WIDEST_CODE_POINT * windows.before
        return foreign[self._beginnings.within(stretch.codes, begins, size)]

    def nearest(
        self, stretch: Stretch, starts: Positions, ends: Positions, *, before: int = REACH, after: int = 0
    ) -> list[str | None]:
        """For each place what `near` would name, or `before` if nothing after it counts; cheaper for many places."""
        found: list[str | None] = []
        for part in parts(len(starts), before + after):
            found += self._nearest(stretch, starts[part], ends[part], before, after)
        return found

    def _nearest(
        self, stretch: Stretch, starts: Positions, ends: Positions, before: int, after: int
    ) -> list[str | None]:
        asked: Iterable[int] = range(len(starts))
        found: list[str | None] = [None] * len(starts)
        if len(starts) > FEW_PLACES:
            windows = Windows.around(stretch.codes, starts, ends, before, after)
            found, of_several = self._alone_in(windows)
            asked = of_several.union(self._foreign(stretch, windows).tolist())
        for place in asked:
            start, end = int(starts[place]), int(ends[place])
            found[place] = self.near(stretch.text, start, end, before=before, after=after)
        return found

    def _alone_in(self, windows: Windows) -> tuple[list[str | None], set[int]]:
        """For each row in ASCII the nearest word that is a phrase alone; and which may hold a phrase of several."""
        rows, width, foreign = windows.rows.tobytes(), windows.width, set(windows.foreign.tolist())
        names: list[str | None] = [None] * (len(rows) // width)
        gaps, of_several = [width] * len(names), set()
        begins, ends = self._words.within(windows)
        for begin, end in zip(begins.tolist(), ends.tolist(), strict=True):
            row, column = divmod(begin, width)
            place, word = begin - column + windows.before + 1, rows[begin:end].lower()
            between = rows[end:place] if begin < place else rows[place + 1 : begin]
            if row in foreign:
                continue
            if word in self._of_several:
                of_several.add(row)
            elif len(between) < gaps[row] and b"\0" not in between and word in self._alone:
                gaps[row] = len(between)
                names[row] = f"{self._alone[word]}@{-gaps[row] if begin < place else gaps[row]}"
        return names, of_several

    def before(self, text: bytes, start: int, *, reach: int = REACH) -> str | None:
        """The nearest of the words that ends in the `reach` code points before byte `start`.

        As "language:word@distance", the distance in code points from the word's end, negative: "en:tel@-2".
        """
        window = _window_before(text, start, reach)
        if window.isascii():
            return self._ending_last(window.lower())
        return self._last_alone(_ascii_end(window).lower()) or self._last(window)

    def _last(self, window: bytes) -> str | None:
        place = max(self._places(window), key=lambda place: (place[1], -place[0]), default=None)
        return f"{place[2]}@{place[1] - len(_read(window)[0])}" if place else None

    def _last_alone(self, lowered: bytes) -> str | None:
        """As `_ending_last`, if no phrase of several words ends there: it may begin before the part in ASCII."""
        words = lowered.translate(ASCII_WORDS).split()
        last = next((word for word in reversed(words) if word in self._tails), None)
        if last is None or len(self._tails[last][0][0]) > 1:
            return None
        return self._ending_last(lowered)

    def _ending_last(self, lowered: bytes) -> str | None:
        """As `before` names it, of a window in ASCII: the same as by `_places`, quicker from its end."""
        spaced = lowered.translate(ASCII_WORDS)
        words = spaced.split()
        if self._tails.keys().isdisjoint(words):
            return None
        for after in range(1, len(words) + 1):
            end = len(words) - after + 1
            for phrase, name in self._tails.get(words[-after], ()):
                first = end - len(phrase)
                if words[max(first, 0) : end] == phrase and _is_joined(spaced, first, len(phrase)):
                    return f"{name}@{len(spaced.rsplit(None, after - 1)[0]) - len(spaced)}"
        return None

    def _beginning_first(self, lowered: bytes) -> str | None:
        """As `near` names what follows, of a window in ASCII."""
        spaced = lowered.translate(ASCII_WORDS)
        words = spaced.split()
        if self._heads.keys().isdisjoint(words):
            return None
        for first, word in enumerate(words):
            for phrase, name in self._heads.get(word, ()):
                if words[first : first + len(phrase)] == phrase and _is_joined(spaced, first, len(phrase)):
                    return f"{name}@{len(spaced) - len(spaced.split(None, first)[-1])}"
        return None

    def near(
        self, text: bytes, start: int, end: int, *, before: int = REACH, after: int = REACH_AFTER
    ) -> str | None:
        """The nearest of the words on either side: like `before`, or "de:handy@3" after byte `end`."""
        preceding = self.before(text, start, reach=before)
        gap = after if preceding is None else -int(preceding.rpartition("@")[2])
        following = None if _is_wordless(text[end : end + gap]) else self._after(text, end, after)
        if preceding is None or following is None:
            return preceding or following
        return min(preceding, following, key=lambda found: abs(int(found.rpartition("@")[2])))

    def all_near(
        self, text: bytes, start: int, end: int, *, before: int = REACH, after: int = REACH_AFTER
    ) -> list[str]:
        """All of the words on both sides, as `near` names one, nearest first."""
        found: list[tuple[int, int, str]] = []
        preceding, following = _window_before(text, start, before), _window_after(text, end, after)
        if not _is_wordless(preceding) and (places := self._places(preceding)):
            size = len(preceding.decode(errors="ignore"))
            found += [(size - place[1], place[1] - size, place[2]) for place in places]
        if not _is_wordless(following):
            found += [(place[0], place[0], place[2]) for place in self._places(following)]
        return [f"{name}@{distance}" for _, distance, name in sorted(found)]

    def _after(self, text: bytes, end: int, reach: int) -> str | None:
        window = _window_after(text, end, reach)
        if window.isascii():
            return self._beginning_first(window.lower())
        place = min(self._places(window), key=lambda place: (place[0], -place[1]), default=None)
        return f"{place[2]}@{place[0]}" if place else None

    def _places(self, window: bytes) -> list[Place]:
        if window.isascii():
            lowered = window.lower()
            if self._heads.keys().isdisjoint(lowered.translate(ASCII_WORDS).split()):
                return []
            return list(self._spelled(lowered.decode()))
        folded, words = _read(window)
        found: list[Place] = []
        if not self._heads.keys().isdisjoint(words):
            found.extend(self._spelled(folded))
        if self._inside is not None and not window.isascii():
            matches = self._inside.finditer(folded)
            found.extend((*match.span(), self._spaceless[match.group()]) for match in matches)
        return found

    def _spelled(self, folded: str) -> Iterator[Place]:
        spans = [match.span() for match in _WORD.finditer(folded)]
        words = [folded[start:end] for start, end in spans]
        for index, word in enumerate(words):
            for phrase, name in self._phrases.get(word, ()):
                if len(phrase) == 1:
                    yield *spans[index], name
                    continue
                last = index + len(phrase) - 1
                if tuple(words[index : last + 1]) == phrase and _are_joined(spans[index : last + 1]):
                    yield spans[index][0], spans[last][1], name


def _rareness(word: str) -> tuple[int, int]:
    """Words for "number" stand before every number, single letters in hexadecimal numbers and after apostrophes."""
    if len(word) == 1:
        return int(word not in "abcdefst"), 1
    return 0 if word.encode() in NUMBER_WORDS and word != "id" else 2, len(word)


def _is_joined(spaced: bytes, first: int, count: int) -> bool:
    """Whether no wide gap is between `count` words, of which `first` is the number in a text of words and spaces."""
    if count == 1 or _WIDE_GAP not in spaced:
        return True
    rest = spaced.split(None, first)[-1] if first else spaced
    spans = [match.span() for match, _ in zip(_ASCII_WORD.finditer(rest), range(count), strict=False)]
    return _are_joined(spans)


def _are_joined(spans: list[tuple[int, int]]) -> bool:
    return all(after[0] - before[1] <= WIDEST_JOINT for before, after in pairwise(spans))


def _ascii_end(window: bytes) -> bytes:
    """What is in ASCII at the end, without a word that began before it."""
    begun = _UP_TO_ASCII.match(window)
    return window[begun.end() :] if begun else window


def _is_wordless(window: bytes) -> bool:
    return window.isascii() and window.upper() == window.lower()


def _folded(text: str) -> str:
    """Lower case, as many code points as before, the dotted and the dotless i of Turkish alike."""
    lowered = text.lower()
    return lowered if lowered.isascii() else lowered.replace("i̇", "i").replace("ı", "i")


# Several kinds look at the same window.
@lru_cache(maxsize=1024)
def _read(window: bytes) -> tuple[str, frozenset[bytes]]:
    folded = _folded(window.decode(errors="ignore"))
    if window.isascii():
        return folded, frozenset(window.translate(ASCII_WORDS).split())
    return folded, frozenset(word.encode() for word in _WORD.findall(folded))


def _window_before(text: bytes, start: int, reach: int) -> bytes:
    """The `reach` code points before `start`, in the same text, without a word cut at their beginning."""
    begin = begin_of(text, start, reach)
    window = text[begin:start]
    if not window.isascii():
        begin = begin_of(text, start, reach * WIDEST_CODE_POINT)
        decoded = text[begin:start].decode(errors="ignore")
        cut = len(decoded) > reach or (begin > 0 and text[begin - 1] != 0)
        kept = decoded[-reach:]
        return (_without_first_word(kept) if cut else kept).encode()
    return window.lstrip(_ASCII_LETTERS) if begin and text[begin - 1 : begin].isalpha() else window


def _without_first_word(window: str) -> str:
    """In scripts without spaces the words are found inside: there only the cut character would be lost."""
    first = _WORD.match(window)
    return window if first is None or _SPACELESS.match(window) else window[first.end() :]


def _window_after(text: bytes, end: int, reach: int) -> bytes:
    """The `reach` code points after `end`, in the same text, without a word cut at their end."""
    window = text[end : end + reach + 1]
    if not window.isascii():
        window = text[end : end + (reach + 1) * WIDEST_CODE_POINT]
    if b"\0" in window:
        window = window[: window.index(b"\0")]
    if window.isascii():
        kept = window[:reach]
        return kept.rstrip(_ASCII_LETTERS) if window[reach : reach + 1].isalpha() else kept
    decoded = window.decode(errors="ignore")
    shown, cut = decoded[:reach], decoded[reach : reach + 1].isalpha()
    return (_without_last_word(shown) if cut else shown).encode()


def _without_last_word(window: str) -> str:
    words = list(_WORD.finditer(window))
    if words and words[-1].end() == len(window) and not _SPACELESS.search(words[-1].group()):
        return window[: words[-1].start()]
    return window
