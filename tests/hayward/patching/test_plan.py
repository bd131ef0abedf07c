"""Tests of parsing patch documents."""

import json
from typing import Any

import pytest

from hayward.patching import InvalidPatch, Patch
from tests.hayward.patching.copies import document, span

DIGEST = "a" * 64
LOCATION = {"shard": "train/part-0.jsonl.gz", "sha256": "b" * 64, "row": 17}
REMOVE = {"seq": 3, "action": "remove", "digest": DIGEST, "locations": [LOCATION]}


def changed(**members: Any) -> bytes:
    return document([{**REMOVE, **members}])


def test_parse_reads_operations_in_the_order_of_the_log() -> None:
    label = {**REMOVE, "seq": 5, "action": "label", "label": "toxicity"}
    redact = {**REMOVE, "seq": 4, "action": "redact", "spans": [span(3, 20)]}
    restore = {**REMOVE, "seq": 9, "action": "restore", "ref": 3, "clause": "unknown members are passed over"}

    patch = Patch.parse(document([restore, label, redact, REMOVE]))

    assert [(one.seq, one.action, one.ref, one.label) for one in patch.operations] == [
        (3, "remove", -1, ""),
        (4, "redact", -1, ""),
        (5, "label", -1, "toxicity"),
        (9, "restore", 3, ""),
    ]
    assert patch.operations[1].spans[0].mark == "[EMAIL_ADDRESS]"
    assert (patch.dataset, patch.release, patch.since, patch.until) == ("demo", "1.0", 0, 100)


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b"{", "$"),
        (b"[]", "$"),
        (b'{"format":"hayward-patch/2"}', "$.format"),
        (document([REMOVE], since=50, until=20), "$.until"),
        (document([REMOVE], since=-1), "$.since"),
        (document([REMOVE], since=4), "$.operations[seq=3]"),
        (document([REMOVE], until=3), "$.operations[seq=3]"),
        (document([REMOVE, REMOVE]), "$.operations[seq=3]"),
        (changed(action="erase"), "$.operations[0].action"),
        (changed(digest="A" * 64), "$.operations[0].digest"),
        (changed(seq=True), "$.operations[0].seq"),
        (changed(locations={}), "$.operations[0].locations"),
        (changed(locations=[5]), "$.operations[0].locations[0]"),
        (changed(action="redact"), "$.operations[0].spans"),
        (changed(action="redact", spans=[]), "$.operations[0].spans"),
        (changed(action="redact", spans=[span(5, 5)]), "$.operations[0].spans[0].end"),
        (changed(action="redact", spans=[span(1, 5, kind="E-mail")]), "$.operations[0].spans[0].kind"),
        (changed(action="label", label="two words"), "$.operations[0].label"),
        (changed(action="restore"), "$.operations[0].ref"),
        (changed(action="restore", ref=3), "$.operations[seq=3]"),
        (
            document([REMOVE, {**REMOVE, "seq": 4, "action": "restore", "ref": 3, "digest": "c" * 64}]),
            "$.operations[seq=4]",
        ),
    ],
)
def test_parse_names_the_place_of_the_fault(data: bytes, place: str) -> None:
    with pytest.raises(InvalidPatch) as caught:
        Patch.parse(data)

    assert caught.value.place == place
    assert str(caught.value).startswith(f"The patch is not valid at {place}: ")


@pytest.mark.parametrize(
    "shard",
    [
        "../x.jsonl",
        "/etc/x.jsonl",
        "a/../../x.jsonl",
        "a//b.jsonl",
        "./x.jsonl",
        "..\\x.jsonl",
        "C:/x.jsonl",
        ".hayward/receipt.json",
        "a/.git/x.jsonl",
        "x\0.jsonl",
        "s3://bucket/x.jsonl",
        "",
    ],
)
def test_parse_refuses_shards_outside_the_root(shard: str) -> None:
    with pytest.raises(InvalidPatch) as caught:
        Patch.parse(changed(locations=[{**LOCATION, "shard": shard}]))

    assert caught.value.place == "$.operations[0].locations[0].shard"


def test_parse_refuses_a_document_with_two_meanings() -> None:
    twice = json.dumps({"format": "hayward-patch/1"})[:-1] + ',"format":"hayward-patch/1"}'

    with pytest.raises(InvalidPatch, match="names one key twice"):
        Patch.parse(twice.encode())
