"""Counts what a patch finds in a copy, so that every operation of it ends in one of the report's numbers."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hayward.patching.editing import is_done
from hayward.patching.effects import Change, Effects
from hayward.patching.errors import NeedsOriginal
from hayward.patching.labels import Labels
from hayward.patching.locating import Hit, Search
from hayward.patching.plan import Operation
from hayward.patching.receipt import Receipt
from hayward.patching.report import PatchReport, Problem


@dataclass
class Copy:
    """A copy of a dataset: its root, and what it remembers of patches and labels."""

    root: Path
    receipt: Receipt
    labels: Labels

    def is_settled(self, change: Change) -> bool:
        """Whether earlier, finished runs have done all of the change."""
        known = self.receipt.records.get(change.digest)
        is_gone = known is not None and known.after is None
        return is_done(change, known) and (is_gone or not self.new_labels(change))

    def new_labels(self, change: Change) -> list[tuple[str, int]]:
        return [one for one in change.labels if (change.digest, one[0]) not in self.labels]


def restored_only(effects: Effects) -> list[Change]:
    """Restored records without other changes: they are looked for, the original may be here again."""
    restores = [one for one in effects.restores if one.digest not in effects.changes]
    return [Change(one.digest, (), False, (), (), one.locations) for one in restores]


def account(report: PatchReport, effects: Effects, found: Search, copy: Copy) -> None:
    """Counts changes and restores by their outcome, and takes restored labels and records out of memory."""
    hits: dict[str, list[tuple[str, Hit]]] = defaultdict(list)
    for (shard, _), hit in found.hits.items():
        hits[hit.change.digest].append((shard, hit))
    for change in effects.changes.values():
        _count(report, change, hits[change.digest], copy)
    for operation in effects.restores:
        _count_restore(report, operation, bool(hits[operation.digest]), copy)
    for shard, message in sorted(found.unreadable.items()):
        report.problems.append(Problem("unreadable", shard, (), message))


def _count(report: PatchReport, change: Change, hits: Sequence[tuple[str, Hit]], copy: Copy) -> None:
    faults = [(shard, hit.fault) for shard, hit in hits if hit.fault]
    for shard, fault in faults:
        code = "needs-original" if isinstance(fault, NeedsOriginal) else "refused"
        report.problems.append(Problem(code, shard, change.seqs, f"{fault}."))
    if faults:
        needs_original = any(isinstance(fault, NeedsOriginal) for _, fault in faults)
        report.needs_original += needs_original
        report.refused += not needs_original
    elif not any(hit.edit for _, hit in hits) and not (hits and copy.new_labels(change)):
        is_known = bool(hits) or copy.receipt.known(change.digest) is not None or copy.is_settled(change)
        report.already += is_known
        report.missing += not is_known


def _count_restore(report: PatchReport, operation: Operation, is_here: bool, copy: Copy) -> None:
    labels = [key for key, seq in copy.labels.items() if seq == operation.ref]
    for key in labels:
        del copy.labels[key]
    known = copy.receipt.known(operation.digest)
    was_applied = known is not None and operation.ref in known.seqs
    if was_applied and not is_here:
        report.unrestorable += 1
    elif was_applied or labels:
        copy.receipt.records.pop(operation.digest, None)
        report.restored += 1
