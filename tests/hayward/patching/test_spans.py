"""Tests of merging spans, replacing them and carrying them over."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hayward.patching.errors import NeedsOriginal, SpanOutside
from hayward.patching.plan import Span
from hayward.patching.spans import carry_over, is_covered, merge, redact, redact_record


def at(start: int, end: int, kind: str = "a") -> Span:
    return Span("text", start, end, kind)


def test_merge_joins_overlapping_spans_under_the_longest_kind() -> None:
    spans = [at(0, 4, "short"), at(3, 10, "long"), at(10, 12, "next"), Span("url", 1, 2, "other")]

    assert merge(spans) == (at(0, 10, "long"), at(10, 12, "next"), Span("url", 1, 2, "other"))


def test_redact_replaces_code_points_and_refuses_to_reach_outside() -> None:
    assert redact("a\U0001f600e\u0301z", [at(1, 2, "face"), at(3, 4, "mark")]) == "a[FACE]e[MARK]z"
    with pytest.raises(SpanOutside):
        redact("abc", [at(1, 4)])


def test_redact_record_follows_fields_and_leaves_the_record_alone() -> None:
    record = {"text": "abc", "meta": {"author": "Ann", "n": 1}, "a.b": "xyz"}
    spans = [at(0, 1), Span("meta.author", 0, 3, "name"), Span("a.b", 1, 2, "c")]

    redacted = redact_record(record, spans)

    assert redacted == {"text": "[A]bc", "meta": {"author": "[NAME]", "n": 1}, "a.b": "x[C]z"}
    assert record["text"] == "abc"
    for field in ("meta", "meta.n", "nowhere", "text.x"):
        with pytest.raises(SpanOutside):
            redact_record(record, [Span(field, 0, 1, "a")])


SPANS = st.lists(
    st.tuples(st.integers(0, 40), st.integers(1, 12)).map(lambda pair: at(pair[0], pair[0] + pair[1])),
    max_size=4,
)


@given(first=SPANS, second=SPANS)
def test_carried_over_spans_give_what_redacting_all_at_once_gives(
    first: list[Span], second: list[Span]
) -> None:
    text = "".join(chr(0x4E00 + number) for number in range(60))
    done = merge(first)

    try:
        carried = carry_over(merge(second), done)
    except NeedsOriginal:
        assert not is_covered(merge(second), done)
        return

    assert redact(redact(text, done), carried) == redact(text, merge([*first, *second]))
    assert is_covered(merge(second), merge([*first, *second]))
