"""`hayward models`: a checkpoint is stored unread, exported once confirmed, and used from its folder."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from hashlib import sha256
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from hayward.cli.exits import ExitCode
from hayward.screeners.toxicity import choosing, pulling
from tests.hayward.cli.conftest import Command
from tests.hayward.screeners.toxicity.tiny import TinyCheckpoint
from tests.hayward.screeners.toxicity.trained import make_trained_checkpoint

CONTENT = b"weights that nobody loads"
DIGEST = sha256(CONTENT).hexdigest()


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> TinyCheckpoint:
    return make_trained_checkpoint(tmp_path_factory.mktemp("trained"), "bert")


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("XDG_CACHE_HOME", "XDG_DATA_HOME", "TORCH_HOME", "HAYWARD_MODELS", "HAYWARD_TOXICITY_MODEL"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a published file whose digest we can meet."""
    name = f"toxic_original-{DIGEST[:8]}.ckpt"
    monkeypatch.setitem(choosing.PUBLISHED, "original", name)
    return name


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its base calls it so
        pass


@contextmanager
def served(folder: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_list_names_what_could_be_here_and_what_works(hayward: Command) -> None:
    done = hayward("models", "list", "--json")

    listed = json.loads(done.out)
    assert [row["name"] for row in listed["models"]] == list(choosing.PUBLISHED)
    assert {row["here"] for row in listed["models"]} == {False}
    assert listed["at_work"].startswith("Toxicity is scored by the small linear model")
    assert done.code == ExitCode.OK


def test_pull_from_a_file_stores_it_and_prints_its_digest(
    hayward: Command, home: Path, published: str
) -> None:
    (home / "brought").write_bytes(CONTENT)

    done = hayward("models", "pull", "original", "--from", home / "brought")

    stored = home / ".cache/torch/hub/checkpoints" / published
    assert (done.code, done.out, stored.read_bytes()) == (ExitCode.OK, DIGEST + "\n", CONTENT)
    assert f"--sha256 {DIGEST}" in done.err


def test_pull_of_another_file_keeps_nothing(hayward: Command, home: Path) -> None:
    (home / "brought").write_bytes(CONTENT)

    done = hayward("models", "pull", "original", "--from", home / "brought")

    assert done.code == ExitCode.VERIFICATION_FAILED
    assert f"its SHA-256 is {DIGEST}, which should begin with c1212f89" in done.err
    assert list((home / ".cache/torch/hub/checkpoints").iterdir()) == []


def test_pull_of_a_file_that_is_not_there_says_so(hayward: Command, home: Path) -> None:
    done = hayward("models", "pull", "original", "--from", home / "none")

    assert (done.code, done.out) == (ExitCode.NOT_FOUND, "")


def test_pull_of_an_unknown_model_names_the_known_ones(hayward: Command) -> None:
    done = hayward("models", "pull", "orginal")

    assert done.code == ExitCode.USAGE
    assert "It publishes: original, unbiased, multilingual, original-small, unbiased-small." in done.err


def test_download_is_streamed_and_told(home: Path, published: str) -> None:
    (home / "site").mkdir()
    (home / "site" / published).write_bytes(CONTENT)
    told: list[int] = []

    with served(home / "site") as url:
        pulled = pulling.pull("original", f"{url}/{published}", home / "hub", tell=told.append)

    assert (pulled.path.read_bytes(), pulled.sha256, sum(told)) == (CONTENT, DIGEST, len(CONTENT))


def test_download_that_fails_keeps_nothing_and_names_the_way_out(home: Path, published: str) -> None:
    with served(home) as url, pytest.raises(pulling.UnableToPull, match="give it with --from"):
        pulling.pull("original", f"{url}/none", home / "hub", tell=lambda amount: None)

    assert list((home / "hub").iterdir()) == []


def test_addresses_are_those_of_detoxify() -> None:
    for model, file in choosing.PUBLISHED.items():
        assert pulling.published_url(model).endswith(f"/{file}")


def test_export_is_refused_until_the_digest_is_confirmed(
    hayward: Command, trained: TinyCheckpoint, home: Path
) -> None:
    done = hayward("models", "export", "ours", "--checkpoint", trained.checkpoint, "--config", trained.config)

    assert done.code == ExitCode.VERIFICATION_FAILED
    assert f"give --sha256 {trained.sha256} and try again" in done.err
    assert not (home / ".local").exists()


def test_exported_model_is_listed_and_at_work(
    hayward: Command, trained: TinyCheckpoint, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    confirmed = ("--checkpoint", trained.checkpoint, "--config", trained.config, "--sha256", trained.sha256)

    done = hayward("models", "export", "ours", *confirmed)
    again = hayward("models", "export", "ours", *confirmed)
    listed = json.loads(hayward("models", "list", "--json").out)
    (home / "a.jsonl").write_text('{"text": "you idiot"}\n{"text": "the sheep may graze"}\n')
    screened = hayward("screen", home / "a.jsonl", "--screeners", "toxicity")

    folder = home / ".local/share/hayward/models/ours"
    assert (done.code, done.out) == (ExitCode.OK, f"{folder}\n")
    assert "Largest difference to torch on the built-in texts: int8 " in done.err
    assert again.code == ExitCode.CONFLICT
    assert listed["models"][-1] == {
        "name": "ours", "kind": "exported", "here": True, "sha256": trained.sha256, "path": str(folder),
    }  # fmt: skip
    assert "'ours'" in listed["at_work"]
    findings = [json.loads(line) for line in screened.out.splitlines()]
    assert {(finding["record"], finding["rule"]) for finding in findings} == {(0, "detoxify-onnx.text/2")}
    assert len(findings) == 6
