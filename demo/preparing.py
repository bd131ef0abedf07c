"""Prepares a demonstration site: its people, its dataset, and what the newcomer reads on the terminal."""

import json
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction

from datasets_app import registering
from datasets_app.models import Dataset, Release, ReleaseState
from demo import drawing, making
from hayward import formats
from moderation import reports
from moderation.kinds import Role
from moderation.models import Membership, User

PEOPLE = {
    "olga": Role.OPERATOR,
    "max": Role.MAINTAINER,
    "alice": Role.MODERATOR,
    "bob": Role.MODERATOR,
}
SCREENERS = ("pii", "toxicity", "names")


@dataclass(frozen=True, slots=True)
class Source:
    """What is to be registered: the folder or glob to list, the folder its paths are relative to, its names, and what
    to look for.
    """

    slug: str
    place: str
    root: str
    name: str = ""
    description: str = ""
    screeners: tuple[str, ...] = SCREENERS


def bundled(pictures: Path) -> tuple[Source, Source]:
    """The bundled texts, and the pictures, which are drawn into the given folder when they are not there yet."""
    if not (pictures / drawing.SHARD).exists():
        drawing.write(pictures)
    texts = Source(
        slug="notes",
        place=str(making.DATA),
        root=str(making.DATA),
        name="Notes from the common",
        description="The bundled demonstration: 320 invented web pages in C4's format, with planted personal data.",
    )
    drawn = Source(
        slug="pictures",
        place=str(pictures),
        root=str(pictures),
        name="Pictures of the common",
        description="Eight drawn pictures with captions in a WebDataset tar: what they show, say and carry.",
        screeners=("pii", "names", "images"),
    )
    return texts, drawn


@transaction.atomic
def make_people() -> dict[str, str]:
    """Make the cast with random passwords; gives the passwords of those that were made now."""
    made = {}
    for name, role in PEOPLE.items():
        if User.objects.filter(username=name).exists():
            continue
        made[name] = "-".join(secrets.token_hex(3) for _ in range(3))
        user = User.objects.create_user(username=name, password=made[name])
        Membership.objects.create(user=user, dataset=None, role=role)
    return made


def source_of(place: str) -> Source:
    """The source for a folder, a file or a glob; raises `formats.UnreadableShard` when it matches nothing."""
    shards = formats.discover([place])
    root = os.path.commonpath([str(Path(shard).resolve().parent) for shard in shards])
    slug = re.sub(r"[^a-z0-9]+", "-", Path(root).name.lower()).strip("-") or "data"
    return Source(slug=slug[:64], place=str(Path(place).resolve()), root=root)


def register(source: Source, *, at: datetime) -> Release:
    """Register the source as release 1.0 of a dataset, or give the release that is there already."""
    dataset = Dataset.objects.filter(slug=source.slug).first()
    if dataset is None:
        dataset = registering.register_dataset(
            slug=source.slug, name=source.name or source.slug, description=source.description, at=at
        )
    known = dataset.releases.order_by("pk").first()
    return known or registering.register_release(
        dataset=dataset,
        version="1.0",
        root=source.root,
        source=source.place,
        screeners=source.screeners,
        at=at,
    )


def is_screened(release: Release) -> bool:
    """Whether every shard of the release is done or held; raises `registering.UnableToRegister` if it failed."""
    release.refresh_from_db()
    if release.state == ReleaseState.FAILED:
        raise registering.UnableToRegister(release.error)
    return release.state == ReleaseState.READY and reports.progress(release).is_over


def write_passwords(path: Path, passwords: Mapping[str, str]) -> None:
    """Leave the passwords for a program in a file that only its owner reads."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump(dict(passwords), file)
