"""Entries: the canonical bytes of a leaf, version 1, and the only texts that may stand in one."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

VERSION = 1
MAX_BYTES = 4096
MAX_INT = (1 << 53) - 1
DIGESTS = 8
HOUR = 3600


class Act(StrEnum):
    """What an entry says was done. Closed: a verifier refuses any other word."""

    FLAG = "flag"
    REMOVE = "remove"
    REDACT = "redact"
    RESTORE = "restore"
    KEEP = "keep"
    LABEL = "label"
    RELEASE = "release"
    ERASE = "erase"
    POLICY = "policy"
    ROTATE = "rotate"


ACTS = tuple(Act)


class InvalidEntry(ValueError):
    """The bytes are not a canonical entry, or the values cannot make one."""


class UnknownVersion(InvalidEntry):
    """The entry is of a version that this program does not know: a newer program may."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the changelog. Nothing in it is about a person, nor tells which record was meant.

    ds: dataset slug; seq: index in the log, from 0; t: Unix time in seconds, rounded down to the hour;
    rsn: clause of the policy; pol: "<version>@<sha256 of the policy file>"; sd: eight sorted digests of
    disclosures and decoys; rev: release; ref: seq of the entry that this one answers; n: number of items of a
    batch; mdl: "<screener>@<version>+<first 16 hex digits of its config digest>".
    """

    ds: str
    seq: int
    t: int
    act: Act
    rsn: str
    pol: str
    sd: tuple[str, ...]
    rev: str | None = None
    ref: int | None = None
    n: int | None = None
    mdl: str | None = None


# The grammar is closed and needs no escapes, so one pattern is parser, schema and proof of canonical form
# (RFC 8785: members sorted, no spaces, integers only) at once.
_INT = r"0|[1-9][0-9]{0,15}"
# 32 bytes in base64url: the last of 43 characters carries four bits.
_DIGEST = r"[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]"
_VALUES: dict[str, str] = {
    "_sd": rf'\["(?P<sd>{_DIGEST}(?:","{_DIGEST}){{{DIGESTS - 1}}})"\]',
    "act": rf'"(?P<act>{"|".join(ACTS)})"',
    "ds": r'"(?P<ds>[A-Za-z0-9][A-Za-z0-9_-]{0,99})"',
    "mdl": r'"(?P<mdl>[a-z][a-z0-9_-]{0,63}@[A-Za-z0-9._+-]{1,64}\+[0-9a-f]{16})"',
    "n": rf"(?P<n>{_INT})",
    "pol": r'"(?P<pol>[A-Za-z0-9][A-Za-z0-9._-]{0,63}@[0-9a-f]{64})"',
    "ref": rf"(?P<ref>{_INT})",
    "rev": r'"(?P<rev>[A-Za-z0-9][A-Za-z0-9._+-]{0,63})"',
    "rsn": r'"(?P<rsn>[a-z0-9_.-]{1,64})"',
    "seq": rf"(?P<seq>{_INT})",
    "t": rf"(?P<t>{_INT})",
    "v": str(VERSION),
}
_OPTIONAL = frozenset({"mdl", "n", "ref", "rev"})
_FIRST = next(iter(_VALUES))


def _member(name: str) -> str:
    pattern = f'{"" if name == _FIRST else ","}"{name}":{_VALUES[name]}'
    return f"(?:{pattern})?" if name in _OPTIONAL else pattern


_RESTORE = Act.RESTORE.encode("ascii")
_LEAF = re.compile((r"\{" + "".join(_member(name) for name in _VALUES) + r"\}").encode("ascii"))


def build(
    *,
    ds: str,
    seq: int,
    t: int,
    act: str,
    rsn: str,
    pol: str,
    sd: Collection[str],
    rev: str | None = None,
    ref: int | None = None,
    n: int | None = None,
    mdl: str | None = None,
) -> bytes:
    """The canonical bytes of an entry: one line of JSON (RFC 8785), ASCII, without its line feed.

    Rounds `t` down to the hour and sorts `sd`. Raises InvalidEntry for a value that no entry may carry.
    """
    members: dict[str, Any] = {
        "_sd": sorted(sd),
        "act": str(act),
        "ds": ds,
        "mdl": mdl,
        "n": n,
        "pol": pol,
        "ref": ref,
        "rev": rev,
        "rsn": rsn,
        "seq": seq,
        "t": t - t % HOUR,
        "v": VERSION,
    }
    present = {name: value for name, value in members.items() if value is not None}
    data = json.dumps(present, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode("ascii")
    parse(data)
    return data


def parse(data: bytes) -> Entry:
    """Reads the bytes of a leaf (without line feed). Raises InvalidEntry; for another `v`, UnknownVersion."""
    match = _match(data)
    texts = {name: value.decode("ascii") for name, value in match.groupdict().items() if value is not None}
    return Entry(
        ds=texts["ds"],
        seq=int(texts["seq"]),
        t=int(texts["t"]),
        act=Act(texts["act"]),
        rsn=texts["rsn"],
        pol=texts["pol"],
        sd=tuple(texts["sd"].split('","')),
        rev=texts.get("rev"),
        ref=int(texts["ref"]) if "ref" in texts else None,
        n=int(texts["n"]) if "n" in texts else None,
        mdl=texts.get("mdl"),
    )


def place(data: bytes) -> tuple[bytes, int, bytes]:
    """The dataset, seq and act of an entry, checked as strictly as `parse`: for a verifier in a hurry."""
    match = _match(data)
    return match["ds"], int(match["seq"]), match["act"]


def _match(data: bytes) -> re.Match[bytes]:
    if len(data) > MAX_BYTES:
        raise InvalidEntry(f"the entry is larger than {MAX_BYTES} bytes")
    match = _LEAF.fullmatch(data)
    if match is None:
        raise _refusal(data)
    digests = match["sd"].split(b'","')
    if digests != sorted(set(digests)):
        raise InvalidEntry("_sd is not sorted or has a digest twice")
    seq, t, n, ref = match.group("seq", "t", "n", "ref")
    if max(int(seq), int(t), int(n or 0)) > MAX_INT:
        raise InvalidEntry("a number is 2^53 or more")
    if ref is None:
        _check_stands_alone(match["act"])
    elif int(ref) >= int(seq):
        raise InvalidEntry("ref does not point back")
    return match


def _check_stands_alone(act: bytes) -> None:
    if act == _RESTORE:
        raise InvalidEntry("a restore needs the ref of what it takes back")


def _refusal(data: bytes) -> InvalidEntry:
    """Says why the grammar refused the bytes; never quotes them."""
    if not data.isascii():
        return InvalidEntry("the entry is not ASCII")
    try:
        members = json.loads(data)
        if not isinstance(members, dict):
            return InvalidEntry("the entry is not a JSON object")
        texts = {name: json.dumps(value, separators=(",", ":")) for name, value in members.items()}
    except (ValueError, RecursionError):
        return InvalidEntry("the entry is not JSON")
    if re.fullmatch(r"[2-9]|[1-9][0-9]+", texts.get("v", "")):
        return UnknownVersion(f"unknown version of entry (this program knows {VERSION})")
    return _wrong_member(texts)


def _wrong_member(members: dict[str, str]) -> InvalidEntry:
    for name in sorted(members.keys() | _VALUES.keys()):
        if name not in _VALUES:
            return InvalidEntry("the entry has a member that version 1 does not know")
        if name not in members:
            if name not in _OPTIONAL:
                return InvalidEntry(f"the entry lacks {name}")
        elif not re.fullmatch(_VALUES[name], members[name]):
            return InvalidEntry(f"the value of {name} is not allowed")
    return InvalidEntry("the entry is not in canonical form (sorted, no spaces, no member twice)")
