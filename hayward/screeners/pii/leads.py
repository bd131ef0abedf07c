"""The first digits of the numbers that a numbering plan's pattern matches, to pass over plans without running them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import reduce
from operator import or_

LEAD = 3  # digits; with more the tables grow tenfold and hardly tell more plans apart
# All that libphonenumber's metadata is written in: every pattern matches finitely many numbers.
_PIECE = re.compile(r"\\d|\[[\d-]+\]|\(\?:|\{\d+(?:,\d+)?\}|[\d()|?$]")

Beginnings = frozenset[str]


def leads(pattern: str) -> int:
    """The leads of all numbers that the pattern matches, as `led_by` writes them; all leads if it cannot be read."""
    pieces = _PIECE.findall(pattern)
    if "".join(pieces) != pattern:
        return led_by("")
    found: int = reduce(or_, map(led_by, _alternatives(iter(pieces))), 0)
    return found


def led_by(beginning: str) -> int:
    """The leads that begin so, or that `beginning` begins with: bit 123 of the number stands for the lead 123."""
    lead = beginning[:LEAD]
    room = int(10 ** (LEAD - len(lead)))
    return ((1 << room) - 1) << room * int(lead or "0")


def _alternatives(pieces: Iterator[str]) -> Beginnings:
    """What stands up to the closing bracket, or the end."""
    found: Beginnings = frozenset()
    row: list[Beginnings] = []
    for piece in pieces:
        if piece == ")":
            break
        if piece == "|":
            found, row = found | _joined(row), []
        elif piece[0] in "{?":
            row[-1:] = _repeated(row[-1], piece)
        elif piece != "$":
            row.append(_alternatives(pieces) if piece[0] == "(" else _digits(piece))
    return found | _joined(row)


def _digits(piece: str) -> Beginnings:
    return frozenset("0123456789" if piece == r"\d" else re.findall(piece, "0123456789"))


def _repeated(once: Beginnings, quantifier: str) -> list[Beginnings]:
    """One set for each of the first LEAD repetitions; those that may be left out hold nothing too."""
    bounds = [int(bound) for bound in re.findall(r"\d+", quantifier)] or [0, 1]
    needed, most = (min(bound, LEAD) for bound in (bounds[0], bounds[-1]))
    return [once] * needed + [once | {""}] * (most - needed)


def _joined(row: list[Beginnings]) -> Beginnings:
    """The first LEAD digits of one of each set after another."""
    done: set[str] = set()
    begun = {""}
    for following in row:
        begun = {first + then[: LEAD - len(first)] for first in begun for then in following}
        done |= {first for first in begun if len(first) == LEAD}
        begun -= done
    return frozenset(done | begun)
