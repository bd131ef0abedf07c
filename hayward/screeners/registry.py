"""Which screeners there are, by name."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence

from hayward.screeners.base import Screener


def _pii() -> Screener:
    from hayward.screeners.pii.screener import PiiScreener

    return PiiScreener.from_environment()


def _toxicity() -> Screener:
    from hayward.screeners.toxicity.screener import ToxicityScreener

    return ToxicityScreener.from_environment()


def _names() -> Screener:
    from hayward.screeners.names.screener import NamesScreener

    return NamesScreener.from_environment()


def _images() -> Screener:
    from hayward.screeners.images.screener import ImageScreener

    return ImageScreener.from_environment()


def _duplicates() -> Screener:
    from hayward.screeners.duplicates.screener import DuplicatesScreener

    return DuplicatesScreener.from_environment()


def _signals() -> Screener:
    from hayward.screeners.signals.screener import SignalsScreener

    return SignalsScreener.from_environment()


SCREENERS: dict[str, Callable[[], Screener]] = {
    "pii": _pii,
    "toxicity": _toxicity,
    "images": _images,
    "names": _names,
    "duplicates": _duplicates,
    "signals": _signals,
}


class UnknownScreener(Exception):
    """No screener of that name; `str()` names the known ones."""

    def __init__(self, name: str) -> None:
        close = difflib.get_close_matches(name, SCREENERS, n=1)
        hint = f" Did you mean {close[0]}?" if close else ""
        super().__init__(f"There is no screener {name!r}.{hint} Known screeners: {', '.join(SCREENERS)}.")
        self.name = name


def load(names: Sequence[str] = ("pii", "toxicity")) -> tuple[Screener, ...]:
    """The screeners of these names, in this order, each once.

    Raises UnknownScreener; base.UnableToLoad when one of them cannot work here.
    """
    wanted = tuple(dict.fromkeys(names))
    for name in wanted:
        if name not in SCREENERS:
            raise UnknownScreener(name)
    return tuple(SCREENERS[name]() for name in wanted)
