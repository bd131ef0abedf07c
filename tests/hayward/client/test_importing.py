"""Findings made elsewhere: read, checked to the end, and sent in parts to a real HTTP server."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hayward.client import importing
from hayward.client.api import Client
from hayward.client.errors import Busy, Conflict
from hayward.client.importing import Importer, InvalidFindings, counted, read_findings, read_report
from hayward.screening import JsonLinesWriter, ParquetWriter, bundles
from hayward.screening.findings import Finding
from tests.hayward.client.peer import Answer, Asked, Peer, as_json, problem

ROUTE = "POST /datasets/demo/releases/1.0/findings"
CONFIG = "c" * 64


def finding(path: str, record: int, **changes: Any) -> Finding:
    members: dict[str, Any] = {
        "path": path,
        "record": record,
        "digest": "ab" * 32,
        "screener": "pii",
        "version": "1.0.0",
        "kind": "email_address",
        "field": "text",
        "start": 1,
        "end": 16,
        "score": 0.95,
        "rule": "email.plain/1",
    }
    return Finding(**(members | changes))


def write_findings(path: Path, *findings: Finding) -> Path:
    with path.open("wb") as file:
        writer = (ParquetWriter if path.suffix == ".parquet" else JsonLinesWriter)(file)
        writer.write(findings)
        writer.close()
    return path


def shard(path: str, *, found: int, **changes: Any) -> dict[str, Any]:
    counts = {"read": found + 2, "passed": 1, "flagged": found, "held": 1, "findings": found}
    held = [{"row": 7, "reason": "invalid-json", "detail": "the line ends too early"}]
    return {"path": path, **counts, "held_records": held, "error": None} | changes


def write_report(path: Path, *shards: dict[str, Any], **changes: Any) -> Path:
    screeners: list[dict[str, Any]] = [
        {"name": "pii", "version": "1.0.0", "config_digest": CONFIG, "kinds": [], "notice": None}
    ]
    report = {"format": "hayward-screening/1", "screeners": screeners, "shards": list(shards)}
    path.write_text(json.dumps(report | changes))
    return path


def counting(peer: Peer) -> None:
    """Answers as the server does: with how many findings of the shard it has by now."""
    stored: dict[str, int] = {}

    def answer(asked: Asked) -> Answer:
        path = asked.body["shard"]
        stored[path] = stored.get(path, 0) + len(asked.body["findings"])
        return as_json({"shard": path, "state": "done", "findings": stored[path]})

    peer.routes[ROUTE] = answer


def importer(client: Client, report: Path, pause: Callable[[float], None] = print) -> Importer:
    names = {"data/a.jsonl": "a.jsonl", "data/b.jsonl": "b.jsonl", "data/none.jsonl": "none.jsonl"}
    return Importer(
        client,
        dataset="demo",
        release="1.0",
        report=read_report(report),
        names=names,
        digests={"data/a.jsonl": "5" * 64},
        pause=pause,
    )


@pytest.mark.parametrize("name", ["found.jsonl", "found.parquet"])
def test_findings_are_sent_as_the_server_takes_them(peer: Peer, tmp_path: Path, name: str) -> None:
    found = write_findings(
        tmp_path / name,
        finding("data/a.jsonl", 3, validator="Luhn", context="en:card@-2", subject="f" * 64),
        finding("data/a.jsonl", 4, box=(1, 2, 3, 4)),
    )
    report = write_report(tmp_path / "report.json", shard("data/a.jsonl", found=2))
    counting(peer)

    with Client(peer.url, token="hwd_secret") as client:
        stored = importer(client, report).run(found, on_shard=lambda _count: None)

    (asked,) = peer.asked
    shared = {
        "digest": "ab" * 32,
        "screener": "pii",
        "version": "1.0.0",
        "kind": "email_address",
        "field": "text",
        "start": 1,
        "end": 16,
        "score": 0.95,
        "rule": "email.plain/1",
    }
    assert asked.body == {
        "shard": "a.jsonl",
        "sha256": "5" * 64,
        "versions": [{"name": "pii", "version": "1.0.0", "config": CONFIG, "notice": ""}],
        "report": {
            "read": 4,
            "passed": 1,
            "flagged": 2,
            "held": 1,
            "held_records": [{"row": 7, "reason": "invalid-json", "detail": "the line ends too early"}],
        },
        "findings": [
            shared | {"record": 3, "validator": "Luhn", "context": "en:card@-2"},
            shared | {"record": 4, "box": [1, 2, 3, 4]},
        ],
        "part": 0,
        "complete": True,
    }
    assert (stored, asked.headers["authorization"]) == (2, "Bearer hwd_secret")


def test_long_shards_go_in_parts_and_only_the_last_is_complete(
    peer: Peer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "FINDINGS_PER_CALL", 2)
    found = write_findings(tmp_path / "f.jsonl", *(finding("data/a.jsonl", row) for row in range(5)))
    report = write_report(tmp_path / "r.json", shard("data/a.jsonl", found=5))
    counting(peer)

    with Client(peer.url) as client:
        stored = importer(client, report).run(found, on_shard=lambda _count: None)

    parts = [
        (one.body["part"], one.body["complete"], [row["record"] for row in one.body["findings"]])
        for one in peer.asked
    ]
    assert parts == [(0, False, [0, 1]), (1, False, [2, 3]), (2, True, [4])]
    assert stored == 5


def test_findings_in_any_order_stay_within_bounds(
    peer: Peer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "WAITING", 3)
    mixed = [finding(f"data/{'ab'[row % 2]}.jsonl", row) for row in range(8)]
    found = write_findings(tmp_path / "f.jsonl", *mixed)
    report = write_report(tmp_path / "r.json", shard("data/a.jsonl", found=4), shard("data/b.jsonl", found=4))
    counting(peer)
    done: list[int] = []

    with Client(peer.url) as client:
        stored = importer(client, report).run(found, on_shard=done.append)

    sent = {
        name: [
            row["record"] for one in peer.asked if one.body["shard"] == name for row in one.body["findings"]
        ]
        for name in ("a.jsonl", "b.jsonl")
    }
    assert sent == {"a.jsonl": [0, 2, 4, 6], "b.jsonl": [1, 3, 5, 7]}
    assert [one.body["shard"] for one in peer.asked if one.body["complete"]] == ["a.jsonl", "b.jsonl"]
    assert max(len(one.body["findings"]) for one in peer.asked) == importing.WAITING
    assert (stored, done) == (8, [1, 1])


def test_shards_without_findings_are_told_and_unread_ones_are_not(peer: Peer, tmp_path: Path) -> None:
    found = write_findings(tmp_path / "f.jsonl", finding("data/none.jsonl", 0))
    report = write_report(
        tmp_path / "r.json",
        shard("data/a.jsonl", found=0),
        shard("data/none.jsonl", found=1, error="it is truncated"),
    )
    counting(peer)

    with Client(peer.url) as client:
        importer(client, report).run(found, on_shard=lambda _count: None)

    assert [(one.body["shard"], one.body["complete"]) for one in peer.asked] == [("a.jsonl", True)]


def test_busy_server_is_asked_again_after_growing_pauses(peer: Peer, tmp_path: Path) -> None:
    found = write_findings(tmp_path / "f.jsonl", finding("data/a.jsonl", 0))
    report = write_report(tmp_path / "r.json", shard("data/a.jsonl", found=1))
    answers = iter([problem(429, title="Slow down"), problem(503, title="Away"), as_json({"findings": 1})])
    peer.routes[ROUTE] = lambda _asked: next(answers)
    pauses: list[float] = []

    with Client(peer.url) as client:
        stored = importer(client, report, pauses.append).run(found, on_shard=lambda _count: None)

    assert (stored, pauses, len(peer.asked)) == (1, [1.0, 2.0], 3)


def test_server_that_stays_busy_ends_the_import(peer: Peer, tmp_path: Path) -> None:
    found = write_findings(tmp_path / "f.jsonl", finding("data/a.jsonl", 0))
    report = write_report(tmp_path / "r.json", shard("data/a.jsonl", found=1))
    peer.routes[ROUTE] = problem(503, title="Away")

    with Client(peer.url) as client, pytest.raises(Busy):
        importer(client, report, lambda _seconds: None).run(found, on_shard=lambda _count: None)

    assert len(peer.asked) == importing.TRIES


def test_refusal_of_the_server_ends_the_import(peer: Peer, tmp_path: Path) -> None:
    found = write_findings(tmp_path / "f.jsonl", finding("data/a.jsonl", 0))
    report = write_report(tmp_path / "r.json", shard("data/a.jsonl", found=1))
    peer.routes[ROUTE] = problem(409, detail="a.jsonl was another file when it was screened")

    with Client(peer.url) as client, pytest.raises(Conflict, match="another file"):
        importer(client, report).run(found, on_shard=lambda _count: None)


GOOD = json.loads(
    json.dumps(
        {name: getattr(finding("data/a.jsonl", 0), name) for name in Finding.__slots__ if name != "box"}
    )
)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"path": 3}, "path is missing or no text"),
        ({"kind": ""}, "kind is missing or no text"),
        ({"rule": None}, "rule is missing or no text"),
        ({"record": -1}, "record is no whole number from 0"),
        ({"record": True}, "record is no whole number from 0"),
        ({"start": 1.5}, "start is no whole number from 0"),
        ({"end": 0}, "the span ends before it begins"),
        ({"digest": "AB" * 32}, "digest is not 64 hex digits"),
        ({"score": 1.01}, "score is no number from 0 to 1"),
        ({"score": "0.5"}, "score is no number from 0 to 1"),
    ],
)
def test_wrong_findings_are_named_by_file_and_line(tmp_path: Path, changes: dict[str, Any], why: str) -> None:
    path = tmp_path / "f.jsonl"
    path.write_text(json.dumps(GOOD) + "\n" + json.dumps(GOOD | changes) + "\n")

    with pytest.raises(InvalidFindings) as caught:
        list(read_findings(path))

    assert str(caught.value) == f"{path}, line 2: {why}."


def test_lines_that_are_no_finding_are_named(tmp_path: Path) -> None:
    path = tmp_path / "f.jsonl"
    path.write_text("[]\n")
    with pytest.raises(InvalidFindings, match="line 1: a finding is an object"):
        list(read_findings(path))

    path.write_text(json.dumps(GOOD) + "\n{\n")
    with pytest.raises(InvalidFindings, match="line 2 is not JSON"):
        list(read_findings(path))


def test_broken_parquet_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "f.parquet"
    path.write_bytes(b"PAR1 and no more")

    with pytest.raises(InvalidFindings, match=r"f\.parquet is no Parquet file"):
        list(read_findings(path))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"format": "another/1"}, "its format is not hayward-screening/1"),
        ({"screeners": {}}, "it has no list of screeners"),
        ({"screeners": [{"name": "pii", "version": "1"}]}, "a screener has no config_digest"),
        ({"shards": None}, "it has no list of shards"),
        ({"shards": [{}]}, "shard 1: it has no path"),
        ({"shards": [shard("a", found=1, read=1)]}, "shard 1: read is not passed + flagged + held"),
        ({"shards": [shard("a", found=1, held=-1)]}, "shard 1: held is no whole number from 0"),
        ({"shards": [shard("a", found=1, held_records=1)]}, "shard 1: it has no list of held_records"),
    ],
)
def test_wrong_reports_are_named(tmp_path: Path, changes: dict[str, Any], why: str) -> None:
    report = write_report(tmp_path / "r.json", **changes)

    with pytest.raises(InvalidFindings) as caught:
        read_report(report)

    assert why in str(caught.value)


def test_report_that_is_no_json_is_refused(tmp_path: Path) -> None:
    (tmp_path / "r.json").write_text("{")

    with pytest.raises(InvalidFindings, match=r"r\.json is not JSON"):
        read_report(tmp_path / "r.json")


def test_bundles_of_several_screeners_findings_belong_to_the_run(tmp_path: Path) -> None:
    report = read_report(write_report(tmp_path / "r.json", shard("data/a.jsonl", found=2)))
    bundle = finding("data/a.jsonl", 0, screener=bundles.NAME, version=bundles.VERSION, kind="doxxing_bundle")
    found = write_findings(tmp_path / "f.jsonl", finding("data/a.jsonl", 0), bundle)

    assert counted(found, report) == {"data/a.jsonl": 2}


def test_findings_and_report_of_different_runs_are_told_apart(tmp_path: Path) -> None:
    report = read_report(write_report(tmp_path / "r.json", shard("data/a.jsonl", found=2)))
    few = write_findings(tmp_path / "few.jsonl", finding("data/a.jsonl", 0))
    strange = write_findings(tmp_path / "strange.jsonl", finding("data/z.jsonl", 0))
    old = write_findings(tmp_path / "old.jsonl", finding("data/a.jsonl", 0, version="0.9"))

    with pytest.raises(InvalidFindings, match=r"has 1 findings of data/a\.jsonl, but .* counts 2"):
        counted(few, report)
    with pytest.raises(InvalidFindings, match=r"line 1: data/z\.jsonl is not among the shards"):
        counted(strange, report)
    with pytest.raises(InvalidFindings, match=r"line 1: the screener pii 0\.9 is not among those"):
        counted(old, report)
