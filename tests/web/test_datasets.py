"""Datasets and releases: registering them, and watching a screening."""

import json
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from datasets_app.models import Dataset, Release, ReleaseState
from hayward import formats
from moderation import screening
from moderation.kinds import ScreeningState
from moderation.models import Screening
from tests import factories
from tests.factories import MAIL, NOW
from tests.web.conftest import As

RECORD = {"text": MAIL}


@pytest.fixture
def max_(as_: As) -> Client:
    return as_("max")


def held_shard(release: Release) -> Screening:
    screening.open_screenings(release=release)
    claimed = screening.claim(at=NOW)
    assert claimed is not None
    screening.hold(screening=claimed, error="part.jsonl ends too early.", at=NOW)
    return claimed


def test_dataset_shows_the_public_its_releases_and_commands(
    client: Client, dataset: Dataset, root: Path
) -> None:
    factories.make_release(dataset=dataset, root=root, shards={"part.jsonl": [RECORD]})

    html = client.get("/datasets/demo/").content.decode()

    assert "hayward patch pull demo --release 1.0 --out demo.patch.json" in html
    assert "hayward log verify demo-log" in html
    assert str(root) not in html
    assert "Register a release" not in html


def test_dataset_unknown_is_not_found(client: Client, db: None) -> None:
    answer = client.get("/datasets/nowhere/")

    assert answer.status_code == 404
    assert "This page does not exist" in answer.content.decode()


def test_datasets_ask_the_same_number_of_queries_for_one_and_three(
    client: Client, dataset: Dataset, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        client.get("/datasets/")
    factories.make_dataset("second")
    factories.make_dataset("third")
    with django_assert_num_queries(1):
        client.get("/datasets/")


def test_new_dataset_is_maintained_by_whoever_registers_it(max_: Client) -> None:
    answer = max_.post(
        "/datasets/new/", {"slug": "letters", "name": "Letters", "description": "Old letters."}
    )

    made = Dataset.objects.get(slug="letters")
    assert answer.headers["Location"] == "/datasets/letters/"
    assert max_.get("/datasets/letters/new-release/").status_code == 200
    assert made.memberships.get().user.username == "max"


@pytest.mark.parametrize(
    ("slug", "said"),
    [
        ("demo", "There is a dataset demo already."),
        ("De mo", "Use small letters"),
        ("", "This field is required."),
    ],
)
def test_new_dataset_says_what_is_wrong(slug: str, said: str, max_: Client) -> None:
    html = max_.post("/datasets/new/", {"slug": slug, "name": "Kept name"}).content.decode()

    assert said in html
    assert "Kept name" in html
    assert Dataset.objects.count() == 1


def test_new_release_from_a_folder_waits_for_the_worker(max_: Client, root: Path) -> None:
    factories.write_jsonl(root / "part.jsonl", [RECORD])

    answer = max_.post(
        "/datasets/demo/new-release/",
        {"version": "1.0", "place": str(root), "screeners": ["pii"], "fields_wanted": "text, title"},
    )

    release = Release.objects.get()
    assert answer.headers["Location"] == "/datasets/demo/releases/1.0/"
    assert (release.state, release.source, release.root) == (ReleaseState.REGISTERING, str(root), str(root))
    assert (release.screeners, release.fields) == (["pii"], ["text", "title"])


@pytest.mark.parametrize("place", ["{root}/*.jsonl", "{root}/**/*.jsonl", "{root}/part.jsonl"])
def test_new_release_from_a_glob_lies_below_its_folder(place: str, max_: Client, root: Path) -> None:
    factories.write_jsonl(root / "part.jsonl", [RECORD])

    max_.post(
        "/datasets/demo/new-release/",
        {"version": "1.0", "place": place.format(root=root), "screeners": ["pii"]},
    )

    assert Release.objects.get().root == str(root)


def test_new_release_from_a_manifest_is_ready_for_the_worker(max_: Client, root: Path) -> None:
    shard = factories.write_jsonl(root / "part.jsonl", [RECORD])
    print_ = formats.fingerprint(str(shard))
    line = json.dumps({"path": "part.jsonl", "bytes": print_.bytes, "sha256": print_.sha256})

    max_.post(
        "/datasets/demo/new-release/",
        {
            "version": "1.0",
            "place": str(root),
            "screeners": ["pii"],
            "upload": SimpleUploadedFile("manifest.jsonl", f"{line}\n\n".encode()),
        },
    )

    assert Release.objects.get().state == ReleaseState.READY
    assert "Waiting for a worker" in max_.get("/datasets/demo/releases/1.0/").content.decode()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"place": "/etc"}, "is outside the folders this server may read"),
        ({"version": "a b"}, "Enter a valid value."),
        ({"screeners": []}, "Choose at least one screener."),
        ({"upload": SimpleUploadedFile("m", b'{"path": "a"}\n')}, "Line 1 of the manifest"),
        ({"upload": SimpleUploadedFile("m", b"\xff\n")}, "Line 1 of the manifest"),
        ({"upload": SimpleUploadedFile("m", b"[" * 100_000)}, "Line 1 of the manifest"),
        ({"upload": SimpleUploadedFile("m", b"\n")}, "has no shards"),
        ({"upload": SimpleUploadedFile("m", b"")}, "The submitted file is empty."),
    ],
)
def test_new_release_says_what_is_wrong(
    given: dict[str, object], said: str, max_: Client, root: Path
) -> None:
    root.mkdir()

    answer = max_.post(
        "/datasets/demo/new-release/", {"version": "1.0", "place": str(root), "screeners": ["pii"]} | given
    )

    assert said in answer.content.decode()
    assert not Release.objects.exists()


def test_new_release_twice_says_so(max_: Client, dataset: Dataset, root: Path) -> None:
    factories.make_release(dataset=dataset, root=root, shards={"part.jsonl": [RECORD]})

    answer = max_.post(
        "/datasets/demo/new-release/", {"version": "1.0", "place": str(root), "screeners": ["pii"]}
    )

    assert "has a release 1.0 already" in answer.content.decode()


def test_release_shows_counts_and_screeners_when_done(max_: Client, dataset: Dataset, root: Path) -> None:
    release = factories.make_release(
        dataset=dataset, root=root, shards={"part.jsonl": [RECORD, {"text": "a"}]}
    )
    screening.open_screenings(release=release)
    claimed = screening.claim(at=NOW)
    assert claimed is not None
    outcome = screening.Outcome(
        records=4,
        passed=1,
        flagged=1,
        held=2,
        held_records=[
            screening.Held(row=2, reason="invalid-json", detail="at column 4"),
            screening.Held(row=3, reason="image-corrupt", detail="The decoder gave it up as damaged."),
        ],
        flags=[[factories.flag(RECORD)]],
        versions=[{"name": "toxicity", "version": "2", "notice": "No Detoxify weights are here."}],
    )
    screening.record(screening=claimed, outcome=outcome, at=NOW)

    html = max_.get("/datasets/demo/releases/1.0/").content.decode()

    assert "Finished, 1 of 1 shard done" in html
    for name, count in [("Read", 4), ("= passed", 1), ("+ flagged", 1), ("+ held", 2)]:
        assert f"<dt>{name}</dt><dd>{count}</dd>" in html
    assert "<strong>invalid-json</strong> <bdi>at column 4</bdi>" in html
    assert "<strong>image-corrupt</strong> <bdi>The decoder gave it up as damaged.</bdi>" in html
    assert "No Detoxify weights are here." in html
    assert "hx-get" not in html


def test_release_asks_again_while_it_runs(max_: Client, dataset: Dataset, root: Path) -> None:
    release = factories.make_release(dataset=dataset, root=root, shards={"part.jsonl": [RECORD]})
    screening.open_screenings(release=release)

    fragment = max_.get("/datasets/demo/releases/1.0/", headers={"HX-Request": "true"}).content.decode()

    assert 'hx-get="/datasets/demo/releases/1.0/" hx-trigger="every 2s"' in fragment
    assert "<html" not in fragment


def test_release_that_failed_says_why(max_: Client, dataset: Dataset, root: Path) -> None:
    root.mkdir()
    max_.post("/datasets/demo/new-release/", {"version": "1.0", "place": str(root), "screeners": ["pii"]})
    Release.objects.update(state=ReleaseState.FAILED, error="no shard there")

    html = max_.get("/datasets/demo/releases/1.0/").content.decode()

    assert "The release could not be registered: <bdi>no shard there</bdi>" in html


def test_retry_queues_a_held_shard_again(max_: Client, dataset: Dataset, root: Path) -> None:
    release = factories.make_release(dataset=dataset, root=root, shards={"part.jsonl": [RECORD]})
    row = held_shard(release)
    assert "part.jsonl ends too early." in max_.get("/datasets/demo/releases/1.0/").content.decode()

    told = max_.post(f"/datasets/demo/releases/1.0/shards/{row.pk}/retry/", follow=True)

    assert "part.jsonl waits to be screened again." in told.content.decode()
    assert Screening.objects.get().state == ScreeningState.WAITING


def test_retry_of_a_waiting_shard_says_so(max_: Client, dataset: Dataset, root: Path) -> None:
    release = factories.make_release(dataset=dataset, root=root, shards={"part.jsonl": [RECORD]})
    screening.open_screenings(release=release)

    told = max_.post(f"/datasets/demo/releases/1.0/shards/{Screening.objects.get().pk}/retry/", follow=True)

    assert "This shard is not held" in told.content.decode()


def test_retry_reaches_no_shard_of_another_dataset(max_: Client, dataset: Dataset, root: Path) -> None:
    other = factories.make_dataset("other")
    row = held_shard(factories.make_release(dataset=other, root=root, shards={"part.jsonl": [RECORD]}))
    factories.make_release(dataset=dataset, root=root / "mine", shards={"part.jsonl": [RECORD]})

    assert max_.post(f"/datasets/demo/releases/1.0/shards/{row.pk}/retry/").status_code == 404


def test_release_asks_the_same_number_of_queries_for_one_and_three_shards(
    max_: Client, dataset: Dataset, root: Path, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for count in (1, 3):
        shards = {f"part-{number}.jsonl": [RECORD] for number in range(count)}
        release = factories.make_release(
            dataset=dataset, root=root / str(count), shards=shards, version=str(count)
        )
        held_shard(release)
    with django_assert_num_queries(14) as first:
        max_.get("/datasets/demo/releases/1/")

    with django_assert_num_queries(len(first.captured_queries)):
        max_.get("/datasets/demo/releases/3/")


def test_release_is_screened_again_when_asked(max_: Client, dataset: Dataset, root: Path) -> None:
    release = factories.make_release(dataset=dataset, root=root, shards={"part.jsonl": [RECORD]})
    factories.finish_screening(release=release, flags=[], records=1)
    before = max_.get("/datasets/demo/releases/1.0/").content.decode()
    assert "Screen again" in before
    assert "<dt>Findings</dt>" in before

    told = max_.post("/datasets/demo/releases/1.0/rescreen/", follow=True)

    assert "is screened again" in told.content.decode()
    assert "Screened 2 times" in told.content.decode()
    assert "<dt>New findings</dt><dd>0</dd>" in told.content.decode()
    assert [row.revision for row in Screening.objects.order_by("pk")] == [1, 2]
    again = max_.post("/datasets/demo/releases/1.0/rescreen/", follow=True)
    assert "still being screened" in again.content.decode()
