"""Says in words why a screener found something: its rule, what confirmed it, what stood beside it."""

import re

from hayward.screening.bundles import REACH
from moderation.kinds import LABEL_KINDS, METADATA_KINDS, RECORD_KINDS, SEALED_KINDS, FindingKind
from moderation.models import Finding

LANGUAGES = {
    "ar": "Arabic", "de": "German", "en": "English", "es": "Spanish", "fr": "French", "hi": "Hindi",
    "it": "Italian", "ja": "Japanese", "nl": "Dutch", "pl": "Polish", "pt": "Portuguese", "ru": "Russian",
    "tr": "Turkish", "zh": "Chinese",
}  # fmt: skip
NEARBY = re.compile(r"(?P<language>[a-z]{2}):(?P<word>.+)@(?P<distance>-?\d+)")
WINDOW = re.compile(r"window:(?P<number>\d+)/(?P<count>\d+)@\d+")
DECIDED = re.compile(r"decided:(?P<item>[^@]+)@(?P<apart>\d+)")
IN_METADATA = re.compile(r"(?P<kind>[a-z_]+) by .+")
METADATA = {"exif": "EXIF", "iptc": "IPTC", "xmp": "XMP", "png": "text", "comment": "comment"}
DETECTORS = {"nudenet": "NudeNet", "centerface": "CenterFace"}
# What begins the rules of texts in pictures, of bundles, and of names that nothing announces.
READ, BUNDLE, LISTED = "image-text.", "bundle.", "name.listed/"


def why(finding: Finding) -> str:
    """One to three plain sentences; empty for findings made before screeners explained themselves."""
    if not finding.rule:
        return ""
    said = [_place(finding), _confirmed(finding), _context(finding.context)]
    alone = "" if finding.kind in RECORD_KINDS else "Found by its form alone."
    return " ".join(sentence for sentence in said if sentence) or alone


def _place(finding: Finding) -> str:
    """Where it was found, or by what, when that is not its form in a text."""
    family, _, name = finding.rule.rpartition("/")[0].partition(".")
    words = name.replace("-", " ")
    if finding.rule.startswith(BUNDLE):
        return f"Within {REACH} characters stand {words} of what identifies a person."
    if finding.rule.startswith(LISTED):
        return "It stands in a list of usual names."
    if finding.kind == FindingKind.OPT_OUT_SIGNAL:
        return f"The signal is {finding.rule.rpartition('/')[0]}."
    return _in_picture(finding, family, words) or _by_model(finding, family)


def _in_picture(finding: Finding, family: str, words: str) -> str:
    if finding.kind in METADATA_KINDS and family in METADATA:
        return f"It stands in the picture’s {METADATA[family]} data ({words})."
    if finding.rule.startswith(READ):
        return "It was read in the picture."
    return f"{DETECTORS[family]} saw it in the picture ({words})." if family in DETECTORS else ""


def _by_model(finding: Finding, family: str) -> str:
    scored = finding.kind in LABEL_KINDS and family not in DETECTORS
    return f"The model {family} scored the words." if scored else ""


def _confirmed(finding: Finding) -> str:
    if not finding.validator:
        return ""
    held = IN_METADATA.fullmatch(finding.validator)
    if held and held["kind"] in FindingKind.values:
        return f"It holds: {FindingKind(held['kind']).label}."
    if finding.kind in RECORD_KINDS or finding.kind in SEALED_KINDS:
        return f"Matched by {finding.validator}."
    return f"Confirmed by {finding.validator}."


def _context(context: str) -> str:
    if nearby := NEARBY.fullmatch(context):
        return _nearby(nearby)
    if window := WINDOW.fullmatch(context):
        return f"Of {window['count']} parts of the text, part {window['number']} scored worst."
    if decided := DECIDED.fullmatch(context):
        alike = "equal to" if decided["apart"] == "0" else "much like"
        return f"It is {alike} item {decided['item']}, which was removed."
    return f"Seen with it: {context}." if context else ""


def _nearby(nearby: re.Match[str]) -> str:
    distance = int(nearby["distance"])
    language = LANGUAGES.get(nearby["language"], nearby["language"])
    side = "after" if distance < 0 else "before"
    count = abs(distance)
    how_far = "directly " if count == 0 else f"{count} character{'' if count == 1 else 's'} "
    return f"It stands {how_far}{side} “{nearby['word']}” ({language})."
