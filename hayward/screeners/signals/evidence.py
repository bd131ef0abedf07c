"""A signal as evidence, and what several of them come to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

Source = Literal[
    "aipref",
    "tdmrep",
    "cawg",
    "c2pa",
    "xrobots",
    "metarobots",
    "robotstxt",
    "aitxt",
    "registry",
    "img2dataset",
]
Category = Literal["train-ai", "train-genai", "ai-inference", "data-mining", "search"]
Value = Literal["n", "y", "constrained", "unknown"]
Resolution = Literal["n", "y", "unknown"]

# What a reservation must be about to speak against a training set. Searching is another matter (AIPREF vocabulary).
AGAINST_TRAINING: frozenset[Category] = frozenset({"train-ai", "train-genai", "ai-inference", "data-mining"})
RAW_KEPT = 4096


@dataclass(frozen=True, slots=True)
class Signal:
    """One thing said about the use of a work.

    `subject` is what it is about (a URL, a domain, a path, or "" for the record that carries it). `raw` is the piece
    it was read from, at most RAW_KEPT characters; `observed_at` when it was seen (ISO 8601), where that is known.
    `sure` is False where the words leave a doubt and the cautious reading was taken. `level` ranks the places of
    TDMRep: a statement in a higher one is more specific and replaces those below.
    """

    source: Source
    subject: str
    category: Category
    value: Value
    observed_at: str | None
    raw: str
    sure: bool = True
    level: int = 0


def said(source: Source, category: Category, value: Value, raw: str, **more: Any) -> Signal:
    """A signal about the record that carries it; `more` are other members of Signal."""
    members: dict[str, Any] = {"subject": "", "observed_at": None, **more}
    return Signal(source=source, category=category, value=value, raw=raw[:RAW_KEPT], **members)


def against(signal: Signal) -> bool:
    """Whether it speaks against use in a training set; `constrained` does (CAWG 1.1: as notAllowed, terms unmet)."""
    return signal.value in {"n", "constrained"} and signal.category in AGAINST_TRAINING


def standing(signals: Iterable[Signal]) -> list[Signal]:
    """The signals without statements of TDMRep that a more specific one of TDMRep replaces."""
    all_ = list(signals)
    stated = [one.level for one in all_ if one.source == "tdmrep" and one.value != "unknown"]
    most = max(stated, default=0)
    return [one for one in all_ if one.source != "tdmrep" or one.level == most]


def resolve(signals: Iterable[Signal]) -> Resolution:
    """Any no wins; a yes to training needs a yes and no no; all else stays unknown."""
    found = standing(signals)
    if any(against(one) for one in found):
        return "n"
    if any(one.value == "y" and one.category in {"train-ai", "data-mining"} for one in found):
        return "y"
    return "unknown"
