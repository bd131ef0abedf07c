"""Which IP addresses are nobody's: special ranges, those for documentation, and resolvers that it names."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import NamedTuple

from hayward.screeners.pii.spans import Evidence

KIND = "ip_address"
SCORE = 0.8
# An address that points at nobody: only an eager screener tells it.
NOBODY_SCORE = 0.2
# A public server that many texts name.
RESOLVER_SCORE = 0.3

# Resolvers that documentation names; their operators publish them. Google, Cloudflare, Quad9, OpenDNS, Level 3,
# AdGuard, Yandex, DNS.WATCH, Verisign, Comodo. BigCode's PII pipeline exempts such addresses too.
RESOLVERS = """
8.8.8.8 8.8.4.4 2001:4860:4860::8888 2001:4860:4860::8844 1.1.1.1 1.0.0.1 1.1.1.2 1.0.0.2 1.1.1.3 1.0.0.3
2606:4700:4700::1111 2606:4700:4700::1001 9.9.9.9 9.9.9.10 9.9.9.11 149.112.112.112 149.112.112.10
149.112.112.11 2620:fe::fe 2620:fe::9 208.67.222.222 208.67.220.220 208.67.222.123 208.67.220.123
2620:119:35::35 2620:119:53::53 4.2.2.1 4.2.2.2 4.2.2.3 4.2.2.4 4.2.2.5 4.2.2.6 94.140.14.14 94.140.15.15
77.88.8.8 77.88.8.1 84.200.69.80 84.200.70.40 64.6.64.6 64.6.65.6 8.26.56.26 8.20.247.20 114.114.114.114
"""
# RFC 5737, RFC 3849, RFC 9637.
DOCUMENTATION = "192.0.2.0/24 198.51.100.0/24 203.0.113.0/24 2001:db8::/32 3fff::/20"
# IANA's registries of special purposes (RFC 6890), and multicast (RFC 5771).
SPECIAL = """
0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.168.0.0/16 198.18.0.0/15
224.0.0.0/4 240.0.0.0/4 2001::/23
"""
GLOBAL_UNICAST = "2000::/3"  # RFC 4291 2.4: of version 6 all else is special


class Standing(NamedTuple):
    """How likely an address is somebody's, and by which rule."""

    score: float
    evidence: Evidence


class Ranges:
    """All addresses of one version in order: what begins at each of `bounds` has the standing at its place."""

    def __init__(self, version: int, listed: Iterable[tuple[str, Standing]]) -> None:
        """Networks with their standings; of those that hold an address the last is told."""
        networks = [(ipaddress.ip_network(text), told) for texts, told in listed for text in texts.split()]
        ranges = [(int(net[0]), int(net[-1]), told) for net, told in networks if net.version == version]
        begun = {bound for first, last, _ in ranges for bound in (first, last + 1)}
        self.bounds = sorted(begun)[:-1]
        self.standings = [
            next(told for first, last, told in reversed(ranges) if first <= bound <= last)
            for bound in self.bounds
        ]


def nobodys(rule: str) -> Standing:
    return Standing(NOBODY_SCORE, Evidence(KIND, rule))


def somebodys(rule: str) -> Standing:
    return Standing(SCORE, Evidence(KIND, rule))


GLOBAL = somebodys("ip.v4/1")
_SPECIAL = nobodys("ip.special/1")
_LISTED = (
    (SPECIAL, _SPECIAL),
    (DOCUMENTATION, nobodys("ip.documentation/1")),
    (RESOLVERS, Standing(RESOLVER_SCORE, Evidence(KIND, "ip.resolver/1"))),
)
FOURS = Ranges(4, (("0.0.0.0/0", GLOBAL), *_LISTED))
SIXES = Ranges(6, (("::/0", _SPECIAL), (GLOBAL_UNICAST, somebodys("ip.v6/1")), *_LISTED))
