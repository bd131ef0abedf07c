"""TDMRep, the W3C community group's reservation of text and data mining (final report, 2024-05-10)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from hayward.screeners.signals.evidence import RAW_KEPT, Signal, Value, said
from hayward.screeners.signals.paths import matches, path_of

FILE, HEADER, ELEMENT = 1, 2, 3
# A column of numbers with gaps is one of floats.
_RESERVED, _FREE = frozenset({"1", "1.0"}), frozenset({"0", "0.0"})


def read_reservation(raw: str, *, level: int = HEADER, subject: str = "") -> Iterator[Signal]:
    """Reads `tdm-reservation`: 1 reserves, 0 does not, any other value is as if it were not there."""
    kept = raw[:RAW_KEPT]
    words = (value.strip(" \t\"'") for value in raw.replace(",", "\n").splitlines())
    for word in dict.fromkeys(words):
        meaning: Value = "n" if word in _RESERVED else "y" if word in _FREE else "unknown"
        if word:
            yield said("tdmrep", "data-mining", meaning, kept, level=level, subject=subject)


def read_policy(raw: str) -> Iterator[Signal]:
    """Reads `tdm-policy`: where licences are to be had. By itself it reserves nothing."""
    if raw.strip():
        yield said("tdmrep", "data-mining", "unknown", raw, level=HEADER)


def read_file(raw: str, url: str | None = None) -> Iterator[Signal]:
    """Reads `/.well-known/tdmrep.json`: the first rule whose location matches the path of `url`.

    Without URL all rules are read, and a reservation of a part of the site leaves a doubt.
    """
    try:
        rules = orjson.loads(raw)
    except ValueError:
        return
    kept = raw[:RAW_KEPT]
    for rule in rules if isinstance(rules, list) else [rules]:
        if not isinstance(rule, dict):
            continue
        location = str(rule.get("location", "/"))
        if url is not None and not matches(location, path_of(url)):
            continue
        for signal in read_reservation(_text(rule.get("tdm-reservation")), level=FILE, subject=location):
            whole = url is not None or location in {"/", "*", "/*"}
            yield (
                signal if whole else said("tdmrep", "data-mining", signal.value, kept, level=FILE, sure=False)
            )
        if url is not None:
            return


def _text(value: Any) -> str:
    return "" if value is None else str(value)
