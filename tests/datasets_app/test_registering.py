"""Registering: manifests are checked, places are allow-listed, and nothing is made twice."""

from pathlib import Path

import pytest
from pytest_django import Settings

from datasets_app import records, registering, storage
from datasets_app.models import Dataset, Item, Location, Release, ReleaseState, Shard
from datasets_app.registering import ManifestShard
from hayward import formats
from tests import factories
from tests.factories import NOW

SHA = "ab" * 32


@pytest.fixture
def root(settings: Settings, tmp_path: Path) -> Path:
    settings.HAYWARD_DATA_ROOTS = [str(tmp_path)]
    return tmp_path


def register(dataset: Dataset, root: Path | str, *manifest: ManifestShard, version: str = "1.0") -> Release:
    return registering.register_release(
        dataset=dataset, version=version, root=str(root), screeners=["pii"], manifest=manifest, at=NOW
    )


@pytest.mark.parametrize("slug", ["", "Upper", "a b", "../x", "-x", "x" * 65, "new", "line\n"])
def test_dataset_with_a_bad_slug_is_refused(db: None, slug: str) -> None:
    with pytest.raises(registering.UnableToRegister, match="slug"):
        registering.register_dataset(slug=slug, name="A name", at=NOW)


def test_dataset_is_registered_once(dataset: Dataset) -> None:
    with pytest.raises(registering.AlreadyRegistered):
        factories.make_dataset()


def test_release_with_a_manifest_is_ready(dataset: Dataset, root: Path) -> None:
    release = register(dataset, root, ManifestShard("a.jsonl", 3, SHA), ManifestShard("b/c.parquet", 4, SHA))

    release.refresh_from_db()
    assert release.state == ReleaseState.READY
    assert list(release.shards.order_by("path").values_list("path", "bytes")) == [
        ("a.jsonl", 3),
        ("b/c.parquet", 4),
    ]


@pytest.mark.parametrize(
    ("shard", "why"),
    [
        (ManifestShard("../a.jsonl", 3, SHA), "below the release's root"),
        (ManifestShard("/etc/passwd", 3, SHA), "below the release's root"),
        (ManifestShard("a.jsonl", 3, "nonsense"), "sha256"),
        (ManifestShard("", 3, SHA), "path"),
        (ManifestShard("./a.jsonl", 3, SHA), "written plainly, as 'a.jsonl'"),
        (ManifestShard("a//b.jsonl", 3, SHA), "written plainly, as 'a/b.jsonl'"),
        (ManifestShard("b.jsonl", 3, SHA + "\n"), "sha256"),
    ],
)
def test_manifest_with_a_fault_registers_nothing(
    dataset: Dataset, root: Path, shard: ManifestShard, why: str
) -> None:
    with pytest.raises(registering.UnableToRegister, match=why):
        register(dataset, root, ManifestShard("fine.jsonl", 3, SHA), shard)

    assert (Release.objects.count(), Shard.objects.count()) == (0, 0)


def test_manifest_with_a_shard_twice_is_refused(dataset: Dataset, root: Path) -> None:
    shard = ManifestShard("a.jsonl", 3, SHA)

    with pytest.raises(registering.UnableToRegister, match="twice"):
        register(dataset, root, shard, shard)


def test_empty_manifest_is_refused(dataset: Dataset, root: Path) -> None:
    with pytest.raises(registering.UnableToRegister, match="no shards"):
        register(dataset, root)


def test_release_version_is_registered_once(dataset: Dataset, root: Path) -> None:
    register(dataset, root, ManifestShard("a.jsonl", 3, SHA))

    with pytest.raises(registering.AlreadyRegistered):
        register(dataset, root, ManifestShard("a.jsonl", 3, SHA))


def test_source_is_listed_and_hashed(dataset: Dataset, root: Path) -> None:
    factories.write_jsonl(root / "data" / "a.jsonl", [{"text": "one"}])
    factories.write_jsonl(root / "data" / "deep" / "b.jsonl", [{"text": "two"}])
    release = registering.register_release(
        dataset=dataset,
        version="1",
        root=str(root / "data"),
        source=str(root / "data"),
        screeners=["pii"],
        at=NOW,
    )

    manifest = registering.listed_manifest(release)
    registering.record_manifest(release=release, manifest=manifest)

    assert [line.path for line in manifest] == ["a.jsonl", "deep/b.jsonl"]
    assert manifest[0].sha256 == formats.fingerprint(str(root / "data" / "a.jsonl")).sha256


def test_folder_of_pictures_is_one_shard_and_may_be_the_root(dataset: Dataset, root: Path) -> None:
    for name in ("b.png", "deep/a.png"):
        path = root / "pictures" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"\x89PNG\r\n\x1a\n")
    release = registering.register_release(
        dataset=dataset,
        version="1",
        root=str(root / "pictures"),
        source=str(root / "pictures"),
        screeners=["images"],
        at=NOW,
    )

    registering.record_manifest(release=release, manifest=registering.listed_manifest(release))

    shard = release.shards.get()
    assert (shard.path, shard.bytes) == (".", 16)
    assert shard.sha256 == formats.fingerprint(shard.url).sha256


def test_source_with_nothing_in_it_says_so(dataset: Dataset, root: Path) -> None:
    (root / "empty").mkdir()
    release = registering.register_release(
        dataset=dataset,
        version="1",
        root=str(root / "empty"),
        source=str(root / "empty"),
        screeners=["pii"],
        at=NOW,
    )

    with pytest.raises(registering.UnableToRegister, match="empty"):
        registering.listed_manifest(release)


@pytest.mark.parametrize(
    "place",
    ["/etc", "/", "relative/../../..", "s3://bucket/data", "file:///etc/passwd", "https://example.org/x"],
)
def test_place_outside_the_allowed_folders_is_refused(root: Path, place: str) -> None:
    with pytest.raises(storage.NotAllowed):
        storage.checked(place)


def test_link_out_of_the_allowed_folder_is_refused(root: Path) -> None:
    (root / "way-out").symlink_to("/etc")

    with pytest.raises(storage.NotAllowed):
        storage.checked(str(root / "way-out" / "passwd"))


def test_folder_with_the_same_beginning_is_not_allowed(root: Path) -> None:
    with pytest.raises(storage.NotAllowed):
        storage.checked(f"{root}-other/a.jsonl")


def test_url_below_an_allowed_prefix_is_allowed(settings: Settings) -> None:
    settings.HAYWARD_DATA_ROOTS = ["s3://open/c4/"]

    assert storage.checked("s3://open/c4/en/a.json.gz") == "s3://open/c4/en/a.json.gz"
    for place in ("s3://open/c4-private/a", "s3://open/c4/../secret"):
        with pytest.raises(storage.NotAllowed):
            storage.checked(place)


def located(dataset: Dataset, root: Path, record: dict[str, str]) -> Item:
    release = factories.make_release(
        dataset=dataset, root=root, shards={"a.jsonl": [{"text": "other"}, record]}
    )
    item = Item.objects.create(dataset=dataset, digest=formats.digest(record), created_at=NOW)
    Location.objects.create(item=item, shard=release.shards.get(), row=1)
    return item


def test_record_is_read_from_its_shard(dataset: Dataset, root: Path) -> None:
    record = {"text": "a record of its own"}

    assert records.read(located(dataset, root, record)) == record


def test_changed_record_is_not_shown(dataset: Dataset, root: Path) -> None:
    item = located(dataset, root, {"text": "as it was screened"})
    factories.write_jsonl(root / "a.jsonl", [{"text": "other"}, {"text": "as it is now"}])

    with pytest.raises(records.RecordGone, match="changed since it was screened"):
        records.read(item)


def test_record_of_a_missing_shard_says_where(dataset: Dataset, root: Path) -> None:
    item = located(dataset, root, {"text": "soon gone"})
    (root / "a.jsonl").unlink()

    with pytest.raises(records.RecordGone, match=r"a\.jsonl row 1"):
        records.read(item)
