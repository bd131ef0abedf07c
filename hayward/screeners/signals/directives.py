"""X-Robots-Tag and `<meta name="robots">`: directives of any crawler, as lists with commas."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hayward.screeners.signals.evidence import RAW_KEPT, Category, Signal, Source, said

# DeviantArt's noai and noimageai (2022), noml (Mojeek), and what stands for none of them.
AGAINST_AI = frozenset({"noai", "noimageai", "noml", "noimageml", "notrain", "notdm"})
# What keeps a page or its pictures out of every index. Older than AI; img2dataset takes it for a no, and so do we, in
# doubt.
AGAINST_INDEXING = frozenset({"noindex", "noimageindex", "none"})
VALUED = frozenset({"unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"})
HARMLESS = VALUED | {
    "all", "index", "follow", "nofollow", "archive", "noarchive", "nocache", "snippet", "nosnippet", "noodp", "noydir",
    "notranslate", "indexifembedded", "nositelinkssearchbox", "nopagereadaloud", "noyaca",
}  # fmt: skip
_SEPARATORS = re.compile(r"[,;\r\n]")
_WORD = re.compile(r"[a-z0-9_-]{1,64}")
# A directive nobody defined that denies something of AI: "no-ai", "noaitraining", "disallow-llm".
_DENIES = re.compile(r"(?:no|non|not|dis|deny|block|stop)[a-z_-]{0,16}?(?:ai|ml|llm|tdm|train|genai|gpt)")
_CRAWLER = re.compile(r"[a-z*][a-z0-9_.*/-]{0,63}")
_META_CONTENT = re.compile(r"""\bcontent\s{0,8}=\s{0,8}["']([^"'<>]{0,2048})""", re.IGNORECASE)


def read_directives(source: Source, raw: str) -> Iterator[Signal]:
    """Reads the value of the header or of the element, or the element itself.

    Case does not matter. A no to AI that names a crawler counts for all: it means the use, not the name (then `sure`
    is False); one to indexing counts for that crawler alone. Dates with commas and colons end nothing. Grammar: Google,
    "Robots meta tag, data-nosnippet, and X-Robots-Tag specifications".
    """
    if "<" in raw:
        raw = ",".join(_META_CONTENT.findall(raw))
    seen = set()
    for line in raw.lower().splitlines():
        scoped = False
        for piece in _SEPARATORS.split(line):
            crawler, words = _scope(piece.strip())
            scoped = scoped or crawler
            kept = piece.strip()[:RAW_KEPT]
            for word in _WORD.findall(words):
                if (word, scoped) in seen:
                    continue
                seen.add((word, scoped))
                for category, sure in _meaning(word, scoped=scoped):
                    yield said(source, category, "n", kept, sure=sure)


def _scope(piece: str) -> tuple[bool, str]:
    """Whether a crawler's name begins here, and the directives of this piece."""
    head, colon, rest = piece.partition(":")
    head = head.strip()
    if not colon:
        return False, piece
    if head == "x-robots-tag":
        return _scope(rest.strip())
    if head in VALUED:
        return False, ""
    if head in HARMLESS | AGAINST_AI | AGAINST_INDEXING:
        return False, piece
    return _CRAWLER.fullmatch(head) is not None and head != "*", rest


def _meaning(word: str, *, scoped: bool) -> Iterator[tuple[Category, bool]]:
    """What a directive denies, and whether surely so; `scoped`: it names one crawler."""
    if word in AGAINST_AI:
        yield "train-ai", not scoped
    elif word in AGAINST_INDEXING:
        yield "search", not scoped
        if not scoped:
            yield "train-ai", False
    elif word not in HARMLESS and _DENIES.match(word):
        yield "train-ai", False
