"""Measures things in turns on one core, so that a busy moment of the machine falls on all of them."""

from __future__ import annotations

import gc
import os
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from benchmarks.tables import table


@dataclass
class Row:
    """One thing measured: how much of its unit one run does, and the rates of its runs.

    Rates are per second of this process's processor time, so that other programs on the machine do not count; a run
    that is another process's work gives its own seconds.
    """

    name: str
    amount: float
    run: Callable[[], object]
    note: str = ""
    rates: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        return statistics.median(self.rates)

    def measure(self) -> None:
        begin = time.process_time()
        own = self.run()
        seconds = own if isinstance(own, float) else time.process_time() - begin
        self.rates.append(self.amount / seconds)


def one_core() -> int:
    """Pins this process and Arrow to one core; the last one, as the first is the busiest on most machines."""
    core = max(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})
    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    return core


def in_turns(rows: Sequence[Row], rounds: int) -> None:
    """Runs each once to warm up, then all in turns; what one has loaded the others need not look through."""
    for row in rows:
        row.run()
    gc.collect()
    gc.freeze()
    for _ in range(rounds):
        for row in rows:
            row.measure()


def rates(rows: Sequence[Row], *, unit: str) -> str:
    """The table of rates: each row's median, range, and how often the first is as fast."""
    ours = rows[0].median
    body = [
        (
            row.name,
            f"{row.amount:,.2f}",
            f"{row.median:,.2f}",
            f"{min(row.rates):,.2f} to {max(row.rates):,.2f}",
            f"{ours / row.median:,.2f}",
            row.note,
        )
        for row in rows
    ]
    return table(("what", unit, f"{unit}/s", "lowest to highest", "first / this", ""), body)


@dataclass(frozen=True, slots=True)
class Target:
    what: str
    wanted: float
    reached: float | None
    at_most: bool = False

    @property
    def met(self) -> bool:
        if self.reached is None:
            return True
        return self.reached <= self.wanted if self.at_most else self.reached >= self.wanted


def targets(wanted: Sequence[Target]) -> str:
    """The table of what must be reached; a peer that is not installed has no figure and misses nothing."""
    rows = [
        (
            one.what,
            f"{'≤' if one.at_most else '≥'} {one.wanted:g}",
            "not measured here" if one.reached is None else f"{one.reached:,.2f}",
            "–" if one.reached is None else "yes" if one.met else "**no**",
        )
        for one in wanted
    ]
    return table(("target", "wanted", "reached", "met"), rows)
