"""Splits a stream into physical lines with bounded memory, however long a line is."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

MAX_LINE_BYTES = 8 << 20  # a longer line is held, never buffered whole


class Line(NamedTuple):
    """A line without its line feed, or, when it is not `whole`, one piece of a line over the limit."""

    row: int
    data: bytes
    whole: bool
    ended: bool  # a line feed followed


def split_lines(chunks: Iterable[bytes], limit: int = MAX_LINE_BYTES) -> Iterator[Line]:
    """Every byte of `chunks`, in order, as lines; a line over `limit` bytes comes in pieces."""
    row, size, within = 0, 0, True
    carried: list[bytes] = []
    for chunk in chunks:
        *ended, rest = chunk.split(b"\n")
        for part in ended:
            data = part
            if carried:
                data = b"".join([*carried, part])
                carried, size = [], 0
            yield Line(row, data, within and len(data) <= limit, True)
            row, within = row + 1, True
        if rest:
            carried.append(rest)
            size += len(rest)
        if size > limit:
            yield Line(row, b"".join(carried), False, False)
            carried, size, within = [], 0, False
    if carried:
        yield Line(row, b"".join(carried), within, False)
