"""Tests of replacing spans inside the bytes of a JSON line."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hayward.formats.strictjson import parse_record
from hayward.patching.errors import SpanOutside
from hayward.patching.jsonline import redact_line
from hayward.patching.plan import Span
from hayward.patching.spans import merge, redact

TEXT = st.text(
    st.characters(exclude_categories=["Cs"]) | st.sampled_from('\\"/\n\u0301\U0001f600'), max_size=30
)


def escaped(text: str, style: int) -> str:
    """One of the many ways to write a JSON string."""
    if style == 0:
        return json.dumps(text)
    if style == 1:
        return json.dumps(text, ensure_ascii=False).replace("/", "\\/")
    units = text.encode("utf-16-be")
    return '"' + "".join(f"\\u{units[i]:02X}{units[i + 1]:02x}" for i in range(0, len(units), 2)) + '"'


@given(
    text=TEXT,
    other=TEXT,
    style=st.integers(0, 2),
    cuts=st.lists(st.tuples(st.integers(0, 30), st.integers(1, 10)), min_size=1, max_size=3),
)
def test_redact_line_changes_just_the_bytes_of_the_spans(
    text: str, other: str, style: int, cuts: list[tuple[int, int]]
) -> None:
    spans = merge(Span("meta.text", start, start + length, "kind") for start, length in cuts)
    head = f'{{ "text" : {escaped(other, style)},\t"meta":{{"n":[1.50,{{"text":"no"}}], "text" :  '
    tail = ' , "x":1e2}, "e":"\\u00e9" }\r\n'
    line = (head + escaped(text, style) + tail).encode()

    if spans[-1].end > len(text):
        with pytest.raises(SpanOutside):
            redact_line(line, spans)
        return
    redacted = redact_line(line, spans).decode()

    assert parse_record(redacted.encode())["meta"]["text"] == redact(text, spans)
    assert redacted.startswith(head)
    assert redacted.endswith(tail)
    kept, position = [], 0
    for one in spans:
        kept.append(escaped(text[position : one.start], style)[1:-1])
        position = one.end
    kept.append(escaped(text[position:], style)[1:-1])
    assert redacted[len(head) : -len(tail)] == '"' + "[KIND]".join(kept) + '"'


def test_redact_line_finds_keys_however_they_are_written() -> None:
    line = b'{"a":{"text":"no"},"\\u0074ext":"\\ud83d\\ude00 ann@example.org"}'

    assert redact_line(line, [Span("text", 2, 17, "email_address")]) == (
        b'{"a":{"text":"no"},"\\u0074ext":"\\ud83d\\ude00 [EMAIL_ADDRESS]"}'
    )


@pytest.mark.parametrize("field", ["nowhere", "n", "meta", "meta.n", "text.x"])
def test_redact_line_refuses_fields_without_text(field: str) -> None:
    with pytest.raises(SpanOutside):
        redact_line(b'{"text":"abc","n":1,"meta":{"n":null},"list":[]}', [Span(field, 0, 1, "a")])
