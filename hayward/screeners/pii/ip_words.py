"""What stands around four numbers or two colons and tells whether they are an address: versions, sections, scopes."""

from __future__ import annotations

import re

from hayward.screeners.pii.context import Words
from hayward.screeners.pii.surroundings import precedes

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
VERSION_WORDS = """
version versions versio versió versión versione versão wersja sürüm версия версии 版本 バージョン release rev revision
build firmware driver kernel patch section sect sec chapter clause abschnitt kapitel kap figure fig table § iso oid
""".split()
_VERSION = re.compile(
    rb"(?:(?<![a-z])v|(?<![a-z])ver|%b)(?:[ ]v)?[\s.:=#]{0,3}$" % "|".join(VERSION_WORDS).encode(),
    re.IGNORECASE,
)
# The last bytes of those words: the search costs more than all the rest, and hardly any word ends like one of them.
_ENDS = frozenset(word.encode()[-3:] for word in ("ver", *VERSION_WORDS))
_SHORT_ENDS = (b"v", "§".encode())
_UPGRADE = re.compile(
    rb"\b(?:up(?:grad|dat)(?:e[ds]?|ing)|bump(?:ed|s)?|releases?)\b[^\n\0]{0,32}[ ]$", re.IGNORECASE
)
_RELEASE = re.compile(rb"[ ](?:release|build|version|\([Ss]table|and later|or later)", re.IGNORECASE)
# RFC 9110 10.1.5: a product and its version in a header, as in Chrome/12.0.1.2.
_PRODUCT = re.compile(
    rb"(?<![\w/.:@-])(?!(?:ip|ipv4|ip4|tcp|udp|host|addr)/)[A-Za-z][\w.-]{0,30}/$", re.IGNORECASE
)
# Four small numbers with a port or the length of a prefix after them, or a scheme or a name before them.
_PORT_OR_PREFIX = re.compile(rb":\d{2,5}\b|/(?:[89]|[12]\d|3[0-2])\b(?![./-])")
_ALONE = re.compile(rb"[\]\"'`),;\0]|[.!?](?:[\s\0]|$)|/\d|[ ](?![ ]?\w)|$")
_AFTER_PREPOSITION = re.compile(rb"[ ](?:on|to|at|from|as|is|auf|sur|en|su|op|na)[ ]$", re.IGNORECASE)


def is_version(text: bytes, start: int) -> bool:
    """Whether a word for versions or sections, or a product and a slash, stands before byte `start`."""
    before = text[start - 8 : start].rstrip(b" \t\r\n\v\f.:=#").lower()
    if before[-3:] in _ENDS or before.endswith(_SHORT_ENDS):
        return precedes(_VERSION, text, start, reach=24)
    return text[start - 1] == ord("/") and precedes(_PRODUCT, text, start, reach=40)


def is_numbering(text: bytes, start: int, end: int) -> bool:
    """Whether four small numbers head a line, as a section's do, or stand in a sentence about releases."""
    if text[start - 1] in b"\n\0#" and text[end] == ord(" "):
        return True
    return _RELEASE.match(text, end) is not None or precedes(_UPGRADE, text, start, reach=48)


def is_addressed(text: bytes, start: int, end: int) -> bool:
    """Whether what touches the four numbers makes them an address: a scheme, a name and `@`, a port, a prefix."""
    before = text[start - 3 : start]
    return before == b"://" or before[-1:] == b"@" or _PORT_OR_PREFIX.match(text, end) is not None


def stands_for_itself(text: bytes, start: int, end: int) -> bool:
    """Whether nothing goes on from two colons: neither a name nor a paragraph."""
    if _ALONE.match(text, end):
        return True
    return text[end] == ord(" ") and _AFTER_PREPOSITION.search(text, max(0, start - 6), start) is not None
