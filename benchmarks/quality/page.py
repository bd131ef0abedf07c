"""The tables of quality as Markdown: what `make quality` prints and writes to docs/quality.md."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

from benchmarks.quality.bars import Bar
from benchmarks.quality.calibration import Judged, at_thresholds, buckets
from benchmarks.quality.clean import Alarms
from benchmarks.quality.labels import LEFT_OUT
from benchmarks.quality.matching import Score, Scores
from benchmarks.quality.toxic import ToxicRow
from benchmarks.tables import table

OPENING = """# Quality

What each tool finds and misses, as measured by `make quality`, which writes this page. Figures that fall short stand
here as they are.

**Right** is a report that names the kind and shares at least half of its own and of the labelled characters with what
is labelled; each label counts once. *Exact* is the share of right reports with both edges on the character. A text
counts only for the kinds that its labels speak of: a name in a test case about card numbers is neither right nor wrong.
F1 is the harmonic mean of precision and recall. Every report counts, whatever its score.

Labels are compared kind by kind (`benchmarks/quality/labels.py`). All country's person numbers are one kind,
`national_id`; a role address is an e-mail address. Left out, as nobody's personal data by itself or no kind of ours:
{left_out}.

Presidio's own test cases were written along with its recognisers, so that it does better there than elsewhere.
Presidio runs with a blank spaCy pipeline, as models for names need a network: once with its default recognisers for
English, once with every pattern recogniser that it ships, whatever the country. `person_name` and `street_address` are
Hayward's screener `names`, which needs no download.

{versions}
"""


def opening(versions: str) -> str:
    left_out = textwrap.fill(", ".join(sorted(LEFT_OUT)), 119)
    return OPENING.format(left_out=left_out, versions=textwrap.fill(versions, 119))


def bars(met: Sequence[Bar]) -> str:
    rows = [(bar.what, bar.wanted, bar.reached, "yes" if bar.met else "**no**") for bar in met]
    return "## Bars\n\n" + table(("what", "wanted", "reached", "met"), rows)


def kinds(results: Sequence[tuple[str, frozenset[str], Scores]], *, title: str) -> str:
    """One table: each kind that Hayward or the labels have, each tool that can name it."""
    labelled = sorted({kind for _, _, scores in results for kind, score in scores.items() if score.labelled})
    rows = []
    for kind in labelled:
        rows += [
            (kind, name, *_columns(scores.get(kind, Score())))
            for name, known, scores in results
            if kind in known
        ]
    return f"### {title}\n\n" + table(
        ("kind", "tool", "labelled", "reported", "precision", "recall", "F1", "exact"), rows
    )


def alarms(measured: Sequence[Alarms]) -> str:
    words = measured[0].words
    rows = [
        (
            one.tool,
            f"{one.per_10_000_words():.2f}",
            ", ".join(f"{kind} {count}" for kind, count in one.kinds.most_common()) or "none",
        )
        for one in measured
    ]
    return (
        "## Clean technical prose\n\n"
        f"The docstrings of Python's standard library (without its tests), of NumPy and of PyArrow: {words:,} words of "
        "the versions above. What a tool reports there is nearly always wrong; some authors' addresses and invented "
        "examples do stand there, and are counted too. URLs, dates, UUIDs and places are not counted.\n\n"
        + table(("tool", "reports per 10,000 words", "by kind"), rows)
    )


def calibration(judged: Sequence[Judged], labelled: dict[str, int]) -> str:
    rows = [
        (kind, f"from {bound:g}", count, f"{mean:.2f}", f"{share:.2f}")
        for kind, bands in buckets(judged).items()
        for bound, count, mean, share in bands
    ]
    left = [
        (kind, f"{threshold:g}", *_columns(score)[1:5])
        for kind, scores in at_thresholds(judged, labelled).items()
        for threshold, score in scores
    ]
    return (
        "## What a score is worth\n\nHayward's reports on all sets together, by score: a score should be near the "
        "share of reports with it that are right.\n\n"
        + table(("kind", "scores", "reports", "mean score", "share right"), rows)
        + "\n\n## What a threshold leaves\n\n"
        + table(("kind", "threshold", "reported", "precision", "recall", "F1"), left)
    )


def toxicity(rows: Iterable[ToxicRow]) -> str:
    body = [(row.set_name, row.tool, *_columns(row.score)[:5]) for row in rows]
    return (
        "## Toxicity\n\nWhole texts, toxic or hateful by their labels or not. The linear model is the one that needs "
        "no download and no network; it knows English. HateCheck is built to defeat models that go by words.\n\n"
        + table(("set", "tool", "labelled", "reported", "precision", "recall", "F1"), body)
    )


def _columns(score: Score) -> tuple[str, ...]:
    shares = (score.precision, score.recall, score.f1, score.exact_share)
    return (
        f"{score.labelled}",
        f"{score.reported}",
        *("–" if share is None else f"{share:.3f}" for share in shares),
    )
