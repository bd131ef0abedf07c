"""Proves that a copy holds no record any more that a patch removed or redacted."""

from dataclasses import dataclass
from pathlib import Path

from hayward.formats import Held, UnreadableShard, digest, iterate_records
from hayward.patching.effects import Change, net_effects
from hayward.patching.locating import refuse_links, shards_below
from hayward.patching.plan import Patch


@dataclass(frozen=True, slots=True)
class Leftover:
    """A record that is still there ("present"), or a place that could not be looked at ("unreadable")."""

    shard: str
    row: int | None
    reason: str
    digest: str | None
    seqs: tuple[int, ...]
    detail: str = ""


def verify_clean(patch: Patch, root: Path) -> list[Leftover]:
    """Reads every record of the copy; an empty list proves it clean, whatever its receipt says."""
    changes = {key: change for key, change in net_effects(patch).changes.items() if change.has_edit}
    root = Path(root)
    return [leftover for shard in shards_below(root) for leftover in _leftovers(root, shard, changes)]


def _leftovers(root: Path, shard: str, changes: dict[str, Change]) -> list[Leftover]:
    found = []
    try:
        refuse_links(root, shard)
        for row, record in iterate_records(str(root / shard)):
            if isinstance(record, Held):
                found.append(Leftover(shard, row, "unreadable", None, (), record.detail))
                continue
            change = changes.get(digest(record))
            if change:
                found.append(Leftover(shard, row, "present", change.digest, change.seqs))
    except UnreadableShard as error:
        found.append(Leftover(shard, error.row, "unreadable", None, (), str(error)))
    return found
