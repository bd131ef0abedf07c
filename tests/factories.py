"""Makes the world of a test through the acts, so that it is always one the program could make.

Cast: alice moderates, lena leads, max maintains, ada audits, olga operates, charlie is a stranger.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from datasets_app import registering
from datasets_app.models import Dataset, Release
from datasets_app.registering import ManifestShard
from hayward import formats
from hayward.screening import Finding as Flag
from moderation import deciding, screening, triage
from moderation.deciding import Span
from moderation.kinds import Action, FindingKind, Role
from moderation.models import Case, Decision, Membership, Screening, User

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
PASSWORD = "a long enough passphrase"
ROLES = {
    "alice": Role.MODERATOR,
    "bob": Role.MODERATOR,
    "lena": Role.SENIOR,
    "max": Role.MAINTAINER,
    "ada": Role.AUDITOR,
    "olga": Role.OPERATOR,
}
VERSIONS = [{"name": "pii", "version": "1", "config": "c0ffee" + "0" * 58, "notice": ""}]
MAIL = "write to nora.lind@example.org today"


def make_user(name: str) -> User:
    return User.objects.create_user(username=name, password=PASSWORD)


def make_member(name: str, *, dataset: Dataset | None = None, role: Role | None = None) -> User:
    """One of the cast with the role that the name stands for; charlie has none."""
    user = User.objects.filter(username=name).first() or make_user(name)
    given = role or ROLES.get(name)
    if given:
        Membership.objects.create(user=user, dataset=dataset, role=given)
    return user


def make_dataset(slug: str = "demo", *, at: datetime = NOW) -> Dataset:
    return registering.register_dataset(slug=slug, name=slug.title(), at=at)


def write_jsonl(path: Path, records: Iterable[Mapping[str, Any]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), encoding="utf-8"
    )
    return path


def make_release(
    *,
    dataset: Dataset,
    root: Path,
    shards: Mapping[str, Sequence[Mapping[str, Any]]],
    version: str = "1.0",
    screeners: Sequence[str] = ("pii",),
    at: datetime = NOW,
) -> Release:
    """A ready release whose shards are real JSONL files below `root`, which the server may read."""
    for name, records in shards.items():
        write_jsonl(root / name, records)
    manifest = [
        ManifestShard(path=name, bytes=print_.bytes, sha256=print_.sha256)
        for name, print_ in ((name, formats.fingerprint(str(root / name))) for name in shards)
    ]
    return registering.register_release(
        dataset=dataset, version=version, root=str(root), screeners=screeners, manifest=manifest, at=at
    )


def flag(
    record: Mapping[str, Any],
    *,
    row: int = 0,
    kind: str = FindingKind.EMAIL_ADDRESS,
    start: int = 9,
    end: int = 30,
    score: float = 0.9,
    rule: str = "email/1",
    subject: str | None = None,
    field: str = "text",
    box: tuple[int, int, int, int] | None = None,
) -> Flag:
    """A hit on a record, as a screener would report it; the default span is the address in `MAIL`."""
    return Flag(
        path="part.jsonl",
        record=row,
        digest=formats.digest(record),
        screener="pii",
        version="1",
        kind=str(kind),
        field=field,
        start=start,
        end=end,
        score=score,
        rule=rule,
        box=box,
        subject=subject,
    )


def finish_screening(
    *, release: Release, flags: Sequence[Flag], records: int | None = None, at: datetime = NOW
) -> Screening:
    """Lease the release's next shard as a worker does, and record these flags for it."""
    screening.open_screenings(release=release)
    claimed = screening.claim(at=at)
    assert claimed is not None
    flagged = len({item.record for item in flags})
    total = flagged if records is None else records
    outcome = screening.Outcome(
        records=total,
        passed=total - flagged,
        flagged=flagged,
        held=0,
        held_records=(),
        flags=[flags],
        versions=VERSIONS,
    )
    screening.record(screening=claimed, outcome=outcome, at=at)
    return claimed


def make_case(
    *, dataset: Dataset, root: Path, text: str = MAIL, start: int = 9, end: int = 30, at: datetime = NOW
) -> Case:
    """An open case about a record that stands in a real shard, with one finding in it."""
    record = {"text": text}
    version = f"1.{Release.objects.filter(dataset=dataset).count()}"
    release = make_release(
        dataset=dataset, root=root / version, shards={"part.jsonl": [record]}, version=version, at=at
    )
    finish_screening(release=release, flags=[flag(record, start=start, end=end)], at=at)
    return Case.objects.get(item__digest=formats.digest(record), item__dataset=dataset)


def make_decision(
    *, case: Case, by: User, action: Action = Action.REDACT, clause: str = "pii.contact", at: datetime = NOW
) -> Decision:
    """Claim the case and decide it."""
    triage.claim(case=case, by=by, at=at)
    spans = [Span(field="text", start=9, end=30, kind="email_address")] if action is Action.REDACT else []
    return deciding.decide(case=case, action=action, clause=clause, spans=spans, by=by, at=at)
