"""Decides what a change does to one record that was found."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hayward.formats import digest
from hayward.patching.effects import Change
from hayward.patching.plan import Span
from hayward.patching.receipt import Applied
from hayward.patching.spans import carry_over, is_covered, merge, redact_record


@dataclass(frozen=True, slots=True)
class Edit:
    """A record to drop (`spans` is None) or the spans to replace in it as it stands now."""

    spans: tuple[Span, ...] | None
    digest: str
    applied: Applied


def plan_edit(
    change: Change, record: Mapping[str, Any], known: Applied | None, *, is_original: bool
) -> Edit | None:
    """The edit a record needs, or None when it needs none; raises SpanOutside, NeedsOriginal.

    `known` tells what was done to the record before; it counts unless the original is here (again).
    """
    earlier = known if known and not is_original else Applied(None, (), ())
    seqs = tuple(sorted({*earlier.seqs, *change.seqs}))
    if change.remove:
        return Edit(None, change.digest, Applied(None, earlier.spans, seqs))
    spans = carry_over(change.spans, earlier.spans)
    if not spans:
        return None
    after = digest(redact_record(record, spans))
    return Edit(spans, change.digest, Applied(after, merge([*earlier.spans, *change.spans]), seqs))


def is_done(change: Change, known: Applied | None) -> bool:
    """Whether an earlier run has already done all that the change asks of the record itself."""
    if not change.has_edit or (known and known.after is None):
        return True
    return known is not None and not change.remove and is_covered(change.spans, known.spans)
