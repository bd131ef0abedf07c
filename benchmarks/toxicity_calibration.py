"""Finds the thresholds of the toxicity cascade's first tier for stated recalls, on labelled comments.

    python -m benchmarks.toxicity_calibration

Writes hayward/screeners/toxicity/first_tier.json.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks import corpus, toxicity_sets
from hayward.screeners.toxicity import cascade
from hayward.screeners.toxicity.audit import interval
from hayward.screeners.toxicity.linear import Linear

RECALLS = (0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95)
TARGET = Path(cascade.__file__).with_name(cascade.CALIBRATION)


def main() -> None:
    """Calibrates and writes the file."""
    comments = toxicity_sets.comments()
    toxic = [each.text for each in comments if each.toxic]
    clean = [each.text for each in comments if not each.toxic]
    document = {
        "format": "hayward-first-tier/1",
        "model": Linear().identity,
        "window_words": cascade.WINDOW,
        "labels": "human: Surge AI toxicity (MIT), ConvAbuse validation (CC BY 4.0)",
        "meaning": (
            "Share of texts with a toxic comment that reach the transformer from this threshold on. `short`: the "
            "comment alone. `page`: the comment planted in web-like text of more than "
            f"{toxicity_sets.PAGE} code points "
            "(benchmarks/corpus.py). Thresholds were chosen on the same texts, so expect a little less elsewhere."
        ),
        "populations": {
            "short": population(highest(toxic), highest(clean)),
            "page": population(
                highest(toxicity_sets.planted(toxic, times=3)),
                highest(corpus.make(5_000, seed=11).texts),
                independent=len(toxic),
            ),
        },
        "versions": {
            name: metadata.version(name) for name in ("alt-profanity-check", "scikit-learn", "numpy")
        },
    }
    TARGET.write_text(json.dumps(document, indent=2) + "\n")


def highest(texts: Sequence[str]) -> NDArray[np.float64]:
    """The highest window score of each text."""
    linear = Linear()
    found = []
    for stretch in linear.stretches(texts):
        scored = linear.scored(stretch, cascade.WINDOW)
        found.append(np.maximum.reduceat(scored.score, scored.offset[:-1]))
    return np.concatenate(found)


def population(
    toxic: NDArray[np.float64], clean: NDArray[np.float64], *, independent: int | None = None
) -> dict[str, Any]:
    """Points of the trade-off; the interval counts each comment once, however often it was planted."""
    n = independent or len(toxic)
    points = []
    for recall in RECALLS:
        # Rounded down: rounding up would lose some of those that the recall was promised for.
        threshold = math.floor(1e4 * float(np.quantile(toxic, 1 - recall, method="lower"))) / 1e4
        reached = float((toxic >= threshold).mean())
        low, high = interval(round(reached * n), n)
        points.append(
            {
                "recall": recall,
                "threshold": threshold,
                "measured": round(reached, 4),
                "low": round(low, 4),
                "high": round(high, 4),
                "clean_sent_on": round(float((clean >= threshold).mean()), 4),
            }
        )
    return {"toxic": n, "clean": len(clean), "points": points}


if __name__ == "__main__":
    main()
