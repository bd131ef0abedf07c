"""Lists of hashes in the forms that they are exchanged in."""

from pathlib import Path

import pytest

from hayward.screeners.images.hashing.lists import Entry, UnreadableHashList, read_list

MD5, LONG = "0f" * 16, "aB" * 32


def read(folder: Path, text: str, name: str = "listed.txt", **options: object) -> list[Entry]:
    path = folder / name
    path.write_text(text)
    return list(read_list(path, **options))  # type: ignore[arg-type]


def test_plain_list_takes_its_label_from_its_name(tmp_path: Path) -> None:
    assert read(tmp_path, f"# known\n\n{MD5}\n") == [Entry("md5", bytes.fromhex(MD5), "listed")]


@pytest.mark.parametrize("name", ["listed.pdq", "listed.pdq.txt", "listed.2026.PDQ.csv"])
def test_name_of_the_file_says_what_64_digits_are(tmp_path: Path, name: str) -> None:
    assert [entry.type for entry in read(tmp_path, LONG, name)] == ["pdq"]


@pytest.mark.parametrize(
    ("cell", "type_"),
    [
        ("pdq", "pdq"),
        ("HASH_PDQ", "pdq"),
        ("sha256", "sha256"),
        ("HASH_SHA256", "sha256"),
        ("SHA-256", "sha256"),
    ],
)
def test_cell_says_what_64_digits_are(tmp_path: Path, cell: str, type_: str) -> None:
    (entry,) = read(tmp_path, f"{cell},{LONG},terror\n")

    assert entry == Entry(type_, bytes.fromhex(LONG), "terror")  # type: ignore[arg-type]


def test_header_is_passed_over_and_cells_may_be_quoted(tmp_path: Path) -> None:
    found = read(tmp_path, f'indicator,type,tag\n"{LONG}","pdq","a-list"\n{MD5}\tmd5\n')

    assert [(entry.type, entry.label) for entry in found] == [("pdq", "a-list"), ("md5", "listed")]


def test_type_that_is_given_holds_where_nothing_else_says_it(tmp_path: Path) -> None:
    found = read(tmp_path, f"{LONG}\nsha256 {LONG}\n", type_="pdq")

    assert [entry.type for entry in found] == ["pdq", "sha256"]


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [(f"{MD5}\nnothing\n", 2, "MD5"), (LONG, 1, "SHA-256 or PDQ"), (f"{MD5}\n{'a' * 5000}", 2, "longer")],
    ids=["no-hash", "unsaid", "long"],
)
def test_line_that_is_no_hash_is_named(tmp_path: Path, text: str, line: int, word: str) -> None:
    with pytest.raises(UnreadableHashList, match=rf"listed\.txt, line {line}: .*{word}"):
        read(tmp_path, text)
