"""Measures quality and prints the tables.

    python -m benchmarks.quality [--write] [--screeners pii,names]

Peers that are installed are measured beside Hayward (requirements/bench.txt). With --write the page docs/quality.md is
written. Exit code 1 where a bar is missed, 2 without the labelled sets.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import tables
from benchmarks.quality import bars, calibration, clean, page, sets, tools, toxic
from benchmarks.quality.matching import Score, compare, together
from benchmarks.quality.sets import LabelledSet
from benchmarks.quality.tools import Tool

PAGE = Path(__file__).resolve().parents[2] / "docs" / "quality.md"
VERSIONS = (
    "numpy",
    "pyarrow",
    "phonenumbers",
    "python-stdnum",
    "presidio-analyzer",
    "spacy",
    "scrubadub",
    "datatrove",
)


# Scores below this one are for those who want to see every doubt.
SHOWN = 0.5


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the comparison; returns the exit code."""
    options = _options(arguments)
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    try:
        labelled = sets.load_all()
    except FileNotFoundError as error:
        print(
            f"The labelled sets are not here ({error.filename}); set HAYWARD_SHARED_DATA to their folder.",
            file=sys.stderr,
        )
        return 2
    measured = tools.present(*options.screeners.split(","))
    text, met = _page(labelled, measured)
    print(text)
    if options.write:
        PAGE.write_text(text + "\n", encoding="utf-8")
    return int(not met)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure what is found and missed, beside other tools.")
    parser.add_argument("--write", action="store_true", help="write docs/quality.md")
    parser.add_argument(
        "--screeners", default="pii,names", help="screeners of personal data, separated by commas"
    )
    return parser.parse_args(arguments)


def _page(labelled: Sequence[LabelledSet], measured: Sequence[Tool]) -> tuple[str, bool]:
    by_set = {
        one.name: [
            (tool.name, tool.kinds, compare(one.texts, tool.spans([text.text for text in one.texts])))
            for tool in measured
        ]
        for one in labelled
    }
    totals = [
        (tool.name, tool.kinds, together(results[index][2] for results in by_set.values()))
        for index, tool in enumerate(measured)
    ]
    prose = clean.docstrings()
    thresholded = [
        tools.from_score(tool, SHOWN)
        for tool in measured
        if tool.name.startswith(("Hayward", "Presidio, default"))
    ]
    alarms = [clean.measure(tool, prose) for tool in (*thresholded, *measured)]
    toxicity = toxic.measure()
    (_, ours, scores), *peers = totals
    reached = [
        *bars.of_kinds(scores, ours, {name: (known, found) for name, known, found in peers}),
        *bars.of_alarms(alarms),
        *bars.of_toxicity(toxicity),
    ]
    parts = [
        page.opening(tables.measured(datetime.now(UTC).date(), VERSIONS)),
        page.bars(reached),
        "## Personal data",
        page.kinds(totals, title="All sets together"),
        *(page.kinds(results, title=f"{name}") for name, results in by_set.items()),
        page.alarms(alarms),
        page.calibration(*_judged(labelled, measured[0], scores)),
        page.toxicity(toxicity),
    ]
    return "\n\n".join(part.strip() for part in parts), all(bar.met for bar in reached)


def _judged(
    labelled: Sequence[LabelledSet], tool: Tool, scores: dict[str, Score]
) -> tuple[list[calibration.Judged], dict[str, int]]:
    judged = [
        one
        for each in labelled
        for one in calibration.judge(each.texts, tool.find([text.text for text in each.texts]))
    ]
    return judged, {kind: score.labelled for kind, score in scores.items() if kind in tool.kinds}


if __name__ == "__main__":
    sys.exit(main())
