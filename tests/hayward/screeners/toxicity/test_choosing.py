"""Which engine is chosen, and what the notice says."""

import sys
from hashlib import sha256
from pathlib import Path

import pytest

from hayward.screeners import UnableToLoad
from hayward.screeners.toxicity.choosing import PUBLISHED, UnconfirmedCheckpoint, choose
from hayward.screeners.toxicity.detoxify import Detoxify
from hayward.screeners.toxicity.linear import Linear


def downloaded(home: Path, model: str) -> Path:
    """A file where torch.hub would keep this model."""
    file = home / ".cache" / "torch" / "hub" / "checkpoints" / PUBLISHED[model]
    file.parent.mkdir(parents=True)
    file.write_bytes(b"weights")
    return file


def uninstall(monkeypatch: pytest.MonkeyPatch, *packages: str) -> None:
    for package in packages:
        # Python's own mark for a module that cannot be imported.
        monkeypatch.setitem(sys.modules, package, None)


def test_without_weights_the_linear_model_works_and_says_so(tmp_path: Path) -> None:
    engine, notice = choose({"HOME": str(tmp_path)})

    assert isinstance(engine, Linear)
    assert notice == (
        "Toxicity is scored by the small linear model, not by Detoxify. "
        "Detoxify has no weights here: set HAYWARD_TOXICITY_MODEL or HAYWARD_TOXICITY_CHECKPOINT."
    )


def test_model_asked_for_by_name_is_detoxifys_to_download(tmp_path: Path) -> None:
    engine, notice = choose({"HOME": str(tmp_path), "HAYWARD_TOXICITY_MODEL": "multilingual"})

    assert engine == Detoxify(model="multilingual")
    assert notice == "Toxicity is scored by Detoxify's published model 'multilingual'."


def test_model_already_downloaded_is_used_unasked(tmp_path: Path) -> None:
    downloaded(tmp_path, "unbiased")

    engine, _ = choose({"HOME": str(tmp_path)})

    assert engine == Detoxify(model="unbiased")


def test_cache_is_looked_for_where_torch_is_told_to_keep_it(tmp_path: Path) -> None:
    downloaded(tmp_path, "original")

    engine, _ = choose({"HOME": "/nonexistent", "TORCH_HOME": str(tmp_path / ".cache" / "torch")})

    assert engine == Detoxify(model="original")


def test_downloaded_model_must_have_the_confirmed_digest(tmp_path: Path) -> None:
    file = downloaded(tmp_path, "original")
    confirmed = {"HOME": str(tmp_path), "HAYWARD_TOXICITY_SHA256": sha256(file.read_bytes()).hexdigest()}

    engine, _ = choose(confirmed)
    file.write_bytes(b"other weights")

    assert engine == Detoxify(model="original")
    with pytest.raises(UnconfirmedCheckpoint):
        choose(confirmed)


def test_digest_for_a_model_not_yet_downloaded_is_refused(tmp_path: Path) -> None:
    environment = {
        "HOME": str(tmp_path),
        "HAYWARD_TOXICITY_MODEL": "original",
        "HAYWARD_TOXICITY_SHA256": "0" * 64,
    }

    with pytest.raises(UnableToLoad, match="not downloaded yet"):
        choose(environment)


def test_unknown_model_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(UnableToLoad, match=r"no model 'orginal'.* original, unbiased, multilingual"):
        choose({"HOME": str(tmp_path), "HAYWARD_TOXICITY_MODEL": "orginal"})


def test_without_detoxify_the_linear_model_works_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    uninstall(monkeypatch, "detoxify")

    engine, notice = choose({"HOME": str(tmp_path), "HAYWARD_TOXICITY_MODEL": "original"})

    assert isinstance(engine, Linear)
    assert notice.endswith("Detoxify is not installed: pip install 'hayward[toxicity]'.")


def test_without_either_package_the_error_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    uninstall(monkeypatch, "detoxify", "profanity_check")

    with pytest.raises(UnableToLoad, match=r"Neither Detoxify nor alt-profanity-check .* pip install"):
        choose({"HOME": str(tmp_path)})
