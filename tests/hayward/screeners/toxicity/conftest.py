"""A checkpoint that learnt one thing, and the model folder made of it."""

from pathlib import Path

import pytest

from hayward.screeners.toxicity.detoxify import Detoxify
from hayward.screeners.toxicity.exporting import Exported, export
from tests.hayward.screeners.toxicity.tiny import TinyCheckpoint
from tests.hayward.screeners.toxicity.trained import make_trained_checkpoint


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> TinyCheckpoint:
    return make_trained_checkpoint(tmp_path_factory.mktemp("trained"), "bert")


@pytest.fixture(scope="session")
def trained_engine(trained: TinyCheckpoint) -> Detoxify:
    return Detoxify(checkpoint=trained.checkpoint, config=trained.config, sha256=trained.sha256)


@pytest.fixture(scope="session")
def exported(trained_engine: Detoxify, tmp_path_factory: pytest.TempPathFactory) -> Exported:
    folder: Path = tmp_path_factory.mktemp("models") / "trained"
    return export(trained_engine, folder, name="trained")
