"""Measures quality and prints the tables.

    python -m benchmarks.quality [--write] [--screeners pii,names] [--unjudged]

Peers that are installed are measured beside Hayward (requirements/bench.txt). With --write the page docs/quality.md is
written. With --unjudged nothing is measured: reports on the clean prose that still want a verdict in verdicts.tsv are
printed as its lines, with what stands around them. Exit code 1 where a bar is missed, 2 without the labelled sets.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import tables
from benchmarks.quality import bars, calibration, clean, page, sets, tools, toxic
from benchmarks.quality.clean import Alarms
from benchmarks.quality.labels import Span, told_apart
from benchmarks.quality.matching import Result, compare, together
from benchmarks.quality.sets import LabelledSet
from benchmarks.quality.tools import Scored, Tool
from benchmarks.quality.verdicts import load

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
# From which scores on false alarms are counted: every doubt, what makers are confident of, what is shown at once.
SCORES = (0.5, tools.CONFIDENT, 0.0)
# By set and tool.
Found = Mapping[tuple[str, str], list[list[Scored]]]


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
    if options.unjudged:
        _print_unjudged(measured)
        return 0
    text, met = _page(labelled, measured)
    print(text)
    if options.write:
        PAGE.write_text(text + "\n", encoding="utf-8")
    return int(not met)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure what is found and missed, beside other tools.")
    parser.add_argument("--write", action="store_true", help="write docs/quality.md")
    parser.add_argument("--unjudged", action="store_true", help="print the reports that want a verdict")
    parser.add_argument(
        "--screeners", default="pii,names", help="screeners of personal data, separated by commas"
    )
    return parser.parse_args(arguments)


def _page(labelled: Sequence[LabelledSet], measured: Sequence[Tool]) -> tuple[str, bool]:
    found = _found(labelled, measured)
    every, confident = (_together(labelled, measured, found, lowest) for lowest in (0.0, tools.CONFIDENT))
    alarms = _alarms(measured)
    toxicity = toxic.measure()
    ours, eager = every[:2]
    reached = [
        *bars.of_kinds(ours),
        *bars.beside_presidio(ours, confident, tools.scores_from(tools.CONFIDENT)),
        *bars.beside_presidio(eager, every, tools.scores_from(0)),
        *bars.of_alarms(alarms),
        *bars.of_toxicity(toxicity),
    ]
    parts = [
        page.opening(tables.measured(datetime.now(UTC).date(), VERSIONS)),
        page.bars(reached),
        "## Personal data",
        page.kinds(every, title=f"All sets together, {tools.scores_from(0)}"),
        page.confident(confident, tools.CONFIDENT),
        *(
            page.kinds(_results(one, measured, found), title=one.name, said=page.shaped(one.shaped))
            for one in labelled
        ),
        page.alarms(alarms),
        page.calibration(*_judged(labelled, ours, found)),
        page.toxicity(toxicity),
    ]
    return "\n\n".join(part.strip() for part in parts), all(bar.met for bar in reached)


def _found(labelled: Sequence[LabelledSet], measured: Sequence[Tool]) -> Found:
    return {
        (one.name, tool.name): tool.find([text.text for text in one.texts])
        for one in labelled
        for tool in measured
    }


def _results(one: LabelledSet, measured: Sequence[Tool], found: Found, lowest: float = 0.0) -> list[Result]:
    return [
        Result(
            tool.name,
            tool.kinds,
            compare(one.texts, _spans(one, found[one.name, tool.name], lowest)),
        )
        for tool in measured
    ]


def _spans(one: LabelledSet, found: Sequence[Sequence[Scored]], lowest: float) -> list[list[Span]]:
    return [
        told_apart(text.text, tools.spans(told, lowest)) for text, told in zip(one.texts, found, strict=True)
    ]


def _together(
    labelled: Sequence[LabelledSet], measured: Sequence[Tool], found: Found, lowest: float
) -> list[Result]:
    by_set = [_results(one, measured, found, lowest) for one in labelled]
    return [
        Result(parts[0].tool, parts[0].kinds, together(part.scores for part in parts))
        for parts in zip(*by_set, strict=True)
    ]


def _alarms(measured: Sequence[Tool]) -> list[Alarms]:
    prose, verdicts = clean.docstrings(), load()
    return [alarms for tool in measured for alarms in clean.measure(tool, prose, verdicts, _scores(tool))]


def _print_unjudged(measured: Sequence[Tool]) -> None:
    prose, verdicts = clean.docstrings(), load()
    for tool in measured:
        for report, around in clean.unjudged(tool, prose, verdicts, _scores(tool)):
            print(*report, "", "", repr(around), sep="\t")


def _scores(tool: Tool) -> tuple[float, ...]:
    return SCORES if tool.has_scores else (0.0,)


def _judged(
    labelled: Sequence[LabelledSet], ours: Result, found: Found
) -> tuple[list[calibration.Judged], dict[str, int]]:
    judged = [one for each in labelled for one in calibration.judge(each.texts, found[each.name, ours.tool])]
    return judged, {kind: score.labelled for kind, score in ours.scores.items() if kind in ours.kinds}


if __name__ == "__main__":
    sys.exit(main())
