"""Decides what a change does to one record that was found."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from hayward.formats import digest
from hayward.formats.records import field_keys
from hayward.patching.describing import is_emptied
from hayward.patching.effects import Change
from hayward.patching.pictures import cover_record, split
from hayward.patching.plan import Span
from hayward.patching.receipt import Applied
from hayward.patching.spans import carry_over, is_covered, merge, outstanding, redact_record
from hayward.patching.substitutes import MARKS, Writing


@dataclass(frozen=True, slots=True)
class Edit:
    """A record to drop (`spans` is None) or the spans to replace in it as it stands now."""

    spans: tuple[Span, ...] | None
    digest: str
    applied: Applied


def plan_edit(
    change: Change,
    record: Mapping[str, Any],
    known: Applied | None,
    *,
    is_original: bool,
    writing: Writing = MARKS,
) -> Edit | None:
    """The edit a record needs, or None when it needs none; raises SpanOutside, NeedsOriginal.

    `known` tells what was done to the record before; it counts unless the original is here (again). `writing` says
    what redactions write.
    """
    earlier = known if known and not is_original else Applied(None, (), ())
    seqs = tuple(sorted({*earlier.seqs, *change.seqs}))
    if change.remove:
        return Edit(None, change.digest, Applied(None, earlier.spans, seqs))
    texts, pictures = split(change.spans)
    done_texts, done_pictures = split(earlier.spans)
    # What a picture told of itself went with what was covered in it: there is no text any more to redact.
    gone = [one for one in texts if done_pictures and is_emptied(record, field_keys(record, one.field))]
    texts = tuple(one for one in texts if one not in gone)
    texts_left = writing.written(record, carry_over(texts, done_texts))
    pictures_left = tuple(span for span in pictures if span not in done_pictures)
    if not texts_left and not pictures_left:
        return None
    covered = cover_record(redact_record(record, texts_left), pictures_left)
    _, all_pictures = split([*done_pictures, *pictures])
    fresh = (
        replace(span, written=now.written)
        for span, now in zip(outstanding(texts, done_texts), texts_left, strict=True)
    )
    applied = Applied(digest(covered.record), (*merge([*done_texts, *fresh, *gone]), *all_pictures), seqs)
    return Edit((*texts_left, *covered.spans), change.digest, applied)


def is_done(change: Change, known: Applied | None) -> bool:
    """Whether an earlier run has already done all that the change asks of the record itself."""
    if not change.has_edit or (known and known.after is None):
        return True
    if known is None or change.remove:
        return False
    (texts, pictures), (done_texts, done_pictures) = split(change.spans), split(known.spans)
    return is_covered(texts, done_texts) and set(pictures) <= set(done_pictures)
