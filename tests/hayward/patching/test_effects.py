"""Tests of what several operations mean together."""

from typing import Any

from hayward.patching.effects import net_effects
from hayward.patching.plan import Span
from tests.hayward.patching.copies import patch_of, span

DIGEST = "a" * 64


def act(seq: int, action: str, **members: Any) -> dict[str, Any]:
    return {"seq": seq, "action": action, "digest": DIGEST, "locations": [], **members}


def test_removal_beats_redaction_and_redactions_merge() -> None:
    redact = act(1, "redact", spans=[span(0, 5)])
    more = act(2, "redact", spans=[span(3, 9, "iban")])

    merged = net_effects(patch_of(redact, more)).changes[DIGEST]
    removed = net_effects(patch_of(redact, act(3, "remove"), more)).changes[DIGEST]

    assert (merged.remove, merged.spans, merged.seqs) == (False, (Span("text", 0, 9, "iban"),), (1, 2))
    assert (removed.remove, removed.spans) == (True, ())


def test_restore_cancels_an_earlier_operation_and_can_itself_be_taken_back() -> None:
    remove, label = act(1, "remove"), act(2, "label", label="x")

    once = net_effects(patch_of(remove, label, act(3, "restore", ref=1)))
    twice = net_effects(patch_of(remove, label, act(3, "restore", ref=1), act(4, "restore", ref=3)))

    assert (once.changes[DIGEST].has_edit, once.changes[DIGEST].labels) == (False, (("x", 2),))
    assert [one.seq for one in once.restores] == [3]
    assert twice.changes[DIGEST].remove
