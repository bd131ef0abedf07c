"""A picture from the shard to a patched copy: found by the worker, decided, stripped there, the rest as it was."""

import io
import json
import shutil
import tarfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from PIL import ExifTags, Image

from datasets_app import registering
from datasets_app.models import Dataset, Release
from hayward.patching import Patch, apply
from moderation import changelog, deciding, patches, triage
from moderation.deciding import Span
from moderation.kinds import Action
from moderation.models import Case, Finding
from tests import factories
from workers import pipeline, registration


def photograph() -> bytes:
    """A picture that says where it was taken."""
    exif = Image.Exif()
    gps: dict[int, Any] = {ExifTags.GPS.GPSLatitudeRef: "N", ExifTags.GPS.GPSLatitude: (51.0, 30.0, 12.0)}
    gps |= {ExifTags.GPS.GPSLongitudeRef: "W", ExifTags.GPS.GPSLongitude: (0.0, 7.0, 39.0)}
    exif.get_ifd(ExifTags.IFD.GPSInfo).update(gps)
    target = io.BytesIO()
    Image.new("RGB", (64, 48), (10, 120, 10)).save(target, "JPEG", exif=exif)
    return target.getvalue()


def write_tar(path: Path) -> None:
    members = {
        "a.jpg": photograph(),
        "a.txt": b"the common in June",
        "b.txt": b"write to nora.lind@example.org",
        "b.cls": b"7",
    }
    with tarfile.open(path, "w") as tar:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size, member.mtime = len(content), 1_700_000_000
            tar.addfile(member, io.BytesIO(content))


def members(path: Path) -> dict[str, bytes]:
    with tarfile.open(path) as tar:
        return {member.name: (tar.extractfile(member) or io.BytesIO()).read() for member in tar}


@pytest.fixture
def release(dataset: Dataset, root: Path, monkeypatch: pytest.MonkeyPatch) -> Release:
    monkeypatch.setenv("HAYWARD_IMAGES", "metadata")
    write_tar(root / "part-0.tar")
    made = registering.register_release(
        dataset=dataset,
        version="1.0",
        root=str(root),
        source=str(root),
        screeners=["pii", "images"],
        at=timezone.now(),
    )
    registration.register(made)
    registration.queue(made)
    pipeline._kept.cache_clear()
    assert pipeline.screen_next()
    return made


def test_worker_finds_what_pictures_and_captions_tell(release: Release) -> None:
    found = list(Finding.objects.order_by("item__locations__row").values_list("kind", "field"))

    assert found == [("image_location", "jpg"), ("email_address", "txt")]
    assert Case.objects.open().count() == 2


def test_decision_strips_the_picture_in_a_copy_and_leaves_the_rest(
    release: Release, dataset: Dataset, root: Path, tmp_path: Path
) -> None:
    at = timezone.now() - timedelta(hours=1)
    alice = factories.make_member("alice", dataset=dataset)
    case = Case.objects.get(item__findings__kind="image_location")
    triage.claim(case=case, by=alice, at=at)
    span = Span(field="jpg", start=0, end=0, kind="image_location")
    deciding.decide(case=case, action=Action.REDACT, clause="image.metadata", spans=[span], by=alice, at=at)
    changelog.publish_checkpoint(log=dataset.log, at=timezone.now())
    document = patches.build(dataset=dataset, release=release, since=0, at=timezone.now())
    copy = tmp_path / "copy"
    shutil.copytree(root, copy)

    apply(Patch.parse(json.dumps(document).encode()), copy)

    before, after = members(root / "part-0.tar"), members(copy / "part-0.tar")
    assert {name for name in before if before[name] != after[name]} == {"a.jpg"}
    picture = Image.open(io.BytesIO(after["a.jpg"]))
    assert (picture.size, dict(picture.getexif())) == ((64, 48), {})
