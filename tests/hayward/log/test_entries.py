"""Entries: one spelling for each, and nothing in them but what the schema allows."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hayward.log import disclosures, entries
from hayward.log.entries import ACTS, Entry, InvalidEntry, UnknownVersion
from tests.hayward.log.golden import POLICY, make_entry

SD = tuple(sorted(disclosures.digest(str(number)) for number in range(8)))
VALUES: dict[str, Any] = {
    "ds": "demo",
    "seq": 7,
    "t": 1763798400,
    "act": "remove",
    "rsn": "pii.email",
    "pol": POLICY,
    "sd": SD,
    "rev": "1.0",
    "ref": 3,
    "n": 2,
    "mdl": "pii@1.0.0+0123456789abcdef",
}


def made(**changes: Any) -> bytes:
    return entries.build(**(VALUES | changes))


def respelled(**changes: Any) -> bytes:
    """The bytes of an entry with members set as given, past all checks of `build`."""
    members = json.loads(made()) | changes
    present = {name: value for name, value in members.items() if value is not ...}
    return json.dumps(present, sort_keys=True, separators=(",", ":")).encode()


def test_an_entry_is_one_line_of_canonical_json() -> None:
    expected = (
        '{"_sd":["'
        + '","'.join(SD)
        + '"],"act":"remove","ds":"demo","mdl":"pii@1.0.0+0123456789abcdef","n":2,'
        f'"pol":"{POLICY}","ref":3,"rev":"1.0","rsn":"pii.email","seq":7,"t":1763798400,"v":1}}'
    )

    assert made().decode("ascii") == expected


def test_parse_gives_back_what_was_built() -> None:
    assert entries.parse(made()) == Entry(**VALUES)
    assert entries.place(made()) == (b"demo", 7, b"remove")


def test_optional_members_are_left_out() -> None:
    data = made(rev=None, ref=None, n=None, mdl=None)

    assert sorted(json.loads(data)) == ["_sd", "act", "ds", "pol", "rsn", "seq", "t", "v"]
    assert entries.parse(data) == Entry(**(VALUES | {"rev": None, "ref": None, "n": None, "mdl": None}))


def test_time_is_rounded_down_to_the_hour_and_digests_are_sorted() -> None:
    assert made(t=1763798400 + 3599, sd=SD[::-1]) == made()


@pytest.mark.parametrize("act", ACTS)
def test_every_act_can_be_written(act: str) -> None:
    assert entries.parse(made(act=act)).act == act


@given(
    st.integers(1, entries.MAX_INT),
    st.integers(0, entries.MAX_INT),
    st.sampled_from(ACTS),
    st.from_regex(r"[a-z0-9_.-]{1,64}", fullmatch=True),
    st.none() | st.integers(0, entries.MAX_INT),
)
def test_canonical_form_is_that_of_json(seq: int, t: int, act: str, rsn: str, n: int | None) -> None:
    data = made(seq=seq, t=t, act=act, rsn=rsn, n=n, ref=seq - 1)

    canonical = json.dumps(json.loads(data), sort_keys=True, separators=(",", ":"), ensure_ascii=True)

    assert data.decode("ascii") == canonical
    assert entries.parse(data).t % 3600 == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("act", "delete"),
        ("act", "Remove"),
        ("ds", ""),
        ("ds", "a/b"),
        ("ds", "-a"),
        ("ds", "a" * 101),
        ("rsn", ""),
        ("rsn", "PII"),
        ("rsn", "pii email"),
        ("rsn", "a" * 65),
        ("rsn", "jane@example.org"),
        ("pol", "1"),
        ("pol", "1@" + "AB" * 32),
        ("rev", "a b"),
        ("rev", "https://example.org/"),
        ("mdl", "pii@1.0.0"),
        ("seq", -1),
        ("seq", True),
        ("seq", 1 << 53),
        ("t", -1),
        ("t", 1 << 54),
        ("n", 1 << 53),
        ("n", -1),
        ("ref", 7),
        ("ref", 8),
        ("sd", ()),
        ("sd", SD[:7]),
        ("sd", (*SD[:7], SD[6])),
        ("sd", (*SD[:7], "x" * 43)),
        ("sd", (*SD[:7], "x")),
    ],
)
def test_values_that_no_entry_may_carry_are_refused(name: str, value: Any) -> None:
    with pytest.raises(InvalidEntry):
        made(**{name: value})


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "not JSON"),
        (b"null", "not a JSON object"),
        (b"[]", "not a JSON object"),
        (b"[" * 4000, "not JSON"),
        (b'{"a":' * 600 + b"1" + b"}" * 600, "lacks _sd"),
        (made() + b"\n", "canonical"),
        (made() + b" ", "canonical"),
        (made().replace(b":7", b": 7"), "canonical"),
        (made().replace(b'"v":1}', b'"v":1,"v":1}'), "canonical"),
        (made().replace(b'"seq":7', b'"seq":8,"seq":7'), "canonical"),
        (made().replace(b"demo", b"d\\u0065mo"), "canonical"),
        (made().replace(b"demo", "dém".encode()), "not ASCII"),
        (respelled(seq=7.0), "seq"),
        (respelled(seq="7"), "seq"),
        (respelled(seq=...), "lacks seq"),
        (respelled(_sd=...), "lacks _sd"),
        (respelled(_sd=[*SD[1:], SD[0]]), "sorted"),
        (respelled(note="free text"), "does not know"),
        (respelled(rev=None), "rev"),
        (made().replace(b'"n":2', b'"n":NaN'), "value of n"),
        (made().replace(b'"n":2', b'"n":02'), "not JSON"),
        (made().replace(b'"n":2', b'"n":-0'), "canonical"),
        (made().replace(b'"n":2', b'"n":2e0'), "value of n"),
        (made().replace(b"pii.email", b"a" * 4096), "larger"),
        (respelled(v=True), "value of v"),
        (respelled(v=0), "value of v"),
        (respelled(v=...), "lacks v"),
        (respelled(v=2), "unknown version"),
    ],
)
def test_bytes_in_any_but_the_one_spelling_are_refused(data: bytes, why: str) -> None:
    with pytest.raises(InvalidEntry, match=re.escape(why)):
        entries.parse(data)


def test_another_version_is_told_apart_from_nonsense() -> None:
    with pytest.raises(UnknownVersion):
        entries.parse(respelled(v=2, new="member"))


def test_a_restore_says_what_it_takes_back() -> None:
    assert entries.parse(make_entry(4, act="restore", ref=2)).ref == 2
    with pytest.raises(InvalidEntry, match="restore needs the ref"):
        make_entry(4, act="restore")


def test_no_refusal_quotes_the_bytes() -> None:
    secret = "jane.roe-example"

    with pytest.raises(InvalidEntry) as caught:
        entries.parse(respelled(**{secret: secret, "rsn": secret.upper()}))

    assert secret not in str(caught.value).lower()
