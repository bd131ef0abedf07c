"""Checkpoints: the golden one byte for byte, and what is none."""

from __future__ import annotations

import pytest

from hayward.log import encoding, merkle, notes
from hayward.log.checkpoint import (
    Checkpoint,
    MalformedCheckpoint,
    open_checkpoint,
    parse_checkpoint,
    sign_checkpoint,
)
from hayward.log.notes import UnknownSigner
from tests.hayward.log.golden import KEY, ORIGIN, OTHER_KEY
from tests.shared_data import shared_data

ROOT = "vae6ivjsIxl5KL+BH2OJWlsKNrNg8M0G7kde9TFbIq8="


def golden_leaves() -> list[bytes]:
    return shared_data("logs", "golden", "golden.jsonl").read_bytes().split(b"\n")[:-1]


def test_the_golden_log_has_its_golden_root_and_leaf_hashes() -> None:
    leaves = golden_leaves()

    assert [merkle.leaf_hash(leaf).hex() for leaf in leaves] == [
        "fd49bfd51ce40a319e988680a472b6ed689e0a39b0bbf869c43b257a37c63f95",
        "ca133136bf84d7e5e1936960afadb5f23ebaa1f87528fa015eedab74c3b4254c",
        "fcb55b35d066733decdb87166abdebafd7928b5dfc38b6cac6448e211eb9aa96",
    ]
    assert merkle.root(leaves).hex() == "bda7ba8af8ec23197928bf811f63895a5b0a36b360f0cd06ee475ef5315b22af"


def test_the_golden_checkpoint_is_signed_again_byte_for_byte() -> None:
    expected = shared_data("logs", "golden", "golden.checkpoint").read_bytes()
    leaves = golden_leaves()

    note = sign_checkpoint(Checkpoint(ORIGIN, len(leaves), merkle.root(leaves)), KEY)

    assert note.encode() == expected


def test_the_golden_key_opens_the_golden_checkpoint() -> None:
    vkey = shared_data("logs", "golden", "golden.vkey").read_text().strip()
    note = shared_data("logs", "golden", "golden.checkpoint").read_text()

    checkpoint = open_checkpoint(note, [notes.Verifier.parse(vkey)])

    assert checkpoint == Checkpoint(ORIGIN, 3, encoding.decode(ROOT))
    assert notes.verifier_of(ORIGIN, KEY).vkey == vkey


def test_the_golden_inclusion_proof_of_entry_1() -> None:
    hashes = [merkle.leaf_hash(leaf) for leaf in golden_leaves()]

    proof = [encoding.encode(part) for part in merkle.inclusion_proof(1, hashes)]

    assert proof == [
        "/Um/1RzkCjGemIaApHK27WieCjmwu/hpxDslejfGP5U=",
        "/LVbNdBmcz3s24cWar3rr9eSi138OLbKxkSOIR65qpY=",
    ]


def test_text_and_parse_are_inverse_with_extension_lines_too() -> None:
    checkpoint = Checkpoint(ORIGIN, 0, merkle.EMPTY_ROOT, ("one", "two"))

    assert parse_checkpoint(checkpoint.text()) == checkpoint


@pytest.mark.parametrize(
    "size", ["", "-1", "+1", "01", "1_0", " 1", "1.0", "٣", "²", str(1 << 63), "9" * 500]
)
def test_a_size_in_any_but_its_one_spelling_is_refused(size: str) -> None:
    with pytest.raises(MalformedCheckpoint):
        parse_checkpoint(f"{ORIGIN}\n{size}\n{ROOT}\n")


@pytest.mark.parametrize(
    "root", ["", ROOT[:-1], ROOT[:-2] + "9=", ROOT + "=", ROOT.replace("+", "-"), "AAAA", f" {ROOT}"]
)
def test_a_root_in_any_but_its_one_spelling_is_refused(root: str) -> None:
    with pytest.raises(MalformedCheckpoint):
        parse_checkpoint(f"{ORIGIN}\n3\n{root}\n")


@pytest.mark.parametrize(
    "text", ["", "\n", f"{ORIGIN}\n3\n", f"{ORIGIN}\n3\n{ROOT}", f"{ORIGIN}\n3\n{ROOT}\n\n", f"\n3\n{ROOT}\n"]
)
def test_a_text_with_missing_or_empty_lines_is_refused(text: str) -> None:
    with pytest.raises(MalformedCheckpoint):
        parse_checkpoint(text)


def test_a_key_of_another_name_does_not_speak_for_a_log() -> None:
    witness = notes.verifier_of("witness.example.org", OTHER_KEY)
    text = Checkpoint(ORIGIN, 0, merkle.EMPTY_ROOT).text()

    with pytest.raises(UnknownSigner):
        open_checkpoint(notes.sign(text, witness.name, OTHER_KEY), [witness])
