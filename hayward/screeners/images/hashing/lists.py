"""Reads lists of hashes as they are exchanged: a line per hash, plain or with commas, streaming.

The exports of ThreatExchange and Hasher-Matcher-Actioner (CSV with a type and a hash per line) and plain files with
one hexadecimal hash per line are understood.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Literal, NamedTuple, get_args

HashType = Literal["md5", "sha256", "pdq"]
HASH_TYPES: tuple[HashType, ...] = get_args(HashType)
BYTES = {"md5": 16, "sha256": 32, "pdq": 32}
LONGEST_LINE, LONGEST_LABEL = 4096, 80
_CUT = re.compile(r"[,;\t ]")
_HASH = re.compile(r"(?:[0-9a-fA-F]{32}){1,2}\Z")
_TYPE = re.compile(r"(?:hash[_-])?(md5|sha-?256|pdq)(?:[_-]?(?:hash|signal))?\Z", re.IGNORECASE)


class UnreadableHashList(Exception):
    """A line of a list is no hash; `str()` says where, and what to do."""

    def __init__(self, path: Path, number: int, why: str) -> None:
        super().__init__(f"{path}, line {number}: {why}")


class Entry(NamedTuple):
    """One hash of a list, and what the list calls it."""

    type: HashType
    value: bytes
    label: str


def read_list(path: Path, *, type_: HashType | None = None) -> Iterator[Entry]:
    """The hashes of a list, in its order. Empty lines, comments (#) and a header are passed over.

    64 digits may be SHA-256 or PDQ: a cell of the line says which, else the file's name (`x.pdq.txt`, `x.sha256`), else
    `type_`. A label is the line's first other cell, else the file's name. Raises UnreadableHashList.
    """
    hinted = type_in(path.name.lower().split(".")[1:])
    usual = path.name.partition(".")[0][:LONGEST_LABEL]
    first = True
    with path.open("r", encoding="utf-8-sig", errors="replace") as file:
        for number, line in _lines(file, path):
            entry = _entry(line, hinted or type_, usual)
            if isinstance(entry, Entry):
                yield entry
            elif not first or _HASH.search(line):
                raise UnreadableHashList(path, number, entry)
            first = False


def type_in(cells: Sequence[str]) -> HashType | None:
    """The type of hash that a cell names, if one does."""
    for cell in cells:
        if found := _TYPE.match(cell):
            name = found[1].lower().replace("-", "")
            return next(known for known in HASH_TYPES if known == name)
    return None


def _lines(file: IO[str], path: Path) -> Iterator[tuple[int, str]]:
    number = 0
    while line := file.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            raise UnreadableHashList(path, number, f"longer than {LONGEST_LINE} characters.")
        line = line.strip()
        if line and not line.startswith("#"):
            yield number, line


def _entry(line: str, type_: HashType | None, usual: str) -> Entry | str:
    """The hash of a line, or what is wrong with it."""
    # Most lists by far are plain, and ten million lines are not to be taken apart for nothing.
    cells = [line] if len(line) in {32, 64} else [cell.strip(" \"'") for cell in _CUT.split(line)]
    hashes = [cell for cell in cells if _HASH.match(cell)]
    if not hashes:
        return "no MD5 (32 hexadecimal digits), SHA-256 or PDQ (64) stands here."
    value = bytes.fromhex(hashes[0])
    named = "md5" if len(value) == BYTES["md5"] else type_in(cells) or type_
    if named is None or BYTES[named] != len(value):
        return "64 digits may be SHA-256 or PDQ. Say which: --type, a cell of the line, or the file's name (x.pdq.txt)."
    label = next((cell for cell in cells if cell and cell != hashes[0] and not _TYPE.match(cell)), usual)
    return Entry(named, value, "".join(letter for letter in label if letter.isprintable())[:LONGEST_LABEL])
