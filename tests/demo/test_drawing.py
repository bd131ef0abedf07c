"""The drawn pictures: always the same, and each screener of theirs has something to find."""

from pathlib import Path

from demo import drawing
from hayward.screeners import load
from hayward.screening import screen_shard


def test_pictures_are_always_the_same(tmp_path: Path) -> None:
    first, again = drawing.write(tmp_path / "a"), drawing.write(tmp_path / "b")

    assert first.read_bytes() == again.read_bytes()


def test_pictures_show_say_and_carry_what_may_have_to_go(tmp_path: Path) -> None:
    path = drawing.write(tmp_path)

    batches = screen_shard(str(path), screeners=load(("pii", "names", "images")))

    assert {(one.record, one.kind, one.field) for found in batches for one in found} == {
        (0, "image_location", "jpg"),
        (1, "person_name", "txt"),
        (1, "email_address", "txt"),
        (2, "phone_number", "jpg"),
        (2, "email_address", "jpg"),
        (3, "image_metadata", "jpg"),
    }
