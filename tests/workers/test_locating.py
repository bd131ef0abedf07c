"""The search for what a notice speaks of."""

import gzip
import logging
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.utils import timezone

from datasets_app import registering
from datasets_app.models import Dataset, Item, Release
from hayward import formats
from moderation import intake, screening
from moderation.intake import MAX_MATCHES
from moderation.kinds import NoticeState, NoticeType, TargetKind
from moderation.models import Case, Notice
from tests import factories
from workers import locating, pipeline, tasks

POEMS = [
    {"text": "The fence is broken at the mill.", "url": "https://example.org/mill"},
    {"text": "Nobody mends the fence at the ford.", "url": "https://Example.org/ford/"},
    {"text": "The geese are out again.", "url": "http://example.net/geese?year=1701"},
]


def notice_of(dataset: Dataset, kind: TargetKind, target: str) -> Notice:
    return intake.receive_notice(
        type_=NoticeType.OTHER,
        dataset=dataset,
        target_kind=kind,
        target=target,
        reason="Because.",
        at=timezone.now(),
    ).notice


def found(dataset: Dataset, kind: TargetKind, target: str) -> list[tuple[str, int]]:
    return [(match.shard.path, match.row) for match in locating.search(notice_of(dataset, kind, target))]


@pytest.fixture
def release(dataset: Dataset, root: Path) -> Release:
    return factories.make_release(dataset=dataset, root=root, shards={"a.jsonl": POEMS, "b.jsonl": POEMS[1:]})


@pytest.mark.parametrize(
    ("target", "places"),
    [
        ("https://example.org/mill", [("a.jsonl", 0)]),
        ("http://EXAMPLE.org/mill/", [("a.jsonl", 0)]),
        ("example.org/ford", [("a.jsonl", 1), ("b.jsonl", 0)]),
        ("https://example.net/geese?year=1701", [("a.jsonl", 2), ("b.jsonl", 1)]),
        ("https://example.net/geese", []),
        ("https://example.org/MILL", []),
        ("https://example.org/mil", []),
        ("https://[broken", []),
    ],
)
def test_web_address_is_found_however_it_is_written(
    dataset: Dataset, release: Release, target: str, places: list[tuple[str, int]]
) -> None:
    assert found(dataset, TargetKind.URL, target) == places


@pytest.mark.parametrize(
    ("target", "places"),
    [
        ("the fence at the ford", [("a.jsonl", 1), ("b.jsonl", 0)]),
        ("The Fence at the ford", []),
        ("fence is broken (.*)", []),
    ],
)
def test_snippet_is_found_as_it_stands(
    dataset: Dataset, release: Release, target: str, places: list[tuple[str, int]]
) -> None:
    assert found(dataset, TargetKind.SNIPPET, target) == places


def test_digest_is_found_by_a_look_at_every_record(dataset: Dataset, release: Release) -> None:
    digest = formats.digest(POEMS[2])

    assert found(dataset, TargetKind.DIGEST, digest.upper()) == [("a.jsonl", 2), ("b.jsonl", 1)]
    assert found(dataset, TargetKind.DIGEST, "0" * 64) == []


def test_digest_that_screening_met_needs_no_look_at_the_shards(
    dataset: Dataset, release: Release, root: Path
) -> None:
    factories.finish_screening(release=release, flags=[factories.flag(POEMS[0])])
    for shard in ("a.jsonl", "b.jsonl"):
        (root / shard).unlink()

    assert found(dataset, TargetKind.DIGEST, formats.digest(POEMS[0])) == [("a.jsonl", 0)]


@pytest.mark.parametrize("column", ["url", "URL"])
def test_parquet_is_searched_by_either_name_of_its_address_column(
    dataset: Dataset, root: Path, column: str
) -> None:
    rows = [{"text": poem["text"], column: poem["url"]} for poem in POEMS]
    pq.write_table(pa.Table.from_pylist(rows), root / "a.parquet")
    print_ = formats.fingerprint(str(root / "a.parquet"))
    shard = {"path": "a.parquet", "bytes": print_.bytes, "sha256": print_.sha256}
    registered(dataset, root, [shard])

    assert found(dataset, TargetKind.URL, "example.org/ford") == [("a.parquet", 1)]
    assert found(dataset, TargetKind.SNIPPET, "geese are out") == [("a.parquet", 2)]


def registered(dataset: Dataset, root: Path, shards: list[dict[str, Any]]) -> Release:
    return registering.register_release(
        dataset=dataset,
        version="1.0",
        root=str(root),
        screeners=["pii"],
        manifest=[registering.ManifestShard(**shard) for shard in shards],
        at=timezone.now(),
    )


def test_unreadable_shards_are_passed_over_with_a_line_in_the_log(
    dataset: Dataset, root: Path, caplog: pytest.LogCaptureFixture
) -> None:
    factories.make_release(
        dataset=dataset, root=root, shards=dict.fromkeys(("a.jsonl", "b.jsonl", "c.jsonl"), POEMS)
    )
    (root / "a.jsonl").unlink()
    (root / "b.jsonl").write_bytes(gzip.compress((root / "c.jsonl").read_bytes())[:-9])

    with caplog.at_level(logging.WARNING):
        places = found(dataset, TargetKind.SNIPPET, "geese are out")

    assert places[-1] == ("c.jsonl", 2)
    assert "was not searched to its end: missing" in caplog.text
    assert "was not searched to its end: truncated" in caplog.text
    assert "geese" not in caplog.text


def test_shard_that_trips_an_unknown_fault_is_passed_over(
    dataset: Dataset, release: Release, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    really = formats.open_shard

    def open_shard(path: str, **given: Any) -> formats.Shard:
        if path.endswith("a.jsonl"):
            raise ZeroDivisionError(POEMS[0]["text"])
        return really(path, **given)

    monkeypatch.setattr(formats, "open_shard", open_shard)

    assert found(dataset, TargetKind.SNIPPET, "geese are out") == [("b.jsonl", 1)]
    assert "ZeroDivisionError" in caplog.text
    assert "mill" not in caplog.text


def test_records_without_the_field_do_not_match(dataset: Dataset, root: Path) -> None:
    factories.make_release(dataset=dataset, root=root, shards={"a.jsonl": [{"text": "no address"}, POEMS[0]]})

    assert found(dataset, TargetKind.URL, "example.org/mill") == [("a.jsonl", 1)]


def test_search_ends_with_the_most_matches(dataset: Dataset, root: Path) -> None:
    many = [{"text": f"the same words in number {number}"} for number in range(MAX_MATCHES + 10)]
    factories.make_release(dataset=dataset, root=root, shards={"a.jsonl": many})

    assert len(found(dataset, TargetKind.SNIPPET, "the same words")) == MAX_MATCHES


def test_only_the_newest_ready_release_is_searched(dataset: Dataset, root: Path, release: Release) -> None:
    factories.make_release(dataset=dataset, root=root / "new", shards={"new.jsonl": POEMS[:1]}, version="2.0")

    assert found(dataset, TargetKind.SNIPPET, "fence is broken") == [("new.jsonl", 0)]


def test_dataset_without_release_has_no_match(dataset: Dataset) -> None:
    assert found(dataset, TargetKind.SNIPPET, "anything at all") == []


def test_task_gives_the_notices_case_its_item(dataset: Dataset, release: Release) -> None:
    located = notice_of(dataset, TargetKind.SNIPPET, "the fence at the ford")
    lost = notice_of(dataset, TargetKind.SNIPPET, "words that nobody wrote")

    tasks.locate_notices()

    assert Notice.objects.get(pk=located.pk).state == NoticeState.LOCATED
    assert Notice.objects.get(pk=lost.pk).state == NoticeState.NOT_FOUND
    case = Case.objects.get(notices=located)
    assert case.item == Item.objects.get(digest=formats.digest(POEMS[1]))


def test_subject_is_found_by_the_index_however_written(dataset: Dataset, root: Path) -> None:
    record = {"text": factories.MAIL}
    release = factories.make_release(dataset=dataset, root=root, shards={"a.jsonl": [*POEMS, record]})
    screening.open_screenings(release=release)
    assert pipeline.screen_next()
    (root / "a.jsonl").unlink()

    assert found(dataset, TargetKind.SUBJECT, "Nora.Lind@EXAMPLE.org") == [("a.jsonl", 3)]
    assert found(dataset, TargetKind.SUBJECT, "nora.lund@example.org") == []
