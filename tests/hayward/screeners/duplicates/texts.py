"""Invented texts, and copies of them with known changes."""

from __future__ import annotations

import random

WORDS = """
meadow harbour lantern archive weather kitchen garden railway journey teacher market bridge village
council winter summer morning evening history language science music picture window letter number
question answer problem solution reason chapter author reader library museum festival farmer baker doctor
engineer student children parents neighbour company business service product customer delivery payment
website article comment newsletter calendar schedule station platform ticket passenger driver bicycle
forest river mountain valley
""".split()


def text(seed: int, words: int = 300) -> str:
    chance = random.Random(seed)  # noqa: S311 - reproducible on purpose
    return " ".join(chance.choice(WORDS) + str(chance.randrange(40)) for _ in range(words))


def edited(original: str, share: float, seed: int) -> str:
    """The text with this share of its words replaced, at places spread evenly by chance."""
    chance = random.Random(seed)  # noqa: S311 - reproducible on purpose
    words = original.split()
    for place in chance.sample(range(len(words)), round(share * len(words))):
        words[place] = f"changed{chance.randrange(10**6)}"
    return " ".join(words)


def shingles(of: str, size: int = 5) -> set[tuple[str, ...]]:
    words = of.lower().split()
    return {tuple(words[place : place + size]) for place in range(len(words) - size + 1)}


def jaccard(one: str, other: str) -> float:
    """The true similarity of two texts."""
    first, second = shingles(one), shingles(other)
    return len(first & second) / len(first | second)
