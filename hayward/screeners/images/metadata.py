"""Personal data in what an image file carries beside its pixels: EXIF, maker notes, IPTC, XMP, comments.

Sources: EXIF 2.32 (CIPA DC-008), sections 4.6.4 to 4.6.7; IPTC IIM 4.2, record 2; XMP (ISO 16684) and the IPTC Photo
Metadata Standard for the names of its properties; PNG 1.2, section 4.2.3, for keywords.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from PIL import Image, IptcImagePlugin, JpegImagePlugin

from hayward.screeners.images.opening import Opened, typed_failures

# A field of text longer than this is cut: enough for a caption, too little for a bomb.
LONGEST = 4096
MOST_FIELDS = 256


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that the metadata tell: a kind with its rule, or (kind None) free text to be searched."""

    kind: str | None
    rule: str
    score: float = 1.0
    text: str = ""


GPS_IFD, EXIF_IFD, MAKER_NOTE = 0x8825, 0x8769, 0x927C
LATITUDE, DEST_LATITUDE = 2, 20
EXIF_RULES: Mapping[int, str] = {
    0x013B: "exif.author/1",  # Artist
    0x9C9D: "exif.author/1",  # XPAuthor
    0x8298: "exif.copyright/1",
    0xA430: "exif.owner/1",  # CameraOwnerName
    0x013C: "exif.owner/1",  # HostComputer
    0xA431: "exif.serial/1",  # BodySerialNumber
    0xA435: "exif.serial/1",  # LensSerialNumber
    0xC62F: "exif.serial/1",  # CameraSerialNumber (DNG)
    0xA420: "exif.unique-id/1",  # ImageUniqueID
}
# Description, comments, title, subject.
EXIF_TEXTS = frozenset({0x010E, 0x9286, 0x9C9B, 0x9C9C, 0x9C9E, 0x9C9F})
IPTC_RULES: Mapping[int, str] = {
    80: "iptc.author/1",
    110: "iptc.credit/1",
    115: "iptc.credit/1",
    116: "iptc.copyright/1",
    118: "iptc.contact/1",
    122: "iptc.author/1",
}
IPTC_PLACES, IPTC_TEXTS = frozenset({26, 27, 90, 92}), frozenset({5, 25, 40, 105, 120})
XMP_RULES: tuple[tuple[str, str, tuple[bytes, ...]], ...] = (
    ("image_location", "xmp.gps/1", (b"exif:GPSLatitude", b"exif:GPSLongitude", b"exif:GPSDestLatitude")),
    ("image_location", "xmp.place/1", (b"photoshop:City", b"Iptc4xmpCore:Location", b"Iptc4xmpExt:Sublocation")),
    ("image_metadata", "xmp.author/1", (b"dc:creator", b"photoshop:CaptionWriter", b"photoshop:AuthorsPosition")),
    ("image_metadata", "xmp.person/1", (b"Iptc4xmpExt:PersonInImage", b"mwg-rs:Name", b"MPReg:PersonDisplayName")),
    ("image_metadata", "xmp.contact/1", (b"Iptc4xmpCore:CreatorContactInfo", b"Iptc4xmpCore:CiEmailWork")),
    ("image_metadata", "xmp.owner/1", (b"aux:OwnerName", b"xmpRights:Owner", b"exifEX:CameraOwnerName")),
    ("image_metadata", "xmp.serial/1", (b"aux:SerialNumber", b"aux:LensSerialNumber", b"exifEX:BodySerialNumber")),
    ("image_metadata", "xmp.copyright/1", (b"dc:rights", b"photoshop:Credit")),
)  # fmt: skip
XMP_TEXTS = re.compile(rb"<[^<>]{0,200}>([^<>]{3,4096})<")
PNG_RULES: Mapping[str, str] = {"author": "png.author/1", "copyright": "png.copyright/1"}
SKIPPED_INFO = frozenset({"exif", "xmp", "xml:com.adobe.xmp", "icc_profile", "photoshop"})
SCORES: Mapping[str, float] = {"copyright": 0.6, "credit": 0.6, "unique-id": 0.5, "place": 0.7}


def told_by(opened: Opened) -> list[Told]:
    """What the metadata of an image tell, each once; metadata that cannot be read are told as such."""
    readers = {"exif": _exif, "iptc": _iptc, "xmp": _xmp, "comment": _comments}
    told: dict[Told, None] = {}
    if opened.format == "PNG":
        # Its texts may stand behind the pixels.
        with typed_failures(opened.encoded):
            opened.image.load()
    for family, read in readers.items():
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                told.update(dict.fromkeys(read(opened.image)))
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001 - a stranger's bytes; what cannot be read may hold anything, so it is told
            told[Told("image_metadata", f"{family}.unreadable/1", 0.5)] = None
    return list(told)[:MOST_FIELDS]


def _exif(image: Image.Image) -> Iterator[Told]:
    exif = _exif_of(image)
    fields = {**dict(exif), **exif.get_ifd(EXIF_IFD)}
    gps = exif.get_ifd(GPS_IFD)
    if any(
        _means_something(gps.get(tag)) for tag in (LATITUDE, LATITUDE + 2, DEST_LATITUDE, DEST_LATITUDE + 2)
    ):
        yield Told("image_location", "exif.gps/1")
    for tag, value in fields.items():
        if tag in EXIF_RULES and _means_something(value):
            yield _named(EXIF_RULES[tag])
        elif tag in EXIF_TEXTS and (text := _text(value, wide=tag >= 0x9C9B)):
            yield Told(None, "exif.caption/1", text=text)
    yield from _maker_note(fields.get(MAKER_NOTE))


def _exif_of(image: Image.Image) -> Image.Exif:
    """The EXIF data read anew: what was read while opening has lost what was wrong with it."""
    if not image.info.get("exif"):
        return image.getexif()
    exif = Image.Exif()
    exif.load(image.info["exif"])
    return exif


def _maker_note(note: Any) -> Iterator[Told]:
    """Makers keep serial numbers and owners' names there, each in a form of his own: its letters are searched."""
    if not isinstance(note, bytes) or len(note) < 16:
        return
    yield Told("image_metadata", "exif.maker-note/1", 0.5)
    letters = b"\n".join(re.findall(rb"[ -~]{6,256}", note[: 1 << 16]))
    yield Told(None, "exif.maker-note-text/1", text=letters[:LONGEST].decode("ascii"))


def _iptc(image: Image.Image) -> Iterator[Told]:
    if not isinstance(image, JpegImagePlugin.JpegImageFile):
        return
    for (record, number), value in (IptcImagePlugin.getiptcinfo(image) or {}).items():
        values = value if isinstance(value, list) else [value]
        if record != 2 or not any(_means_something(one) for one in values):
            continue
        if number in IPTC_RULES:
            yield _named(IPTC_RULES[number])
        elif number in IPTC_PLACES:
            yield Told("image_location", "iptc.place/1", SCORES["place"])
        elif number in IPTC_TEXTS:
            yield from (Told(None, "iptc.caption/1", text=_text(one)) for one in values)


def _xmp(image: Image.Image) -> Iterator[Told]:
    packet = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp") or b""
    packet = packet.encode() if isinstance(packet, str) else bytes(packet)
    packet = packet[: 1 << 20]
    for kind, rule, properties in XMP_RULES:
        if any(_is_set(packet, name) for name in properties):
            yield Told(kind, rule, SCORES.get(_word(rule), 1.0))
    texts = b"\n".join(text for text in XMP_TEXTS.findall(packet[: 1 << 16]) if text.strip())
    if texts:
        yield Told(None, "xmp.caption/1", text=texts[:LONGEST].decode("utf-8", "replace"))


def _is_set(packet: bytes, name: bytes) -> bool:
    """Whether a property has a value, as an attribute or an element (XMP part 1, 7.4 and 7.5)."""
    place = packet.find(name)
    while place >= 0:
        after = packet[place + len(name) : place + len(name) + 2048]
        if re.match(rb"\s{0,8}=\s{0,8}[\"'][^\"']", after) or re.match(
            rb"\s{0,8}>(?:\s|<[^<>/][^<>]{0,200}>){0,64}[^<>\s]", after
        ):
            return True
        place = packet.find(name, place + len(name))
    return False


def _comments(image: Image.Image) -> Iterator[Told]:
    for name, value in image.info.items():
        if not isinstance(name, str) or name.lower() in SKIPPED_INFO or not isinstance(value, str | bytes):
            continue
        if name.lower() in PNG_RULES and _means_something(value):
            yield _named(PNG_RULES[name.lower()])
        if name.startswith("Raw profile type"):
            # ImageMagick's way to keep EXIF and IPTC in PNG, hexadecimal.
            yield Told("image_metadata", "png.raw-profile/1", 0.5)
        elif text := _text(value):
            yield Told(None, "comment.text/1", text=text)


def _named(rule: str) -> Told:
    return Told("image_metadata", rule, SCORES.get(_word(rule), 1.0))


def _word(rule: str) -> str:
    return rule.partition(".")[2].partition("/")[0]


def _means_something(value: Any) -> bool:
    """Whether a field says anything: blanks, zeros and empty tuples say nothing."""
    if isinstance(value, bytes):
        return bool(value.strip(b"\0 \t\r\n0"))
    if isinstance(value, str):
        return bool(value.strip("\0 \t\r\n"))
    return value not in (None, (), [])


def _text(value: Any, *, wide: bool = False) -> str:
    """A field as text: UTF-16 in Windows' own fields, with a charset of eight bytes before it in user comments."""
    if isinstance(value, tuple) and all(isinstance(byte, int) for byte in value):
        value = bytes(byte & 255 for byte in value[: 2 * LONGEST])
    if isinstance(value, bytes):
        value = value[: 2 * LONGEST]
        if wide:
            value = value.decode("utf-16-le", "replace")
        elif value.startswith(b"UNICODE\0"):
            value = value[8:].decode("utf-16-le" if value[9:10] == b"\0" else "utf-16-be", "replace")
        else:
            value = value.removeprefix(b"ASCII\0\0\0").decode("utf-8", "replace")
    return str(value)[:LONGEST].replace("\0", " ").strip() if isinstance(value, str) else ""
