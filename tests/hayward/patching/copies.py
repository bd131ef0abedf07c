"""Makes copies of a dataset and patches for them."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from hayward.formats import Held, digest, discover, fingerprint, iterate_records
from hayward.patching import Patch

Found = tuple[str, int, dict[str, Any]]  # shard, row, record


def records_of(root: Path) -> Iterator[Found]:
    for path in discover([str(root)]):
        for row, record in iterate_records(path):
            if not isinstance(record, Held):
                yield Path(path).relative_to(root).as_posix(), row, record


def operation(root: Path, seq: int, action: str, shard: str, row: int, **members: Any) -> dict[str, Any]:
    """An operation on the record that stands at a row of a shard now."""
    record = next(record for name, at, record in records_of(root) if (name, at) == (shard, row))
    location = {"shard": shard, "sha256": fingerprint(str(root / shard)).sha256, "row": row}
    return {"seq": seq, "action": action, "digest": digest(record), "locations": [location], **members}


def span(start: int, end: int, kind: str = "email_address", field: str = "text") -> dict[str, Any]:
    return {"field": field, "start": start, "end": end, "kind": kind}


def document(operations: Sequence[Mapping[str, Any]], since: int = 0, until: int = 100) -> bytes:
    members = {
        "format": "hayward-patch/1",
        "dataset": "demo",
        "release": "1.0",
        "since": since,
        "until": until,
        "operations": list(operations),
    }
    return json.dumps(members).encode()


def patch_of(*operations: Mapping[str, Any], since: int = 0, until: int = 100) -> Patch:
    return Patch.parse(document(operations, since, until))


def tree(root: Path) -> dict[str, bytes]:
    """All files of a copy, our own notes among them."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def stamps(root: Path) -> dict[str, tuple[int, int]]:
    """Which files were touched: inode and time of change."""
    return {
        str(path): (path.stat().st_ino, path.stat().st_mtime_ns) for path in root.rglob("*") if path.is_file()
    }
