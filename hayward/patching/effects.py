"""Works out what all operations of a patch together mean for each record."""

from collections.abc import Iterable
from dataclasses import dataclass

from hayward.patching.pictures import split
from hayward.patching.plan import Location, Operation, Patch, Span
from hayward.patching.spans import merge


@dataclass(frozen=True, slots=True)
class Change:
    """The net effect on one record: removal beats redaction, redactions merge, labels add up."""

    digest: str
    seqs: tuple[int, ...]
    remove: bool
    spans: tuple[Span, ...]
    labels: tuple[tuple[str, int], ...]
    locations: tuple[Location, ...]

    @property
    def has_edit(self) -> bool:
        return self.remove or bool(self.spans)


@dataclass(frozen=True, slots=True)
class Effects:
    """Changes by the digest of the original record, and the restores that still stand."""

    changes: dict[str, Change]
    restores: tuple[Operation, ...]


def net_effects(patch: Patch) -> Effects:
    """Cancels what later restores take back, and joins the rest record by record."""
    cancelled: set[int] = set()
    standing: list[Operation] = []
    for operation in reversed(patch.operations):  # a restore may itself be taken back by a later one
        if operation.seq in cancelled:
            continue
        standing.append(operation)
        if operation.action == "restore":
            cancelled.add(operation.ref)
    standing.reverse()
    by_digest: dict[str, list[Operation]] = {}
    for operation in standing:
        if operation.action != "restore":
            by_digest.setdefault(operation.digest, []).append(operation)
    changes = {digest: _change(digest, operations) for digest, operations in by_digest.items()}
    return Effects(changes, tuple(one for one in standing if one.action == "restore"))


def _change(digest: str, operations: Iterable[Operation]) -> Change:
    operations = list(operations)
    edits = [one for one in operations if one.action in ("remove", "redact")]
    remove = any(one.action == "remove" for one in edits)
    texts, pictures = split(span for one in edits for span in one.spans)
    locations = dict.fromkeys(location for one in operations for location in one.locations)
    return Change(
        digest=digest,
        seqs=tuple(one.seq for one in edits),
        remove=remove,
        spans=() if remove else (*merge(texts), *pictures),
        labels=tuple((one.label, one.seq) for one in operations if one.action == "label"),
        locations=tuple(locations),
    )
