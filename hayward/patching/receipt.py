"""The copy's own memory of what was applied to it: a settled receipt and a journal of the run under way."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hayward.formats import UnreadableShard, fingerprint
from hayward.formats.strictjson import NotARecord, parse_record
from hayward.patching.errors import UnusableCopy
from hayward.patching.plan import Patch, Span
from hayward.patching.replacing import append_synced, replace_bytes

FOLDER = ".hayward"
FORMAT = "hayward-receipt/1"
MARK = "mark"


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of a record: the digest it has now (None: removed), the spans taken, the entries behind it."""

    after: str | None
    spans: tuple[Span, ...]
    seqs: tuple[int, ...]


# A file's SHA-256 before, and the one it will have; None once it is deleted.
Step = tuple[str, str | None]


@dataclass(frozen=True, slots=True)
class Rewrite:
    """One shard's change from the bytes `before` to the bytes `after`; `files` are its steps where it has several."""

    shard: str
    before: str
    after: str
    records: dict[str, Applied]
    files: dict[str, Step] = field(default_factory=dict)
    writing: str = MARK


@dataclass
class Receipt:
    """`records` and `shards` are settled; `progress` holds the rewrites of a run that has not ended.

    `writing` is the identity of the way in which redactions are written here; None before the first patch.

    A rewrite is journalled before the new shard is put in place. Whoever comes after a crash compares the
    shard with both fingerprints, and so knows whether the change happened.
    """

    root: Path
    dataset: str | None = None
    until: int = 0
    writing: str | None = None
    records: dict[str, Applied] = field(default_factory=dict)
    shards: dict[str, tuple[str, str]] = field(default_factory=dict)
    progress: list[Rewrite] = field(default_factory=list)

    @classmethod
    def load(cls, root: Path) -> "Receipt":
        """Reads the receipt and what an interrupted run has journalled; raises UnusableCopy."""
        receipt = cls(root)
        stored = root / FOLDER / "receipt.json"
        if stored.is_file():
            document = _parse(stored.read_bytes(), stored)
            receipt.dataset = document["dataset"]
            receipt.until = document["until"]
            receipt.writing = document.get("replace", MARK)
            receipt.records = {key: _applied(value) for key, value in document["records"].items()}
            receipt.shards = {key: (one["before"], one["after"]) for key, one in document["shards"].items()}
        receipt.progress = _happened(root, read_journal(root))
        if receipt.progress:
            receipt.writing = receipt.progress[-1].writing
        return receipt

    def admit(self, patch: Patch) -> None:
        """Raises UnusableCopy when the patch is for another dataset or would leave a gap."""
        if self.dataset not in (None, patch.dataset):
            raise UnusableCopy(f"{self.root} is a copy of {self.dataset}, the patch is for {patch.dataset}.")
        if self.dataset is not None and patch.since > self.until:
            raise UnusableCopy(
                f"The patch begins at entry {patch.since} but {self.root} has only the entries before "
                f"{self.until}: pull a patch since {self.until}."
            )

    def known(self, digest: str) -> Applied | None:
        """What was done to a record, by this run or an earlier one."""
        for rewrite in reversed(self.progress):
            if digest in rewrite.records:
                return rewrite.records[digest]
        return self.records.get(digest)

    def current(self, digest: str) -> str | None:
        """The digest that a record has in this copy now, or None once it is removed."""
        known = self.known(digest)
        return known.after if known else digest

    def intend(self, rewrite: Rewrite) -> None:
        """Journals a rewrite that is about to be put in place; raises UnableToWrite."""
        line: dict[str, Any] = {
            "shard": rewrite.shard,
            "before": rewrite.before,
            "after": rewrite.after,
            "records": _records(rewrite.records),
        }
        if rewrite.files:
            line["files"] = rewrite.files
        line |= self._replace()
        append_synced(self.root / FOLDER / "journal.jsonl", _dump(line) + b"\n")
        self.progress.append(rewrite)

    def settle(self, dataset: str, until: int) -> None:
        """Ends the run: folds the journal into the receipt; raises UnableToWrite."""
        for rewrite in self.progress:
            self.records.update(rewrite.records)
            self.shards[rewrite.shard] = (rewrite.before, rewrite.after)
        self.progress = []
        self.dataset, self.until = dataset, max(self.until, until)
        document = {
            "format": FORMAT,
            "dataset": self.dataset,
            "until": self.until,
            "records": _records(self.records),
            "shards": {key: {"before": one[0], "after": one[1]} for key, one in self.shards.items()},
            **self._replace(),
        }
        replace_bytes(self.root / FOLDER / "receipt.json", _dump(document) + b"\n")
        (self.root / FOLDER / "journal.jsonl").unlink(missing_ok=True)

    def _replace(self) -> dict[str, str]:
        return {"replace": self.writing} if self.writing and self.writing != MARK else {}


def read_journal(root: Path) -> list[Rewrite]:
    """The rewrites that a run under way has announced; raises UnusableCopy."""
    stored = root / FOLDER / "journal.jsonl"
    if not stored.is_file():
        return []
    *lines, _torn = stored.read_bytes().split(b"\n")
    documents = [_parse(line, stored) for line in lines]
    return [
        Rewrite(
            shard=one["shard"],
            before=one["before"],
            after=one["after"],
            records={key: _applied(value) for key, value in one["records"].items()},
            files={name: (step[0], step[1]) for name, step in one.get("files", {}).items()},
            writing=one.get("replace", MARK),
        )
        for one in documents
    ]


def _happened(root: Path, journal: list[Rewrite]) -> list[Rewrite]:
    """The rewrites whose result is in place, or was until the next one of the same shard."""
    now: dict[str, str | None] = {}
    happened = []
    for rewrite in reversed(journal):
        if rewrite.shard not in now:
            now[rewrite.shard] = _sha256(root / rewrite.shard)
        if rewrite.after == now[rewrite.shard]:
            happened.append(rewrite)
            now[rewrite.shard] = rewrite.before
    return happened[::-1]


def _sha256(path: Path) -> str | None:
    try:
        return fingerprint(str(path)).sha256
    except UnreadableShard:
        return None


def _parse(data: bytes, path: Path) -> dict[str, Any]:
    try:
        return parse_record(data)
    except NotARecord as error:
        raise UnusableCopy(
            f"{path} is damaged ({error.detail}): restore it, or take the shards anew."
        ) from error


def _applied(value: Mapping[str, Any]) -> Applied:
    spans = tuple(_parse_span(one) for one in value["spans"])
    return Applied(value["after"], spans, tuple(value["seqs"]))


def _parse_span(value: Sequence[Any]) -> Span:
    field, start, end, kind = value[:4]
    box, effect = value[4:6] if len(value) > 4 else ((), "")
    return Span(field, start, end, kind, tuple(box), effect, value[6] if len(value) > 6 else "")


def _records(records: Mapping[str, Applied]) -> dict[str, Any]:
    return {
        digest: {
            "after": one.after,
            "spans": [_span(span) for span in one.spans],
            "seqs": list(one.seqs),
        }
        for digest, one in records.items()
    }


def _span(span: Span) -> list[Any]:
    rest = [list(span.box), span.effect, span.written] if span.written else [list(span.box), span.effect]
    return [span.field, span.start, span.end, span.kind, *(rest if span.effect or span.written else [])]


def _dump(document: object) -> bytes:
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode("ascii")
