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

from benchmarks.quality.tools import Tool

# Packages whose docstrings are read beside the standard library's: they are Hayward's own dependencies.
PACKAGES = ("numpy", "pyarrow")
LEFT_OUT = {"test", "tests", "idlelib", "lib2to3", "turtledemo", "site-packages", "__pycache__"}
# Not of a person by themselves, or not a kind that Hayward looks for.
NOT_PERSONAL = {"URL", "DATE_TIME", "UUID", "url", "NRP", "LOCATION"}


@dataclass(frozen=True)
class Alarms:
    """What a tool reported in so many words of clean prose."""

    tool: str
    words: int
    kinds: Counter[str]

    def per_10_000_words(self) -> float:
        return 10_000 * self.kinds.total() / self.words


def docstrings() -> list[str]:
    """The docstrings of Python's standard library (without its tests) and of PACKAGES, as in their sources."""
    standard = Path(sysconfig.get_path("stdlib"))
    folders = [standard, *(Path(str(sys.modules[name].__file__)).parent for name in _imported())]
    return [text for folder in folders for path in _sources(folder) for text in _docstrings(path)]


def measure(tool: Tool, texts: Sequence[str]) -> Alarms:
    """The alarms of a tool; all of them, also where an author's address really stands in the text."""
    kinds = Counter(kind for found in tool.find(texts) for kind, *_ in found if kind not in NOT_PERSONAL)
    return Alarms(tool.name, sum(len(text.split()) for text in texts), kinds)


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
