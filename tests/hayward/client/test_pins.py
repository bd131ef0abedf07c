"""Pinned keys: known after the first meeting, and never changed unnoticed."""

from __future__ import annotations

from pathlib import Path

import pytest

from hayward.client.pins import ChangedKey, Pins
from hayward.log.errors import Malformed
from hayward.log.notes import verifier_of
from tests.hayward.log.golden import KEY, ORIGIN, OTHER_KEY

SERVER = "https://data.example.org"
OURS = verifier_of(ORIGIN, KEY)
OTHER = verifier_of(ORIGIN, OTHER_KEY)


def test_a_key_is_known_after_it_was_pinned(tmp_path: Path) -> None:
    pins = Pins(tmp_path)

    assert pins.check(OURS, server=SERVER, dataset="demo") is False
    pins.pin(OURS, server=SERVER, dataset="demo")

    assert Pins(tmp_path).check(OURS, server=SERVER, dataset="demo") is True


def test_a_changed_key_is_refused_until_it_is_pinned(tmp_path: Path) -> None:
    pins = Pins(tmp_path)
    pins.pin(OURS, server=SERVER, dataset="demo")

    with pytest.raises(ChangedKey) as caught:
        pins.check(OTHER, server=SERVER, dataset="demo")

    assert OURS.vkey in str(caught.value)
    assert OTHER.vkey in str(caught.value)
    pins.pin(OTHER, server=SERVER, dataset="demo")
    assert pins.check(OTHER, server=SERVER, dataset="demo") is True


def test_a_log_that_changes_its_name_is_noticed_too(tmp_path: Path) -> None:
    pins = Pins(tmp_path)
    pins.pin(OURS, server=SERVER, dataset="demo")

    with pytest.raises(ChangedKey):
        pins.check(verifier_of("other.example.org/log/demo", KEY), server=SERVER, dataset="demo")


def test_pins_are_kept_apart_by_server_and_dataset(tmp_path: Path) -> None:
    pins = Pins(tmp_path)
    pins.pin(OURS, server=SERVER, dataset="demo")

    assert pins.pinned(server="https://other.example.org", dataset="demo") is None
    assert pins.pinned(server=SERVER, dataset="other") is None
    assert pins.pinned(server=SERVER, dataset="../../demo") is None


def test_all_keys_of_an_origin_are_found(tmp_path: Path) -> None:
    pins = Pins(tmp_path)
    pins.pin(OURS, server="https://a.example.org", dataset="demo")
    pins.pin(OTHER, server="https://b.example.org", dataset="demo")
    pins.pin(OURS, server="https://c.example.org", dataset="demo")
    pins.pin(verifier_of("x.example.org/log/x", KEY), server="https://x.example.org", dataset="x")

    assert pins.of_origin(ORIGIN) == [OURS, OTHER]


def test_a_damaged_pin_is_refused(tmp_path: Path) -> None:
    pins = Pins(tmp_path)
    pins.pin(OURS, server=SERVER, dataset="demo").write_text("nonsense")

    with pytest.raises(Malformed):
        pins.check(OURS, server=SERVER, dataset="demo")
