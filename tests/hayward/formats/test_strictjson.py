"""Tests of the strict JSON parser, on the published suite and on our own hostile lines."""

import json

import pytest

from hayward.formats.strictjson import NotARecord, parse_record, parse_value
from tests.shared_data import shared_data


def reason(line: bytes) -> str:
    with pytest.raises(NotARecord) as caught:
        parse_record(line)
    return caught.value.reason


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b'{"a":NaN}', "non-finite-number"),
        (b'{"a":-Infinity}', "non-finite-number"),
        (b'{"a":[1e999]}', "non-finite-number"),
        (b'{"a":1,"a":1}', "duplicate-key"),
        (b'{"a":{"b":1,"\\u0062":2}}', "duplicate-key"),
        (b'{"a":"\\ud800"}', "lone-surrogate"),
        (b'{"\\udc00":1}', "lone-surrogate"),
        (b'{"a":"\xff"}', "invalid-utf8"),
        (b'{"a":"\xed\xa0\x80"}', "invalid-utf8"),
        (b'{"a":' + b"[" * 200_000 + b"]" * 200_000 + b"}", "too-deep"),
        (b'{"a":' + b"[" * 101 + b"]" * 101 + b"}", "too-deep"),
        (b'{"a":' + b"9" * 5000 + b"}", "number-too-large"),
        (b"[1]", "not-an-object"),
        (b"null", "not-an-object"),
        (b'\xef\xbb\xbf{"a":1}', "invalid-json"),
        (b'{"a":1} {"a":2}', "invalid-json"),
        (b'{"a":"\x01"}', "invalid-json"),
    ],
)
def test_parse_record_refuses(line: bytes, expected: str) -> None:
    assert reason(line) == expected


def test_parse_record_quotes_no_content_in_its_detail() -> None:
    for line in (
        b'{"ann@example.org":1,"ann@example.org":2}',
        b'{"a":"ann@example.org"',
        b'{"a":ann@example.org}',
    ):
        with pytest.raises(NotARecord) as caught:
            parse_record(line)

        assert "ann" not in caught.value.detail


def test_parse_record_takes_pairs_of_surrogates_big_integers_and_depth_100() -> None:
    deep = b"[" * 99 + b"]" * 99

    record = parse_record(b'{"a":"\\ud83d\\ude00","n":18446744073709551616,"d":' + deep + b"}")

    assert (record["a"], record["n"]) == ("\U0001f600", 2**64)


def test_parse_value_agrees_with_the_json_test_suite() -> None:
    refused = set()
    files = sorted(shared_data("adversarial", "jsontestsuite").glob("*.json"))
    for file in files:
        try:
            parse_value(file.read_bytes())
        except NotARecord:
            refused.add(file.name)

    assert [file.name for file in files if file.name.startswith("n_") and file.name not in refused] == []
    assert [name for name in sorted(refused) if name.startswith("y_")] == []
    # Where the suite leaves the choice, all that has no single meaning is refused; an underflow is zero.
    accepted = [file.name for file in files if file.name.startswith("i_") and file.name not in refused]
    assert accepted == ["i_number_real_underflow.json"]


def test_parse_record_reads_every_naughty_string_back() -> None:
    strings = json.loads(shared_data("adversarial", "blns", "blns.json").read_bytes())

    read = [parse_record(json.dumps({"text": text}).encode())["text"] for text in strings]

    assert read == strings


@pytest.mark.parametrize(
    "line",
    [
        b'{"a":1,"a":2}',
        b'{"a" :1,"a":2}',
        b'{"a":"x","a":"x"}',
        b'{"a":"say \\"b\\"","b":1,"b":1}',
        b'{"a":"say \\u0022b\\u0022","b":1,"b":1}',
        b'{"a":{"b":1,"b":2}}',
        b'{"a":[{"b":"","b":""}]}',
        b'{"a":18446744073709551616}',
        b'{"a":-9223372036854775809}',
        b'{"a":1e400}',
        b'{"a":-0,"b":-0.0,"c":0.0,"d":1e15}',
        b'{"a":"\\ud800"}',
        b'{"a":"\\ud83d\\ude00 \\" \\\\"}',
        b'{"a":NaN}',
        b'{"a":"\xff"}',
        b'\xef\xbb\xbf{"a":1}',
        b' {"a" : [1, "x", null, true], "\\"" : {}}\r',
        b'{"a":' + b"[" * 99 + b"]" * 99 + b"}",
        b'{"a":' + b"[" * 100 + b"]" * 100 + b"}",
    ],
)
def test_the_quick_way_gives_what_the_strict_way_gives(line: bytes) -> None:
    try:
        expected: object = parse_value(line)
    except NotARecord as error:
        expected = (error.reason, error.detail)

    try:
        found: object = parse_record(line)
    except NotARecord as error:
        found = (error.reason, error.detail)

    assert repr(found) == repr(expected)


def test_the_quick_way_agrees_on_every_text_of_the_test_suite() -> None:
    for path in sorted(shared_data("adversarial", "jsontestsuite").rglob("*.json")):
        test_the_quick_way_gives_what_the_strict_way_gives(b'{"a":' + path.read_bytes() + b"}")
