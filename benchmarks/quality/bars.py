"""What quality must reach, and whether it does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.quality.clean import Alarms
from benchmarks.quality.matching import Result, Score
from benchmarks.quality.tools import OURS, scores_from
from benchmarks.quality.toxic import FALLBACK, ToxicRow

F1 = {"email_address": 0.97, "credit_card": 0.97, "iban": 0.97, "ip_address": 0.97, "phone_number": 0.90}
ALARMS = 1.0


@dataclass(frozen=True, slots=True)
class Bar:
    what: str
    wanted: str
    reached: str
    met: bool


def of_kinds(ours: Result) -> list[Bar]:
    """F1 over all sets together: the bars of the plan."""
    return [_f1(f"F1 of {kind}", wanted, _reached(ours, kind)) for kind, wanted in F1.items()]


def beside_presidio(ours: Result, peers: Sequence[Result], scores: str) -> list[Bar]:
    """F1 beside the best Presidio's on every kind that both have; `scores` says which reports of Presidio count."""
    bars = []
    for kind in sorted(ours.kinds):
        rivals = [
            (_reached(peer, kind) or 0.0, peer.tool)
            for peer in peers
            if peer.tool.startswith("Presidio") and kind in peer.kinds and _is_labelled(peer, kind)
        ]
        if rivals:
            best, name = max(rivals)
            what = f"F1 of {kind}: {ours.tool}; at least that of {name}, {scores}"
            bars.append(_f1(what, best, _reached(ours, kind)))
    return bars


def of_alarms(alarms: Sequence[Alarms]) -> list[Bar]:
    """False alarms on clean prose: Hayward's from the score that is shown, and all of them."""
    what = "false alarms per 10,000 words of clean prose"
    ours = [
        (f"{what}: {one.tool}, {scores_from(one.lowest)}", one.false_alarms())
        for one in alarms
        if one.tool == OURS
    ]
    return [Bar(name, f"≤ {ALARMS:g}", f"{rate:.2f}", rate <= ALARMS) for name, rate in ours]


def of_toxicity(rows: Sequence[ToxicRow]) -> list[Bar]:
    """The model without download against the better word list, set by set."""
    bars = []
    for name in dict.fromkeys(row.set_name for row in rows):
        here = {row.tool: row.score.f1 or 0.0 for row in rows if row.set_name == name}
        best = max(f1 for tool, f1 in here.items() if tool != FALLBACK)
        bars.append(_f1(f"F1 on {name}: above the word lists", best, here[FALLBACK], above=True))
    return bars


def _reached(result: Result, kind: str) -> float | None:
    return result.scores.get(kind, Score()).f1


def _is_labelled(result: Result, kind: str) -> bool:
    return result.scores.get(kind, Score()).labelled > 0


def _f1(what: str, wanted: float, reached: float | None, *, above: bool = False) -> Bar:
    got = reached or 0.0
    met = got > wanted if above else got >= wanted
    told = "not looked for" if reached is None else f"{got:.3f}"
    return Bar(what, f"{'>' if above else '≥'} {wanted:.3f}", told, met)
