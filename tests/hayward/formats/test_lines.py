"""Tests of splitting streams into lines."""

from hypothesis import given
from hypothesis import strategies as st

from hayward.formats.lines import split_lines


@given(chunks=st.lists(st.text("ab\n", max_size=12)), limit=st.integers(0, 8))
def test_split_lines_keeps_every_byte_and_numbers_the_lines(chunks: list[str], limit: int) -> None:
    data = "".join(chunks).encode()

    lines = list(split_lines((chunk.encode() for chunk in chunks), limit))

    assert b"".join(line.data + b"\n" * line.ended for line in lines) == data
    expected = data.removesuffix(b"\n").split(b"\n") if data else []
    assert [line.row for line in lines if line.ended] == list(range(data.count(b"\n")))
    whole = {line.row: line.data for line in lines if line.whole}
    assert whole == {row: line for row, line in enumerate(expected) if len(line) <= limit}


def test_split_lines_gives_a_long_line_in_pieces_of_bounded_size() -> None:
    lines = list(split_lines([b"x" * 10] * 100 + [b"\nend"], 25))

    assert max(len(line.data) for line in lines) <= 35
    assert [line.row for line in lines if line.ended] == [0]
    assert (lines[-1].row, lines[-1].data, lines[-1].whole) == (1, b"end", True)
