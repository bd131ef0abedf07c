"""Recognises the layouts of well-known datasets by their column names, whatever their case."""

from collections.abc import Iterable, Sequence

LAION_MARKS = frozenset(
    {
        "similarity",
        "hash",
        "punsafe",
        "pwatermark",
        "nsfw",
        "sample_id",
        "aesthetic",
        "aesthetic_score",
        "license",
    }
)
TEXT_FIELDS: dict[str, tuple[str, ...]] = {
    "c4": ("text",),
    "dolma": ("text",),
    "laion": ("text", "caption"),
    "huggingface": ("text", "content"),
}

# What img2dataset writes about its own work; whoever reads a sample looks at the rest.
MACHINE_FIELDS = frozenset({"key", "status", "error_message", "url", "sha256", "md5", "hash"})
IMG2DATASET_MARKS = frozenset({"key", "status", "url"})


def recognise(columns: Iterable[str]) -> str:
    """One of "c4", "dolma", "laion", or "huggingface" for anything else.

    Columns as published: allenai/c4 has text, timestamp, url; Dolma has id, text, source; LAION-5B has URL
    and TEXT (Re-LAION: url and caption) beside similarity, hash, punsafe and others, or alone.
    """
    names = {column.lower() for column in columns}
    captions = names & {"text", "caption"}
    if {"id", "text", "source"} <= names:
        return "dolma"
    if {"text", "timestamp", "url"} <= names:
        return "c4"
    if "url" in names and captions and (names & LAION_MARKS or names == {"url"} | captions):
        return "laion"
    return "huggingface"


def default_fields(layout: str, text_columns: Sequence[str]) -> tuple[str, ...]:
    """The columns to look at: the layout's own text field, else every top-level text column."""
    for wanted in TEXT_FIELDS[layout]:
        for column in text_columns:
            if column.lower() == wanted:
                return (column,)
    return tuple(text_columns)
