"""Tests that a patch run may be killed, starved of disk or doubled without harm."""

import hashlib
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hayward.patching import Patch, UnableToWrite, UnusableCopy, apply
from tests.hayward.formats.shards import write_jsonl, write_parquet
from tests.hayward.patching.copies import document, operation, patch_of, records_of, span, tree

APPLY = """
import sys
from pathlib import Path
from hayward.patching import Patch, apply
patch = Patch.parse(Path(sys.argv[1]).read_bytes())
apply(patch, Path(sys.argv[2]), on_shard=lambda shard: print(shard.path, flush=True))
"""


def make_copy(root: Path) -> bytes:
    """A copy of twelve shards, some records in two of them, and a patch that touches all."""
    root.mkdir()
    for number in range(12):
        records = [{"text": f"Record {number}-{n} of ann@example.org", "n": n} for n in range(400)]
        records.append({"text": f"Shared by {number // 2}", "n": 0})
        if number % 3 == 2:
            write_parquet(root / f"{number:02}.parquet", records, row_group_size=150)
        else:
            write_jsonl(root / f"{number:02}.jsonl{('', '.gz')[number % 2]}", records)
    names = sorted(path.name for path in root.iterdir())
    operations = [operation(root, 2 * seq, "remove", name, seq + 5) for seq, name in enumerate(names)]
    operations += [
        operation(root, 2 * seq + 1, "redact", name, 50, spans=[span(0, 6)]) for seq, name in enumerate(names)
    ]
    shared = [{**operation(root, 30 + n, "remove", names[2 * n], 400), "locations": []} for n in range(6)]
    labels = [operation(root, 40 + seq, "label", name, 60, label="x") for seq, name in enumerate(names[:3])]
    return document([*operations, *shared, *labels])


@pytest.mark.process
def test_a_run_that_was_killed_is_completed_by_the_next_to_the_same_bytes(tmp_path: Path) -> None:
    data = make_copy(tmp_path / "original")
    (tmp_path / "patch.json").write_bytes(data)
    shutil.copytree(tmp_path / "original", tmp_path / "undisturbed")
    apply(Patch.parse(data), tmp_path / "undisturbed")
    expected = tree(tmp_path / "undisturbed")
    chance = random.Random(20)  # noqa: S311 (moments, not secrets)
    killed = 0

    for _ in range(8):
        shutil.rmtree(tmp_path / "copy", ignore_errors=True)
        shutil.copytree(tmp_path / "original", tmp_path / "copy")
        for _ in range(2):
            command = [sys.executable, "-c", APPLY, str(tmp_path / "patch.json"), str(tmp_path / "copy")]
            with subprocess.Popen(command, stdout=subprocess.PIPE) as run:
                assert run.stdout
                for _ in range(chance.randrange(1, 7)):
                    run.stdout.readline()
                time.sleep(chance.random() * 0.01)  # the moment of death is what the test varies
                run.send_signal(signal.SIGKILL)
            killed += run.returncode == -signal.SIGKILL
        apply(Patch.parse(data), tmp_path / "copy")
        assert tree(tmp_path / "copy") == expected

    assert killed >= 8


@pytest.mark.parametrize("step", range(1, 40))
def test_a_crash_at_every_single_step_is_healed(tmp_path: Path, step: int) -> None:
    root = tmp_path / "copy"
    root.mkdir()
    for name in ("a.jsonl", "b.jsonl"):
        write_jsonl(root / name, [{"text": f"{name} {n}"} for n in range(5)] + [{"text": "same"}])
    loose = {**operation(root, 3, "remove", "a.jsonl", 5), "locations": []}
    patch = patch_of(
        operation(root, 1, "remove", "a.jsonl", 1),
        operation(root, 2, "redact", "b.jsonl", 1, spans=[span(0, 1)]),
        loose,
        operation(root, 4, "label", "a.jsonl", 2, label="x"),
    )
    shutil.copytree(root, tmp_path / "undisturbed")
    apply(patch, tmp_path / "undisturbed")

    crashing_apply(patch, root, step)
    apply(patch, root)

    assert tree(root) == tree(tmp_path / "undisturbed")


def crashing_apply(patch: Patch, root: Path, step: int) -> None:
    """Applies the patch in this process but dies, like a killed process, before its n-th file operation."""
    steps = 0

    def count(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal steps
        if not is_armed or event not in ("open", "os.rename", "os.remove", "os.mkdir"):
            return
        if str(root) in str(arguments[0]):
            steps += 1
            if steps >= step:
                raise KeyboardInterrupt

    is_armed = True
    sys.addaudithook(count)  # a hook stays for good: it is disarmed instead
    try:
        apply(patch, root)
    except KeyboardInterrupt:
        pass
    finally:
        is_armed = False


FULL = """
import resource, signal, sys
from pathlib import Path
from hayward.patching import Patch, UnableToWrite, apply
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))
try:
    apply(Patch.parse(Path(sys.argv[1]).read_bytes()), Path(sys.argv[2]))
except UnableToWrite as error:
    print(error)
"""


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz", "a.jsonl.zst", "a.parquet"])
def test_a_full_disk_is_named_and_leaves_nothing_half_written(tmp_path: Path, name: str) -> None:
    root = tmp_path / "copy"
    root.mkdir()
    records = [{"text": hashlib.sha256(b"%d" % n).hexdigest()} for n in range(2000)]
    write_parquet(root / name, records) if name.endswith("parquet") else write_jsonl(root / name, records)
    (tmp_path / "patch.json").write_bytes(document([operation(root, 1, "remove", name, 3)]))
    before = tree(root)

    command = [sys.executable, "-c", FULL, str(tmp_path / "patch.json"), str(root)]
    done = subprocess.run(command, capture_output=True, check=True, timeout=60, text=True)

    assert done.stdout == (
        f"{root / name} could not be written (File too large). The shard is as it was: make room, apply again.\n"
    )
    assert tree(root) == before


def test_an_unwritable_place_is_named(tmp_path: Path) -> None:
    write_jsonl(tmp_path / "a.jsonl", [{"text": "a"}])
    (tmp_path / ".a.jsonl.hayward-tmp").mkdir()

    with pytest.raises(UnableToWrite, match=r"a\.jsonl could not be written \(Is a directory\)"):
        apply(patch_of(operation(tmp_path, 1, "remove", "a.jsonl", 0)), tmp_path)

    assert [record for _, _, record in records_of(tmp_path)] == [{"text": "a"}]


def test_two_runs_never_patch_one_copy_at_once(tmp_path: Path) -> None:
    write_jsonl(tmp_path / "a.jsonl", [{"text": "a"}])
    write_jsonl(tmp_path / "b.jsonl", [{"text": "b"}])
    patch = patch_of(operation(tmp_path, 1, "remove", "a.jsonl", 0))
    refusals = []

    def again(_: object) -> None:
        with pytest.raises(UnusableCopy, match="Another run is patching") as caught:
            apply(patch, tmp_path)
        refusals.append(caught.value)

    apply(patch, tmp_path, on_shard=again)

    assert len(refusals) == 1


def test_a_torn_journal_line_is_a_rewrite_that_never_happened(tmp_path: Path) -> None:
    write_jsonl(tmp_path / "a.jsonl", [{"text": "a"}, {"text": "b"}])
    patch = patch_of(operation(tmp_path, 1, "remove", "a.jsonl", 0))
    (tmp_path / ".hayward").mkdir()
    (tmp_path / ".hayward" / "journal.jsonl").write_bytes(b'{"shard":"a.jsonl","bef')

    report = apply(patch, tmp_path)

    assert report.removed == 1
    assert sorted(path.name for path in (tmp_path / ".hayward").iterdir()) == ["receipt.json"]


def test_a_damaged_receipt_stops_the_run(tmp_path: Path) -> None:
    write_jsonl(tmp_path / "a.jsonl", [{"text": "a"}])
    (tmp_path / ".hayward").mkdir()
    (tmp_path / ".hayward" / "receipt.json").write_bytes(b"{")

    with pytest.raises(UnusableCopy, match=r"receipt\.json is damaged"):
        apply(patch_of(), tmp_path)
