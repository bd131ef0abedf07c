"""Which models of names the environment names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from hayward.screeners.base import UnableToLoad
from hayward.screeners.names.models.base import Labeller, Model


def _spacy(folder: Path) -> Labeller:
    from hayward.screeners.names.models.spacy_pipeline import SpacyLabeller

    return SpacyLabeller(folder)


def _tokens(folder: Path) -> Labeller:
    from hayward.screeners.names.models.token_classes import TokenLabeller

    return TokenLabeller(folder)


def _gliner(folder: Path) -> Labeller:
    from hayward.screeners.names.models.gliner import GlinerLabeller

    return GlinerLabeller(folder)


LABELLERS: Mapping[str, Callable[[Path], Labeller]] = {
    "HAYWARD_SPACY_MODEL": _spacy,
    "HAYWARD_NER_MODEL": _tokens,
    "HAYWARD_GLINER_MODEL": _gliner,
}


def models_from(environment: Mapping[str, str]) -> tuple[Model, ...]:
    """A model for each setting that names a folder; raises UnableToLoad."""
    return tuple(
        Model(make(_folder(name, environment[name])))
        for name, make in LABELLERS.items()
        if environment.get(name)
    )


def _folder(name: str, value: str) -> Path:
    folder = Path(value)
    if not folder.is_dir():
        raise UnableToLoad(
            f"{name}: {value} is no folder. Give the folder of a model; none is ever downloaded."
        )
    return folder
