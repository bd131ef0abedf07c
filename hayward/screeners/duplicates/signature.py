"""MinHash signatures of texts: 128 slots of four bits each, and what two of them say about the texts."""

from __future__ import annotations

import math
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from hayward.screeners.base import UnableToLoad
from hayward.screeners.duplicates import normal
from hayward.screeners.duplicates.normal import NormalTexts, Offsets
from hayward.screeners.duplicates.words import Hashes, mixed, word_hashes

SHINGLE = 5
SLOTS = 128
BITS = 4
SIGNATURE_BYTES = SLOTS * BITS // 8
SEED = 42
# Signatures of another algorithm of rensa cannot be compared with ours.
ALGORITHM = 2
# Texts of so many bytes at a time: what is computed about them stays in the processor's cache.
_BLOCK = 1 << 17
_BY_CHANCE = 1 / (1 << BITS)
_ODD = tuple(
    np.uint64(odd)
    for odd in (0x9FB21C651E98DF25, 0xD6E8FEB86659FD93, 0xA0761D6478BD642F, 0xE7037ED1A0B428DB, 1)
)
_LOW = np.uint64(0x1111111111111111)

Signatures = NDArray[np.uint8]
"""Rows of SIGNATURE_BYTES: slot 2i in the low half of byte i, slot 2i + 1 in the high half."""


def signatures(column: pa.LargeStringArray) -> tuple[Signatures, NDArray[np.bool_]]:
    """A signature per text, and which texts have one: nulls and texts of less than SHINGLE words have none.

    Takes any slice of a large_string column. Raises UnableToLoad.
    """
    packed, counts, _ = sketched(column, digests=False)
    return packed, counts >= SHINGLE


def sketched(
    column: pa.LargeStringArray, *, digests: bool = True
) -> tuple[Signatures, NDArray[np.int64], list[bytes | None]]:
    """Per text its signature, how many words it has, and the digest of its content (all None without `digests`)."""
    packed = np.zeros((len(column), SIGNATURE_BYTES), np.uint8)
    counts = np.zeros(len(column), np.int64)
    contents: list[bytes | None] = [None] * len(column)
    for rows, texts in _parts(column):
        hashes, starts = word_hashes(texts)
        packed[rows], counts[rows] = _signed(hashes, starts), np.diff(starts)
        if digests:
            for row, digest in zip(rows.tolist(), normal.content_digests(texts), strict=True):
                contents[row] = digest
    return packed, counts, contents


def agreements(some: Signatures, others: Signatures) -> NDArray[np.int64]:
    """In how many of the SLOTS each pair of rows agrees."""
    apart = np.ascontiguousarray(some).view(np.uint64) ^ np.ascontiguousarray(others).view(np.uint64)
    apart |= apart >> np.uint64(2)
    apart |= apart >> np.uint64(1)
    apart &= _LOW
    differing: NDArray[np.int64] = np.bitwise_count(apart).sum(axis=-1, dtype=np.int64)
    return SLOTS - differing


def similarity(agreeing: int) -> float:
    """The estimated Jaccard similarity of the texts' shingles: agreements by chance taken off.

    Four bits of two different hashes agree once in sixteen times (Li and König, "b-Bit Minwise Hashing", WWW 2010).
    """
    return max(0.0, (agreeing / SLOTS - _BY_CHANCE) / (1 - _BY_CHANCE))


def standard_error(jaccard: float) -> float:
    """The standard error of an estimate where the true similarity is `jaccard` (as above, theorem 2): at most 0.047."""
    agree = jaccard + (1 - jaccard) * _BY_CHANCE
    return math.sqrt(agree * (1 - agree) / SLOTS) / (1 - _BY_CHANCE)


def agreements_for(jaccard: float) -> int:
    """The fewest agreements whose estimate reaches `jaccard`."""
    return math.ceil(SLOTS * (jaccard * (1 - _BY_CHANCE) + _BY_CHANCE) - 1e-9)


def shingle_hashes(words: Hashes, starts: Offsets) -> tuple[Hashes, Offsets]:
    """A hash of every SHINGLE words in a row, and where each text's begin."""
    counts = np.maximum(np.diff(starts) - (SHINGLE - 1), 0)
    offsets = np.concatenate([[0], np.cumsum(counts)])
    if not offsets[-1]:
        return np.empty(0, np.uint64), offsets
    places = len(words) - SHINGLE + 1
    rolled = words[:places] * _ODD[0]
    for step in range(1, SHINGLE):
        rolled += words[step : step + places] * _ODD[step]
    inside = np.ones(places, np.bool_)
    last = starts[1:, None] - np.arange(1, SHINGLE)
    inside[last[(last >= starts[:-1, None]) & (last < places)]] = False
    return mixed(rolled[inside]), offsets


def _signed(words: Hashes, starts: Offsets) -> Signatures:
    shingles, offsets = shingle_hashes(words, starts)
    matrix = _rensa().digest_matrix_from_flat_token_hashes(shingles, offsets.astype(np.uint64), SLOTS, SEED)
    slots = np.array(matrix.to_rows(), np.uint32).reshape(-1, SLOTS).astype(np.uint8) & np.uint8(15)
    packed = slots[:, 0::2] | (slots[:, 1::2] << np.uint8(4))
    packed[np.diff(offsets) == 0] = 0
    return packed


def _rensa() -> Any:
    try:
        algorithm: Any = import_module("rensa").RMinHash
    except ImportError as error:
        raise UnableToLoad(
            "Near-duplicates need the package rensa: pip install 'rensa>=0.5,<0.6'."
        ) from error
    if algorithm.ALGORITHM_VERSION != ALGORITHM:
        raise UnableToLoad(
            f"This version of rensa makes signatures of another kind ({algorithm.ALGORITHM_VERSION}, not {ALGORITHM}), "
            "which say nothing beside those already stored. Install 'rensa>=0.5,<0.6'."
        )
    return algorithm


def _parts(column: pa.LargeStringArray) -> Iterator[tuple[NDArray[np.int64], NormalTexts]]:
    """The normal form of all texts but nulls, in parts that are done alike, with the rows they stand in."""
    filled = np.flatnonzero(column.is_valid().to_numpy(zero_copy_only=False))
    texts = column if len(filled) == len(column) else column.take(pa.array(filled))
    for begin, end in _blocks(texts):
        block, rows = texts.slice(begin, end - begin), filled[begin:end]
        hard = normal.hard_texts(block)
        for chosen, form in ((~hard, normal.easy_texts), (hard, normal.other_texts)):
            if chosen.all():
                yield rows, form(block)
            elif chosen.any():
                yield rows[chosen], form(block.filter(pa.array(chosen)))


def _blocks(column: pa.LargeStringArray) -> Iterator[tuple[int, int]]:
    """Stretches of rows with about _BLOCK bytes of text, or one row where it is longer."""
    if not len(column):
        return
    offsets = np.concatenate([[0], np.cumsum(pc.binary_length(column).to_numpy(zero_copy_only=False))])
    begin = 0
    while begin < len(column):
        end = int(np.searchsorted(offsets, offsets[begin] + _BLOCK, side="right")) - 1
        end = min(max(end, begin + 1), len(column))
        yield begin, end
        begin = end
