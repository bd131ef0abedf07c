"""Patches: what the settled entries mean for the bytes."""

from datetime import timedelta
from pathlib import Path

import pytest
from pytest_django import DjangoAssertNumQueries

from datasets_app.models import Dataset, Release
from hayward.patching import Patch
from moderation import changelog, deciding, patches, triage
from moderation.deciding import Span
from moderation.kinds import Action
from moderation.models import DatasetLog, Decision, User
from tests import factories
from tests.factories import NOW

AFTER = NOW + timedelta(seconds=31)


def decided(
    number: int, *, root: Path, dataset: Dataset, by: User, action: Action = Action.REMOVE
) -> Decision:
    case = factories.make_case(dataset=dataset, root=root, text=f"{factories.MAIL} {number}")
    return factories.make_decision(case=case, by=by, action=action)


def publish() -> None:
    changelog.publish_checkpoint(log=DatasetLog.objects.get(), at=NOW)


def test_patch_names_removed_and_redacted_records(root: Path, dataset: Dataset, alice: User) -> None:
    removed = decided(1, root=root, dataset=dataset, by=alice)
    redacted = decided(2, root=root, dataset=dataset, by=alice, action=Action.REDACT)
    decided(3, root=root, dataset=dataset, by=alice, action=Action.KEEP)
    publish()
    release = Release.objects.get(version="1.1")

    document = patches.build(dataset=dataset, release=release, since=0, at=AFTER)

    shard = release.shards.get()
    assert document == {
        "format": "hayward-patch/1",
        "dataset": "demo",
        "release": "1.1",
        "since": 0,
        "until": 3,
        "operations": [
            {"seq": 0, "action": "remove", "digest": removed.item.digest, "locations": []},  # type: ignore[union-attr]
            {
                "seq": 1,
                "action": "redact",
                "digest": redacted.item.digest,  # type: ignore[union-attr]
                "locations": [{"shard": "part.jsonl", "sha256": shard.sha256, "row": 0}],
                "spans": [{"field": "text", "start": 9, "end": 30, "kind": "email_address"}],
            },
        ],
    }


def test_patch_blurs_boxes_and_drops_metadata_of_pictures(root: Path, dataset: Dataset, alice: User) -> None:
    case = factories.make_case(dataset=dataset, root=root)
    triage.claim(case=case, by=alice, at=NOW)
    spans = [
        Span(field="jpg", start=0, end=0, kind="face", box=(1, 2, 30, 40)),
        Span(field="jpg", start=0, end=0, kind="image_location"),
    ]
    deciding.decide(case=case, action=Action.REDACT, clause="image.person", spans=spans, by=alice, at=NOW)
    publish()

    document = patches.build(dataset=dataset, release=Release.objects.get(), since=0, at=AFTER)

    assert document["operations"][0]["spans"] == [
        {"field": "jpg", "start": 0, "end": 0, "kind": "face", "box": [1, 2, 30, 40], "effect": "blur"},
        {"field": "jpg", "start": 0, "end": 0, "kind": "image_location", "effect": "drop_metadata"},
    ]


@pytest.mark.parametrize("box", [(5, 0, 5, 9), (-1, 0, 5, 9), (0, 9, 5, 3)], ids=repr)
def test_box_that_covers_nothing_is_refused(
    root: Path, dataset: Dataset, alice: User, box: tuple[int, int, int, int]
) -> None:
    case = factories.make_case(dataset=dataset, root=root)
    triage.claim(case=case, by=alice, at=NOW)
    span = Span(field="jpg", start=0, end=0, kind="face", box=box)

    with pytest.raises(deciding.UnableToDecide, match="empty"):
        deciding.decide(
            case=case, action=Action.REDACT, clause="image.person", spans=[span], by=alice, at=NOW
        )


def test_patch_is_what_the_library_reads(root: Path, dataset: Dataset, alice: User) -> None:
    import json

    decided(1, root=root, dataset=dataset, by=alice, action=Action.REDACT)
    publish()

    document = patches.build(dataset=dataset, release=Release.objects.get(), since=0, at=AFTER)

    assert len(Patch.parse(json.dumps(document).encode()).operations) == 1


def test_patch_ends_before_the_first_decision_in_its_hold(root: Path, dataset: Dataset, alice: User) -> None:
    decided(1, root=root, dataset=dataset, by=alice)
    publish()

    document = patches.build(dataset=dataset, release=Release.objects.get(), since=0, at=NOW)

    assert (document["until"], document["operations"]) == (0, [])


def test_patch_covers_only_what_is_published(root: Path, dataset: Dataset, alice: User) -> None:
    decided(1, root=root, dataset=dataset, by=alice)

    assert patches.build(dataset=dataset, release=Release.objects.get(), since=0, at=AFTER)["until"] == 0


def test_undone_decision_leaves_no_trace_in_the_patch(root: Path, dataset: Dataset, alice: User) -> None:
    decision = decided(1, root=root, dataset=dataset, by=alice)
    deciding.undo(decision=decision, by=alice, at=NOW)
    publish()

    document = patches.build(dataset=dataset, release=Release.objects.get(), since=0, at=AFTER)

    assert (document["until"], document["operations"]) == (2, [])


def test_reversal_reaches_copies_that_applied_the_decision(
    root: Path, dataset: Dataset, alice: User, lena: User
) -> None:
    decision = decided(1, root=root, dataset=dataset, by=alice)
    deciding.end_holds(at=AFTER)
    deciding.reverse(decision=decision, by=lena, at=AFTER, reasoning="A role address.")
    publish()

    document = patches.build(dataset=dataset, release=Release.objects.get(), since=1, at=AFTER)

    assert [(op["action"], op["seq"], op["ref"]) for op in document["operations"]] == [("restore", 1, 0)]


@pytest.mark.parametrize("count", [1, 3])
def test_patch_takes_the_same_queries_for_one_and_three(
    root: Path, dataset: Dataset, alice: User, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        decided(number, root=root, dataset=dataset, by=alice)
    publish()
    release = Release.objects.first()
    assert release is not None

    with django_assert_num_queries(4):
        patches.build(dataset=dataset, release=release, since=0, at=AFTER)
