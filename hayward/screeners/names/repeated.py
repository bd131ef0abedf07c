"""Names said again: who is named in full once is meant by one of the names later in the same text, or before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np

from hayward.screeners.names.letters import WORD
from hayward.screeners.names.listing import NO_NAMES, ORGANISED, fold, name_list
from hayward.screeners.names.page import Page, Row
from hayward.screeners.names.people import KIND
from hayward.screeners.names.running import AFTER, THINGS, around
from hayward.screeners.pii.spans import Evidence

# Only who is surely named; one of the names alone is a little less sure.
SURE, SCORE, SHORTEST = 0.7, 0.6, 3
_EVIDENCE = Evidence(KIND, "name.repeated/1")


def find(page: Page, rows: Sequence[Row]) -> Iterator[Row]:
    """Where the given or the family name of one of the rows stands alone in its text, or the whole name again."""
    starts, ends = page.anchors.capitalised
    for number, names in _sought(page, rows).items():
        first, last = np.searchsorted(starts, page.bounds(number))
        for start, end in zip(starts[first:last].tolist(), ends[first:last].tolist(), strict=True):
            name = page.text[start:end]
            full = names.get(name)
            if full is None:
                continue
            if full != name and page.text.endswith(full, 0, end):
                yield end - len(full), end, SURE, _EVIDENCE
            elif _is_person(page.text, start, end):
                yield start, end, SCORE, _EVIDENCE


def _sought(page: Page, rows: Sequence[Row]) -> dict[int, dict[str, str]]:
    """By the number of a text in the page: the names that may be said again, and the full names that they are of."""
    sought: dict[int, dict[str, str]] = defaultdict(dict)
    for start, end, score, evidence in rows:
        if evidence.kind == KIND and score >= SURE:
            full = page.text[start:end]
            first, *_, last = WORD.findall(full) * 2
            alone = [last] * (not _is_word(last)) + [first] * name_list().is_given(first)
            if alone:
                number = int(np.searchsorted(page.starts, start, side="right")) - 1
                sought[number].update(dict.fromkeys(alone, full))
    return sought


def _is_word(name: str) -> bool:
    folded = fold(name)
    return name.isupper() or len(name) < SHORTEST or folded in NO_NAMES or folded in name_list().words


def _is_person(text: str, start: int, end: int) -> bool:
    """Whether nothing around makes it a thing, a place or a firm: "the Jones window", "Jones-Street"."""
    before, _, after = around(text, start, end)
    following = WORD.match(text, end + 1) if text[end : end + 1] == " " else None
    is_noun_after = after != "" and after not in AFTER
    is_organised = following is not None and fold(following.group()) in ORGANISED
    return (
        before not in THINGS
        and not is_noun_after
        and not is_organised
        and text[end : end + 1] not in set("-‐@/_")
    )
