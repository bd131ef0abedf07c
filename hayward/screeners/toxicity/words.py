"""The words of many texts at once, as numbers: where each stands and its hash, by whole-array operations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

# An odd factor has an inverse modulo 2^64, which lets prefix sums give the hash of any word.
FACTOR = 0x9E3779B97F4A7C15
INVERSE = pow(FACTOR, -1, 1 << 64)
UNKNOWN = -2
TABLE_BITS = 17


@dataclass(frozen=True, slots=True)
class Prefix:
    """Sums of code × FACTOR^place up to each place of a text, modulo 2^64, and the inverses of FACTOR^place."""

    sums: NDArray[np.uint64]
    inverses: NDArray[np.uint64]

    @classmethod
    def of(cls, codes: NDArray[np.uint32]) -> Prefix:
        size = 1 << max(len(codes), 1).bit_length()
        sums = np.zeros(len(codes) + 1, np.uint64)
        np.cumsum(codes * _powers(FACTOR, size)[: len(codes)], out=sums[1:])
        return cls(sums, _powers(INVERSE, size))

    def hash(self, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.uint64]:
        """The sums over these spans, shifted to place 0: what `word_hash` gives what stands there."""
        hashes: NDArray[np.uint64] = (self.sums[ends] - self.sums[starts]) * self.inverses[starts]
        return hashes


@dataclass(frozen=True, slots=True)
class Words:
    """Words of two or more letters, digits or underscores, in order: hash, and span in code points of the whole."""

    hashes: NDArray[np.uint64]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    prefix: Prefix

    def hash(self, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.uint64]:
        """The hashes of other spans of the same text."""
        return self.prefix.hash(starts, ends)


def words(text: str) -> Words:
    r"""The matches of `\b\w\w+\b` (scikit-learn's default token pattern) in the lower-cased text.

    Lower case keeps the length: İ, the one letter whose lower case is two code points, is read as i.
    """
    lowered = text.replace("İ", "i").lower()
    codes = np.frombuffer(lowered.encode("utf-32-le", "surrogatepass"), np.uint32)
    inside = np.zeros(len(codes) + 2, np.bool_)
    inside[1:-1] = _word_characters()[codes]
    edges = np.flatnonzero(inside[1:] != inside[:-1])
    starts, ends = edges[::2], edges[1::2]
    long = ends - starts >= 2
    starts, ends = starts[long], ends[long]
    prefix = Prefix.of(codes)
    return Words(prefix.hash(starts, ends), starts, ends, prefix)


@dataclass(frozen=True, slots=True)
class Dictionary:
    """Numbers of known words by hash: a table by the hash's first bits leads to a short run of sorted hashes."""

    hashes: NDArray[np.uint64]
    numbers: NDArray[np.int64]
    first: NDArray[np.int32]
    longest: int
    shift: np.uint64

    @classmethod
    def of(cls, numbers: Mapping[str, int]) -> Dictionary:
        """The dictionary of these words (in lower case)."""
        pairs = sorted((word_hash(word), number) for word, number in numbers.items())
        hashes = np.array([pair[0] for pair in pairs] + [2**64 - 1], np.uint64)
        bits = min(len(pairs).bit_length() + 3, TABLE_BITS)
        shift = np.uint64(64 - bits)
        runs = np.bincount((hashes[:-1] >> shift).astype(np.int64), minlength=1 << bits)
        first = np.concatenate(([0], np.cumsum(runs)))[:-1].astype(np.int32)
        return cls(hashes, np.array([pair[1] for pair in pairs] + [UNKNOWN]), first, int(runs.max()), shift)

    def find(self, hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
        """The numbers of these words, UNKNOWN for those that are not in it."""
        place = self.first[(hashes >> self.shift).astype(np.int64)]
        for _ in range(self.longest - 1):
            place += self.hashes[place] < hashes
        return np.where(self.hashes[place] == hashes, self.numbers[place], UNKNOWN)


def word_hash(word: str) -> int:
    """The hash that `words` gives this (lower-case) word."""
    total = 0
    for place, character in enumerate(word):
        total += ord(character) * pow(FACTOR, place, 1 << 64)
    return total & ((1 << 64) - 1)


@lru_cache(maxsize=2)
def _powers_up_to(base: int, size: int) -> NDArray[np.uint64]:
    factors = np.full(size, base, np.uint64)
    factors[0] = 1
    return np.cumprod(factors, dtype=np.uint64)


def _powers(base: int, size: int) -> NDArray[np.uint64]:
    """base^0, base^1, … modulo 2^64; kept for the sizes of ordinary stretches only."""
    if size <= STRETCH * 2:
        return _powers_up_to(base, STRETCH * 2)
    return _powers_up_to.__wrapped__(base, size)


# Texts are looked at in stretches of about so many code points: their arrays fit the processor's cache.
STRETCH = 1 << 16


@lru_cache(maxsize=1)
def _word_characters() -> NDArray[np.bool_]:
    r"""For every code point, whether Python's `re` counts it as `\w`."""
    table = np.fromiter((chr(code).isalnum() for code in range(0x110000)), np.bool_, 0x110000)
    table[ord("_")] = True
    return table
