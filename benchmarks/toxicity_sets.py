"""Labelled texts and word lists for measuring toxicity screeners; read from the shared data, never copied."""

from __future__ import annotations

import csv
import json
import os
import random
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import corpus

DATA = Path(os.environ.get("HAYWARD_SHARED_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
FOLDER = DATA / "toxicity"
PAGE = 1_200  # code points: shorter documents of the corpus are no pages


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text, whether people call it toxic (or hateful), and what it tests where the set says so."""

    text: str
    toxic: bool
    group: str = ""


def sets() -> dict[str, list[Labelled]]:
    """All labelled sets by name. Raises FileNotFoundError where the shared data is absent."""
    return {
        "forum comments (Surge)": _table(
            "surge-toxicity/shared.csv", lambda row: Labelled(row["text"], row["is_toxic"] == "Toxic")
        ),
        "talk to chatbots (ConvAbuse)": _convabuse(),
        "templates with identity words (Wikipedia)": _table(
            "wikipedia-comments/bias_madlibs_sample1500.csv",
            lambda row: Labelled(row["Text"], row["Label"] == "BAD", row["Template"]),
        ),
        "sentence templates (Wikipedia)": _table(
            "wikipedia-comments/sentence_templates_en_sample1000.csv",
            lambda row: Labelled(row["phrase"], row["toxicity"] == "toxic", row["template"]),
        ),
        "HateCheck, English": _table("hatecheck/cases.csv", _hatecheck),
        "HateCheck, German": _table("multilingual-hatecheck/german.csv", _hatecheck),
        "HateCheck, Spanish": _table("multilingual-hatecheck/spanish.csv", _hatecheck),
    }


def comments() -> list[Labelled]:
    """Comments that people really wrote, of both sets."""
    found = sets()
    return [*found["forum comments (Surge)"], *found["talk to chatbots (ConvAbuse)"]]


def planted(
    texts: Sequence[str], pages: Sequence[str], *, times: int, seed: int = 5
) -> list[tuple[str, int, int]]:
    """Each text in the midst of pages, so many times: the page, and where the text stands in it (code points)."""
    chance = random.Random(seed)  # noqa: S311 - reproducible on purpose
    cut = [page.split(" ") for page in pages]
    found = []
    for text in texts:
        for _ in range(times):
            page = chance.choice(cut)
            place = chance.randrange(1, len(page))
            before = " ".join(page[:place]) + " "
            found.append((f"{before}{text} {' '.join(page[place:])}", len(before), len(before) + len(text)))
    return found


def web_pages() -> list[str]:
    """The longer documents of the corpus."""
    return [text for text in corpus.make(4_000, seed=7).texts if len(text) > PAGE]


def word_lists() -> dict[str, Callable[[str], bool]]:
    """Word lists as tests of a text: any listed term as whole words, in any case, of all languages of the list."""
    ldnoobw = {
        line.strip()
        for path in (FOLDER / "ldnoobw").glob("*.txt")
        if path.stem not in {"LICENSE", "SOURCE"}
        for line in path.read_text().splitlines()
    }
    with (FOLDER / "surge-profanity/profanity_en.csv").open(newline="") as file:
        surge = {row["text"].strip() for row in csv.DictReader(file)}
    return {"word list LDNOOBW (C4)": _matcher(ldnoobw), "word list Surge": _matcher(surge)}


def _matcher(terms: Iterable[str]) -> Callable[[str], bool]:
    longest_first = sorted((term for term in terms if term), key=len, reverse=True)
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", re.IGNORECASE)
    return lambda text: pattern.search(text) is not None


def _hatecheck(row: dict[str, str]) -> Labelled:
    return Labelled(row["test_case"], row["label_gold"] == "hateful", row["functionality"])


def _table(path: str, labelled: Callable[[dict[str, str]], Labelled]) -> list[Labelled]:
    with (FOLDER / path).open(newline="", encoding="utf-8") as file:
        return [labelled(row) for row in csv.DictReader(file)]


def _convabuse() -> list[Labelled]:
    """Toxic is what most annotators rate below 0 (1 fine, 0 ambivalent, -1 to -3 abusive)."""
    with (FOLDER / "convabuse/valid_first300.jsonl").open(encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    return [Labelled(row["user"], _abusive(list(row["severity_by_annotator"].values()))) for row in rows]


def _abusive(severities: Sequence[int]) -> bool:
    return 2 * sum(severity < 0 for severity in severities) > len(severities)
