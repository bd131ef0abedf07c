"""IP addresses of both versions, and networks with the length of their prefix."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial

import numpy as np

from hayward.screeners.base import Example
from hayward.screeners.pii import ip_four, ip_six
from hayward.screeners.pii.characters import members
from hayward.screeners.pii.ip_ranges import KIND, NOBODY_SCORE
from hayward.screeners.pii.spans import NOT_TOLD, Detector, Spans
from hayward.screeners.pii.stretch import Stretch

# RFC 4632 3.1, RFC 4291 2.3.
PREFIX = re.compile(rb"/(0|[1-9]\d{0,2})(?![\w:]|[./-]\w)")
LONGEST_FOUR, LONGEST_SIX = 32, 128
_IN_LINK = members(b"/@")  # before an address; what follows it there is a path


def detector(*, eager: bool = False) -> Detector:
    """The detector; an eager one also tells addresses that are nobody's (see ip_ranges), with NOBODY_SCORE."""
    return Detector((KIND,), partial(find, eager=eager), EAGER_EXAMPLES if eager else EXAMPLES)


def find(stretch: Stretch, *, eager: bool = False) -> Spans:
    """Addresses in `stretch`; one of version 4 inside one of version 6 is part of it."""
    four, six = ip_four.find(stretch), ip_six.find(stretch)
    found = _with_prefixes(stretch, six.merged(four.outside(six)) if len(six) else four)
    return found if eager else _claiming(found)


def _claiming(spans: Spans) -> Spans:
    """Addresses that are nobody's are not told, and all the same no other kind's."""
    return replace(spans, scores=np.where(spans.scores > NOBODY_SCORE, spans.scores, NOT_TOLD))


def _with_prefixes(stretch: Stretch, spans: Spans) -> Spans:
    """A network as it is written: the length of its prefix belongs to the address."""
    text, codes, ends = stretch.text, stretch.codes, spans.ends.copy()
    slashed = np.flatnonzero((codes[ends] == ord("/")) & ~_IN_LINK[codes[spans.starts - 1]])
    for place in slashed.tolist():
        longest = LONGEST_SIX if b":" in text[spans.starts[place] : ends[place]] else LONGEST_FOUR
        prefix = PREFIX.match(text, ends[place])
        if prefix and int(prefix[1]) <= longest:
            ends[place] = prefix.end()
    return replace(spans, ends=ends) if len(slashed) else spans


EAGER_EXAMPLES = (
    Example("from 8.8.4.4, 203.0.113.7", ((KIND, 5, 12), (KIND, 14, 25))),
    Example("ping 192.168.0.12.", ((KIND, 5, 17),)),
    Example("http://93.184.216.34:8080/x", ((KIND, 7, 20),)),
    Example("10.0.0.1-10.0.0.9", ((KIND, 0, 8), (KIND, 9, 17))),
    Example("2001:db8::8a2e:370:7334", ((KIND, 0, 23),)),
    Example("ünï [2001:DB8:0:0:8:800:200C:417A]:80", ((KIND, 5, 33),)),
    Example("::1 and fe80::1%eth0", ((KIND, 0, 3), (KIND, 8, 20))),
    Example("::ffff:192.0.2.1, 64:ff9b::192.0.2.33.", ((KIND, 0, 16), (KIND, 18, 37))),
    Example("bind to :: and listen on [::]:80, ipv6 ::", ((KIND, 8, 10), (KIND, 26, 28), (KIND, 39, 41))),
    Example("tcp/203.0.113.7, ip 2.3.4.5", ((KIND, 4, 15), (KIND, 20, 27))),
    Example("user@2001:db8::1", ((KIND, 5, 16),)),
)
EXAMPLES = (
    Example("http://93.184.216.34:8080/x", ((KIND, 7, 20),)),
    Example("http://2.3.4.5/x and 2.3.4.5:8080", ((KIND, 7, 14), (KIND, 21, 28))),
    Example("tcp/93.184.216.34, ip 2.3.4.5", ((KIND, 4, 17), (KIND, 22, 29))),
    Example("ünï [2606:4700:0:0:8:800:200C:417A]:80", ((KIND, 5, 34),)),
    Example("user@2606:4700::17", ((KIND, 5, 18),)),
    Example("ping 192.168.0.12, 10.0.0.1-10.0.0.9, 203.0.113.7, ::1 and fe80::1%eth0, bind to ::"),
    Example("address :: String, host::name, hosts[::], the address ::\n\n  x"),
    Example("from 1.2.3.4 and 2.3.4.5"),
    Example("v1.2.3.4, version 8.8.8.8, Version: 8.8.8.8.1, 1.2.3.4-beta, 10.1.2.3.example.org"),
    Example(
        "Chrome/12.0.1.2 on kernel 2.6.32.5\n1.2.3.4 Scope\n§ 1.2.3.4, Figure 4.3.2.1, версия 10.1.2.3, 版本10.1.2.3"
    ),
    Example("Git 1.7.12.3 Release Notes, upgrade V8 to 3.9.24.7, x[::2], y[1::2], z[::1]"),
    Example("300.1.1.1, 1.2.3, 01.02.03.04, 1.2.3.4.5, x8.8.8.8, 8.8.8.8a"),
    Example("aa:bb:cc:dd:ee, 12:30:45, 1:2:3:4, std::string, a::b, ::, :::1, 12345::1, 2001:db8::256.1.1.1"),
)

DETECTOR = detector()
