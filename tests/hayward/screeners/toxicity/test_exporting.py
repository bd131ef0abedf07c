"""A checkpoint becomes a folder that scores the same without running any of the checkpoint's code."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from hayward.screeners.toxicity.detoxify import Detoxify
from hayward.screeners.toxicity.exporting import PROBES, Exported, export
from hayward.screeners.toxicity.folder import BrokenModelFolder, ModelFolder
from tests.hayward.screeners.toxicity.tiny import TinyCheckpoint
from tests.hayward.screeners.toxicity.trained import Shape, make_trained_checkpoint

# What int8 may differ from torch on these tiny models; a real model's own difference stands in its manifest.
INT8_BOUND = 0.02
LONG = "the sheep may graze . " * 60 + "you idiot . " + "the sheep may graze . " * 60


def scores(engine: Detoxify | ModelFolder, text: str) -> list[float]:
    return [worst.score for worst in engine.judge([text])[0].worst.values()]


@pytest.mark.parametrize(("precision", "bound"), [("fp32", 1e-4), ("int8", INT8_BOUND)])
@pytest.mark.parametrize(
    "text", ["you are an idiot", "the sheep may graze .", LONG], ids=["bad", "good", "long"]
)
def test_exported_model_scores_like_torch(
    exported: Exported, trained_engine: Detoxify, precision: str, bound: float, text: str
) -> None:
    folder = ModelFolder(exported.path, precision)  # type: ignore[arg-type]

    assert scores(folder, text) == pytest.approx(scores(trained_engine, text), abs=bound)


@pytest.mark.slow
@pytest.mark.parametrize("shape", ["roberta", "xlm-roberta", "albert"])
def test_other_shapes_of_detoxify_are_exported_too(shape: Shape, tmp_path: Path) -> None:
    tiny = make_trained_checkpoint(tmp_path / "checkpoint", shape)
    engine = Detoxify(checkpoint=tiny.checkpoint, config=tiny.config, sha256=tiny.sha256)

    done = export(engine, tmp_path / "model", name=shape)

    predicted = engine.loaded.predict("you are an idiot")
    assert scores(engine, "you are an idiot") == pytest.approx(list(predicted.values()), abs=1e-6)
    assert done.differences["fp32"] <= 1e-4
    assert done.differences["int8"] <= INT8_BOUND


def test_toxic_words_after_the_first_window_are_found_and_located(exported: Exported) -> None:
    (judgement,) = ModelFolder(exported.path).judge([LONG])

    worst = judgement.worst["toxicity"]
    assert worst.score > 0.9
    assert "idiot" in LONG[worst.start : worst.end]
    assert 1 < worst.window < worst.windows


def test_text_scores_the_same_in_any_company(exported: Exported) -> None:
    texts = ["you are an idiot", "the sheep", LONG, "the village keeps a common ."]

    for precision in ("int8", "fp32"):
        engine = ModelFolder(exported.path, precision)
        together = [judgement.worst["toxicity"].score for judgement in engine.judge(texts * 3)]
        alone = [engine.judge([text])[0].worst["toxicity"].score for text in texts * 3]
        assert together == pytest.approx(alone, abs=0 if precision == "int8" else 1e-6)


def test_manifest_says_where_the_model_comes_from(exported: Exported, trained: TinyCheckpoint) -> None:
    manifest = json.loads((exported.path / "manifest.json").read_text())

    assert manifest["source"] == {"file": "trained.ckpt", "sha256": trained.sha256}
    assert (manifest["maximum"], manifest["probes"]) == (64, len(PROBES))
    assert manifest["largest_difference_to_torch"] == exported.differences
    assert sorted(manifest["files"]) == ["model.int8.onnx", "model.onnx", "tokenizer.json"]


def test_running_an_exported_model_needs_no_torch(exported: Exported) -> None:
    program = (
        "import sys; from pathlib import Path; from hayward.screeners.toxicity.folder import ModelFolder\n"
        f"print(len(ModelFolder(Path({str(exported.path)!r})).judge(['you idiot'])[0].worst), 'torch' in sys.modules)"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout == "6 False\n"


def test_existing_folder_is_never_overwritten(exported: Exported, trained_engine: Detoxify) -> None:
    before = (exported.path / "manifest.json").read_bytes()

    with pytest.raises(FileExistsError):
        export(trained_engine, exported.path, name="again")

    assert (exported.path / "manifest.json").read_bytes() == before


def test_file_that_is_not_the_manifests_is_refused(exported: Exported, tmp_path: Path) -> None:
    for path in exported.path.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "model.int8.onnx").write_bytes(b"something else")

    with pytest.raises(BrokenModelFolder, match=r"model\.int8\.onnx is not the file"):
        ModelFolder(tmp_path).judge(["the sheep"])


def test_folder_without_manifest_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BrokenModelFolder, match="is no model folder"):
        _ = ModelFolder(tmp_path).kinds
