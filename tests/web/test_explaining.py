"""Why a screener found something, in words."""

import pytest

from moderation.models import Finding
from web import explaining


@pytest.mark.parametrize(
    ("kind", "rule", "validator", "context", "said"),
    [
        ("credit_card", "card.grouped/1", "Luhn", "", "Confirmed by Luhn."),
        ("handle", "handle.mention/2", "", "", "Found by its form alone."),
        (
            "phone_number",
            "phone.called/1",
            "libphonenumber",
            "en:cell phone@-2",
            "Confirmed by libphonenumber. It stands 2 characters after “cell phone” (English).",
        ),
        (
            "date_of_birth",
            "birth.date/1",
            "",
            "de:geboren@1",
            "It stands 1 character before “geboren” (German).",
        ),
        ("date_of_birth", "birth.date/1", "", "ja:生@0", "It stands directly before “生” (Japanese)."),
        (
            "toxicity",
            "detoxify-original.window/2",
            "",
            "window:3/5@1200",
            "The model detoxify-original scored the words. Of 5 parts of the text, part 3 scored worst.",
        ),
        (
            "image_metadata",
            "exif.maker-note/1",
            "",
            "",
            "It stands in the picture’s EXIF data (maker note).",
        ),
        (
            "image_metadata",
            "xmp.caption/1",
            "email_address by email.plain/1",
            "",
            "It stands in the picture’s XMP data (caption). It holds: e-mail address.",
        ),
        (
            "phone_number",
            "image-text.phone.called/1",
            "libphonenumber",
            "",
            "It was read in the picture. Confirmed by libphonenumber.",
        ),
        ("face", "centerface.face/1", "", "", "CenterFace saw it in the picture (face)."),
        (
            "known_image",
            "hash.pdq/1",
            "pdq, 4 bits apart, list a",
            "",
            "Matched by pdq, 4 bits apart, list a.",
        ),
        (
            "near_duplicate",
            "duplicates.minhash/1",
            "MinHash",
            "decided:7@12",
            "Matched by MinHash. It is much like item 7, which was removed.",
        ),
        (
            "known_duplicate",
            "duplicates.record/1",
            "SHA-256",
            "decided:7@0",
            "Matched by SHA-256. It is equal to item 7, which was removed.",
        ),
        (
            "doxxing_bundle",
            "bundle.3-kinds/1",
            "",
            "",
            "Within 400 characters stand 3 kinds of what identifies a person.",
        ),
        ("person_name", "name.listed/1", "", "", "It stands in a list of usual names."),
        ("known_image", "hash.md5/1", "", "", ""),
        ("opt_out_signal", "robots.txt/1", "", "of 2026", "The signal is robots.txt. Seen with it: of 2026."),
        ("handle", "", "", "", ""),
    ],
)
def test_reason_reads_as_a_sentence(kind: str, rule: str, validator: str, context: str, said: str) -> None:
    assert explaining.why(Finding(kind=kind, rule=rule, validator=validator, context=context)) == said
