"""The answers of the API as typed values; members that this program does not know are ignored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from hayward.client.errors import UnexpectedAnswer

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Screening:
    """How far the machines are with a release; counts of shards and records."""

    state: str
    shards_done: int
    shards_total: int
    shards_failed: int
    read: int
    passed: int
    flagged: int
    held: int
    findings: int

    @property
    def shards_over(self) -> int:
        """Shards that nothing more will happen to: screened, or given up."""
        return self.shards_done + self.shards_failed

    @property
    def is_conserved(self) -> bool:
        """Whether every record that was read is accounted for."""
        return self.read == self.passed + self.flagged + self.held


@dataclass(frozen=True, slots=True)
class Release:
    version: str
    state: str
    error: str
    shards: int
    bytes: int
    screening: Screening
    answer: Mapping[str, Any]
    """The whole answer as the server gave it."""

    @property
    def is_finished(self) -> bool:
        """Whether nothing is left to wait for: it failed, or each shard was screened or given up."""
        if self.state != "ready":
            return self.state == "failed"
        return self.shards == 0 or 0 < self.screening.shards_total <= self.screening.shards_over


@dataclass(frozen=True, slots=True)
class LogInfo:
    """What the server says about a log. None of it is proved: only the checkpoint is."""

    origin: str
    size: int
    vkey: str


def screening_of(answer: Any) -> Screening:
    counts = {
        name: _member(answer, name, int)
        for name in (
            "shards_done",
            "shards_total",
            "shards_failed",
            "read",
            "passed",
            "flagged",
            "held",
            "findings",
        )
    }
    return Screening(state=_member(answer, "state", str), **counts)


def release_of(answer: Any) -> Release:
    return Release(
        version=_member(answer, "version", str),
        state=_member(answer, "state", str),
        error=str(answer.get("error") or ""),
        shards=_member(answer, "shards", int),
        bytes=_member(answer, "bytes", int),
        screening=screening_of(answer.get("screening")),
        answer=answer,
    )


def log_info_of(answer: Any) -> LogInfo:
    return LogInfo(
        origin=_member(answer, "origin", str),
        size=_member(answer, "size", int),
        vkey=_member(answer, "vkey", str),
    )


def _member(answer: Any, name: str, kind: type[T]) -> T:
    value = answer.get(name) if isinstance(answer, dict) else None
    if not isinstance(value, kind) or isinstance(value, bool):
        raise UnexpectedAnswer(
            f"The server's answer has no proper '{name}'. Is it of another version than this program?"
        )
    return value
