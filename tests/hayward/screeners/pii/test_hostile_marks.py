"""Texts made to make the detectors of addresses, keys and names search again and again: each takes linear time."""

import gc
import time

import pytest

from hayward.screeners.pii import (
    api_key,
    email,
    geo,
    handle,
    ip,
    mac,
    private_key,
    secret,
    url_credentials,
    wallet,
)
from hayward.screeners.pii.stretch import Stretch
from tests.hayward.screeners.pii.looking import stretch_of

DETECTORS = (api_key, email, geo, handle, ip, mac, private_key, secret, url_credentials, wallet)
PATTERNS = [
    "a&#64;b.co ", "&#64;", "%40", "a%40b.co%40", "ann at a dot ", "a at b dot com ", " dot ", "(at)", "a(at)b.c",
    "a (at) b (dot) c (dot) ", " AT ", " arroba ", ":", "password: ", "password=a1b2c3d4 ", "password:", "passw",
    "password is ", "secret:", "-----", "-----BEGIN PRIVATE" + " KEY-----", "PuTTY-User-Key-File-2: ", "eyJa.",
    "eyJabcdefgh.eyJabcd.", "sk-", "AKIA", "12345678:AA", "pypi-AgE-", "pypi-AgEIcHlwaS5vcmc",
    "xoxr-a1b2c3d4-", "https://a:b@", "://", "@", "@a", "@a@b.co ", "/u/",
    "twitter: ", "Telegram:ab1 ", "1.1111,1.1111 ", "1.1111 ", "°", "1°1'", "lat: 1.11, lon: ", "aa:", "00-", "aabb.",
    "bc1q", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed ", "é", "密码：", "1::2 ", "::1 ", "Upgrade to 1.2.3.4 ",
]  # fmt: skip
# Half a mebibyte takes well below a second; a quadratic search takes hours.
GENEROUS_SECONDS = 10.0
# Twice the work and a little for the cache; TICK is what the clock cannot tell.
LINEAR, TICK = 2.3, 0.02


@pytest.mark.slow
@pytest.mark.parametrize("pattern", PATTERNS, ids=ascii)
def test_hostile_text_takes_bounded_time(pattern: str) -> None:
    stretch = stretch_of(pattern * ((1 << 19) // len(pattern.encode())))

    begin = time.process_time()
    for module in DETECTORS:
        module.DETECTOR.find(stretch)

    assert time.process_time() - begin < GENEROUS_SECONDS


@pytest.mark.slow
@pytest.mark.parametrize(
    "pattern",
    [
        "password=a1b2c3d4 ",
        "a(at)b.c ",
        "Telegram:ab1 ",
        "token=abcdefghijklmnop1234 ",
        "aabb.",
        "@a1 ",
        "::1 ",
        "bind ::, ",
    ],
    ids=ascii,
)
def test_twice_the_hostile_text_takes_at_most_2_3_times_as_long(pattern: str) -> None:
    sizes = (1 << 18, 1 << 19)
    once, twice = (stretch_of(pattern * (size // len(pattern))) for size in sizes)

    gc.disable()  # its runs grow with all that the other tests have left behind
    try:
        times = [(_seconds(once), _seconds(twice)) for _ in range(5)]
    finally:
        gc.enable()

    # The best of each in turns, which the load of the machine touches least.
    assert min(double for _, double in times) <= LINEAR * min(single for single, _ in times) + TICK


def _seconds(stretch: Stretch) -> float:
    begin = time.process_time()
    for module in DETECTORS:
        module.DETECTOR.find(stretch)
    return time.process_time() - begin


@pytest.mark.parametrize("module", DETECTORS, ids=lambda module: module.__name__.rpartition(".")[2])
@pytest.mark.parametrize(
    "text", ["", "\0", "@", ":", "a", "1.1", "°", "-----", "é" * 3, "\U0001f600"], ids=ascii
)
def test_tiny_texts_hold_nothing(module: object, text: str) -> None:
    assert len(module.DETECTOR.find(stretch_of(text))) == 0  # type: ignore[attr-defined]
