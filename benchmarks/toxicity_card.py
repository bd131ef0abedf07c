"""Writes the model card of the toxicity engines that work here, measured on labelled texts."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from importlib import metadata
from pathlib import Path

import numpy as np

from benchmarks import corpus, toxicity_sets, toxicity_training
from benchmarks.toxicity_sets import Labelled
from hayward.screeners.toxicity.audit import interval
from hayward.screeners.toxicity.cascade import Cascade, calibrated, operating
from hayward.screeners.toxicity.choosing import choose
from hayward.screeners.toxicity.engines import Engine, Judgement, Worst
from hayward.screeners.toxicity.linear import Linear

CARD = Path(__file__).resolve().parents[1] / "docs" / "models" / "toxicity.md"
THRESHOLD = 0.5
# Functionalities of HateCheck (Röttger et al., ACL 2021) by what people ask about them.
NOT_HATE = "_nh"


class Nothing:
    """Stands behind the first tier to see what reaches it."""

    kinds = ("toxicity",)
    detector = "none"
    identity: dict[str, str] = {}

    def judge(self, texts: Sequence[str]) -> list[Judgement]:
        return [Judgement({"toxicity": Worst(1.0, 0, len(text))}) for text in texts]


class Passages(Nothing):
    """Counts what reaches it."""

    characters = 0

    def judge(self, texts: Sequence[str]) -> list[Judgement]:
        self.characters += sum(map(len, texts))
        return super().judge(texts)


def write() -> None:
    """Measures and writes docs/models/toxicity.md."""
    CARD.parent.mkdir(parents=True, exist_ok=True)
    CARD.write_text("\n".join(_card()) + "\n")


def _card() -> Iterator[str]:
    engine, notice = choose(os.environ)
    transformer = None if isinstance(engine, Linear) else engine
    yield from _opening(notice)
    yield from _sets(transformer)
    yield from _hatecheck(transformer)
    yield from _identity(transformer)
    yield from _clean()
    yield from _first_tier()
    yield from _limits()


def _opening(notice: str) -> Iterator[str]:
    yield "# Model card: toxicity"
    yield ""
    yield "`python -m benchmarks.toxicity --card` wrote this page. Don't edit it."
    yield ""
    yield f"At work when it was written: {notice} alt-profanity-check {metadata.version('alt-profanity-check')}."
    yield ""
    yield "- **Use**: to choose records that people should look at. Never to decide without them."
    yield "- **Linear model**: the weights of alt-profanity-check (trained by others on Wikipedia comments and tweets),"
    yield "  hostile words of ten languages (hayward/screeners/toxicity/terms.txt), and a head over both that"
    yield "  `benchmarks/toxicity_training.py` fits. Windows of 8 words; the worst counts. One kind: `toxicity`."
    yield "- **Transformer**: Detoxify's published weights, up to seven kinds. Its rows are filled by the same command"
    yield "  where weights are; without them they say *needs weights*."
    yield f"- A text is flagged from a score of {THRESHOLD} on. Labels are people's; intervals are 95 % (Wilson)."
    yield ""


def _sets(transformer: Engine | None) -> Iterator[str]:
    yield "## Labelled sets, beside word lists"
    yield ""
    yield "The head learnt from the first four sets; their rows are scored by heads fitted without the comment (five"
    yield "folds) or without the template. It never learnt from HateCheck, whose figures were in sight, though,"
    yield "when the size of the window and the weights of the sets were chosen. The words were written from general"
    yield "knowledge, after 45 comments that an older model missed had been read. What those had suggested"
    yield "was taken out again as far as it was noticed; still, the comments' figures may flatter the model a little."
    yield ""
    yield "| set | texts | toxic | way | precision | recall | F1 | AUC |"
    yield "|---|---|---|---|---|---|---|---|"
    lists = toxicity_sets.word_lists()
    for name, rows in toxicity_sets.sets().items():
        toxic = np.array([row.toxic for row in rows])
        head = f"| {name} | {len(rows)} | {toxic.sum()} |"
        for way, scores in _ways(name, rows, transformer, lists):
            cells = "needs weights | | | " if scores is None else _cells(toxic, scores)
            yield f"{head} {way} | {cells}|"
            head = "| | | |"
    yield ""


def _ways(
    name: str,
    rows: Sequence[Labelled],
    transformer: Engine | None,
    lists: dict[str, Callable[[str], bool]],
) -> Iterator[tuple[str, np.ndarray | None]]:
    learnt = name in toxicity_training.COMMENTS + toxicity_training.TEMPLATES
    yield "linear model", toxicity_training.unseen(rows) if learnt else _scores(Linear(), rows)
    yield "transformer", _scores(transformer, rows) if transformer else None
    for way, matches in lists.items():
        yield way, np.array([float(matches(row.text)) for row in rows])


def _scores(engine: Engine, rows: Sequence[Labelled]) -> np.ndarray:
    """The highest score over all kinds; 0 for what a first tier passed."""
    judged = engine.judge([row.text for row in rows])
    return np.array([max((worst.score for worst in each.worst.values()), default=0.0) for each in judged])


def _cells(toxic: np.ndarray, scores: np.ndarray) -> str:
    flagged = scores >= THRESHOLD
    right = int((flagged & toxic).sum())
    precision = right / flagged.sum() if flagged.any() else float("nan")
    recall = right / toxic.sum()
    f1 = 2 * right / (flagged.sum() + toxic.sum())
    low, high = interval(right, int(toxic.sum()))
    return f"{precision:.3f} | {recall:.3f} ({low:.3f}-{high:.3f}) | {f1:.3f} | {_auc(toxic, scores):.3f} "


def _auc(toxic: np.ndarray, scores: np.ndarray) -> float:
    """Area under the ROC curve: how often a toxic text scores above a clean one, ties half (Mann-Whitney U)."""
    clean = np.sort(scores[~toxic])
    wins = np.searchsorted(clean, scores[toxic], "left") + np.searchsorted(clean, scores[toxic], "right")
    return float(wins.mean() / 2 / len(clean))


def _hatecheck(transformer: Engine | None) -> Iterator[str]:
    yield "## HateCheck, by functionality"
    yield ""
    yield "Share of cases judged right at the threshold. Names ending in `_nh` are *not* hateful: negation,"
    yield "counter-speech (`counter_quote_nh`, `counter_ref_nh` quote or mention hate to reject it), neutral"
    yield "and positive mentions of groups."
    yield ""
    yield (
        "| functionality | English: cases | linear | transformer | first tier sends on "
        "| German: linear | transformer | Spanish: linear | transformer |"
    )
    yield "|---|---|---|---|---|---|---|---|---|"
    found = toxicity_sets.sets()
    languages = [_by_group(found[f"HateCheck, {name}"]) for name in ("English", "German", "Spanish")]
    for group in sorted({group for language in languages for group in language}):
        english = languages[0].get(group, [])
        cells = [
            str(len(english)),
            _right(Linear(), english),
            _right(transformer, english),
            _sent_on(english),
        ]
        for language in languages[1:]:
            rows = language.get(group, [])
            cells += [_right(Linear(), rows), _right(transformer, rows)]
        yield f"| `{group}` | {' | '.join(cells)} |"
    yield ""


def _by_group(rows: Sequence[Labelled]) -> dict[str, list[Labelled]]:
    groups: dict[str, list[Labelled]] = defaultdict(list)
    for row in rows:
        groups[row.group].append(row)
    return groups


def _right(engine: Engine | None, rows: Sequence[Labelled]) -> str:
    if not rows:
        return "-"
    if engine is None:
        return "needs weights"
    toxic = np.array([row.toxic for row in rows])
    return f"{((_scores(engine, rows) >= THRESHOLD) == toxic).mean():.2f}"


def _sent_on(rows: Sequence[Labelled]) -> str:
    return f"{_reaching([row.text for row in rows]):.2f}" if rows else "-"


def _reaching(texts: Sequence[str]) -> float:
    judged = Cascade(Nothing(), operating(), 0.0).judge(texts)
    return sum(each.way == "judged" for each in judged) / len(texts)


def _identity(transformer: Engine | None) -> Iterator[str]:
    """False positives by the identity word of a template sentence; words are shown only where they are plain names."""
    rows = [row for row in toxicity_sets.sets()["templates with identity words (Wikipedia)"] if not row.toxic]
    overall = _share(Linear(), rows)
    yield "## Harmless sentences about groups of people"
    yield ""
    yield "False alarms on the harmless ones of the template sentences: "
    yield f"linear {overall}; transformer {_share(transformer, rows)}."
    yield ""
    yield "| identity word | sentences | linear | transformer |"
    yield "|---|---|---|---|"
    for word in IDENTITIES:
        some = [row for row in rows if word in row.text.lower().replace(".", "").split()]
        if len(some) >= SHOWN:
            yield f"| {word} | {len(some)} | {_share(Linear(), some)} | {_share(transformer, some)} |"
    yield ""


SHOWN = 8
IDENTITIES = (
    "muslim", "christian", "jewish", "buddhist", "catholic", "protestant", "sikh", "taoist", "gay", "lesbian",
    "bisexual",
    "homosexual", "heterosexual", "straight", "transgender", "trans", "queer", "black", "white", "asian", "hispanic",
    "latina", "latino", "african", "american", "european", "mexican", "canadian", "indian", "chinese", "japanese",
    "middle", "male", "female", "nonbinary", "old", "older", "young", "younger", "teenage", "elderly", "blind", "deaf",
    "paralyzed", "millenial",
)  # fmt: skip


def _share(engine: Engine | None, rows: Sequence[Labelled]) -> str:
    if engine is None:
        return "needs weights"
    flagged = int((_scores(engine, rows) >= THRESHOLD).sum())
    low, high = interval(flagged, len(rows))
    return f"{flagged / len(rows):.3f} ({low:.3f}-{high:.3f})"


def _clean() -> Iterator[str]:
    pages = [Labelled(text, False) for text in corpus.make(4_000, seed=3).texts]
    yield "## Clean pages"
    yield ""
    yield f"Web-like pages without toxic words (`benchmarks/corpus.py`, {len(pages)}, random words, no real prose):"
    yield f"the linear model flags {_share(Linear(), pages)};"
    yield f"the first tier sends {_reaching([page.text for page in pages]):.3f} of them on to the transformer."
    prose = [Labelled(text, False) for text in toxicity_training.clean_prose()[1::2]]
    yield f"Of {len(prose)} long docstrings of Python, numpy and pyarrow that the head did not learn from,"
    yield f"the linear model flags {_share(Linear(), prose)}."
    yield ""


def _first_tier() -> Iterator[str]:
    at = operating()
    yield "## The first tier of the cascade"
    yield ""
    yield "Calibrated on people's labels (hayward/screeners/toxicity/first_tier.json):"
    yield f"{at.short_recall:.0%} of toxic comments alone reach the transformer, and {at.page_recall:.0%} of those"
    yield "planted in a long page, counted only where a passage with words of the comment is sent on. Here comments"
    yield "are scored by heads fitted without them; not so in the table of sets, whose first four rows flatter it."
    yield ""
    yield "| stated recall | comments: held out | clean comments sent on | in pages: held out | clean pages sent on |"
    yield "|---|---|---|---|---|"
    short, page = calibrated()
    for alone, planted in zip(short, page, strict=True):
        cells = [f"{each[name]:.3f}" for each in (alone, planted) for name in ("held_out", "clean_sent_on")]
        yield f"| {alone['recall']} | {' | '.join(cells)} |"
    yield ""
    yield "Of a page, only the passages of about 16 words around what looks suspicious are sent on:"
    yield f"{', '.join(f'{_words_sent(recall):.1%} of the text for {recall}' for recall in (0.8, 0.82, 0.85, 0.9))},"
    yield "besides the audit. The cascade is fifty times faster than the transformer only where both stay below 2 %."
    yield ""
    yield "What reaches the transformer, per set:"
    yield ""
    yield "| set | toxic texts sent on | clean texts sent on |"
    yield "|---|---|---|"
    for name, rows in toxicity_sets.sets().items():
        toxic, clean = [[row.text for row in rows if row.toxic == side] for side in (True, False)]
        yield f"| {name} | {_reaching(toxic):.3f} | {_reaching(clean):.3f} |"
    yield ""
    yield "What the first tier passes is lost to the transformer, whatever that would have said. The prevalence audit"
    yield "reads a sample of it, and each report states the estimated missed share with its interval."
    yield ""


def _words_sent(page: float) -> float:
    """The share of clean web-like text that the first tier sends on at that recall on pages."""
    pages = corpus.make(4_000, seed=3).texts
    passages = Passages()
    Cascade(passages, operating(page=page), 0.0).judge(pages)
    return passages.characters / sum(map(len, pages))


def _limits() -> Iterator[str]:
    yield "## Limits"
    yield ""
    yield "- Neither tier knows irony, who speaks to whom, or a community's own words. HateCheck shows how much."
    yield "- The linear model takes quoting, reclaimed words and some mentions of groups for abuse."
    yield "- Other languages than English: the first tier sends on most of what it cannot read. The linear model alone"
    yield "  knows words of German, Spanish, French, Italian, Portuguese, Dutch, Polish, Turkish and Russian; only"
    yield "  German and Spanish are measured. It knows no Chinese, Japanese, Arabic or Hindi, and a German or Spanish"
    yield "  word that is spelt like an English one is taken for the English one."
    yield "- Hidden spellings (spaces within words, digits for letters) get past word counts."


if __name__ == "__main__":
    write()
