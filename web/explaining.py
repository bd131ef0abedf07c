"""Says in words why a screener found something: its rule, what confirmed it, what stood beside it."""

import re

from moderation.models import Finding

LANGUAGES = {
    "ar": "Arabic", "de": "German", "en": "English", "es": "Spanish", "fr": "French", "hi": "Hindi",
    "it": "Italian", "ja": "Japanese", "nl": "Dutch", "pl": "Polish", "pt": "Portuguese", "ru": "Russian",
    "tr": "Turkish", "zh": "Chinese",
}  # fmt: skip
NEARBY = re.compile(r"(?P<language>[a-z]{2}):(?P<word>.+)@(?P<distance>-?\d+)")


def why(finding: Finding) -> str:
    """One or two plain sentences; empty for findings made before screeners explained themselves."""
    said = [_rule(finding), _context(finding.context)]
    return " ".join(sentence for sentence in said if sentence)


def _rule(finding: Finding) -> str:
    if not finding.rule:
        return ""
    name = finding.rule.rpartition("/")[0] or finding.rule
    return (
        f"Rule {name}, confirmed by {finding.validator}."
        if finding.validator
        else f"Rule {name}, by form alone."
    )


def _context(context: str) -> str:
    nearby = NEARBY.fullmatch(context)
    if nearby is None:
        return f"Seen with it: {context}." if context else ""
    distance = int(nearby["distance"])
    language = LANGUAGES.get(nearby["language"], nearby["language"])
    side = "after" if distance < 0 else "before"
    count = abs(distance)
    how_far = "directly " if count == 0 else f"{count} character{'' if count == 1 else 's'} "
    return f"It stands {how_far}{side} “{nearby['word']}” ({language})."
