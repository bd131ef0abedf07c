"""Words by which hostile language is found, in ten languages, looked up in many texts at once."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from hayward.screeners.toxicity.words import UNKNOWN, Dictionary, Words

TERMS = "terms.txt"
# The sorts of terms, as terms.txt explains them; `you` is the second person.
SORTS = ("abuse", "vulgar", "contempt", "violence", "groups", "you")
NONE = -1
YOU = {
    "en": "you your yours yourself youre ya u ur",
    "de": "du dich dir dein deine ihr euch",
    "es": "tú tu te ti ustedes vosotros",
    "fr": "tu te toi vous",
    "it": "tu ti te voi",
    "pt": "tu te você vocês",
    "nl": "jij jou jouw jullie",
    "pl": "ty cię ciebie wy",
    "tr": "sen seni sana siz",
    "ru": "ты тебя тебе вы вас",
}
# Other languages' terms are not looked for among English words, where they would mean something else ("pack").
HOME = "en"
LONGEST_PHRASE = 4
_WORD = re.compile(r"\w\w+")

Ints = NDArray[np.int64]


@dataclass
class Lexicon:
    """Terms by the way they are looked up; the numbers are places in SORTS."""

    exact: dict[str, int] = field(default_factory=dict)
    exact_home: dict[str, int] = field(default_factory=dict)
    stems: dict[str, int] = field(default_factory=dict)
    stems_home: dict[str, int] = field(default_factory=dict)
    within: dict[str, int] = field(default_factory=dict)
    phrases: dict[str, int] = field(default_factory=dict)

    def add(self, language: str, sort: int, term: str) -> None:
        home = language == HOME
        if term.startswith("*"):
            self.within.setdefault(term.strip("*"), sort)
        elif len(_WORD.findall(term)) > 1:
            first = _WORD.search(term)
            self.phrases.setdefault(term[first.start() if first else 0 :], sort)
        elif term.endswith("*"):
            (self.stems_home if home else self.stems).setdefault(term[:-1], sort)
        else:
            (self.exact_home if home else self.exact).setdefault(term, sort)

    def openers(self) -> set[str]:
        """The words at which phrases begin."""
        return {_WORD.findall(phrase)[0] for phrase in self.phrases}

    def of_known(self, word: str) -> int:
        """The sort of an English word, or NONE."""
        if word in self.exact_home:
            return self.exact_home[word]
        stems = (word[:size] for size in range(len(word), 1, -1))
        return next((self.stems_home[stem] for stem in stems if stem in self.stems_home), NONE)


@dataclass(frozen=True, slots=True)
class Finder:
    """The lexicon as dictionaries of hashes."""

    exact: Dictionary
    stems: Mapping[int, Dictionary]  # by length
    within: Mapping[int, Dictionary]
    of_phrases: Dictionary
    of_openers: Dictionary

    def opens(self, found: Words, which: Ints) -> NDArray[np.bool_]:
        """Whether a phrase may begin at those words."""
        may: NDArray[np.bool_] = self.of_openers.find(found.hashes[which]) != UNKNOWN
        return may

    def unknown(self, found: Words, which: Ints) -> Ints:
        """The sorts of those words, which are none of the English ones that the model knows."""
        starts, ends = found.starts[which], found.ends[which]
        sorts = self.exact.find(found.hashes[which])
        for size, stems in self.stems.items():  # longest first
            open_ = np.flatnonzero((sorts == UNKNOWN) & (ends - starts >= size))
            sorts[open_] = stems.find(found.hash(starts[open_], starts[open_] + size))
        for size, parts in self.within.items():
            places = np.where(sorts == UNKNOWN, np.maximum(ends - starts - size + 1, 0), 0)
            word = np.repeat(np.arange(len(starts)), places)
            begin = np.arange(len(word)) - (np.cumsum(places) - places)[word] + starts[word]
            sort = parts.find(found.hash(begin, begin + size))
            sorts[word[sort != UNKNOWN]] = sort[sort != UNKNOWN]
        return np.where(sorts == UNKNOWN, NONE, sorts)

    def phrases(self, found: Words, openers: Ints, after: Ints) -> tuple[Ints, Ints]:
        """Those words at which a phrase begins, and its sort; `after` is where each word's text ends, in words."""
        words, sorts = [openers[:0]], [openers[:0]]
        for count in range(2, LONGEST_PHRASE + 1):
            here = openers[openers + count <= after[openers]]
            sort = self.of_phrases.find(found.hash(found.starts[here], found.ends[here + count - 1]))
            words.append(here[sort != UNKNOWN])
            sorts.append(sort[sort != UNKNOWN])
        return np.concatenate(words), np.concatenate(sorts)


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The terms of terms.txt."""
    found = Lexicon()
    for language, sort, term in _terms():
        for spelling in _spellings(term):
            found.add(language, sort, spelling)
    for language, words in YOU.items():
        for word in words.split():
            found.add(language, SORTS.index("you"), word)
    return found


def finder(terms: Lexicon) -> Finder:
    """The same as dictionaries of hashes; in a word that the model does not know every language is looked for."""
    return Finder(
        Dictionary.of(terms.exact | terms.exact_home),
        _by_length(terms.stems | terms.stems_home),
        _by_length(terms.within),
        Dictionary.of(terms.phrases),
        Dictionary.of(dict.fromkeys(terms.openers(), 0)),
    )


def _by_length(terms: Mapping[str, int]) -> dict[int, Dictionary]:
    lengths: dict[int, dict[str, int]] = defaultdict(dict)
    for term, sort in terms.items():
        lengths[len(term)][term] = sort
    return {length: Dictionary.of(lengths[length]) for length in sorted(lengths, reverse=True)}


def _terms() -> Iterator[tuple[str, int, str]]:
    language = sort = ""
    for line in resources.files(__package__).joinpath(TERMS).read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            language, sort = line.strip("[]").split()
        elif not line.startswith("#"):
            for term in line.split():
                yield language, SORTS.index(sort), term.replace("_", " ")


def _spellings(term: str) -> set[str]:
    """The term as it is, without accents, and with German umlauts and ß written out."""
    plain = "".join(sign for sign in unicodedata.normalize("NFD", term) if not unicodedata.combining(sign))
    written_out = term.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace("ß", "ss")
    return {term, plain.replace("ß", "ss").replace("ı", "i").replace("ł", "l"), written_out}
