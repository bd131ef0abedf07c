"""The prevalence audit: what share of the texts that a first tier passed should not have been passed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Any, Protocol, runtime_checkable

# Two-sided 95 % of the normal distribution.
Z = 1.959964


@dataclass(frozen=True, slots=True)
class Audit:
    """Texts passed by the first tier, those of them judged by the transformer as a sample, and how many it flagged."""

    passed: int = 0
    sampled: int = 0
    sampled_positive: int = 0

    def __add__(self, other: Audit) -> Audit:
        return Audit(
            self.passed + other.passed,
            self.sampled + other.sampled,
            self.sampled_positive + other.sampled_positive,
        )

    def __sub__(self, other: Audit) -> Audit:
        return Audit(
            self.passed - other.passed,
            self.sampled - other.sampled,
            self.sampled_positive - other.sampled_positive,
        )

    @classmethod
    def of(cls, report: Mapping[str, Any] | None) -> Audit:
        """The counts in what `report` gave; none for None."""
        names = ("passed", "sampled", "sampled_positive")
        return cls(*(int(report[name]) for name in names)) if report else cls()

    def report(self) -> dict[str, Any]:
        """The counts with the estimated missed share of the passed texts and its 95 % interval; None if unsampled."""
        low, high = interval(self.sampled_positive, self.sampled)
        share = self.sampled_positive / self.sampled if self.sampled else None
        return {
            "passed": self.passed,
            "sampled": self.sampled,
            "sampled_positive": self.sampled_positive,
            "estimated_missed_share": share,
            "low": low if self.sampled else None,
            "high": high if self.sampled else None,
        }

    def sentence(self) -> str:
        """What a person reads."""
        if not self.sampled:
            return f"The first tier passed {self.passed} texts; none of them was sampled, so what it missed is unknown."
        low, high = interval(self.sampled_positive, self.sampled)
        return (
            f"The first tier passed {self.passed} texts. Of {self.sampled} sampled ones the transformer flagged "
            f"{self.sampled_positive}: estimated missed share {self.sampled_positive / self.sampled:.2%} "
            f"(95 % interval {low:.2%} to {high:.2%})."
        )


@runtime_checkable
class Audited(Protocol):
    """A screener that counts in `audit`, from its making on, what its first tier passed."""

    audit: Audit


def interval(positive: int, of: int) -> tuple[float, float]:
    """The 95 % score interval of a share (Wilson, JASA 22:209-212, 1927); 0 and 1 where nothing was drawn."""
    if not of:
        return 0.0, 1.0
    share = positive / of
    middle = (share + Z * Z / (2 * of)) / (1 + Z * Z / of)
    half = Z / (1 + Z * Z / of) * sqrt(share * (1 - share) / of + Z * Z / (4 * of * of))
    return max(0.0, middle - half), min(1.0, middle + half)


def is_sampled(text: str, rate: float) -> bool:
    """Whether the text is in the sample of that rate: decided by its digest, so always the same way."""
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest) < rate * 2**64
