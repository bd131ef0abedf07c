"""`hayward dataset`: manifests that are true, sent once, and a status that accounts for every record."""

from __future__ import annotations

import hashlib
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.hayward.cli.conftest import Command
from tests.hayward.client.peer import Answer, Asked, Peer, as_json, problem, release_shape

LINE = b'{"text": "a field of barley"}\n'


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    (folder / "sub").mkdir(parents=True)
    (folder / "b.jsonl").write_bytes(LINE)
    (folder / "sub" / "a.jsonl").write_bytes(LINE * 2)
    (folder / "notes.txt").write_text("not a shard")
    return folder


def shard(path: str, content: bytes) -> dict[str, Any]:
    return {"path": path, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


SHARDS = [shard("b.jsonl", LINE), shard("sub/a.jsonl", LINE * 2)]


def ready(peer: Peer) -> Peer:
    peer.routes["GET /datasets/demo"] = as_json({"slug": "demo"})
    peer.routes["POST /datasets/demo/releases"] = as_json(release_shape(), 201)
    return peer


def sent(peer: Peer) -> Any:
    return next(asked.body for asked in peer.asked if asked.method == "POST")


def test_a_folder_is_hashed_and_registered(hayward: Command, peer: Peer, data: Path) -> None:
    done = hayward("dataset", "register", "demo", data, "--release", "1.0", "--server", ready(peer).url)

    assert done.code == 0
    assert sent(peer) == {
        "version": "1.0",
        "root": data.as_posix(),
        "screeners": ["pii", "toxicity"],
        "shards": SHARDS,
    }
    assert "release          1.0\n" in done.out
    assert "hayward dataset status demo --release 1.0 --wait" in done.err


def test_screeners_and_fields_are_passed_on(hayward: Command, peer: Peer, data: Path) -> None:
    hayward(
        *("dataset", "register", "demo", data, "--release", "1.0", "--server", ready(peer).url),
        *("--screeners", "pii", "--field", "text", "--field", "title"),
    )

    assert (sent(peer)["screeners"], sent(peer)["fields"]) == (["pii"], ["text", "title"])


def test_a_new_dataset_is_registered_first(hayward: Command, peer: Peer, data: Path) -> None:
    ready(peer).routes["GET /datasets/demo"] = problem(404, detail="Not found.")
    peer.routes["POST /datasets"] = as_json({"slug": "demo"}, 201)

    done = hayward(
        *("dataset", "register", "demo", data, "--release", "1.0", "--server", peer.url),
        *("--name", "Demo", "--description", "Fields", "--maintainer", "max"),
    )

    assert done.code == 0
    assert sent(peer) == {"slug": "demo", "name": "Demo", "description": "Fields", "maintainers": ["max"]}
    assert [(asked.method, asked.path) for asked in peer.asked] == [
        ("GET", "/api/v1/datasets/demo"),
        ("POST", "/api/v1/datasets"),
        ("POST", "/api/v1/datasets/demo/releases"),
    ]


def test_a_source_is_left_to_the_server(hayward: Command, peer: Peer) -> None:
    command = ("dataset", "register", "demo", "--source", "/srv/demo", "--release", "1.0")

    done = hayward(*command, "--server", ready(peer).url)

    assert done.code == 0
    assert sent(peer) == {
        "version": "1.0",
        "root": "/srv/demo",
        "screeners": ["pii", "toxicity"],
        "source": "/srv/demo",
    }


@pytest.mark.parametrize("form", ["{data}", "{data}/", "{data}/**/*.jsonl"])
def test_a_dry_run_prints_the_manifest_and_sends_nothing(hayward: Command, data: Path, form: str) -> None:
    done = hayward("dataset", "register", "demo", form.format(data=data), "--release", "1.0", "--dry-run")

    assert (done.code, done.err) == (0, "")
    assert json.loads(done.out) == {"root": data.as_posix(), "shards": SHARDS}


def test_a_file_alone_lies_below_its_folder(hayward: Command, data: Path) -> None:
    done = hayward("dataset", "register", "demo", data / "sub" / "a.jsonl", "--release", "1.0", "--dry-run")

    assert json.loads(done.out) == {"root": f"{data}/sub", "shards": [shard("a.jsonl", LINE * 2)]}


def test_paths_are_relative_to_the_root_that_was_given(
    hayward: Command, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(data)

    done = hayward("dataset", "register", "demo", "sub", "--root", ".", "--release", "1.0", "--dry-run")

    assert json.loads(done.out) == {"root": data.as_posix(), "shards": [shard("sub/a.jsonl", LINE * 2)]}


def test_a_remote_folder_is_hashed_where_it_lies(hayward: Command, data: Path) -> None:
    done = hayward("dataset", "register", "demo", data.as_uri(), "--release", "1.0", "--dry-run")

    assert done.code == 0
    assert json.loads(done.out) == {"root": data.as_uri(), "shards": SHARDS}


def test_a_printed_manifest_can_be_sent(
    hayward: Command, peer: Peer, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    printed = hayward("dataset", "register", "demo", data, "--release", "1.0", "--dry-run").out
    (tmp_path / "manifest.json").write_text(printed)
    command = ("dataset", "register", "demo", "--release", "1.0", "--server", ready(peer).url, "--manifest")

    from_file = hayward(*command, tmp_path / "manifest.json")
    monkeypatch.setattr("sys.stdin", io.StringIO(printed))
    from_stdin = hayward(*command, "-")

    assert (from_file.code, from_stdin.code) == (0, 0)
    bodies = [asked.body for asked in peer.asked if asked.method == "POST"]
    assert bodies[0] == bodies[1]
    assert (bodies[0]["root"], bodies[0]["shards"]) == (data.as_posix(), SHARDS)


@pytest.mark.parametrize(
    ("manifest", "why"),
    [
        ("{", "not JSON"),
        ("[]", "no shards"),
        ('{"root": "/d"}', "no shards"),
        (json.dumps(SHARDS), "--root"),
        (json.dumps({"root": "/d", "shards": [SHARDS[0], SHARDS[0]]}), "twice"),
        (json.dumps({"root": "/d", "shards": [SHARDS[0], 1]}), "shard 2"),
        (json.dumps({"root": "/d", "shards": [SHARDS[0] | {"path": "../x"}]}), "below the root"),
        (json.dumps({"root": "/d", "shards": [SHARDS[0] | {"path": "/x"}]}), "below the root"),
        (json.dumps({"root": "/d", "shards": [SHARDS[0] | {"bytes": -1}]}), "bytes"),
        (json.dumps({"root": "/d", "shards": [SHARDS[0] | {"bytes": True}]}), "bytes"),
        (json.dumps({"root": "/d", "shards": [SHARDS[0] | {"sha256": "AB" * 32}]}), "sha256"),
    ],
)
def test_a_wrong_manifest_is_refused_with_its_place(
    hayward: Command, tmp_path: Path, manifest: str, why: str
) -> None:
    file = tmp_path / "manifest.json"
    file.write_text(manifest)

    done = hayward("dataset", "register", "demo", "--manifest", file, "--release", "1.0", "--dry-run")

    assert done.code == 2
    assert why in done.err
    assert str(file) in done.err


@pytest.mark.parametrize(
    "more", [[], ["x.jsonl", "--source", "/srv"], ["--source", "/srv", "--manifest", "m.json"]]
)
def test_the_place_of_the_shards_is_said_once(hayward: Command, more: list[str]) -> None:
    done = hayward("dataset", "register", "demo", *more, "--release", "1.0", "--dry-run")

    assert done.code == 2
    assert "--manifest" in done.err


def test_a_path_without_shards_ends_in_4(hayward: Command, tmp_path: Path) -> None:
    done = hayward("dataset", "register", "demo", tmp_path / "absent", "--release", "1.0", "--dry-run")

    assert done.code == 4
    assert "absent" in done.err


def test_a_shard_outside_the_root_is_refused(hayward: Command, data: Path) -> None:
    done = hayward(
        "dataset", "register", "demo", data, "--root", data / "sub", "--release", "1.0", "--dry-run"
    )

    assert done.code == 2
    assert "--root" in done.err


def test_a_release_that_exists_ends_in_5(hayward: Command, peer: Peer, data: Path) -> None:
    ready(peer).routes["POST /datasets/demo/releases"] = problem(409, detail="Release 1.0 exists.")

    done = hayward("dataset", "register", "demo", data, "--release", "1.0", "--server", peer.url)

    assert (done.code, done.out) == (5, "")
    assert "Release 1.0 exists" in done.err


def test_status_accounts_for_every_record(hayward: Command, peer: Peer) -> None:
    peer.routes["GET /datasets/demo/releases/1.0"] = as_json(release_shape())

    done = hayward("dataset", "status", "demo", "--release", "1.0", "--server", peer.url, "-q")

    assert (done.code, done.err) == (0, "")
    assert dict(re.split("  +", line) for line in done.out.splitlines()) == {
        "dataset": "demo",
        "release": "1.0",
        "state": "ready",
        "shards": "2",
        "bytes": "4096",
        "screening": "done",
        "shards screened": "2 of 2",
        "shards failed": "0",
        "records read": "10",
        "passed": "7",
        "flagged": "2",
        "held": "1",
        "findings": "3",
    }


def test_status_as_json_is_the_answer_of_the_server(hayward: Command, peer: Peer) -> None:
    shape = release_shape() | {"new_member": [1]}
    peer.routes["GET /datasets/demo/releases/1.0"] = as_json(shape)

    done = hayward("dataset", "status", "demo", "--release", "1.0", "--server", peer.url, "--json")

    assert json.loads(done.out) == shape


def test_records_that_are_lost_are_warned_of(hayward: Command, peer: Peer) -> None:
    peer.routes["GET /datasets/demo/releases/1.0"] = as_json(release_shape(passed=6))

    done = hayward("dataset", "status", "demo", "--release", "1.0", "--server", peer.url, "-q")

    assert done.err.startswith("Warning: read is not passed + flagged + held")


def test_waiting_ends_when_the_last_shard_is_over(hayward: Command, peer: Peer) -> None:
    looks = iter(
        [
            release_shape(state="registering", shards=0, shards_done=0, shards_total=0),
            release_shape(shards_done=0),
            release_shape(shards_done=1),
            release_shape(),
        ]
    )

    def look(asked: Asked) -> Answer:
        return as_json(next(looks))

    peer.routes["GET /datasets/demo/releases/1.0"] = look

    done = hayward(
        *(
            "dataset",
            "status",
            "demo",
            "--release",
            "1.0",
            "--server",
            peer.url,
            "--wait",
            "--interval",
            "0",
            "--json",
        )
    )

    assert done.code == 0
    assert json.loads(done.out) == release_shape()
    assert len(peer.asked) == 4
    assert done.err.count("Asking") == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"shards_done": 1, "shards_failed": 1}, 6),
        (
            {
                "state": "failed",
                "error": "No shards there.",
                "shards": 0,
                "shards_done": 0,
                "shards_total": 0,
            },
            1,
        ),
    ],
)
def test_waiting_tells_what_failed(hayward: Command, peer: Peer, changes: dict[str, Any], code: int) -> None:
    peer.routes["GET /datasets/demo/releases/1.0"] = as_json(release_shape(**changes))

    done = hayward("dataset", "status", "demo", "--release", "1.0", "--server", peer.url, "--wait")

    assert done.code == code
    assert changes.get("error", "") in done.err


def test_waiting_too_long_ends_in_75(hayward: Command, peer: Peer) -> None:
    peer.routes["GET /datasets/demo/releases/1.0"] = as_json(release_shape(shards_done=1))
    command = ("dataset", "status", "demo", "--release", "1.0", "--server", peer.url)

    done = hayward(*command, "--wait", "--interval", "0", "--timeout", "0")

    assert done.code == 75
    assert "look again later" in done.err
