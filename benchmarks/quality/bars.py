"""What quality must reach, and whether it does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.quality.clean import Alarms
from benchmarks.quality.matching import Score
from benchmarks.quality.toxic import FALLBACK, ToxicRow

F1 = {"email_address": 0.97, "credit_card": 0.97, "iban": 0.97, "ip_address": 0.97, "phone_number": 0.90}
ALARMS = 1.0


@dataclass(frozen=True, slots=True)
class Bar:
    what: str
    wanted: str
    reached: str
    met: bool


def of_kinds(
    ours: Mapping[str, Score],
    kinds: frozenset[str],
    peers: Mapping[str, tuple[frozenset[str], Mapping[str, Score]]],
) -> list[Bar]:
    """F1 over all sets together: the bars of the plan, and the best Presidio on every kind that both have."""
    bars = [_f1(f"F1 of {kind}", wanted, ours.get(kind, Score()).f1) for kind, wanted in F1.items()]
    for kind in sorted(kinds):
        rivals = [
            (scores[kind].f1 or 0.0, name)
            for name, (known, scores) in peers.items()
            if name.startswith("Presidio") and kind in known and kind in scores and scores[kind].labelled
        ]
        if rivals:
            best, name = max(rivals)
            bars.append(_f1(f"F1 of {kind}: at least that of {name}", best, ours.get(kind, Score()).f1))
    return bars


def of_alarms(alarms: Sequence[Alarms]) -> list[Bar]:
    """False alarms on clean prose: Hayward's from the score that is shown, and all of them."""
    ours = [(one.tool, one.per_10_000_words()) for one in alarms if one.tool.startswith("Hayward")]
    what = "reports per 10,000 words of clean prose"
    return [Bar(f"{what}: {name}", f"≤ {ALARMS:g}", f"{rate:.2f}", rate <= ALARMS) for name, rate in ours]


def of_toxicity(rows: Sequence[ToxicRow]) -> list[Bar]:
    """The model without download against the better word list, set by set."""
    bars = []
    for name in dict.fromkeys(row.set_name for row in rows):
        here = {row.tool: row.score.f1 or 0.0 for row in rows if row.set_name == name}
        best = max(f1 for tool, f1 in here.items() if tool != FALLBACK)
        bars.append(_f1(f"F1 on {name}: above the word lists", best, here[FALLBACK], above=True))
    return bars


def _f1(what: str, wanted: float, reached: float | None, *, above: bool = False) -> Bar:
    got = reached or 0.0
    met = got > wanted if above else got >= wanted
    told = "not looked for" if reached is None else f"{got:.3f}"
    return Bar(what, f"{'>' if above else '≥'} {wanted:.3f}", told, met)
