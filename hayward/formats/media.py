"""Tells by the end of a file name what a member of a tar or a file of a folder holds."""

from typing import Literal

Kind = Literal["text", "json", "image", "other"]

# What WebDataset's own decoder reads as text or number, and the captions and transcripts that lie beside pictures.
TEXTS = frozenset(
    {
        "txt",
        "text",
        "transcript",
        "caption",
        "cap",
        "md",
        "html",
        "htm",
        "xml",
        "csv",
        "tsv",
        "srt",
        "vtt",
        "jsonl",
    }
    | {"cls", "cls2", "class", "count", "index", "inx", "id", "url"}
)
JSONS = frozenset({"json", "jsn"})
# Formats that no decoder of ours takes are images too: they are held, not passed over.
IMAGES = frozenset(
    {"jpg", "jpeg", "jpe", "jfif", "png", "webp", "gif", "bmp", "tif", "tiff", "ppm", "pgm", "pbm", "pnm"}
    | {"avif", "heic", "heif", "jp2", "jxl"}
)
GZIPPED = ".gz"
MAX_TEXT_BYTES = 8 << 20  # one bound for a text, whatever the format
MAX_IMAGE_BYTES = 64 << 20  # all pictures of one record together


def kind_of(extension: str) -> Kind:
    """What "jpg", "seg.png", "metadata.json" or "txt.gz" stand for; only texts are looked for inside gzip."""
    lowered = extension.lower()
    last = lowered.removesuffix(GZIPPED).rpartition(".")[2]
    if last in JSONS:
        return "json"
    if last in TEXTS:
        return "text"
    return "image" if last in IMAGES and not lowered.endswith(GZIPPED) else "other"
