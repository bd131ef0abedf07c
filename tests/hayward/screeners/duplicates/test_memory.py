"""The memory: finds what was put in, stays whole when its writer is killed, and keeps its segments few."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from hayward.screeners.duplicates import near
from hayward.screeners.duplicates.fingerprints import Fingerprint, NotAFingerprint, fingerprint_text
from hayward.screeners.duplicates.manifest import NotAMemory
from hayward.screeners.duplicates.memory import Memory
from hayward.screeners.duplicates.normal import content_digest
from hayward.screeners.duplicates.signature import SIGNATURE_BYTES, agreements_for, similarity
from hayward.screeners.duplicates.writing import BeingWritten
from tests.hayward.screeners.duplicates.texts import edited, jaccard, text


def digest(number: int) -> bytes:
    return hashlib.sha256(str(number).encode()).digest()


def fingerprint(label: int) -> Fingerprint:
    return Fingerprint(
        label, digest(label), digest(-label), digest(label) + digest(label + 1), digest(2 * label)
    )


def fingerprints(first: int, last: int) -> list[Fingerprint]:
    return [fingerprint(label) for label in range(first, last)]


def found(memory: Memory, label: int) -> list[int | None]:
    one = fingerprint(label)
    assert one.record is not None
    assert one.content is not None
    assert one.signature is not None
    assert one.pdq is not None
    near = memory.near(one.signature)
    images = memory.near_image(one.pdq)
    return [
        memory.exact_record(one.record),
        memory.exact(one.content),
        near[0].label if near else None,
        images[0].label if images else None,
    ]


def test_memory_finds_every_part_of_what_was_put_in(tmp_path: Path) -> None:
    memory = Memory.build(fingerprints(1, 300), tmp_path / "memory")

    assert [found(memory, label) for label in range(1, 300)] == [[label] * 4 for label in range(1, 300)]
    assert found(memory, 1000) == [None] * 4
    assert len(memory) == 299


def test_memory_is_the_same_when_opened_again(tmp_path: Path) -> None:
    built = Memory.build(fingerprints(1, 50), tmp_path)

    opened = Memory.open(tmp_path)

    assert (len(opened), opened.digest, opened.counts()) == (len(built), built.digest, built.counts())
    assert found(opened, 7) == [7] * 4


def test_empty_memory_finds_nothing(tmp_path: Path) -> None:
    memory = Memory.build([], tmp_path)

    assert (len(memory), found(memory, 1)) == (0, [None] * 4)
    labels, _ = memory.nearest(np.zeros((3, SIGNATURE_BYTES), np.uint8))
    assert (labels < 0).all()


def test_parts_that_are_missing_match_nothing(tmp_path: Path) -> None:
    memory = Memory.build([Fingerprint(1), Fingerprint(2, record=digest(2))], tmp_path)

    zeros = [memory.exact_record(bytes(32)), memory.exact(bytes(32)), memory.near(bytes(SIGNATURE_BYTES))]
    assert zeros == [None, None, []]
    assert memory.exact_record(digest(2)) == 2


def test_what_was_decided_twice_keeps_its_smallest_label(tmp_path: Path) -> None:
    twins = [Fingerprint(label, digest(1), digest(2), digest(3) * 2, digest(4)) for label in (9, 4, 6)]

    memory = Memory.build(twins[:2], tmp_path).append(twins[2:])

    assert [memory.exact_record(digest(1)), memory.exact(digest(2))] == [4, 4]
    assert memory.near(digest(3) * 2)[0].label == 4
    labels, agreeing = memory.nearest(np.frombuffer(digest(3) * 2, np.uint8).reshape(1, -1))
    assert (labels.tolist(), agreeing.tolist()) == ([4], [128])


def test_appended_fingerprints_are_found_beside_the_old_ones_in_few_segments(tmp_path: Path) -> None:
    memory = Memory.build(fingerprints(1, 200), tmp_path)

    for first in range(200, 260, 3):
        memory = memory.append(fingerprints(first, first + 3))

    assert [found(memory, label) for label in range(1, 260)] == [[label] * 4 for label in range(1, 260)]
    assert len(memory) == 259
    assert 1 < memory.counts()["segments"] <= 5
    kept = {path.name for path in tmp_path.iterdir()}
    assert len(kept) == memory.counts()["segments"] + 2


def test_digest_changes_with_what_is_added_and_with_nothing_else(tmp_path: Path) -> None:
    one, same, other = (
        Memory.build(fingerprints(1, last), tmp_path / name)
        for name, last in (("one", 5), ("same", 5), ("other", 6))
    )

    assert one.digest == same.digest
    assert one.append([]).digest == one.digest
    assert len({one.digest, other.digest, one.append(fingerprints(5, 6)).digest}) == 3


def test_reader_keeps_what_it_opened_while_others_add(tmp_path: Path) -> None:
    reader = Memory.build(fingerprints(1, 20), tmp_path)

    reader.append(fingerprints(20, 40))

    assert (found(reader, 7), found(reader, 30)) == ([7] * 4, [None] * 4)


def test_near_ranks_by_similarity_and_says_how_far_apart(tmp_path: Path) -> None:
    original = text(1)
    copies = [edited(original, share, seed=2) for share in (0.03, 0.01, 0.0, 0.3)]
    memory = Memory.build(
        (fingerprint_text(copy, label=label) for label, copy in enumerate(copies)), tmp_path
    )

    signature = fingerprint_text(original).signature
    assert signature
    matches = memory.near(signature, threshold=0.5)

    assert [match.label for match in matches] == [2, 1, 0]
    assert (matches[0].similarity, matches[0].apart) == (1.0, 0)
    assert [abs(match.similarity - jaccard(original, copies[match.label])) < 0.12 for match in matches] == [
        True
    ] * 3


def test_images_match_within_31_bits(tmp_path: Path) -> None:
    pdq = digest(1)
    memory = Memory.build([Fingerprint(5, pdq=pdq)], tmp_path)

    near, far = (bytes([*(byte ^ 255 for byte in pdq[:3]), pdq[3] ^ bits, *pdq[4:]]) for bits in (127, 255))

    assert [(match.label, match.apart) for match in memory.near_image(near)] == [(5, 31)]
    assert memory.near_image(far) == []


@pytest.mark.parametrize(("true", "least"), [(0.7, 0.97), (0.8, 0.999)])
def test_candidates_are_found_as_the_formula_says(true: float, least: float) -> None:
    agree = true + (1 - true) / 16

    assert 1 - (1 - agree**near.ROWS) ** near.BANDS > least


def test_recall_and_precision_on_edited_texts(tmp_path: Path) -> None:
    """Against the true Jaccard similarity, where it is clear of the threshold by three standard errors."""
    originals = [text(seed, words=60 + seed) for seed in range(300)]
    memory = Memory.build(
        (fingerprint_text(one, label=label) for label, one in enumerate(originals)), tmp_path
    )
    asked = [
        (label, edited(one, share, seed=label))
        for label, one in enumerate(originals)
        for share in (0.01, 0.03, 0.06, 0.1)
    ]

    clear = [
        (label, copy, true)
        for label, copy in asked
        if abs((true := jaccard(originals[label], copy)) - 0.7) > 0.12
    ]
    answers = [memory.near(fingerprint_text(copy).signature or b"") for _, copy, _ in clear]

    assert len(clear) > 400
    wrong = [
        (label, true)
        for (label, _, true), matches in zip(clear, answers, strict=True)
        if [match.label for match in matches] != ([label] if true > 0.7 else [])
    ]
    assert len(wrong) <= len(clear) // 200


def test_crowd_of_near_copies_is_met_in_bounded_time(tmp_path: Path) -> None:
    crowd = [np.frombuffer(digest(1) + digest(2), np.uint8).copy() for _ in range(3000)]
    for number, one in enumerate(crowd):
        one[60:62] = number % 251, number // 251
    memory = Memory.build(
        (Fingerprint(label, signature=one.tobytes()) for label, one in enumerate(crowd)), tmp_path
    )

    matches = memory.near(crowd[1500].tobytes())

    assert similarity(agreements_for(0.9)) < matches[0].similarity
    assert len(matches) <= near.MOST_PER_KEY * near.BANDS


@pytest.mark.parametrize("part", ["record", "content", "signature", "pdq"])
def test_parts_of_a_wrong_length_are_refused_and_change_nothing(tmp_path: Path, part: str) -> None:
    before = Memory.build(fingerprints(1, 5), tmp_path)

    with pytest.raises(NotAFingerprint, match=part):
        before.append([Fingerprint(9, **{part: b"short"})])

    assert (Memory.open(tmp_path).digest, found(Memory.open(tmp_path), 3)) == (before.digest, [3] * 4)


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (shutil.rmtree, "holds no memory"),
        (lambda folder: (folder / "memory.json").write_text("{"), "cannot be read"),
        (lambda folder: (folder / "memory.json").write_text("[]"), "no memory of the form"),
        (lambda folder: shutil.rmtree(folder / "segment-000001"), "lacks files"),
        (lambda folder: (folder / "segment-000001" / "signatures.npy").write_bytes(b"no"), "damaged"),
    ],
    ids=["gone", "not-json", "other", "segment-gone", "segment-damaged"],
)
def test_folder_that_is_no_memory_is_refused(tmp_path: Path, spoil: object, why: str) -> None:
    folder = tmp_path / "memory"
    Memory.build(fingerprints(1, 5), folder)
    assert callable(spoil)
    spoil(folder)

    with pytest.raises(NotAMemory, match=why):
        Memory.open(folder)


def test_memory_made_in_another_way_is_refused(tmp_path: Path) -> None:
    Memory.build(fingerprints(1, 5), tmp_path)
    manifest = json.loads((tmp_path / "memory.json").read_text())
    manifest["parameters"]["rensa_algorithm"] = 1
    (tmp_path / "memory.json").write_text(json.dumps(manifest))

    with pytest.raises(NotAMemory, match="made in another way"):
        Memory.open(tmp_path)


def test_second_writer_is_refused(tmp_path: Path) -> None:
    memory = Memory.build(fingerprints(1, 5), tmp_path)

    def meanwhile() -> Iterator[Fingerprint]:
        with pytest.raises(BeingWritten):
            memory.append(fingerprints(5, 6))
        yield from fingerprints(6, 7)

    after = memory.append(meanwhile())

    assert found(after, 6) == [6] * 4


KILLED = """
import os, signal, sys
from pathlib import Path
from hayward.screeners.duplicates import manifest, segment
from hayward.screeners.duplicates.memory import Memory
from tests.hayward.screeners.duplicates.test_memory import fingerprints

def die(*arguments):
    os.kill(os.getpid(), signal.SIGKILL)

folder, point, act = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
new = fingerprints(5, 9)
if point == "reading":
    new = (one if one.label < 8 else die() for one in new)
elif point == "segment":
    segment.synchronise = die
else:
    manifest.publish = die
Memory.build(new, folder) if act == "build" else Memory.open(folder).append(new)
"""


@pytest.mark.process
@pytest.mark.parametrize("act", ["build", "append"])
@pytest.mark.parametrize("point", ["reading", "segment", "publishing"])
def test_killed_writer_leaves_the_memory_as_it_was(tmp_path: Path, point: str, act: str) -> None:
    before = Memory.build(fingerprints(1, 5), tmp_path)

    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path), point, act],
        env=os.environ | {"PYTHONPATH": "."},
        check=False,
    )

    assert done.returncode == -signal.SIGKILL
    after = Memory.open(tmp_path)
    assert (after.digest, [found(after, label) for label in range(1, 5)]) == (
        before.digest,
        [[label] * 4 for label in range(1, 5)],
    )
    mended = after.append(fingerprints(5, 9))
    assert found(mended, 8) == [8] * 4
    assert {path.name for path in tmp_path.glob("seg*")} == {
        path.name for path in tmp_path.glob("segment-00000[12]")
    }
    assert not (tmp_path / "spool").exists()


def test_content_digest_finds_the_same_text_in_another_dress(tmp_path: Path) -> None:
    memory = Memory.build([fingerprint_text("Lost: two  geese", label=3)], tmp_path)

    assert memory.exact(content_digest("lost: TWO geese\n") or b"") == 3
