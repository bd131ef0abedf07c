"""The screener over columns of images: places, texts, lists, parts."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from PIL import Image

from hayward.screeners import HIT_SCHEMA, UnableToLoad
from hayward.screeners.base import HELD
from hayward.screeners.images.derive import perceptual_hash
from hayward.screeners.images.hashing import HashIndex, build
from hayward.screeners.images.screener import ImageScreener
from hayward.screening import screen_batch
from tests.hayward.screeners.images import pictures
from tests.shared_data import shared_data

PICTURE = pictures.encoded(pictures.patterned(), "JPEG")


@pytest.fixture(scope="module")
def screener() -> Iterator[ImageScreener]:
    screener = ImageScreener()
    yield screener
    screener.close()


@pytest.fixture(scope="module")
def reader() -> Iterator[ImageScreener]:
    screener = ImageScreener(parts=("text",))
    yield screener
    screener.close()


def found(screener: ImageScreener, *images: bytes | None) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = screener.screen(pa.array(images, pa.large_binary())).to_pylist()
    return rows


def listed(folder: Path, *hashes: str, negative: tuple[str, ...] = ()) -> HashIndex:
    (folder / "a.txt").write_text("\n".join(hashes))
    (folder / "b.txt").write_text("\n".join(negative))
    return build([folder / "a.txt"], folder / "lists", negative=[folder / "b.txt"])


def test_nulls_hold_nothing_and_empties_are_held(screener: ImageScreener) -> None:
    hits = found(screener, None, b"", None, PICTURE)

    assert [(hit["index"], hit["kind"], hit["rule"]) for hit in hits] == [(1, HELD, "image-empty")]


def test_empty_column_gives_no_hits(screener: ImageScreener) -> None:
    hits = screener.screen(pa.array([], pa.large_binary()))

    assert (hits.num_rows, hits.schema) == (0, HIT_SCHEMA)


def test_places_count_from_the_start_of_a_slice(screener: ImageScreener) -> None:
    place, _ = screener.examples
    assert isinstance(place.content, bytes)
    column = pa.array([PICTURE, b"", place.content, PICTURE], pa.large_binary())

    hits = screener.screen(column.slice(2)).to_pylist()

    assert [(hit["index"], hit["kind"]) for hit in hits] == [(0, "image_location")]


def test_text_in_an_image_gives_kinds_with_the_box_of_the_line(reader: ImageScreener) -> None:
    page = pictures.written("Fence repairs in May", "mail ann.baker@example.org", "or call 212-555-0142")

    hits = found(reader, page, PICTURE)

    assert [(hit["index"], hit["kind"]) for hit in hits] == [(0, "email_address"), (0, "phone_number")]
    tops = [hit["box"][1] for hit in hits]
    assert 60 < tops[0] < 110 < tops[1] < 170
    assert all(hit["rule"].startswith("image-text.") and hit["start"] == hit["end"] == 0 for hit in hits)


def test_text_in_a_turned_image_has_the_box_of_the_upright_one(reader: ImageScreener) -> None:
    page = Image.open(io.BytesIO(pictures.written("mail ann.baker@example.org")))
    exif = Image.Exif()
    exif[0x0112] = 8
    turned = pictures.encoded(page.transpose(Image.Transpose.ROTATE_270), "JPEG", exif=exif)

    (hit,) = found(reader, turned)

    left, top, right, bottom = hit["box"]
    assert hit["kind"] == "email_address"
    assert right - left > 5 * (bottom - top)
    assert top < 60


def test_findings_hold_nothing_of_what_was_read(reader: ImageScreener) -> None:
    assert "baker" not in str(found(reader, pictures.written("mail ann.baker@example.org")))


def test_caption_with_personal_data_is_told_by_its_field(screener: ImageScreener) -> None:
    exif = Image.Exif()
    exif[0x010E] = "Ann's garden, write to ann.baker@example.org"
    image = pictures.encoded(Image.new("RGB", (32, 32)), "JPEG", exif=exif)

    (hit,) = found(screener, image)

    assert (hit["kind"], hit["rule"]) == ("image_metadata", "exif.caption/1")
    assert hit["validator"].startswith("email_address by email.")


def test_listed_image_is_known_by_its_bytes_and_by_its_look(tmp_path: Path) -> None:
    small = pictures.encoded(pictures.patterned((512, 384)).resize((200, 150)), "JPEG")
    hash_, _ = perceptual_hash(pictures.encoded(pictures.patterned((512, 384)), "PNG"))
    lists = listed(tmp_path, f"pdq,{hash_.hex()},memes")
    screener = ImageScreener(parts=("hashes",), lists=lists)

    (hit,) = found(screener, small, PICTURE)

    screener.close()
    assert (hit["index"], hit["kind"], hit["rule"]) == (0, "known_image", "hash.pdq/1")
    assert hit["validator"].endswith("list memes")
    assert 0.5 <= hit["score"] <= 1


def test_listed_file_is_known_even_where_it_cannot_be_decoded(tmp_path: Path) -> None:
    import hashlib

    lists = listed(tmp_path, hashlib.md5(b"GIF89a", usedforsecurity=False).hexdigest())
    screener = ImageScreener(parts=("hashes",), lists=lists)

    hits = found(screener, b"GIF89a", b"GIF89b")

    screener.close()
    assert [(hit["index"], hit["kind"], hit["rule"]) for hit in hits] == [
        (0, "known_image", "hash.md5/1"),
        (1, HELD, "image-corrupt"),
    ]


def test_flat_image_is_never_known(tmp_path: Path) -> None:
    flat = pictures.plain(size=(300, 300))
    lists = listed(tmp_path, f"pdq,{perceptual_hash(flat)[0].hex()}")
    screener = ImageScreener(parts=("hashes",), lists=lists)

    hits = found(screener, flat)

    screener.close()
    assert hits == []


def test_faces_have_boxes_where_the_faces_are(screener: ImageScreener) -> None:
    astronaut = shared_data("images", "scikit-image", "astronaut.png").read_bytes()
    cat = shared_data("images", "scikit-image", "chelsea.png").read_bytes()

    hits = [hit for hit in found(screener, astronaut, cat) if hit["kind"] == "face"]

    (hit,) = hits
    left, top, right, bottom = hit["box"]
    assert hit["index"] == 0
    assert 165 < left < 195
    assert 45 < top < 95
    assert 255 < right < 290
    assert 165 < bottom < 195


def test_face_in_a_wide_picture_that_is_decoded_smaller_has_its_box_in_the_whole_one(
    screener: ImageScreener,
) -> None:
    astronaut = Image.open(shared_data("images", "scikit-image", "astronaut.png")).convert("RGB")
    wide = Image.new("RGB", (2100, 1024), "grey")
    wide.paste(astronaut.resize((1024, 1024)), (900, 0))

    faces = [hit for hit in found(screener, pictures.encoded(wide, "JPEG")) if hit["kind"] == "face"]

    (face,) = faces
    left, top, right, bottom = face["box"]
    assert 1230 < left < 1290
    assert 90 < top < 190
    assert 1410 < right < 1480
    assert 330 < bottom < 390


def test_face_is_found_however_the_file_is_turned(screener: ImageScreener) -> None:
    folder = shared_data("images", "pillow-metadata")
    images = [(folder / f"hopper_orientation_{number}.jpg").read_bytes() for number in (3, 5, 6)]

    hits = [hit for hit in found(screener, *images) if hit["kind"] == "face"]

    assert [hit["index"] for hit in hits] == [0, 1, 2]
    assert all(30 < hit["box"][0] < 50 and 15 < hit["box"][1] < 35 for hit in hits)


def test_text_of_real_screens_is_read(reader: ImageScreener) -> None:
    image = shared_data("images", "presidio-text-in-image", "ocr_test.png").read_bytes()

    kinds = {hit["kind"] for hit in found(reader, image)}

    assert {"email_address", "phone_number"} <= kinds


def test_shared_pictures_of_one_motif_have_hashes_near_to_each_other() -> None:
    folder = shared_data("images", "pdq", "bridge-mods")
    hashes = {path.stem: perceptual_hash(path.read_bytes()) for path in sorted(folder.glob("*.jpg"))}
    first = int.from_bytes(hashes["aaa-orig"][0])

    apart = {name: (first ^ int.from_bytes(hash_)).bit_count() for name, (hash_, _) in hashes.items()}

    assert len(apart) > 8
    assert {name: bits for name, bits in apart.items() if bits > 31 and not name.startswith("square")} == {}


def test_batch_with_images_and_texts_asks_each_screener_for_its_own(screener: ImageScreener) -> None:
    place, _ = screener.examples
    batch = pa.record_batch(
        {"txt": pa.array(["a caption", "another"]), "jpg": pa.array([place.content, None], pa.binary())}
    )

    hits = screen_batch(batch, [screener]).to_pylist()

    assert [(hit["index"], hit["field"], hit["kind"]) for hit in hits] == [(0, "jpg", "image_location")]


def test_settings_choose_parts_and_are_part_of_the_digest() -> None:
    few = ImageScreener.from_environment({"HAYWARD_IMAGES": "faces, metadata"})
    more = ImageScreener.from_environment(
        {"HAYWARD_IMAGES": "faces,metadata", "HAYWARD_IMAGES_CARE": "thorough"}
    )

    assert few.parts == ("metadata", "faces")
    assert few.kinds == ("image_location", "image_metadata", "face")
    assert few.config_digest != more.config_digest


@pytest.mark.parametrize(
    ("environment", "word"),
    [
        ({"HAYWARD_IMAGES": "smells"}, "Known parts: metadata"),
        ({"HAYWARD_IMAGES_CARE": "sloppy"}, "quick or thorough"),
        ({"HAYWARD_HASH_LISTS": "/nowhere"}, "hayward hashes build"),
    ],
    ids=["part", "care", "lists"],
)
def test_setting_that_cannot_be_met_is_refused(environment: dict[str, str], word: str) -> None:
    with pytest.raises(UnableToLoad, match=word):
        ImageScreener.from_environment(environment)


def test_notice_tells_what_runs_and_what_does_not() -> None:
    assert ImageScreener(parts=("metadata", "hashes")).notice == (
        "Images are screened for metadata, hashes. No hash lists are given: known images are not looked for "
        "(HAYWARD_HASH_LISTS)."
    )
