"""What was removed is remembered: its copies are proposed in every dataset, until the removal is reversed."""

import hashlib
import io
import socket
import zlib
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.db import connection
from django.utils import timezone
from PIL import Image, ImageDraw

from datasets_app import registering
from datasets_app.models import Dataset, Release
from moderation import deciding
from moderation.kinds import Action
from moderation.models import Case, Decision, Finding, Fingerprint, User
from tests import factories
from workers import locks, pipeline, registration, remembering, tasks

HOST = zlib.crc32(socket.gethostname().encode()) % 2**31

LETTER = (
    "Dear committee, the hedge on Mill Lane has grown over the footpath again, and two of the sheep have been in the "
    "allotments since Tuesday; if somebody could come before the fair I should be grateful, says nora.lind@example.org."
)
NEAR = LETTER.replace("two of the sheep", "two of our sheep")
OTHER = "The fair will be held on the second Saturday of June, weather permitting, on the common, as in other years."


@pytest.fixture
def alice(dataset: Dataset) -> User:
    return factories.make_member("alice", dataset=dataset)


@pytest.fixture
def removed(dataset: Dataset, root: Path, alice: User) -> Decision:
    """A record removed from one dataset, its hold over."""
    at = timezone.now() - timedelta(hours=1)
    case = factories.make_case(dataset=dataset, root=root / "first", text=LETTER, at=at)
    decision = factories.make_decision(case=case, by=alice, action=Action.REMOVE, at=at)
    deciding.end_holds(at=at + timedelta(hours=1))
    return decision


def screened(
    root: Path, *texts: str, version: str = "1.0", slug: str = "sister"
) -> list[tuple[int, str, str]]:
    """Row, kind and context of what the screener of duplicates finds in another dataset with these records."""
    dataset = Dataset.objects.filter(slug=slug).first() or factories.make_dataset(slug)
    records = [{"text": text, "source": slug} for text in texts]
    release = factories.make_release(
        dataset=dataset,
        root=root / slug / version,
        shards={"part.jsonl": records},
        version=version,
        screeners=["duplicates"],
    )
    registration.queue(release)
    while pipeline.screen_next():
        pass
    found = Finding.objects.filter(screening__shard__release=release).order_by("pk")
    rows = dict(release.shards.get().locations.values_list("item", "row"))
    return [(rows[finding.item_id], finding.kind, finding.context.partition("@")[0]) for finding in found]


def test_copies_are_proposed_in_a_sister_dataset(removed: Decision, root: Path) -> None:
    tasks.remember_removed()

    found = screened(root, OTHER, LETTER, NEAR)

    assert found == [
        (1, "known_duplicate", f"decided:{removed.item_id}"),
        (2, "near_duplicate", f"decided:{removed.item_id}"),
    ]
    assert Case.objects.open().filter(dataset__slug="sister").count() == 2


def test_nothing_is_known_before_anything_was_removed(dataset: Dataset, root: Path) -> None:
    tasks.remember_removed()

    assert screened(root, LETTER) == []


def test_removal_in_its_hold_is_not_remembered_yet(dataset: Dataset, root: Path, alice: User) -> None:
    case = factories.make_case(dataset=dataset, root=root / "first", text=LETTER, at=timezone.now())
    factories.make_decision(case=case, by=alice, action=Action.REMOVE, at=timezone.now())

    tasks.remember_removed()

    assert not Fingerprint.objects.exists()


def test_reversed_removal_is_forgotten(removed: Decision, dataset: Dataset, root: Path) -> None:
    tasks.remember_removed()
    assert len(remembering.current()) == 1
    lena = factories.make_member("lena", dataset=dataset)
    deciding.reverse(decision=removed, by=lena, at=timezone.now(), reasoning="It was the wrong letter.")

    assert screened(root, LETTER) == []
    assert len(remembering.current()) == 0


def drawn(shift: int) -> bytes:
    """A picture of a ramp and two discs, a little brighter with each shift: its bytes differ, its look does not."""
    picture = Image.linear_gradient("L").convert("RGB")
    pen = ImageDraw.Draw(picture)
    pen.ellipse((40, 60, 140, 120), fill=(200 + shift, 30, 30))
    pen.ellipse((150, 30, 230, 220), fill=(20, 90 + shift, 160))
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def pictured(
    root: Path, dataset: Dataset, *columns: Mapping[str, object], screeners: Sequence[str] = ("duplicates",)
) -> Release:
    """A release of one Parquet shard with a row for each of the given columns."""
    root.mkdir(parents=True)
    pq.write_table(pa.Table.from_pylist([dict(row) for row in columns]), root / "part.parquet")
    return registering.register_release(
        dataset=dataset,
        version="1.0",
        root=str(root),
        source=str(root),
        screeners=screeners,
        at=timezone.now(),
    )


def test_pictures_in_parquet_are_remembered_by_bytes_and_look(
    dataset: Dataset, root: Path, alice: User
) -> None:
    at = timezone.now() - timedelta(hours=1)
    letter = {"text": "write to nora.lind@example.org today", "views": [{"bytes": drawn(0), "path": "a.png"}]}
    first = pictured(root / "first", dataset, letter, screeners=["pii"])
    registration.register(first)
    registration.queue(first)
    assert pipeline.screen_next()
    factories.make_decision(case=Case.objects.get(), by=alice, action=Action.REMOVE, at=at)
    deciding.end_holds(at=timezone.now())

    tasks.remember_removed()

    kept = Fingerprint.objects.exclude(pdq=None).get()
    assert (kept.field, bytes(kept.content or b"")) == ("views.0.bytes", hashlib.sha256(drawn(0)).digest())
    sister = factories.make_dataset("sister")
    copies = pictured(root / "s", sister, {"image": drawn(0)}, {"image": drawn(3)}, {"image": b""})
    registration.register(copies)
    registration.queue(copies)
    assert pipeline.screen_next()
    found = Finding.objects.filter(screening__shard__release=copies).order_by("item__locations__row")
    assert [finding.kind for finding in found] == ["known_duplicate", "near_duplicate"]


def test_later_removals_are_added(removed: Decision, dataset: Dataset, root: Path, alice: User) -> None:
    tasks.remember_removed()
    first = remembering.current()
    at = timezone.now() - timedelta(hours=1)
    case = factories.make_case(dataset=dataset, root=root / "second", text=f"{OTHER} x@example.org", at=at)
    factories.make_decision(case=case, by=alice, action=Action.REMOVE, at=at)
    deciding.end_holds(at=timezone.now())

    tasks.remember_removed()

    assert (len(first), len(remembering.current())) == (1, 2)
    assert remembering.current().digest == remembering.current().digest != first.digest


def test_first_memory_in_the_making_is_no_fault_of_a_shard(removed: Decision) -> None:
    tasks.remember_removed()
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [locks.MEMORY, HOST])
        assert cursor.fetchone() == (True,)
    try:
        with pytest.raises(pipeline.PASSING):
            remembering.current()
    finally:
        other.close()

    assert len(remembering.current()) == 1


def test_record_that_is_gone_is_known_by_its_digest(removed: Decision, root: Path) -> None:
    (root / "first").rename(root / "elsewhere")

    tasks.remember_removed()

    (kept,) = Fingerprint.objects.all()
    assert (kept.content, kept.signature) == (None, None)
    dataset = factories.make_dataset("sister")
    release = factories.make_release(
        dataset=dataset, root=root / "s", shards={"a.jsonl": [{"text": LETTER}]}, screeners=["duplicates"]
    )
    registration.queue(release)
    assert pipeline.screen_next()
    assert Finding.objects.get(screener="duplicates").rule == "duplicates.record/1"


def test_unchanged_memory_runs_no_screener_again(removed: Decision, root: Path, dataset: Dataset) -> None:
    from moderation import rescreening
    from moderation.models import Screening

    tasks.remember_removed()
    screened(root, LETTER)
    sister = Dataset.objects.get(slug="sister")
    max_ = factories.make_member("max", dataset=sister)
    release = sister.releases.get()
    rescreening.rescreen(release=release, screeners=["duplicates"], by=max_)

    (root / "sister" / "1.0" / "part.jsonl").unlink()
    assert pipeline.screen_next()

    last = Screening.objects.get(shard__release=release, revision=2)
    assert (last.state, last.records, last.flagged) == ("done", 1, 1)
