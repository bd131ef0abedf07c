"""Reads the literate policy file into typed rules, and answers what they say."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from dateutil.relativedelta import relativedelta
from django.conf import settings
from markdown_it import MarkdownIt

from moderation.kinds import Action, FindingKind, NoticeType, Severity


class InvalidPolicy(Exception):
    """The policy file cannot be run; the message says which rule and why."""


@dataclass(frozen=True, slots=True)
class Clause:
    """What a kind of finding or notice means, how urgent it is, and what may be done about it."""

    code: str
    title: str
    severity: Severity
    actions: tuple[Action, ...]
    kinds: tuple[FindingKind, ...] = ()
    notices: tuple[NoticeType, ...] = ()
    thresholds: Mapping[FindingKind, float] = field(default_factory=dict, hash=False)
    seniors_only: bool = False


@dataclass(frozen=True, slots=True)
class Retention:
    """How long a personal field is kept: days after the decision, or as long as what it belongs to."""

    field: str
    why: str
    days_after_decision: int | None = None
    keep: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules of one policy file, with its version and the SHA-256 of its bytes."""

    version: str
    digest: str
    text: str
    hold: timedelta
    lease: timedelta
    clauses: Mapping[str, Clause]
    months: Mapping[NoticeType, int]
    retention: Mapping[str, Retention]

    @property
    def stamp(self) -> str:
        """Version and digest as entries of the log carry them."""
        return f"{self.version}@{self.digest}"

    def clause(self, code: str) -> Clause:
        """The clause of that code; raises `InvalidPolicy` for an unknown one."""
        try:
            return self.clauses[code]
        except KeyError:
            raise InvalidPolicy(f"There is no clause {code} in policy {self.version}.") from None

    def clause_of_kind(self, kind: str) -> Clause:
        """The one clause that a kind of finding falls under."""
        return next(clause for clause in self.clauses.values() if kind in clause.kinds)

    def clause_of_notice(self, type_: str) -> Clause:
        """The one clause that a type of notice falls under."""
        return next(clause for clause in self.clauses.values() if type_ in clause.notices)

    def opens_case(self, kind: str, score: float) -> bool:
        """Whether a finding of this kind and score is for a moderator to see."""
        return score >= self.threshold(kind)

    def threshold(self, kind: str) -> float:
        """The score from which on a finding of this kind opens a case; above 1 none does."""
        return self.clause_of_kind(kind).thresholds[FindingKind(kind)]

    def due_on(self, type_: str, received_at: datetime) -> date:
        """The last day for an answer: the same day some calendar months on, or the last day of a shorter month.

        Regulation (EEC, Euratom) No 1182/71, Article 3, gives the counting by which GDPR Article 12(3) runs.
        """
        return received_at.date() + relativedelta(months=self.months[NoticeType(type_)])


def current() -> Policy:
    """The policy in force (`HAYWARD_POLICY_FILE`); raises `InvalidPolicy`."""
    path = Path(settings.HAYWARD_POLICY_FILE)
    policy = _read(path, path.stat().st_mtime_ns)
    hold = settings.HAYWARD_HOLD_SECONDS
    return policy if hold is None else replace(policy, hold=timedelta(seconds=hold))


def parse(data: bytes) -> Policy:
    """Read a policy from the bytes of its Markdown file; raises `InvalidPolicy` with the place of the fault."""
    text = data.decode()
    rules = _merged(_blocks(text))
    try:
        return Policy(
            version=str(rules["version"]),
            digest=hashlib.sha256(data).hexdigest(),
            text=text,
            hold=timedelta(seconds=float(rules["hold_seconds"])),
            lease=timedelta(seconds=float(rules["lease_seconds"])),
            clauses={code: _clause(code, rule) for code, rule in rules["clauses"].items()},
            months={NoticeType(type_): int(count) for type_, count in rules["answer_within_months"].items()},
            retention={field: _retention(field, rule) for field, rule in rules["retention"].items()},
        )
    except KeyError as error:
        raise InvalidPolicy(f"The policy lacks {error.args[0]!r}.") from error
    except ValueError as error:
        raise InvalidPolicy(f"The policy has a wrong value: {error}.") from error


def gaps(policy: Policy) -> list[str]:
    """What the policy leaves without a rule, or rules twice, one sentence each; none when it is complete."""
    clauses = policy.clauses.values()
    return [
        *_uncovered(
            "finding kind", FindingKind.values, [kind for clause in clauses for kind in clause.kinds]
        ),
        *_uncovered(
            "notice type", NoticeType.values, [type_ for clause in clauses for type_ in clause.notices]
        ),
        *(
            f"No time to answer is given for notices of type {type_}."
            for type_ in NoticeType
            if type_ not in policy.months
        ),
        *(
            f"Clause {clause.code} must allow keep, so that a false alarm can be closed."
            for clause in clauses
            if Action.KEEP not in clause.actions
        ),
    ]


@lru_cache(maxsize=4)
def _read(path: Path, _changed: int) -> Policy:
    return parse(path.read_bytes())


def _blocks(text: str) -> Iterable[Mapping[str, Any]]:
    for token in MarkdownIt().parse(text):
        if token.type == "fence" and token.info.strip() == "yaml":
            block = yaml.safe_load(token.content)
            if not isinstance(block, dict):
                line = token.map[0] + 1 if token.map else 0
                raise InvalidPolicy(f"The block at line {line} of the policy is not a mapping.")
            yield block


def _merged(blocks: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for block in blocks:
        for key, value in block.items():
            if isinstance(value, dict):
                known = merged.setdefault(key, {})
                twice = known.keys() & value.keys()
                if twice:
                    raise InvalidPolicy(f"The policy rules {key} {min(twice)} twice.")
                known.update(value)
            elif key in merged:
                raise InvalidPolicy(f"The policy gives {key} twice.")
            else:
                merged[key] = value
    return merged


def _clause(code: str, rule: Mapping[str, Any]) -> Clause:
    kinds = tuple(FindingKind(kind) for kind in rule.get("kinds", ()))
    return Clause(
        code=code,
        title=str(rule["title"]),
        severity=Severity[str(rule["severity"]).upper()],
        actions=tuple(Action(action) for action in rule["actions"]),
        kinds=kinds,
        notices=tuple(NoticeType(type_) for type_ in rule.get("notices", ())),
        thresholds=_thresholds(code, kinds, rule),
        seniors_only=bool(rule.get("seniors_only", False)),
    )


def _thresholds(
    code: str, kinds: tuple[FindingKind, ...], rule: Mapping[str, Any]
) -> Mapping[FindingKind, float]:
    """The clause's `threshold` for each of its kinds, but for those that `thresholds` rules apart."""
    apart = {FindingKind(kind): float(score) for kind, score in rule.get("thresholds", {}).items()}
    foreign = apart.keys() - set(kinds)
    if foreign:
        raise InvalidPolicy(
            f"Clause {code} gives a threshold for {min(foreign)}, which is none of its kinds."
        )
    return {kind: apart.get(kind, float(rule.get("threshold", 0.0))) for kind in kinds}


def _retention(field: str, rule: Mapping[str, Any]) -> Retention:
    days = rule.get("days_after_decision")
    if (days is None) == ("keep" not in rule):
        raise InvalidPolicy(f"Retention of {field} must give either days_after_decision or keep.")
    return Retention(
        field=field,
        why=str(rule["why"]),
        days_after_decision=days and int(days),
        keep=str(rule.get("keep", "")),
    )


def _uncovered(what: str, known: Iterable[str], covered: list[str]) -> Iterable[str]:
    for value in known:
        count = covered.count(value)
        if count != 1:
            yield f"The {what} {value} is covered by {count} clauses; it needs exactly one."
