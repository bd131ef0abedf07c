"""Hash lists in a folder: what matches, what is silenced, what is refused."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from hayward.screeners.images.hashing import Hashed, HashIndex, Match, NotHashLists, UnreadableHashList, build
from tests.hayward.screeners.images.hashing.test_pdq_index import flipped, random_hashes

IMAGE = b"an image"
PLAIN = Hashed.of(IMAGE)
LISTED = random_hashes(1, seed=9)[0]


def lists(folder: Path, *lines: str, negative: tuple[str, ...] = ()) -> HashIndex:
    listed, harmless = folder / "listed.txt", folder / "harmless.txt"
    listed.write_text("\n".join(lines))
    harmless.write_text("\n".join(negative))
    return build([listed], folder / "lists", negative=[harmless])


def pdq(hash_: NDArray[np.uint8], label: str = "memes") -> str:
    return f"pdq,{hash_.tobytes().hex()},{label}"


def seen(bits: int, quality: int = 100) -> Hashed:
    return Hashed.of(IMAGE, flipped(LISTED, bits, seed=4).tobytes(), quality)


@pytest.mark.parametrize("type_", ["md5", "sha256"])
def test_exact_hash_matches(tmp_path: Path, type_: str) -> None:
    value: bytes = getattr(PLAIN, type_)
    others = [f"{type_},{row.tobytes()[: len(value)].hex()},other" for row in random_hashes(500)]
    index = lists(tmp_path, *others, f"{type_},{value.hex()},wanted")

    assert index.match(PLAIN) == Match(type_, 0, "wanted")  # type: ignore[arg-type]
    assert index.match(Hashed.of(b"another image")) is None


@pytest.mark.parametrize(("bits", "matches"), [(0, True), (31, True), (32, False)])
def test_pdq_matches_within_31_bits(tmp_path: Path, bits: int, matches: bool) -> None:
    index = lists(tmp_path, pdq(LISTED))

    assert index.match(seen(bits)) == (Match("pdq", bits, "memes") if matches else None)


@pytest.mark.parametrize(("quality", "matches"), [(100, True), (50, True), (49, False), (0, False)])
def test_pdq_of_low_quality_never_matches(tmp_path: Path, quality: int, matches: bool) -> None:
    index = lists(tmp_path, pdq(LISTED))

    assert (index.match(seen(0, quality)) is not None) == matches


def test_nearest_of_several_is_told(tmp_path: Path) -> None:
    index = lists(tmp_path, pdq(flipped(LISTED, 20, 1), "far"), pdq(flipped(LISTED, 4, 2), "near"))

    match = index.match(seen(0))

    assert match == Match("pdq", 4, "near")


@pytest.mark.parametrize(
    ("listed", "negative", "silenced"), [(20, 0, True), (20, 20, True), (0, 20, False), (3, 31, False)]
)
def test_negative_pdq_silences_what_is_no_nearer(
    tmp_path: Path, listed: int, negative: int, silenced: bool
) -> None:
    index = lists(
        tmp_path, pdq(flipped(LISTED, listed, 1)), negative=(pdq(flipped(LISTED, negative, 2), "cats"),)
    )

    assert (index.match(seen(0)) is None) == silenced


def test_negative_digest_silences_everything(tmp_path: Path) -> None:
    index = lists(tmp_path, pdq(LISTED), PLAIN.md5.hex(), negative=(f"sha256,{PLAIN.sha256.hex()}",))

    assert index.match(seen(0)) is None


def test_negative_pdq_does_not_silence_an_exact_digest(tmp_path: Path) -> None:
    index = lists(tmp_path, PLAIN.md5.hex(), negative=(pdq(LISTED),))

    assert index.match(seen(0)) == Match("md5", 0, "listed")


def test_folder_is_opened_again_and_counts(tmp_path: Path) -> None:
    built = lists(tmp_path, pdq(LISTED), "0f" * 16, negative=(pdq(~LISTED),))

    opened = HashIndex.open(tmp_path / "lists")

    assert opened.counts == built.counts == {"md5": 1, "sha256": 0, "pdq": 1, "negative": 1}
    assert opened.digest == built.digest
    assert opened.match(seen(7)) == Match("pdq", 7, "memes")


def test_digest_tells_lists_apart(tmp_path: Path) -> None:
    first = lists(tmp_path, pdq(LISTED)).digest
    again = lists(tmp_path, pdq(LISTED)).digest
    silenced = lists(tmp_path, pdq(LISTED), negative=(pdq(LISTED),)).digest

    assert first == again
    assert first != silenced


def test_older_lists_are_replaced_and_stay_usable_to_those_who_hold_them(tmp_path: Path) -> None:
    older = lists(tmp_path, pdq(LISTED))

    newer = lists(tmp_path, pdq(~LISTED))

    assert older.match(seen(0)) == Match("pdq", 0, "memes")
    assert newer.match(seen(0)) is None
    assert sorted(path.name for path in tmp_path.iterdir()) == ["harmless.txt", "listed.txt", "lists"]


def test_folder_with_something_else_in_it_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "diary.txt").write_text("dear diary")

    with pytest.raises(FileExistsError):
        build([], folder)

    assert [path.name for path in folder.iterdir()] == ["diary.txt"]


def test_list_that_cannot_be_read_leaves_the_older_ones(tmp_path: Path) -> None:
    lists(tmp_path, pdq(LISTED))

    with pytest.raises(UnreadableHashList, match="line 2"):
        lists(tmp_path, pdq(LISTED), "nonsense")

    assert HashIndex.open(tmp_path / "lists").match(seen(0)) == Match("pdq", 0, "memes")


@pytest.mark.parametrize("missing", ["lists.json", "listed/pdq/index.json", "negative/md5/rows.npy"])
def test_folder_that_is_not_whole_is_refused(tmp_path: Path, missing: str) -> None:
    lists(tmp_path, pdq(LISTED))
    (tmp_path / "lists" / missing).unlink()

    with pytest.raises(NotHashLists, match="hayward hashes build"):
        HashIndex.open(tmp_path / "lists")
