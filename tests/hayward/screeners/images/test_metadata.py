"""Personal data beside the pixels, a rule per family of tags."""

import struct
import zlib

import pytest
from PIL import Image

from hayward.screeners.images.limits import Limits
from hayward.screeners.images.metadata import Told, told_by
from hayward.screeners.images.opening import open_image
from tests.hayward.screeners.images import pictures
from tests.shared_data import shared_data


def rules(image: bytes) -> dict[str, str | None]:
    return {told.rule: told.kind for told in told_by(open_image(image, Limits()))}


def with_exif(
    fields: dict[int, object], format_: str = "JPEG", inner: dict[int, object] | None = None
) -> bytes:
    exif = Image.Exif()
    for tag, value in fields.items():
        exif[tag] = value
    if inner:
        exif[0x8769] = inner
    return pictures.encoded(Image.new("RGB", (16, 16)), format_, exif=exif)


def with_iptc(number: int, value: bytes) -> bytes:
    data = b"\x1c\x02" + bytes([number]) + struct.pack(">H", len(value)) + value
    block = (
        b"Photoshop 3.0\x008BIM\x04\x04\0\0" + struct.pack(">I", len(data)) + data + b"\0" * (len(data) % 2)
    )
    image = pictures.plain("JPEG")
    return image[:2] + b"\xff\xed" + struct.pack(">H", len(block) + 2) + block + image[2:]


def with_xmp(content: str) -> bytes:
    packet = f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description {content}</rdf:RDF></x:xmpmeta>'
    return pictures.encoded(Image.new("RGB", (16, 16)), "JPEG", xmp=packet.encode())


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP"])
def test_place_in_exif_is_a_location(format_: str) -> None:
    gps = {1: "N", 2: (51.0, 30.0, 0.0), 3: "E", 4: (0.0, 7.0, 0.0)}

    assert rules(with_exif({0x8825: gps}, format_)) == {"exif.gps/1": "image_location"}


def test_gps_without_a_place_is_none() -> None:
    assert rules(with_exif({0x8825: {0: b"\2\3\0\0"}})) == {}


@pytest.mark.parametrize(
    ("tag", "value", "rule"),
    [
        (0x013B, "Ann Baker", "exif.author/1"),
        (0x9C9D, "Ann Baker".encode("utf-16-le"), "exif.author/1"),
        (0x8298, "© Ann Baker", "exif.copyright/1"),
        (0x013C, "anns-computer", "exif.owner/1"),
    ],
)
def test_field_of_exif_is_told(tag: int, value: object, rule: str) -> None:
    assert rules(with_exif({tag: value})) == {rule: "image_metadata"}


@pytest.mark.parametrize(
    ("tag", "value", "rule"),
    [
        (0xA430, "Ann Baker", "exif.owner/1"),
        (0xA431, "00123456", "exif.serial/1"),
        (0xA435, "00123456", "exif.serial/1"),
        (0xA420, "f" * 32, "exif.unique-id/1"),
    ],
)
def test_inner_field_of_exif_is_told(tag: int, value: str, rule: str) -> None:
    assert rules(with_exif({}, inner={tag: value})) == {rule: "image_metadata"}


@pytest.mark.parametrize("value", ["", " ", "\0\0"], ids=["empty", "blank", "zeros"])
def test_blank_field_is_not_told(value: str) -> None:
    assert rules(with_exif({0x013B: value})) == {}


def test_maker_note_is_told_and_its_letters_searched() -> None:
    note = b"MAKER\0\x01\x02owner: ann.baker@example.org\0" + bytes(range(32))

    told = told_by(open_image(with_exif({}, inner={0x927C: note}), Limits()))

    assert [(one.kind, one.rule) for one in told] == [
        ("image_metadata", "exif.maker-note/1"),
        (None, "exif.maker-note-text/1"),
    ]
    assert "ann.baker@example.org" in told[1].text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (b"ASCII\0\0\0call 212-555-0142", "call 212-555-0142"),
        (b"UNICODE\0" + "call Ann".encode("utf-16-le"), "call Ann"),
    ],
    ids=["ascii", "unicode"],
)
def test_user_comment_is_text_to_search(value: bytes, text: str) -> None:
    told = told_by(open_image(with_exif({}, inner={0x9286: value}), Limits()))

    assert told == [Told(None, "exif.caption/1", text=text)]


@pytest.mark.parametrize(
    ("number", "rule", "kind"),
    [
        (80, "iptc.author/1", "image_metadata"),
        (118, "iptc.contact/1", "image_metadata"),
        (90, "iptc.place/1", "image_location"),
        (120, "iptc.caption/1", None),
    ],
)
def test_field_of_iptc_is_told(number: int, rule: str, kind: str | None) -> None:
    assert rules(with_iptc(number, b"Ann Baker")) == {rule: kind}


@pytest.mark.parametrize(
    ("content", "rule", "kind"),
    [
        ('exif:GPSLatitude="51,30N"/>', "xmp.gps/1", "image_location"),
        ("><exif:GPSLongitude>0,7E</exif:GPSLongitude></rdf:Description>", "xmp.gps/1", "image_location"),
        (
            "><dc:creator><rdf:Seq><rdf:li>Ann Baker</rdf:li></rdf:Seq></dc:creator></rdf:Description>",
            "xmp.author/1",
            "image_metadata",
        ),
        (
            "><Iptc4xmpExt:PersonInImage><rdf:li>Ann</rdf:li></Iptc4xmpExt:PersonInImage></rdf:Description>",
            "xmp.person/1",
            "image_metadata",
        ),
        ("aux:SerialNumber='123'/>", "xmp.serial/1", "image_metadata"),
    ],
    ids=["attribute", "element", "list", "person", "quotes"],
)
def test_property_of_xmp_is_told(content: str, rule: str, kind: str) -> None:
    assert rules(with_xmp(content))[rule] == kind


@pytest.mark.parametrize("content", ['exif:GPSLatitude=""/>', "><dc:creator></dc:creator></rdf:Description>"])
def test_empty_property_of_xmp_is_not_told(content: str) -> None:
    assert rules(with_xmp(content)) == {}


def test_text_behind_the_pixels_of_a_png_is_read() -> None:
    image = pictures.plain()
    text = b"tEXtAuthor\0Ann Baker"
    chunk = struct.pack(">I", len(text) - 4) + text + struct.pack(">I", zlib.crc32(text))

    assert "png.author/1" in rules(image[:-12] + chunk + image[-12:])


def test_comments_are_text_to_search() -> None:
    told = told_by(
        open_image(pictures.encoded(Image.new("RGB", (9, 9)), "GIF", comment=b"for Ann"), Limits())
    )

    assert Told(None, "comment.text/1", text="for Ann") in told


def test_exif_that_cannot_be_read_is_told_and_not_passed_over() -> None:
    image = pictures.plain("JPEG")
    block = b"Exif\0\0II*\0\x08\0\0\0\xff\xff" + b"\x01" * 40
    broken = image[:2] + b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block + image[2:]

    assert rules(broken) == {"exif.unreadable/1": "image_metadata"}


def test_hostile_xmp_takes_little_time() -> None:
    packet = (b"<dc:creator>" + b"<a>" * 64) * 8000
    image = pictures.encoded(Image.new("RGB", (9, 9)), "PNG")
    opened = open_image(image, Limits())
    opened.image.info["xmp"] = packet

    assert [one.rule for one in told_by(opened)] == []


def test_real_files_tell_what_they_hold() -> None:
    folder = shared_data("images", "pillow-metadata")

    assert rules((folder / "empty_gps_ifd.jpg").read_bytes()) == {}
    assert rules((folder / "hopper.jpg").read_bytes()) == {"comment.text/1": None}
