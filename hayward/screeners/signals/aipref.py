"""AIPREF: the header and robots.txt rule `Content-Usage` (IETF drafts; text of 2026-08-19)."""

from __future__ import annotations

import re
from collections.abc import Iterator

import http_sf

from hayward.screeners.signals.evidence import RAW_KEPT, Category, Signal, Value, said

# The vocabulary has train-ai and search; the others stood in its earlier drafts.
CATEGORIES: dict[str, Category] = {
    "train-ai": "train-ai",
    "ai-train": "train-ai",
    "ai": "train-ai",
    "train-genai": "train-genai",
    "genai": "train-genai",
    "tdm": "data-mining",
    "search": "search",
}
LONGEST = 1 << 16
_LOOSE = re.compile(
    r"(?<![\w-])(train-ai|ai-train|ai|train-genai|genai|tdm)[ \t]{0,8}[=:][ \t]{0,8}[\"']?(n|no|false|0|disallow)\b",
    re.IGNORECASE,
)


def read_usage(raw: str, *, subject: str = "") -> Iterator[Signal]:
    """Reads a structured field dictionary (RFC 9651): `y` and `n` as tokens, any other value is unknown.

    A field that does not parse is ignored, says the draft; where it says no to AI all the same, that is taken in doubt.
    """
    kept = raw[:RAW_KEPT]
    denied = set()
    for key, value in _parsed(raw).items():
        if key in CATEGORIES:
            if value == "n":
                denied.add(CATEGORIES[key])
            yield said("aipref", CATEGORIES[key], value, kept, subject=subject)
    for found in _LOOSE.finditer(raw):
        category = CATEGORIES[found[1].lower()]
        if category not in denied:
            denied.add(category)
            yield said("aipref", category, "n", kept, subject=subject, sure=False)


def _parsed(raw: str) -> dict[str, Value]:
    if len(raw) > LONGEST:
        return {}
    try:
        fields = http_sf.parse(", ".join(raw.split("\n")).strip().encode(), tltype="dictionary")
    except ValueError:
        return {}
    return {key: _value(value) for key, value in fields.items()} if isinstance(fields, dict) else {}


def _value(item: object) -> Value:
    """The meaning of a member: a token `y` or `n`."""
    bare = item[0] if isinstance(item, tuple) else None
    if isinstance(bare, http_sf.Token) and str(bare) in {"y", "n"}:
        return "y" if str(bare) == "y" else "n"
    return "unknown"
