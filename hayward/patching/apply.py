"""Applies a patch to a copy: finds its records, rewrites their shards one by one, remembers what it did."""

import fcntl
import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hayward.formats import UnreadableShard
from hayward.patching.accounting import Copy, account, restored_only
from hayward.patching.editing import Edit
from hayward.patching.effects import Effects, net_effects
from hayward.patching.errors import SpanOutside, UnableToRewrite, UnusableCopy
from hayward.patching.labels import read_labels, write_labels
from hayward.patching.locating import Search
from hayward.patching.plan import Patch
from hayward.patching.receipt import Receipt, Rewrite
from hayward.patching.replacing import remove_leftovers
from hayward.patching.report import PatchReport, Problem, ShardChange
from hayward.patching.rewriting import prepare_shard
from hayward.patching.staging import finish_interrupted
from hayward.patching.substitutes import Writing, admitted

LEFT_OPEN = frozenset({"unreadable", "not-rewritten"})
OnShard = Callable[[ShardChange], None]


def apply(
    patch: Patch,
    root: Path,
    *,
    dry_run: bool = False,
    thorough: bool = False,
    writing: Writing | None = None,
    on_shard: OnShard | None = None,
) -> PatchReport:
    """Brings the copy below `root` up to the patch and reports what changed.

    Each shard is replaced at once or not at all; applying again changes nothing; a run that was killed is
    taken up by the next. `dry_run` writes nothing. `thorough` looks at every record even for what is already
    done, and so also finds unlisted duplicates. `writing` says what redactions write; by default what the copy's
    receipt keeps, or marks. Raises UnusableCopy, UnableToWrite.
    """
    root = Path(root)
    with _alone(root):
        if not dry_run:
            finish_interrupted(root)
        receipt = Receipt.load(root)
        receipt.admit(patch)
        writing = admitted(writing, receipt.writing)
        receipt.writing = writing.identity
        if not dry_run:
            remove_leftovers(root)
        copy = Copy(root, receipt, read_labels(root))
        report = PatchReport(
            patch.dataset, patch.release, patch.since, patch.until, dry_run, replace=writing.mode
        )
        run = _Run(copy, net_effects(patch), Search(root, receipt, writing), report)
        run.search(thorough=thorough)
        account(report, run.effects, run.found, copy)
        run.rewrite_shards(on_shard)
        run.finish(patch)
        return report


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    if not root.is_dir():
        raise UnusableCopy(f"{root} is no folder: give the folder that holds the release's shards.")
    handle = os.open(root, os.O_RDONLY)
    try:
        _lock(handle, root)
        yield
    finally:
        os.close(handle)


def _lock(handle: int, root: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise UnusableCopy(f"Another run is patching {root}: wait until it has ended.") from error


@dataclass
class _Run:
    """One application, in the order of its methods."""

    copy: Copy
    effects: Effects
    found: Search
    report: PatchReport

    def search(self, *, thorough: bool) -> None:
        changes = self.effects.changes.values()
        confirmed = self.found.at_locations([*changes, *restored_only(self.effects)])
        self.found.by_digest(
            change
            for change in changes
            if thorough or not (change.digest in confirmed or self.copy.is_settled(change))
        )

    def rewrite_shards(self, on_shard: OnShard | None) -> None:
        edits: dict[str, dict[int, Edit]] = defaultdict(dict)
        labelled: Counter[str] = Counter()
        for (shard, row), hit in sorted(self.found.hits.items(), key=lambda item: item[0]):
            if hit.edit:
                edits[shard][row] = hit.edit
            if not hit.change.remove:
                labelled[shard] += len(self.copy.new_labels(hit.change))
        for shard in sorted({*edits, *(+labelled)}):
            change = ShardChange(shard, labelled=labelled[shard])
            if self._rewrite(change, edits.get(shard, {})):
                self.report.shards.append(change)
                if on_shard:
                    on_shard(change)

    def _rewrite(self, change: ShardChange, edits: Mapping[int, Edit]) -> bool:
        """Whether the shard now is (or in a dry run would be) as the edits want it."""
        before = self.found.sha256[change.path]
        change.sha256_before = change.sha256_after = before
        change.removed = sum(edit.spans is None for edit in edits.values())
        change.redacted = len(edits) - change.removed
        if not edits:
            return True
        if self.report.dry_run:
            change.sha256_after = None
            return True
        spans = {row: edit.spans for row, edit in edits.items()}
        try:
            new = prepare_shard(self.copy.root, change.path, spans, before)
        except (UnreadableShard, UnableToRewrite, SpanOutside) as error:
            seqs = sorted({seq for edit in edits.values() for seq in edit.applied.seqs})
            self.report.problems.append(Problem("not-rewritten", change.path, tuple(seqs), str(error)))
            return False
        applied = {edit.digest: edit.applied for edit in edits.values()}
        steps = new.steps(self.copy.root)
        self.copy.receipt.intend(Rewrite(change.path, before, new.sha256, applied, steps))
        new.commit()
        change.sha256_after = new.sha256
        return True

    def finish(self, patch: Patch) -> None:
        """Writes labels and receipt; while a shard could not be read, the run stays open for the next."""
        labels = self.copy.labels
        for hit in self.found.hits.values():
            labels.update(
                {(hit.change.digest, label): seq for label, seq in self.copy.new_labels(hit.change)}
            )
        if self.report.dry_run:
            return
        write_labels(self.copy.root, labels, self.copy.receipt.current)
        if not any(problem.code in LEFT_OPEN for problem in self.report.problems):
            self.copy.receipt.settle(patch.dataset, patch.until if self.report.is_complete else patch.since)
