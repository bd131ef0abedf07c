"""Fits the head of the linear toxicity model, and finds the thresholds of the cascade's first tier.

    python -m benchmarks.toxicity_training

Writes linear.json and first_tier.json into hayward/screeners/toxicity. Learns from people's labels on comments and on
the Wikipedia templates, and from clean docstrings; never from HateCheck. What is stated of a comment comes from a head
that was fitted without it, and of a template from one that was fitted without that template.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks import corpus, toxicity_sets
from benchmarks.toxicity_sets import Labelled
from hayward.screeners.toxicity import cascade
from hayward.screeners.toxicity.audit import interval
from hayward.screeners.toxicity.linear import FEATURES, HEAD, SHRINKAGE, WINDOW, Head, Linear

FOLDS = 5
RECALLS = (0.5, 0.6, 0.7, 0.75, 0.8, 0.82, 0.85, 0.9, 0.95)
FOLDER = Path(cascade.__file__).parent
COMMENTS = ("forum comments (Surge)", "talk to chatbots (ConvAbuse)")
TEMPLATES = ("templates with identity words (Wikipedia)", "sentence templates (Wikipedia)")
# The templates are a few sentences many times over; the windows of clean texts are many. So they weigh less.
TEMPLATE_WEIGHT, CLEAN_WEIGHT, PROSE_WEIGHT = 0.05, 0.5, 200.0
ROUNDS = 4
# Among the labelled comments every third is toxic; in a dataset far fewer are. So a hit takes odds of three to two.
ODDS = 1.5

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Sample:
    """The windows of texts, by text, with each text's label, fold and weight."""

    features: Floats  # window × feature
    owner: Ints
    toxic: NDArray[np.bool_]
    fold: Ints
    weight: Floats


def main() -> None:
    """Fits, calibrates and writes both files."""
    whole = fit(None)
    _write(
        HEAD,
        {
            "format": "hayward-linear/1",
            "labels": "human: Surge AI toxicity (MIT), ConvAbuse validation, Wikipedia templates (CC BY 4.0)",
            "window_words": WINDOW,
            "shrinkage": SHRINKAGE,
            "intercept": round(whole.intercept, 4),
            "coefficients": {
                name: round(value, 4) for name, value in zip(FEATURES, whole.coefficients, strict=True)
            },
            "versions": _versions(),
        },
    )
    _write(cascade.CALIBRATION, _calibration())


def _write(name: str, document: dict[str, Any]) -> None:
    (FOLDER / name).write_text(json.dumps(document, indent=2) + "\n")


def _versions() -> dict[str, str]:
    return {name: metadata.version(name) for name in ("alt-profanity-check", "scikit-learn", "numpy")}


@cache
def fit(without: int | None) -> Head:
    """The head fitted on everything, or without one fold; of a toxic text only its worst window is learnt from."""
    from sklearn.linear_model import LogisticRegression

    data, prose = sample(), _prose()
    seen = data.fold != without
    bad = np.flatnonzero((seen & data.toxic)[data.owner])
    fine = np.flatnonzero((seen & ~data.toxic)[data.owner])
    clean = np.concatenate((data.features[fine], prose))
    clean_weight = np.concatenate(
        (CLEAN_WEIGHT * data.weight[data.owner[fine]], np.full(len(prose), PROSE_WEIGHT / len(prose)))
    )
    scores = data.features[bad] @ _first_guess()
    for _ in range(ROUNDS):
        worst = bad[_worst(data.owner[bad], scores)]
        found = LogisticRegression(C=0.3, max_iter=1_000).fit(
            np.concatenate((data.features[worst], clean)),
            np.repeat([1, 0], [len(worst), len(clean)]),
            np.concatenate((data.weight[data.owner[worst]], clean_weight)),
        )
        scores = found.decision_function(data.features[bad])
    return Head(tuple(found.coef_[0].tolist()), float(found.intercept_[0]) - math.log(ODDS))


def _first_guess() -> Floats:
    guess = {"hostile words": 1.0, "other words": 0.3, "clean words": 0.3, "abuse": 1.0}
    return np.array([guess.get(name, 0.0) for name in FEATURES])


def _worst(owner: Ints, scores: Floats) -> Ints:
    """Of each text the place of the window with the highest score."""
    order = np.lexsort((scores, owner))
    worst: Ints = order[np.append(np.diff(owner[order]) > 0, True)]
    return worst


@cache
def sample() -> Sample:
    """The texts that are learnt from."""
    sets = toxicity_sets.sets()
    rows = [(row, 1.0) for name in COMMENTS for row in sets[name]]
    rows += [(row, TEMPLATE_WEIGHT) for name in TEMPLATES for row in sets[name]]
    features, owner = windows([row.text for row, _ in rows])
    return Sample(
        features,
        owner,
        np.array([row.toxic for row, _ in rows]),
        np.array([fold(row) for row, _ in rows]),
        np.array([weight for _, weight in rows]),
    )


def fold(row: Labelled) -> int:
    """The fold of a comment by its text; templates go by template, so that none is in two folds."""
    key = row.group.lower().strip(" .") or row.text
    return hashlib.sha256(key.encode()).digest()[0] % FOLDS


@cache
def _prose() -> Floats:
    """Windows of clean technical prose: every other docstring, some of their windows."""
    return windows(clean_prose()[::2])[0][::17]


def clean_prose() -> list[str]:
    """Long docstrings."""
    from benchmarks.quality.clean import docstrings

    return [text for text in docstrings() if len(text) > toxicity_sets.PAGE]


def windows(texts: Sequence[str]) -> tuple[Floats, Ints]:
    """The features of all windows of texts, and whose each is."""
    linear, features, owners, before = Linear(), [], [], 0
    for stretch in linear.stretches(texts):
        offset, columns = linear.features(stretch)
        features.append(np.stack(columns, axis=1))
        owners.append(before + np.repeat(np.arange(len(offset) - 1), np.diff(offset)))
        before += len(offset) - 1
    return np.concatenate(features), np.concatenate(owners)


def unseen(rows: Sequence[Labelled]) -> Floats:
    """The worst window's score of each text, from the head that was fitted without its fold."""
    features, owner = windows([row.text for row in rows])
    return _by_unseen_heads(features, owner, np.array([fold(row) for row in rows]), np.ones(len(owner), bool))


def unseen_planted(rows: Sequence[Labelled], pages: Sequence[str], *, times: int) -> Floats:
    """The same for texts planted in pages; only windows with words of the text count."""
    planted = toxicity_sets.planted([row.text for row in rows], pages, times=times)
    features, owner = windows([page for page, *_ in planted])
    begin = np.searchsorted(owner, np.arange(len(planted)))
    first = (np.arange(len(owner)) - begin[owner]) * (WINDOW // 2)
    low = np.array([_words(page[:start]) for page, start, _ in planted])
    high = low + np.array([max(_words(page[start:end]), 1) for page, start, end in planted])
    touching = (first < high[owner]) & (first + WINDOW > low[owner])
    return _by_unseen_heads(features, owner, np.repeat([fold(row) for row in rows], times), touching)


def _words(text: str) -> int:
    return len(re.findall(r"\w\w+", text))


def _by_unseen_heads(features: Floats, owner: Ints, folds: Ints, counted: NDArray[np.bool_]) -> Floats:
    worst = np.zeros(len(folds))
    for each in range(FOLDS):
        its = np.flatnonzero(counted & (folds == each)[owner])
        np.maximum.at(worst, owner[its], fit(each).probabilities(list(features[its].T)))
    return worst


def _calibration() -> dict[str, Any]:
    rows = toxicity_sets.comments()
    toxic, fine = [row for row in rows if row.toxic], [row for row in rows if not row.toxic]
    folds = np.array([fold(row) for row in toxic])
    pages, clean = toxicity_sets.web_pages(), corpus.make(2_000, seed=11).texts
    features, owner = windows(clean)
    scores = fit(None).probabilities(list(features.T))
    short = population(unseen(toxic), folds, unseen(fine), np.arange(len(fine)))
    planted = population(unseen_planted(toxic, pages, times=3), np.repeat(folds, 3), scores, owner)
    return {
        "format": "hayward-first-tier/2",
        "model": Linear().identity,
        "labels": "human: Surge AI toxicity (MIT), ConvAbuse validation (CC BY 4.0)",
        "meaning": (
            "Share of toxic comments that reach the transformer from this threshold on. `short`: the comment alone. "
            f"`page`: the comment planted in web-like text of over {toxicity_sets.PAGE} code points "
            "(benchmarks/corpus.py), where a passage with words of the comment must be sent on. Scores are those of "
            "heads fitted without the comment; `held_out` is the share where the threshold too was chosen without it."
        ),
        "populations": {"short": short, "page": planted},
        "versions": _versions(),
    }


def population(toxic: Floats, folds: Ints, clean: Floats, owner: Ints) -> dict[str, Any]:
    """Points of the trade-off; `clean` are windows or texts, and `owner` tells whose."""
    times = len(toxic) // len(_comments())
    points = []
    for recall in RECALLS:
        threshold = _threshold(toxic, recall)
        held_out = sum(_reached(toxic, folds, each, recall) for each in range(FOLDS)) / len(toxic)
        # Each comment counts once, however often it was planted.
        low, high = interval(round(held_out * len(toxic) / times), len(toxic) // times)
        points.append(
            {
                "recall": recall,
                "threshold": threshold,
                "measured": round(float((toxic >= threshold).mean()), 4),
                "held_out": round(held_out, 4),
                "low": round(low, 4),
                "high": round(high, 4),
                "clean_sent_on": round(len(np.unique(owner[clean >= threshold])) / (int(owner[-1]) + 1), 4),
            }
        )
    return {"toxic": len(toxic) // times, "clean": int(owner[-1]) + 1, "points": points}


def _comments() -> list[Labelled]:
    return [row for row in toxicity_sets.comments() if row.toxic]


def _threshold(toxic: Floats, recall: float) -> float:
    # Rounded down: rounding up would lose some of those that the recall was promised for.
    return math.floor(1e4 * float(np.quantile(toxic, 1 - recall, method="lower"))) / 1e4


def _reached(toxic: Floats, folds: Ints, each: int, recall: float) -> int:
    """How many of a fold reach the threshold that the other folds ask for."""
    return int((toxic[folds == each] >= _threshold(toxic[folds != each], recall)).sum())


if __name__ == "__main__":
    main()
