"""Host names: the longest beginning of some bytes that is one, under a top-level domain that exists."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from importlib import resources
from typing import NamedTuple

from hayward.screeners.pii.characters import ALPHANUMERIC, NON_ASCII_BYTES

LONGEST_NAME = 255  # RFC 1035 2.3.4
LONGEST_LABEL = 63
HOST_BYTES = ALPHANUMERIC + b"-._" + NON_ASCII_BYTES

IANA = "IANA root zone"
RESERVED = "RFC 2606"
# RFC 2606, RFC 6761; .onion: RFC 7686.
RESERVED_TOP_LEVEL = frozenset({"example", "test", "invalid", "localhost"})
SPECIAL_TOP_LEVEL = frozenset({"onion"})
DOCUMENTATION_DOMAINS = frozenset({"example.com", "example.net", "example.org", "example.edu"})
# A top-level domain, but far more often the end of a file's name.
FILE_ENDINGS = frozenset({"zip", "mov"})

# RFC 1123 2.1, with the underscore that some hosts have all the same.
_ONE_LABEL = r"[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?"
_LABEL = re.compile(_ONE_LABEL, re.IGNORECASE)
# As nearly all hosts are written, and what may stand behind.
_ORDINARY = re.compile(rf"((?:{_ONE_LABEL}\.){{1,8}}[a-z]{{2,18}})[._-]*")
_JOINERS = "\u200c\u200d"  # RFC 5892 A.1, A.2


class Host(NamedTuple):
    """A host name as it stands in the text, and the list that knows its top-level domain."""

    name: str
    validator: str

    @property
    def is_documentation(self) -> bool:
        return self.validator == RESERVED


@cache
def top_level_domains() -> frozenset[str]:
    """Those of the root zone, in lower case, the international ones both as `xn--` and in their own script."""
    listed = resources.files(__package__).joinpath("top_level_domains.txt").read_text("utf-8").split("\n")
    names = {line for line in listed if line and not line.startswith("#")}
    own_script = {name.encode().decode("idna") for name in names if name.startswith("xn--")}
    return frozenset((names | own_script | SPECIAL_TOP_LEVEL) - FILE_ENDINGS)


_WRITTEN = re.compile(rb"[A-Za-z0-9._\x80-\xff-]{1,%d}" % LONGEST_NAME)


def host_at(text: bytes, place: int) -> Host | None:
    """The host name that begins at byte `place`: host_name of no more bytes than may belong to it."""
    written = _WRITTEN.match(text, place)
    return host_name(written.group()) if written else None


@lru_cache(maxsize=8192)
def host_name(window: bytes) -> Host | None:
    """The host name of two or more labels that `window` begins with: "example.org" of b"example.org.Next".

    It ends in a top-level domain of the root zone, or in one that is reserved for examples and tests.
    """
    text = window[: len(window) - len(window.lstrip(HOST_BYTES))][:LONGEST_NAME].decode(errors="ignore")
    if not text.isascii():
        text = until_script_change(text)
    ordinary = _ORDINARY.fullmatch(text)
    validator = _validator(ordinary.group(1).split(".")) if ordinary else None
    if ordinary and validator is not None:
        return Host(ordinary.group(1), validator)
    labels = _labels(text)
    for count in range(len(labels), 1, -1):
        validator = _validator(labels[:count])
        if validator is not None and not _begins_a_sentence(labels[:count]):
            return Host(".".join(labels[:count]), validator)
    return None


def _labels(text: str) -> list[str]:
    labels: list[str] = []
    for label in text.rstrip(".-_").split("."):
        if not _is_label(label):
            break
        labels.append(label)
    return labels


def _is_label(label: str) -> bool:
    if label.isascii():
        return _LABEL.fullmatch(label) is not None
    inner = all(belongs(character) or character in _JOINERS for character in label)
    return inner and len(label) <= LONGEST_LABEL and label[0].isalnum() and label[-1] != "-"


def _validator(labels: list[str]) -> str | None:
    top = labels[-1].lower()
    if top in RESERVED_TOP_LEVEL or ".".join(labels[-2:]).lower() in DOCUMENTATION_DOMAINS:
        return RESERVED
    return IANA if top in top_level_domains() else None


def _begins_a_sentence(labels: list[str]) -> bool:
    """Whether the last label is a capitalised word that follows a complete name in lower case."""
    *name, last = labels
    return (
        len(name) > 1
        and last.istitle()
        and last.isascii()
        and "".join(name).islower()
        and _validator(name) is not None
    )


def belongs(character: str) -> bool:
    """Whether the character may stand in an international label or local part: ASCII, or a letter, mark or number."""
    return character.isascii() or unicodedata.category(character)[0] in "LMN"


def _is_spaceless(character: str) -> bool:
    """Whether the character belongs to a script written without spaces, so that a word may touch an address."""
    return character >= "\u0e00" and unicodedata.category(character) in {"Lo", "Lm", "Mn", "Mc"}


def until_script_change(text: str) -> str:
    """`text` up to the first character that is no letter, or where a label changes to or from a spaceless script."""
    for index, character in enumerate(text):
        if not (belongs(character) or character in _JOINERS):
            return text[:index]
        previous = text[index - 1] if index else "."
        if previous.isalnum() and character.isalnum() and _is_spaceless(previous) != _is_spaceless(character):
            return text[:index]
    return text
