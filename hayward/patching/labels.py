"""Keeps the sidecar of labels, which leaves the data files themselves unchanged."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from hayward.formats.strictjson import parse_record
from hayward.patching.receipt import FOLDER
from hayward.patching.replacing import replace_bytes

Labels = dict[tuple[str, str], int]  # (digest of the original record, label) -> entry


def read_labels(root: Path) -> Labels:
    stored = root / FOLDER / "labels.jsonl"
    lines = stored.read_bytes().splitlines() if stored.is_file() else []
    records = [parse_record(line) for line in lines]
    return {(one["digest"], one["label"]): one["seq"] for one in records}


def write_labels(
    root: Path, labels: Mapping[tuple[str, str], int], current: Callable[[str], str | None]
) -> None:
    """Writes `<root>/.hayward/labels.jsonl`, one line per label and record that is still there.

    `current` tells the digest a record has now. Raises UnableToWrite.
    """
    lines = []
    for (digest, label), seq in sorted(labels.items(), key=lambda item: (item[1], item[0])):
        record = current(digest)
        if record is not None:
            line = {"digest": digest, "record": record, "label": label, "seq": seq}
            lines.append(json.dumps(line, separators=(",", ":")) + "\n")
    if lines or (root / FOLDER / "labels.jsonl").exists():
        replace_bytes(root / FOLDER / "labels.jsonl", "".join(lines).encode("ascii"))
