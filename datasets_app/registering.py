"""Registers datasets and their releases, from a manifest or from a folder that the server lists itself."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from datasets_app import storage
from datasets_app.models import Dataset, Release, ReleaseState, Shard
from hayward import formats

MANIFEST_BATCH = 1000
RESERVED_SLUGS = frozenset({"new"})


class AlreadyRegistered(Exception):
    """A dataset with that slug, or a release with that version, exists."""


class UnableToRegister(Exception):
    """The manifest or the source is not usable; the message says what and where."""


@dataclass(frozen=True, slots=True)
class ManifestShard:
    """A line of a manifest: path below the release's root, size in bytes, SHA-256 in hex."""

    path: str
    bytes: int
    sha256: str


@transaction.atomic
def register_dataset(*, slug: str, name: str, description: str = "", at: datetime) -> Dataset:
    """Make a dataset; raises `AlreadyRegistered` or `UnableToRegister`."""
    if slug in RESERVED_SLUGS:
        raise UnableToRegister(f"slug: {slug} is an address of the site itself; choose another.")
    dataset = Dataset(slug=slug, name=name or slug, description=description, created_at=at)
    _clean(dataset)
    if not _saved_once(dataset):
        raise AlreadyRegistered(f"There is a dataset {slug} already.")
    return dataset


@transaction.atomic
def register_release(
    *,
    dataset: Dataset,
    version: str,
    root: str,
    screeners: Sequence[str],
    fields: Sequence[str] = (),
    source: str = "",
    manifest: Sequence[ManifestShard] | None = None,
    at: datetime,
) -> Release:
    """Make a release: ready at once with a manifest, else `registering` until the worker has listed `source`.

    Raises `AlreadyRegistered`, `UnableToRegister`, or `storage.NotAllowed` when the server may not read there.
    """
    release = Release(
        dataset=dataset,
        version=version,
        root=storage.checked(root),
        source=storage.checked(source) if source else "",
        fields=list(fields),
        screeners=list(screeners),
        state=ReleaseState.REGISTERING,
        created_at=at,
    )
    if manifest is None and not source:
        raise UnableToRegister("Give a manifest of shards or a source folder or glob.")
    _clean(release)
    if not _saved_once(release):
        raise AlreadyRegistered(f"Dataset {dataset.slug} has a release {version} already.")
    if manifest is not None:
        record_manifest(release=release, manifest=manifest)
    return release


@transaction.atomic
def record_manifest(*, release: Release, manifest: Iterable[ManifestShard]) -> int:
    """Store the shards of a registering release and make it ready; gives their number, raises `UnableToRegister`."""
    shards = [_shard(release, line) for line in manifest]
    if not shards:
        raise UnableToRegister(f"Release {release.version} has no shards.")
    try:
        with transaction.atomic():
            Shard.objects.bulk_create(shards, batch_size=MANIFEST_BATCH)
    except IntegrityError as error:
        raise UnableToRegister("The manifest names a shard twice.") from error
    moved = Release.objects.registering().filter(pk=release.pk).update(state=ReleaseState.READY, error="")
    if moved != 1:
        raise AlreadyRegistered(f"Release {release.version} was registered by another worker.")
    release.state = ReleaseState.READY
    return len(shards)


def listed_manifest(release: Release) -> list[ManifestShard]:
    """List and hash the shards of the release's source; raises `UnableToRegister`."""
    try:
        paths = formats.discover([release.source])
        return [_fingerprinted(release, path) for path in paths]
    except formats.UnreadableShard as error:
        raise UnableToRegister(str(error)) from error


def fail_release(*, release: Release, error: str) -> None:
    """Mark a registering release as failed, with the reason to show."""
    Release.objects.registering().filter(pk=release.pk).update(state=ReleaseState.FAILED, error=error)


def _fingerprinted(release: Release, path: str) -> ManifestShard:
    place = storage.checked(path)
    root = release.root.rstrip("/")
    if place != root and not place.startswith(f"{root}/"):
        raise UnableToRegister(f"{path} is not below the release's root {release.root}.")
    fingerprint = formats.fingerprint(place)
    # A folder of pictures may be the root itself.
    below = place[len(root) + 1 :] or "."
    return ManifestShard(path=below, bytes=fingerprint.bytes, sha256=fingerprint.sha256)


def _shard(release: Release, line: ManifestShard) -> Shard:
    parts = PurePosixPath(line.path)
    if parts.is_absolute() or ".." in parts.parts:
        raise UnableToRegister(f"Shard path {line.path} must lie below the release's root.")
    if line.path and str(parts) != line.path:
        raise UnableToRegister(f"Shard path {line.path!r} must be written plainly, as {str(parts)!r}.")
    shard = Shard(release=release, path=line.path, bytes=line.bytes, sha256=line.sha256)
    _clean(shard)
    return shard


def _clean(row: Dataset | Release | Shard) -> None:
    try:
        row.clean_fields(exclude=["dataset", "release"])
    except ValidationError as error:
        raise UnableToRegister(
            "; ".join(f"{name}: {' '.join(texts)}" for name, texts in error.message_dict.items())
        ) from error


def _saved_once(row: Dataset | Release) -> bool:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return False
    return True
