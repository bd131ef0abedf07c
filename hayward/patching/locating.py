"""Finds the records that a patch means: where it says they are, else by their digests."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hayward.formats import Held, UnreadableShard, digest, discover, fingerprint, iterate_records
from hayward.patching.editing import Edit, plan_edit
from hayward.patching.effects import Change
from hayward.patching.errors import NeedsOriginal, SpanOutside
from hayward.patching.receipt import Receipt
from hayward.patching.substitutes import MARKS, Writing


@dataclass(frozen=True, slots=True)
class Hit:
    """A record found: the change it is for, the edit it needs, or why it cannot be edited."""

    change: Change
    edit: Edit | None = None
    fault: SpanOutside | NeedsOriginal | None = None


@dataclass
class Search:
    """Finds records below a root. `unreadable` gathers what could not be searched, by shard."""

    root: Path
    receipt: Receipt
    writing: Writing = MARKS
    hits: dict[tuple[str, int], Hit] = field(default_factory=dict)
    found: set[str] = field(default_factory=set)
    sha256: dict[str, str] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)

    def at_locations(self, changes: Iterable[Change]) -> set[str]:
        """Looks where the patch says, in shards that have just the bytes it speaks of.

        Returns the digests of changes whose every location was confirmed, now or by an interrupted run.
        """
        changes = list(changes)
        confirmed: dict[str, int] = defaultdict(int)
        by_shard: dict[str, list[tuple[int, str, Change]]] = defaultdict(list)
        for change in changes:
            for location in change.locations:
                by_shard[location.shard].append((location.row, location.sha256, change))
        for shard, wanted in sorted(by_shard.items()):
            for change in self._confirm(shard, wanted):
                confirmed[change.digest] += 1
        return {
            one.digest for one in changes if one.locations and confirmed[one.digest] == len(one.locations)
        }

    def _confirm(self, shard: str, wanted: list[tuple[int, str, Change]]) -> Iterator[Change]:
        own = [rewrite for rewrite in self.receipt.progress if rewrite.shard == shard]
        done = {(rewrite.before, record) for rewrite in own for record in rewrite.records}
        now = self._fingerprint(shard)
        rows = {row: change for row, before, change in wanted if before == now}
        yield from (change for _, before, change in wanted if (before, change.digest) in done)
        for row, record in self._records(shard, set(rows)) if rows else ():
            if digest(record) == rows[row].digest:
                self._take(shard, row, record, rows[row], is_original=True)
                yield rows[row]

    def by_digest(self, changes: Iterable[Change]) -> None:
        """Looks at every record of the shards a change names, then of all others if it stays unfound there."""
        pending = list(changes)
        shards = shards_below(self.root) if pending else []
        naming: dict[str, list[Change]] = defaultdict(list)
        for change in pending:
            for shard in {location.shard for location in change.locations}:
                naming[shard].append(change)
        for shard in sorted(set(shards) & set(naming)):
            self._scan(shard, self._targets(naming[shard]))
        lost = self._targets(change for change in pending if not self._is_found(change, shards))
        for shard in shards if lost else ():
            scanned = {change.digest for change in naming[shard]}
            self._scan(shard, {key: one for key, one in lost.items() if one[0].digest not in scanned})

    def _targets(self, changes: Iterable[Change]) -> dict[str, tuple[Change, bool]]:
        """Digests to look for: of the records themselves, and of what earlier redactions made of them."""
        changes = list(changes)
        targets = {change.digest: (change, True) for change in changes}
        for change in changes:
            known = self.receipt.known(change.digest)
            if known and known.after and known.after not in targets:
                targets[known.after] = (change, False)
        return targets

    def _is_found(self, change: Change, shards: Collection[str]) -> bool:
        """Whether all shards a change names are here, and one had its record, now or before an interruption."""
        named = {location.shard for location in change.locations}
        own = [rewrite for rewrite in self.receipt.progress if rewrite.shard in named]
        was_here = change.digest in self.found or any(change.digest in rewrite.records for rewrite in own)
        return was_here and named <= set(shards)

    def _scan(self, shard: str, targets: Mapping[str, tuple[Change, bool]]) -> None:
        for row, record in self._records(shard, None):
            found = targets.get(digest(record))
            if found:
                self._take(shard, row, record, found[0], is_original=found[1])

    def _take(
        self, shard: str, row: int, record: Mapping[str, Any], change: Change, *, is_original: bool
    ) -> None:
        self.found.add(change.digest)
        known = self.receipt.known(change.digest)
        try:
            edit = plan_edit(change, record, known, is_original=is_original, writing=self.writing)
        except (SpanOutside, NeedsOriginal) as fault:
            self.hits[shard, row] = Hit(change, fault=fault)
        else:
            self.hits[shard, row] = Hit(change, edit)

    def _fingerprint(self, shard: str) -> str | None:
        """The shard's SHA-256 now, or None where this copy lacks it."""
        if shard not in self.sha256 and (self.root / shard).exists():
            try:
                refuse_links(self.root, shard)
                self.sha256[shard] = fingerprint(str(self.root / shard)).sha256
            except UnreadableShard as error:
                self.unreadable[shard] = str(error)
        return self.sha256.get(shard)

    def _records(self, shard: str, rows: set[int] | None) -> Iterator[tuple[int, dict[str, Any]]]:
        if self._fingerprint(shard) is None:
            return
        try:
            for row, record in iterate_records(str(self.root / shard), rows):
                if not isinstance(record, Held):
                    yield row, record
        except UnreadableShard as error:
            self.unreadable[shard] = str(error)


def shards_below(root: Path) -> list[str]:
    """All shards of a copy, as paths relative to its root."""
    try:
        found = discover([str(root)])
    except UnreadableShard as error:
        if error.reason != "missing":
            raise
        found = []
    return [Path(path).relative_to(root).as_posix() for path in found]


def refuse_links(root: Path, shard: str) -> None:
    """Raises UnreadableShard for a shard that a symbolic link takes elsewhere: it may be someone else's file."""
    if (root / shard).resolve() != root.resolve() / shard:
        raise UnreadableShard(str(root / shard), "not-a-file", "a symbolic link is not followed")
