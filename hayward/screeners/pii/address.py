"""One e-mail address around its `@`, and what it is: a person's, a role's, a machine's, a part of something else."""

from __future__ import annotations

from functools import lru_cache

from hayward.screeners.pii.characters import ALPHANUMERIC, NON_ASCII_BYTES
from hayward.screeners.pii.hostname import Host, host_at, host_name, until_script_change
from hayward.screeners.pii.role import RULES, role
from hayward.screeners.pii.spans import Evidence, Row

EMAIL = "email_address"
ROLE = "role_address"

SCORE = 0.95
NOT_PERSONAL_SCORE = 0.3

LONGEST_LOCAL = 64  # RFC 5321 4.5.3.1.1, octets
# Of RFC 5322's atext the characters that people's addresses have; = / ? { | } ` surround addresses far more often.
LOCAL_BYTES = ALPHANUMERIC + b"!#$%&'*+-._~^" + NON_ASCII_BYTES
NOT_FIRST = b"!#$%&'*+-.~^"

MACHINE_NAMES = frozenset({b"git", b"hg", b"svn"})
# RFC 5322 3.6.4 and RFC 2392: what follows has an address's form and names a message.
_MESSAGE_HEADERS = (b"message-id:", b"in-reply-to:", b"references:", b"content-id:", b"mid:", b"cid:")
_SMALL = bytes(range(256)).lower()
_SEPARATORS = b"-._"
_NO_PERSONS = MACHINE_NAMES | {name.encode() for name in RULES}
_BRACKET = ord("(")


def ordinary_address(text: bytes, start: int, sign: int, end: int) -> Row | None:
    """What address_at finds if it is a person's address as most are written; None if it may be any other, or none.

    The bytes from `start` to the `@` at `sign` are the local part, without `+`, and no host goes on behind `end`; all
    are ASCII.
    """
    local = text[start:sign]
    if b".." in local or local.translate(_SMALL, _SEPARATORS) in _NO_PERSONS:
        return None
    size, why = _person_at(text[sign + 1 : end])
    end = sign + 1 + size
    return (start, end, SCORE, why) if why and text[end] != _BRACKET else None


@lru_cache(maxsize=4096)
def _person_at(window: bytes) -> tuple[int, Evidence | None]:
    """The length of the host that `window` begins with, and what a person's address there is."""
    host = host_name(window)
    return (len(host.name), evidence("", host)) if host else (0, None)


def address_at(text: bytes, sign: int) -> Row | None:
    """The address whose `@` stands at byte `sign`; None if there is none.

    Local parts may be international (RFC 6531). Not found: quoted local parts and address literals ([192.0.2.1]).
    """
    host = host_at(text, sign + 1)
    if host is None:
        return None
    local = _local(text[max(0, sign - LONGEST_LOCAL) : sign])
    start, end = sign - len(local), sign + 1 + len(host.name.encode())
    # What goes on behind the name is a path of a program, x@w.to(device), or the file name after all.
    if not local or text[end : end + 1] == b"(":
        return None
    reason = _not_personal(text, start, local)
    if reason is not None:
        return start, end, NOT_PERSONAL_SCORE, Evidence(EMAIL, reason, host.validator)
    return start, end, SCORE, evidence(local.decode(), host)


def evidence(local: str, host: Host, *, form: str | None = None) -> Evidence:
    """What an address is, by its local part and host; `form` names the rule of an address not written plainly."""
    roles_rule = role(local)
    kind, family = (ROLE, "role") if roles_rule else (EMAIL, "email")
    if form is not None:
        return Evidence(kind, f"{family}.{form}/1", host.validator)
    if host.is_documentation:
        return Evidence(kind, f"{family}.documentation-domain/1", host.validator)
    return Evidence(kind, roles_rule or "email.address/1", host.validator)


def _local(window: bytes) -> bytes:
    local = window[len(window.rstrip(LOCAL_BYTES)) :]
    if not local.isascii():
        local = until_script_change(local.decode(errors="ignore")[::-1])[::-1].encode()
    local = local.rpartition(b"..")[2]
    return b"" if local.endswith(b".") else local.lstrip(NOT_FIRST)


def _not_personal(text: bytes, start: int, local: bytes) -> str | None:
    """The rule for what has the form of an address and is none of a person's; None for all others."""
    lowered = local.lower()
    if lowered in MACHINE_NAMES:
        return "email.machine/1"
    if not lowered.strip(b"x"):
        return "email.placeholder/1"
    if text[start - 2 : start] == b"//":
        return "email.userinfo/1"
    if text[start - 1 : start] in {b"<", b":"} and _is_message(text, start):
        return "email.message-id/1"
    return None


def _is_message(text: bytes, start: int) -> bool:
    line = text[max(0, start - 32) : start].rpartition(b"\n")[2].lower().rstrip(b"< \t")
    return line.endswith(_MESSAGE_HEADERS)
