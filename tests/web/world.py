"""A small dataset of invented letters, screened and ready to be reviewed, for tests that look at pages as people do."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from datasets_app import registering
from datasets_app.models import Dataset, Release
from demo import drawing
from hayward import formats
from hayward.screening import Finding as Flag
from moderation.models import User
from tests import factories

SIGNED = [name for name, *_ in drawing.PLACES].index(drawing.SIGNED)
# Rule, validator and context of a finding, by its kind.
REASONS = {
    "email_address": ("email.documentation-domain/1", "RFC 2606", ""),
    "phone_number": ("phone.called-national-gb/1", "libphonenumber", "en:telephone@-4"),
    "iban": ("iban.registered/1", "mod 97", ""),
    "toxicity": ("alt-profanity-check.text/2", "", ""),
    "ip_address": ("ip.v4/1", "", ""),
    "image_metadata": ("exif.author/1", "", ""),
}
# The text of a record, and what a screener finds in it: kind, passage ("" for the whole text), score.
LETTERS: Sequence[tuple[str, Sequence[tuple[str, str, float]]]] = (
    (
        (
            "Dear committee, the hedge on Mill Lane has grown over the footpath again, and two of the sheep have been "
            "in the allotments since Tuesday. If somebody could come before the fair I should be grateful. You can "
            "reach me at nora.lind@example.org or, in the evenings, by telephone on 020 7946 0018. With kind "
            "regards, your neighbour"
        ),
        [("email_address", "nora.lind@example.org", 0.98), ("phone_number", "020 7946 0018", 0.74)],
    ),
    (
        (
            "The subscription for the reading room was paid in March from account GB33 BUKB 2020 1555 5555 55, so the "
            "reminder of last week must be a mistake. Please look into it."
        ),
        [("iban", "GB33 BUKB 2020 1555 5555 55", 0.99)],
    ),
    (
        "Whoever wrote the note on the church door is a fool and a coward, and so is the fool who printed it.",
        [("toxicity", "", 0.91)],
    ),
    (
        "The mill's new web page is served from 192.0.2.44 until the committee has chosen a name for it.",
        [("ip_address", "192.0.2.44", 0.66)],
    ),
    (
        "Lost near the pond: a grey umbrella with a horn handle. Write to bea.holm@example.net, who will pay the post.",
        [("email_address", "bea.holm@example.net", 0.97)],
    ),
    ("The fair will be held on the second Saturday of June, weather permitting, on the common.", ()),
)


def make_letters(*, root: Path, at: datetime) -> tuple[Dataset, Release]:
    """The dataset with one screened release, and a case for each letter in which something was found."""
    dataset = registering.register_dataset(
        slug="village-letters",
        name="Village letters",
        description="Letters to a village committee, all of them invented, in the columns of C4.",
        at=at,
    )
    records = [
        {"text": text, "timestamp": "2026-05-01T00:00:00Z", "url": f"https://example.org/letters/{number}"}
        for number, (text, _) in enumerate(LETTERS)
    ]
    release = factories.make_release(
        dataset=dataset, root=root, shards={"letters-00000.jsonl": records}, version="2026-11", at=at
    )
    flags = [
        explained(
            records[row], row=row, kind=kind, score=score,
            start=text.index(passage), end=text.index(passage) + len(passage or text),
        )
        for row, (text, found) in enumerate(LETTERS)
        for kind, passage, score in found
    ]  # fmt: skip
    factories.finish_screening(release=release, flags=flags, records=len(records), at=at)
    return dataset, release


def make_pictures(*, root: Path, at: datetime) -> Dataset:
    """A dataset of drawn pictures, one of which tells who took it; the others are not flagged."""
    dataset = registering.register_dataset(slug="pictures", name="Pictures of the common", at=at)
    path = drawing.write(root)
    print_ = formats.fingerprint(str(path))
    release = registering.register_release(
        dataset=dataset,
        version="1.0",
        root=str(root),
        screeners=["images"],
        manifest=[registering.ManifestShard(path.name, print_.bytes, print_.sha256)],
        at=at,
    )
    record = formats.read_records(str(path), [SIGNED])[SIGNED]
    flags = [explained(record, row=SIGNED, kind="image_metadata", field="jpg", start=0, end=0, score=0.9)]
    factories.finish_screening(release=release, flags=flags, records=len(drawing.PLACES), at=at)
    return dataset


def explained(record: Mapping[str, Any], *, kind: str, **given: Any) -> Flag:
    """A hit with the reason that its kind has here."""
    rule, validator, context = REASONS[kind]
    found = factories.flag(record, kind=kind, rule=rule, **given)
    return replace(found, validator=validator or None, context=context or None)


def make_people(dataset: Dataset) -> dict[str, User]:
    return {name: factories.make_member(name, dataset=dataset) for name in ("alice", "bob", "lena", "max")}
