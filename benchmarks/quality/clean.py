"""Clean technical prose, the same on every machine with the same Python, and how often each tool cries wolf on it."""

from __future__ import annotations

import ast
import sys
import sysconfig
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.quality.labels import LEFT_OUT as NO_KIND
from benchmarks.quality.tools import Scored, Tool
from benchmarks.quality.verdicts import Report, Verdicts, digest, to_judge
from hayward.screeners.toxicity.audit import interval

# Packages whose docstrings are read beside the standard library's: they are Hayward's own dependencies.
PACKAGES = ("numpy", "pyarrow")
LEFT_OUT = {"test", "tests", "idlelib", "lib2to3", "turtledemo", "site-packages", "__pycache__"}
# Not of a person by themselves, or not a kind that Hayward looks for.
NOT_PERSONAL = NO_KIND | {"url"}
AROUND = 60


@dataclass(frozen=True)
class Alarms:
    """What a tool reported, from a score on, in so many words of clean prose, and how many of those judged are false.

    Those judged are all of them or a sample; `unjudged` are those of them that nobody has looked at, counted as false.
    """

    tool: str
    lowest: float
    words: int
    kinds: Counter[str]
    judged: int
    false: int
    unjudged: int = 0

    @property
    def is_sample(self) -> bool:
        return self.judged < self.kinds.total()

    def reports(self) -> float:
        """Reports per 10,000 words."""
        return 10_000 * self.kinds.total() / self.words

    def false_alarms(self) -> float:
        """False reports per 10,000 words; estimated where a sample was judged."""
        return self.reports() * self.false / self.judged if self.judged else 0.0

    def between(self) -> tuple[float, float]:
        """The 95 % interval of an estimated rate of false alarms."""
        low, high = interval(self.false, self.judged)
        return self.reports() * low, self.reports() * high


def docstrings() -> list[str]:
    """The docstrings of Python's standard library (without its tests) and of PACKAGES, as in their sources."""
    standard = Path(sysconfig.get_path("stdlib"))
    folders = [standard, *(Path(str(sys.modules[name].__file__)).parent for name in _imported())]
    return [text for folder in folders for path in _sources(folder) for text in _docstrings(path)]


def measure(tool: Tool, texts: Sequence[str], verdicts: Verdicts, scores: Sequence[float]) -> list[Alarms]:
    """The alarms of a tool from each of these scores on."""
    words = sum(len(text.split()) for text in texts)
    found = tool.find(texts)
    return [_alarms(tool.name, words, _reports(texts, found, lowest), verdicts, lowest) for lowest in scores]


def unjudged(
    tool: Tool, texts: Sequence[str], verdicts: Verdicts, scores: Sequence[float]
) -> Iterator[tuple[Report, str]]:
    """The reports that a verdict is wanted of, with what stands around them."""
    found, by_digest = tool.find(texts), {digest(text): text for text in texts}
    wanted = (report for lowest in scores for report in to_judge(_reports(texts, found, lowest)))
    for report in dict.fromkeys(wanted):
        if report not in verdicts:
            text = by_digest[report.document]
            before, after = text[max(0, report.start - AROUND) : report.start], text[report.end :][:AROUND]
            yield report, f"{before}⟦{text[report.start : report.end]}⟧{after}"


def _alarms(tool: str, words: int, reports: Sequence[Report], verdicts: Verdicts, lowest: float) -> Alarms:
    judged = to_judge(reports)
    return Alarms(
        tool,
        lowest,
        words,
        Counter(report.kind for report in reports),
        len(judged),
        sum(not verdicts.get(report, False) for report in judged),
        sum(report not in verdicts for report in judged),
    )


def _reports(texts: Sequence[str], found: Sequence[Sequence[Scored]], lowest: float) -> list[Report]:
    """The reports from a score on; what two recognisers call the same counts once."""
    return [
        Report(digest(text), start, end, kind)
        for text, told in zip(texts, found, strict=True)
        for kind, start, end in dict.fromkeys(one[:3] for one in told if one[3] >= lowest)
        if kind not in NOT_PERSONAL
    ]


def _imported() -> tuple[str, ...]:
    for name in PACKAGES:
        __import__(name)
    return PACKAGES


def _sources(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*.py")):
        if not LEFT_OUT & set(path.relative_to(folder).parts[:-1]):
            yield path


def _docstrings(path: Path) -> Iterator[str]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(path.read_text(encoding="utf-8"))
    except (SyntaxError, UnicodeDecodeError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            text = ast.get_docstring(node)
            if text:
                yield text
