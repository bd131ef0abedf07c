"""What applying a patch did, or would do."""

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(slots=True)
class ShardChange:
    """Records removed, redacted and labelled in one shard; a shard that only gets labels keeps its bytes."""

    path: str
    removed: int = 0
    redacted: int = 0
    labelled: int = 0
    sha256_before: str | None = None
    sha256_after: str | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that was not done: a code, the shard if it is about one, the log entries, a sentence."""

    code: str
    shard: str | None
    seqs: tuple[int, ...]
    message: str


@dataclass
class PatchReport:
    """`removed`, `redacted`, `labelled` count records in shards; the other counts are of items of the patch."""

    dataset: str
    release: str
    since: int
    until: int
    dry_run: bool
    replace: str = "mark"
    shards: list[ShardChange] = field(default_factory=list)
    already: int = 0
    missing: int = 0
    restored: int = 0
    unrestorable: int = 0
    needs_original: int = 0
    refused: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def removed(self) -> int:
        return sum(shard.removed for shard in self.shards)

    @property
    def redacted(self) -> int:
        return sum(shard.redacted for shard in self.shards)

    @property
    def labelled(self) -> int:
        return sum(shard.labelled for shard in self.shards)

    @property
    def is_complete(self) -> bool:
        """Whether the copy now has all that the patch asks for; a record it never had does not count."""
        return not self.problems

    def as_dict(self) -> dict[str, Any]:
        """The report in JSON's types."""
        totals = {"removed": self.removed, "redacted": self.redacted, "labelled": self.labelled}
        return {**asdict(self), **totals, "is_complete": self.is_complete}
