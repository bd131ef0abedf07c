"""IP addresses: four octets found among runs of digits, version 6 found among colons."""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hayward.screeners.base import Example
from hayward.screeners.pii import context
from hayward.screeners.pii.characters import HEX, HEX_BYTES, WORD, WORD_BYTES
from hayward.screeners.pii.context import Words
from hayward.screeners.pii.spans import Detector, Evidence, Row, Spans
from hayward.screeners.pii.stretch import Positions, Stretch

KIND = "ip_address"
SCORE = 0.8
# Four small numbers are a version or a section more often than an address: of addresses one in 4,000 is of these.
SMALL_SCORE = 0.4
SMALL_OCTETS = 32
# An address that points at nobody: known, but below every threshold.
NOBODY_SCORE = 0.2
ADDRESS_LENGTH = 45  # the longest text form, ffff:…:255.255.255.255

ADDRESS_WORDS = Words(
    en="ip ips ipv address addr host hostname server client gateway login visitor peer remote",
    de="adresse rechner",
    fr="adresse hôte serveur",
    es="dirección servidor",
    it="indirizzo",
    pt="endereço servidor",
    nl="adres",
    pl="adres adresu",
    tr="adresi sunucu",
    ru="адрес адреса адресу сервер хост",
    ar="عنوان",
    hi="पता",
    zh="地址 服务器",
    ja="アドレス サーバ",
)
VERSION_WORDS = re.compile(
    rb"(?:(?<![a-z])v|(?<![a-z])ver|versions?|versi[o\xc3\xb3n]{1,3}|versione|vers\xc3\xa3o|wersja|s\xc3\xbcr\xc3\xbcm"
    rb"|\xd0\xb2\xd0\xb5\xd1\x80\xd1\x81\xd0\xb8[\xd1\x8f\xd0\xb8]{2}|\xe7\x89\x88\xe6\x9c\xac"
    rb"|\xe3\x83\x90\xe3\x83\xbc\xe3\x82\xb8\xe3\x83\xa7\xe3\x83\xb3|release|rev(?:ision)?|build|firmware"
    rb"|driver|kernel|patch|section|sect?|chapter|clause|abschnitt|kapitel|kap|figure|fig|table|\xc2\xa7|ISO|OID)"
    rb"(?:[ ]v)?[\s.:=#]{0,3}$",
    re.IGNORECASE,
)
# The last letters of VERSION_WORDS.
_VERSION_ENDS = tuple(
    end.encode()
    for end in "v r n s ó e ão a üm я и 本 ン d l h t c p g § o".split()  # noqa: SIM905
)
UPGRADE = re.compile(
    rb"\b(?:up(?:grad|dat)(?:e[ds]?|ing)|bump(?:ed|s)?|releases?)\b[^\n\0]{0,32}[ ]$", re.IGNORECASE
)
RELEASE = re.compile(rb"[ ](?:release|build|version|\([Ss]table|and later|or later)", re.IGNORECASE)
# RFC 9110 10.1.5: a product and its version in a header, as in Chrome/12.0.1.2.
PRODUCT = re.compile(
    rb"(?<![\w/.:@-])(?!(?:ip|ipv4|ip4|tcp|udp|host|addr)/)[A-Za-z][\w.-]{0,30}/$", re.IGNORECASE
)
# Four small numbers with a port or the length of a prefix after them, or a scheme or a name before them.
PORT_OR_PREFIX = re.compile(rb":\d{2,5}\b|/(?:[89]|[12]\d|3[0-2])\b(?![./-])")
# :: alone is the address of no host in particular. It also joins names, declares types and ends paragraphs.
UNSPECIFIED_WORDS = Words(
    en="ip ipv address addr bind binds bound listen listens listening host hostname interface unspecified loopback",
    de="adresse lauscht schnittstelle",
    fr="adresse écoute hôte",
    es="dirección escucha",
    it="indirizzo ascolto",
    pt="endereço escuta",
    nl="adres luistert",
    pl="adres nasłuchuje",
    tr="adresi dinler",
    ru="адрес адреса слушает",
    ar="عنوان",
    hi="पता",
    zh="地址 监听",
    ja="アドレス",
)
UNSPECIFIED_ALONE = re.compile(rb"[\]\"'`),;\0]|[.!?](?:[\s\0]|$)|/\d|[ ](?![ ]?\w)|$")
AFTER_PREPOSITION = re.compile(rb"[ ](?:on|to|at|from|as|is|auf|sur|en|su|op|na)[ ]$", re.IGNORECASE)
SLICE = re.compile(r"\d{0,3}::\d{1,3}")  # of a Python array, x[1::2]; ::1 is the loopback address
SUBSCRIPT = re.compile(rb"[\w)\]]\[")
ZONE = re.compile(rb"%[0-9A-Za-z]{1,16}")  # RFC 4007 11

# Resolvers that documentation names; their operators publish them. Google, Cloudflare, Quad9, OpenDNS, Level 3,
# AdGuard, Yandex, DNS.WATCH, Verisign, Comodo. BigCode's PII pipeline exempts such addresses too.
_RESOLVERS = """
8.8.8.8 8.8.4.4 2001:4860:4860::8888 2001:4860:4860::8844 1.1.1.1 1.0.0.1 1.1.1.2 1.0.0.2 1.1.1.3 1.0.0.3
2606:4700:4700::1111 2606:4700:4700::1001 9.9.9.9 9.9.9.10 9.9.9.11 149.112.112.112 149.112.112.10
149.112.112.11 2620:fe::fe 2620:fe::9 208.67.222.222 208.67.220.220 208.67.222.123 208.67.220.123
2620:119:35::35 2620:119:53::53 4.2.2.1 4.2.2.2 4.2.2.3 4.2.2.4 4.2.2.5 4.2.2.6 94.140.14.14 94.140.15.15
77.88.8.8 77.88.8.1 84.200.69.80 84.200.70.40 64.6.64.6 64.6.65.6 8.26.56.26 8.20.247.20 114.114.114.114
"""
RESOLVERS = frozenset(ipaddress.ip_address(address) for address in _RESOLVERS.split())
# RFC 5737, RFC 3849, RFC 9637.
DOCUMENTATION = tuple(
    ipaddress.ip_network(network)
    for network in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "3fff::/20")
)
GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")  # RFC 4291 2.4, IANA registry


class Standing(NamedTuple):
    """How likely an address is somebody's, and by which rule."""

    score: float
    rule: str


_SMALL, _GLOBAL = Standing(SMALL_SCORE, "ip.v4-small/2"), Standing(SCORE, "ip.v4/1")
# Under these first octets the IANA registries for special purposes and RFC 5737 have entries; under others none.
_SPECIAL_FIRST = frozenset({0, 10, 100, 127, 169, 172, 192, 198, 203})
FIRST_MULTICAST = 224  # RFC 5771
_RESOLVERS_WRITTEN = frozenset(_RESOLVERS.split())


def find(stretch: Stretch) -> Spans:
    """Addresses in `stretch`; one of version 4 inside one of version 6 is part of it."""
    version_six = Spans.of(_version_six(stretch))
    return version_six.merged(Spans.of(_version_four(stretch)).outside(version_six))


def _version_four(stretch: Stretch) -> list[Row]:
    runs, codes = stretch.digits, stretch.codes
    short = runs.lengths <= 3
    dotted = runs.joints == ord(".")
    first = np.flatnonzero(
        short[:-3] & short[1:-2] & short[2:-1] & short[3:] & dotted[:-2] & dotted[1:-1] & dotted[2:]
    )
    starts, ends = runs.starts[first], runs.ends[first + 3]
    before, after, beyond = codes[starts - 1], codes[ends], codes[ends + 1]
    glued = WORD[before] | (before == ord(".")) | WORD[after]
    host = (after == ord(".")) & WORD[beyond]
    suffix = (after == ord("-")) & WORD[beyond] & ((beyond < 48) | (beyond > 57))
    alone = ~(glued | host | suffix)
    spans = zip(starts[alone].tolist(), ends[alone].tolist(), strict=True)
    rows = (_four(stretch.text, start, end) for start, end in spans)
    return [row for row in rows if row is not None]


def _four(text: bytes, start: int, end: int) -> Row | None:
    standing = _standing_of_four(text[start:end].decode())
    if standing is None or _is_version(text, start):
        return None
    near = None
    if standing.rule == "ip.v4-small/2":
        if _is_numbering(text, start, end):
            return None
        near = ADDRESS_WORDS.before(text, start, reach=24)
        if near is None and not _is_addressed(text, start, end):
            return None
    return start, end, SCORE if near else standing.score, Evidence(KIND, standing.rule, None, near)


def _is_addressed(text: bytes, start: int, end: int) -> bool:
    """Whether what touches the four numbers makes them an address: a scheme, a name and `@`, a port, a prefix."""
    before = text[start - 3 : start]
    return before == b"://" or before[-1:] == b"@" or PORT_OR_PREFIX.match(text, end) is not None


def _is_numbering(text: bytes, start: int, end: int) -> bool:
    """Whether four small numbers head a line, as a section's do, or stand in a sentence about releases."""
    if text[start - 1 : start] in {b"\n", b"\0", b"#"} and text[end : end + 1] == b" ":
        return True
    return RELEASE.match(text, end) is not None or context.precedes(UPGRADE, text, start, reach=48)


def _is_version(text: bytes, start: int) -> bool:
    # The search costs more than all the rest, and hardly any word ends like one of those.
    ends_alike = text[start - 8 : start].rstrip(b" \t\r\n\v\f.:=#").lower().endswith(_VERSION_ENDS)
    return (ends_alike and context.precedes(VERSION_WORDS, text, start, reach=24)) or (
        text[start - 1 : start] == b"/" and context.precedes(PRODUCT, text, start, reach=40)
    )


def _standing_of_four(address: str) -> Standing | None:
    """_standing of four numbers with dots between."""
    octets = address.split(".")
    first = int(octets[0])
    if first in _SPECIAL_FIRST or first >= FIRST_MULTICAST or address in _RESOLVERS_WRITTEN:
        return _standing(address)
    if any(len(octet) > 1 and octet[0] == "0" for octet in octets):
        return None
    largest = max(map(int, octets))
    if largest > 255:
        return None
    return _SMALL if largest < SMALL_OCTETS else _GLOBAL


@lru_cache(maxsize=4096)
def _standing(address: str) -> Standing | None:
    """How likely this is somebody's address; None if it is none."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return None
    if parsed in RESOLVERS:
        return Standing(NOBODY_SCORE, "ip.resolver/1")
    if any(parsed in network for network in DOCUMENTATION):
        return Standing(NOBODY_SCORE, "ip.documentation/1")
    if not parsed.is_global or parsed.is_multicast or (parsed.version == 6 and parsed not in GLOBAL_UNICAST):
        return Standing(NOBODY_SCORE, "ip.special/1")
    if parsed.version == 4 and max(parsed.packed) < SMALL_OCTETS:
        return _SMALL
    return Standing(SCORE, f"ip.v{parsed.version}/1")


def _version_six(stretch: Stretch) -> list[Row]:
    colons = stretch.marks(ord(":"))
    if len(colons) < 2:
        return []
    linked = _linked(stretch, colons)
    begins = np.flatnonzero(np.concatenate([[True], ~linked]))
    counts = np.diff(np.append(begins, len(colons)))
    adjacent = np.concatenate([np.diff(colons) == 1, [False]]) & np.append(linked, False)
    doubled = np.add.reduceat(adjacent, begins)
    likely = (counts >= 2) & (counts <= 8) & ((doubled == 1) | ((doubled == 0) & (counts >= 6)))
    first, last = colons[begins[likely]], colons[begins[likely] + counts[likely] - 1]
    rows = (_six_around(stretch.text, *ends) for ends in zip(first.tolist(), last.tolist(), strict=True))
    return [row for row in rows if row is not None]


def _linked(stretch: Stretch, colons: Positions) -> NDArray[np.bool_]:
    """Whether each colon and the next have at most four characters between them, all hexadecimal."""
    distance = np.diff(colons)
    linked = distance <= 5
    for step in range(1, 5):
        linked &= (distance <= step) | HEX[
            stretch.codes[np.minimum(colons[:-1] + step, len(stretch.codes) - 1)]
        ]
    return linked


def _six_around(text: bytes, first: int, last: int) -> Row | None:
    """The address whose colons stretch from byte `first` to `last`."""
    left = text[first - 5 : first]
    start = first - (len(left) - len(left.rstrip(HEX_BYTES)))
    right = text[last + 1 : last + 17]
    end = last + 1 + len(right) - len(right.lstrip(HEX_BYTES + b"."))
    while text[end - 1 : end] == b".":
        end -= 1
    if text[start - 1] in WORD_BYTES + b":." or text[end] in WORD_BYTES + b":":
        return None
    address = text[start:end].decode()
    if address == "::":
        return _unspecified(text, start, end)
    standing = _standing(address)
    # Without a digit it reads as names joined by `::`, as in abc::def
    if standing is None or not any(character.isdigit() for character in address):
        return None
    if SLICE.fullmatch(address) and (address != "::1" or SUBSCRIPT.match(text, start - 2)):
        return None
    zone = ZONE.match(text, end)
    return start, zone.end() if zone else end, standing.score, Evidence(KIND, standing.rule)


def _unspecified(text: bytes, start: int, end: int) -> Row | None:
    """The unspecified address (RFC 4291, 2.5.2), where words speak of addresses and it stands for itself."""
    if SUBSCRIPT.match(text, start - 2) or text[start - 1] not in b" \t[\"'`(=,\xa0":
        return None
    after_preposition = AFTER_PREPOSITION.search(text, max(0, start - 6), start)
    if UNSPECIFIED_ALONE.match(text, end) is None and not (after_preposition and text[end] == ord(" ")):
        return None
    near = UNSPECIFIED_WORDS.near(text, start, end, before=32, after=16)
    return (start, end, NOBODY_SCORE, Evidence(KIND, "ip.unspecified/1", None, near)) if near else None


EXAMPLES = (
    Example("from 8.8.4.4, 203.0.113.7", ((KIND, 5, 12), (KIND, 14, 25))),
    Example("ping 192.168.0.12.", ((KIND, 5, 17),)),
    Example("http://93.184.216.34:8080/x", ((KIND, 7, 20),)),
    Example("10.0.0.1-10.0.0.9", ((KIND, 0, 8), (KIND, 9, 17))),
    Example("2001:db8::8a2e:370:7334", ((KIND, 0, 23),)),
    Example("ünï [2001:DB8:0:0:8:800:200C:417A]:80", ((KIND, 5, 33),)),
    Example("::1 and fe80::1%eth0", ((KIND, 0, 3), (KIND, 8, 20))),
    Example("::ffff:192.0.2.1, 64:ff9b::192.0.2.33.", ((KIND, 0, 16), (KIND, 18, 37))),
    Example("bind to :: and listen on [::]:80, ipv6 ::", ((KIND, 8, 10), (KIND, 26, 28), (KIND, 39, 41))),
    Example("http://2.3.4.5/x and 2.3.4.5:8080", ((KIND, 7, 14), (KIND, 21, 28))),
    Example("address :: String, host::name, hosts[::], the address ::\n\n  x"),
    Example("from 1.2.3.4 and 2.3.4.5"),
    Example("user@2001:db8::1", ((KIND, 5, 16),)),
    Example("v1.2.3.4, version 8.8.8.8, Version: 8.8.8.8.1, 1.2.3.4-beta, 10.1.2.3.example.org"),
    Example(
        "Chrome/12.0.1.2 on kernel 2.6.32.5\n1.2.3.4 Scope\n§ 1.2.3.4, Figure 4.3.2.1, версия 10.1.2.3, 版本10.1.2.3"
    ),
    Example("tcp/203.0.113.7, ip 2.3.4.5", ((KIND, 4, 15), (KIND, 20, 27))),
    Example("Git 1.7.12.3 Release Notes, upgrade V8 to 3.9.24.7, x[::2], y[1::2], z[::1]"),
    Example("300.1.1.1, 1.2.3, 01.02.03.04, 1.2.3.4.5, x8.8.8.8, 8.8.8.8a"),
    Example("aa:bb:cc:dd:ee, 12:30:45, 1:2:3:4, std::string, a::b, ::, :::1, 12345::1, 2001:db8::256.1.1.1"),
)

DETECTOR = Detector((KIND,), find, EXAMPLES)
