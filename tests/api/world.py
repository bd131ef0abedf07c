"""What tests of the API have in common: registrations to send, and cases decided and signed."""

import hashlib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from datasets_app.models import Dataset
from hayward.screening import Finding
from moderation import changelog, deciding
from moderation.kinds import Action
from moderation.models import Decision, User
from tests import factories

SHA = hashlib.sha256(b"a shard").hexdigest()


def manifest_body(root: Path, **changes: Any) -> dict[str, Any]:
    """A registration of a release by a manifest of one shard."""
    shard = {"path": "part-0.jsonl", "bytes": 7, "sha256": SHA}
    return {"version": "1.0", "root": str(root), "screeners": ["pii"], "shards": [shard], **changes}


def with_shard(root: Path, **changes: Any) -> dict[str, Any]:
    """A registration whose one shard has these values."""
    body = manifest_body(root)
    body["shards"][0] |= changes
    return body


def import_body(**changes: Any) -> dict[str, Any]:
    """Findings of the shard of factories.make_case, as the command line sends them."""
    found = factories.flag({"text": factories.MAIL})
    finding = {name: getattr(found, name) for name in Finding.__slots__ if name not in {"path", "subject"}}
    report = {"read": 1, "passed": 0, "flagged": 1, "held": 0, "held_records": []}
    versions = [{"name": "pii", "version": "9", "config": SHA}]
    body = {"shard": "part.jsonl", "versions": versions, "report": report, "findings": [finding]}
    return {**body, **changes}


def decide_some(
    *,
    dataset: Dataset,
    root: Path,
    by: User,
    count: int,
    at: datetime,
    action: Action = Action.REMOVE,
    first: int = 0,
) -> list[Decision]:
    """So many cases, each about a record of its own, decided at that time; holds ended and the log signed after."""
    decisions = []
    for number in range(first, first + count):
        text = f"write to nora{number}.lind@example.org today"
        case = factories.make_case(dataset=dataset, root=root / str(number), text=text, at=at)
        decisions.append(factories.make_decision(case=case, by=by, action=action, at=at))
    later = at + timedelta(seconds=60)
    deciding.end_holds(at=later)
    changelog.publish_checkpoint(log=dataset.log, at=later)
    return decisions
