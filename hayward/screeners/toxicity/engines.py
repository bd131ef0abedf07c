"""What an engine is: something that judges texts, per kind by their worst window."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

KINDS = ("toxicity", "severe_toxicity", "obscene", "threat", "insult", "identity_attack", "sexual_explicit")


@dataclass(frozen=True, slots=True)
class Worst:
    """The window of a text that scores highest for a kind: score 0..1, span in code points, and which of how many."""

    score: float
    start: int
    end: int
    window: int = 1
    windows: int = 1


# judged: the engine read the text. passed: a first tier found it clearly clean. audited: passed, and judged all the
# same, because it is in the sample that tells how much the first tier misses.
Way = Literal["judged", "passed", "audited"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """Per kind the worst window of one text (no kinds where it was passed), and which way the text went."""

    worst: Mapping[str, Worst]
    way: Way = "judged"


class Engine(Protocol):
    """Judges texts: one judgement per text, in the order given, the same in any company.

    `detector` names it in the rules of its hits; `identity` is all that its scores depend on.
    """

    @property
    def kinds(self) -> tuple[str, ...]: ...
    @property
    def detector(self) -> str: ...
    @property
    def identity(self) -> Mapping[str, str]: ...

    def judge(self, texts: Sequence[str]) -> list[Judgement]: ...


def threads(environment: Mapping[str, str] = os.environ) -> int:
    """Processor threads that a model may use: HAYWARD_THREADS, else OMP_NUM_THREADS, else the cores allowed to us.

    Processes of `hayward screen --jobs` set OMP_NUM_THREADS=1; the site's workers set HAYWARD_THREADS to a fair share.
    """
    for name in ("HAYWARD_THREADS", "OMP_NUM_THREADS"):
        value = environment.get(name, "")
        if value.isdecimal() and int(value):
            return int(value)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
