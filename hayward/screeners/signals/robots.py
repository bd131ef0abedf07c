"""robots.txt (RFC 9309) and ai.txt (Spawning): which crawlers of AI's makers may not come, and where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files

from hayward.screeners.signals.aipref import read_usage
from hayward.screeners.signals.evidence import RAW_KEPT, Signal, said
from hayward.screeners.signals.paths import matches, path_of

# RFC 9309, section 2.5, asks for at least 500 KiB.
LONGEST = 1 << 20
_WHOLE = frozenset({"/", "*", "/*"})


@dataclass
class Group:
    """The rules for some crawlers: (allowed, path pattern), and Content-Usage rules as they stand."""

    crawlers: list[str] = field(default_factory=list)
    rules: list[tuple[bool, str]] = field(default_factory=list)
    usage: list[str] = field(default_factory=list)


def read_robots(raw: str, url: str | None = None) -> Iterator[Signal]:
    """Reads a robots.txt for the page at `url`, or for the whole site.

    A crawler that gathers training data and may not come is a no; another crawler of AI's makers, and all crawlers
    (`*`), are one in doubt. Without URL only a refusal of the whole site counts: what holds for a part is unknown.
    """
    for group in groups(raw):
        refused = _refused(group.rules, url)
        for crawler in group.crawlers if refused else ():
            training = crawlers().get(crawler)
            if training is not None or crawler == "*":
                yield said("robotstxt", "train-ai", "n", f"{crawler}: disallow", sure=bool(training))
        for rule in group.usage:
            yield from _usage(rule, url)


def read_ai_txt(raw: str, url: str | None = None) -> Iterator[Signal]:
    """Reads an ai.txt: all it says is about training; a refusal of some files only leaves a doubt without URL."""
    kept = raw[:RAW_KEPT]
    for group in groups(raw):
        refused = [path for allowed, path in group.rules if not allowed and path]
        if url is not None:
            if _refused(group.rules, url):
                yield said("aitxt", "train-ai", "n", kept)
        elif refused:
            whole = bool(_WHOLE.intersection(refused)) and "*" in group.crawlers
            yield said("aitxt", "train-ai", "n", kept, sure=whole)


def groups(raw: str) -> list[Group]:
    """The groups of a robots.txt; rules before the first crawler belong to none and are passed over."""
    found: list[Group] = []
    naming = False
    for line in raw[:LONGEST].lstrip("\ufeff").splitlines():
        name, colon, value = line.partition("#")[0].partition(":")
        name, value = name.strip().lower(), value.strip()
        if name in {"user-agent", "useragent", "user agent"}:
            if not naming:
                found.append(Group())
            found[-1].crawlers.append(_product(value))
            naming = True
        elif colon and found:
            naming = False
            _add(found[-1], name, value)
    return found


def _add(group: Group, name: str, value: str) -> None:
    if name in {"allow", "disallow"}:
        group.rules.append((name == "allow", value))
    elif name == "content-usage":
        group.usage.append(value)


@lru_cache(maxsize=1)
def crawlers() -> dict[str, bool]:
    """Names of crawlers of AI's makers, in small letters: whether they gather data for training."""
    text = files("hayward.screeners.signals").joinpath("crawlers.txt").read_text(encoding="utf-8")
    lines = [line.partition(" ") for line in text.splitlines() if line and not line.startswith("#")]
    return {name: kind == "train" for kind, _, name in lines}


def _product(value: str) -> str:
    """The name of a crawler without its version, in small letters."""
    return value.partition("/")[0].strip().lower()


def _refused(rules: list[tuple[bool, str]], url: str | None) -> bool:
    """Whether the longest pattern that matches refuses; of two as long, the one that allows holds (RFC 9309, 2.2.2)."""
    if url is None:
        return any(not allowed and path in _WHOLE for allowed, path in rules)
    path = path_of(url)
    fitting = [(len(pattern), allowed) for allowed, pattern in rules if pattern and matches(pattern, path)]
    return bool(fitting) and not max(fitting)[1]


def _usage(rule: str, url: str | None) -> Iterator[Signal]:
    """A Content-Usage rule: a path or none, then the preferences."""
    path, space, rest = rule.partition(" ")
    if not path.startswith(("/", "*")):
        path, rest = "/", rule
    if url is None or matches(path, path_of(url)):
        whole = url is not None or path in _WHOLE
        for signal in read_usage(rest if space or path == "/" else "", subject=path):
            yield (
                signal
                if whole
                else said("aipref", signal.category, signal.value, rule, subject=path, sure=False)
            )
