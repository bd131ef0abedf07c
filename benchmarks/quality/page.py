"""The tables of quality as Markdown: what `make quality` prints and writes to docs/quality.md."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

from benchmarks.quality.bars import Bar
from benchmarks.quality.calibration import Judged, at_thresholds, buckets
from benchmarks.quality.clean import Alarms
from benchmarks.quality.labels import LEFT_OUT
from benchmarks.quality.matching import Result, Score
from benchmarks.quality.tools import EAGER, OURS, scores_from
from benchmarks.quality.toxic import ToxicRow
from benchmarks.quality.verdicts import SAMPLE, WHOLE
from benchmarks.tables import table

OPENING = """# Quality

What each tool finds and misses, as measured by `make quality`, which writes this page. Figures that fall short stand
here as they are.

**Right** is a report that names the kind and shares at least half of its own and of the labelled characters with what
is labelled; each label counts once. *Exact* is the share of right reports with both edges on the character. A text
counts only for the kinds that its labels speak of: a name in a test case about card numbers is neither right nor wrong.
F1 is the harmonic mean of precision and recall. Every report counts, whatever its score.

Labels are compared kind by kind (`benchmarks/quality/labels.py`). All country's person numbers are one kind,
`national_id`; a role address is an e-mail address. IP addresses of private, documentation and other special ranges (RFC
6890) are nobody's and stand by themselves: Hayward tells them only when eager. Left out, as nobody's personal data by
itself or no kind of ours:
{left_out}.

Presidio's own test cases were written along with its recognisers, so that it does better there than elsewhere. Where
rules of Hayward's were shaped while looking at a set, its table says so; the other sets were only measured, but both of
presidio-research come from one generator. *Hayward, eager* also reports the bare forms of numbers that by themselves
could be anything, with low scores, as Presidio does; *Hayward* wants a word beside them. Its rows stand where the two
differ.
Presidio runs with a blank spaCy pipeline, as models for names need a network: once with its default recognisers for
English, once with every pattern recogniser that it ships, whatever the country. `person_name` and `street_address` are
Hayward's screener `names`, which needs no download.

{versions}
"""

CONFIDENT = """\
Only reports from that score on count, of each tool that gives scores. Presidio's makers begin to accept at {lowest:g}:
their demo keeps what reaches it, and their engine raises whatever has a word of context beside it above it; bare forms
of weak patterns score 0.01 to 0.3. In Hayward, phone numbers told by their grouping alone score less, and what `eager`
adds."""
CLEAN = """## Clean technical prose

The docstrings of Python's standard library (without its tests), of NumPy and of PyArrow: {words:,} words of the
versions above. Authors' names and addresses really do stand there: a report of one is no false alarm. Each report was
read with its surroundings and judged (`benchmarks/quality/verdicts.tsv`), strictly: an address made up for an example,
an address of a documentation network, a version number as an IP address, a firm as a person are all false; so is every
report that nobody has judged yet. Of more than {whole} reports a random sample of {sample} was judged, and the false
alarms are estimated from it, with a 95 % interval (Wilson). Kinds that are left out above are not counted.

"""


def opening(versions: str) -> str:
    left_out = textwrap.fill(", ".join(sorted(LEFT_OUT)), 119)
    return OPENING.format(left_out=left_out, versions=textwrap.fill(versions, 119))


def bars(met: Sequence[Bar]) -> str:
    rows = [(bar.what, bar.wanted, bar.reached, "yes" if bar.met else "**no**") for bar in met]
    return "## Bars\n\n" + table(("what", "wanted", "reached", "met"), rows)


def kinds(results: Sequence[Result], *, title: str, said: str = "") -> str:
    """One table: each kind that the labels have, each tool that can name it."""
    labelled = sorted({kind for one in results for kind, score in one.scores.items() if score.labelled})
    rows = [
        (kind, one.tool, *_columns(one.scores.get(kind, Score())))
        for kind in labelled
        for one in results
        if kind in one.kinds and not _is_same(one, results, kind)
    ]
    heads = ("kind", "tool", "labelled", "reported", "precision", "recall", "F1", "exact")
    return "\n\n".join(part for part in (f"### {title}", said, table(heads, rows)) if part)


def _is_same(one: Result, results: Sequence[Result], kind: str) -> bool:
    """Whether eager Hayward reports of a kind just what Hayward does."""
    return one.tool == EAGER and any(
        other.tool == OURS and other.scores.get(kind) == one.scores.get(kind) for other in results
    )


def confident(results: Sequence[Result], lowest: float) -> str:
    return kinds(
        results,
        title=f"All sets together, {scores_from(lowest)}",
        said=CONFIDENT.format(lowest=lowest),
    )


def shaped(on: Iterable[str]) -> str:
    """How a set's table says for which kinds it is no fresh test."""
    named = " and ".join(f"`{kind}`" for kind in sorted(on))
    return (
        named and f"Looked at while building: what was missed or mistaken here shaped the rules for {named}."
    )


def alarms(measured: Sequence[Alarms]) -> str:
    words = measured[0].words
    rows = [
        (
            one.tool,
            scores_from(one.lowest),
            f"{one.reports():.2f}",
            _false(one),
            _judged(one),
            ", ".join(f"{kind} {count}" for kind, count in one.kinds.most_common()) or "none",
        )
        for one in measured
    ]
    heads = (
        "tool",
        "scores",
        "reports per 10,000 words",
        "false alarms per 10,000 words",
        "judged",
        "by kind",
    )
    return CLEAN.format(words=words, whole=WHOLE, sample=SAMPLE) + table(heads, rows)


def _false(one: Alarms) -> str:
    if not one.is_sample:
        return f"{one.false_alarms():.2f}"
    low, high = one.between()
    return f"about {one.false_alarms():.2f} ({low:.2f} to {high:.2f})"


def _judged(one: Alarms) -> str:
    which = f"sample of {one.judged}" if one.is_sample else f"all {one.judged}"
    return f"{which}; {one.unjudged} not yet" if one.unjudged else which


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
        "no download and no network. HateCheck is built to defeat models that go by words.\n\n"
        + table(("set", "tool", "labelled", "reported", "precision", "recall", "F1"), body)
    )


def _columns(score: Score) -> tuple[str, ...]:
    shares = (score.precision, score.recall, score.f1, score.exact_share)
    return (
        f"{score.labelled}",
        f"{score.reported}",
        *("–" if share is None else f"{share:.3f}" for share in shares),
    )
