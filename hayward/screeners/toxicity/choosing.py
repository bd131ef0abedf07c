"""Which toxicity engine works here, and the plain sentence that says so and why."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from hayward.screeners.base import UnableToLoad
from hayward.screeners.toxicity.engines import Detoxify, Engine, Linear

# Files of detoxify.MODEL_URLS, as torch.hub keeps them; importing detoxify to ask would load torch.
PUBLISHED = {
    "original": "toxic_original-c1212f89.ckpt",
    "unbiased": "toxic_debiased-c7548aa0.ckpt",
    "multilingual": "multilingual_debiased-0b549669.ckpt",
    "original-small": "original-albert-0e1d6498.ckpt",
    "unbiased-small": "unbiased-albert-c8519128.ckpt",
}
INSTALL = "pip install 'hayward[toxicity]'"


class UnconfirmedCheckpoint(UnableToLoad):
    """The checkpoint's digest is not the one the operator confirmed; `str()` says the digest to confirm."""


def choose(environment: Mapping[str, str]) -> tuple[Engine, str]:
    """The engine that HAYWARD_TOXICITY_CHECKPOINT, _CONFIG, _SHA256 and _MODEL ask for, and the notice about it.

    Raises UnconfirmedCheckpoint, or UnableToLoad when a setting is wrong or no engine is installed.
    """
    checkpoint, model = (
        environment.get("HAYWARD_TOXICITY_CHECKPOINT"),
        environment.get("HAYWARD_TOXICITY_MODEL"),
    )
    cached = _cached_model(environment)
    if not (checkpoint or model or cached):
        return _linear(
            "Detoxify has no weights here: set HAYWARD_TOXICITY_MODEL or HAYWARD_TOXICITY_CHECKPOINT"
        )
    if find_spec("detoxify") is None:
        return _linear(f"Detoxify is not installed: {INSTALL}")
    if checkpoint:
        engine = _confirmed(Path(checkpoint), environment)
        return engine, f"Toxicity is scored by Detoxify with the checkpoint {checkpoint}."
    name = model or cached or ""
    if name not in PUBLISHED:
        raise UnableToLoad(
            f"Detoxify has no model {name!r}. Set HAYWARD_TOXICITY_MODEL to one of: {', '.join(PUBLISHED)}."
        )
    _confirm_cached(name, environment)
    return Detoxify(model=name), f"Toxicity is scored by Detoxify's published model {name!r}."


def _linear(reason: str) -> tuple[Engine, str]:
    if find_spec("profanity_check") is None:
        raise UnableToLoad(
            f"Neither Detoxify nor alt-profanity-check can score toxicity here ({reason}): {INSTALL}."
        )
    return (
        Linear(),
        f"Toxicity is scored by the small linear model of alt-profanity-check, not by Detoxify. {reason}.",
    )


def _confirmed(checkpoint: Path, environment: Mapping[str, str]) -> Detoxify:
    config = environment.get("HAYWARD_TOXICITY_CONFIG")
    if not config or not Path(config).is_dir():
        raise UnableToLoad(
            f"The checkpoint {checkpoint} needs its configuration: set HAYWARD_TOXICITY_CONFIG to the folder with "
            "config.json and the tokenizer's files."
        )
    digest = _confirm(checkpoint, environment.get("HAYWARD_TOXICITY_SHA256", ""))
    return Detoxify(checkpoint=checkpoint, config=Path(config), sha256=digest)


def _confirm(checkpoint: Path, wanted: str) -> str:
    """The sha256 of the file, when it is the wanted one: a checkpoint is a pickle, and a pickle runs code."""
    try:
        with checkpoint.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise UnableToLoad(
            f"The toxicity checkpoint {checkpoint} cannot be read: {error.strerror}."
        ) from error
    if digest != wanted.strip().lower():
        raise UnconfirmedCheckpoint(
            f"The toxicity checkpoint {checkpoint} is not confirmed. Loading it runs code that it contains. "
            f"If you trust its source, set HAYWARD_TOXICITY_SHA256={digest} and try again."
        )
    return digest


def _confirm_cached(model: str, environment: Mapping[str, str]) -> None:
    """Checks a downloaded model when a digest is set; unset, the file stands as Detoxify's publisher serves it."""
    wanted, path = environment.get("HAYWARD_TOXICITY_SHA256"), _hub_folder(environment) / PUBLISHED[model]
    if not wanted:
        return
    if not path.exists():
        raise UnableToLoad(
            f"HAYWARD_TOXICITY_SHA256 is set, but Detoxify's model {model!r} is not downloaded yet. Put its file at "
            f"{path}, or unset HAYWARD_TOXICITY_SHA256 to let Detoxify download it."
        )
    _confirm(path, wanted)


def _cached_model(environment: Mapping[str, str]) -> str | None:
    folder = _hub_folder(environment)
    return next((model for model, file in PUBLISHED.items() if (folder / file).is_file()), None)


def _hub_folder(environment: Mapping[str, str]) -> Path:
    """Where torch.hub keeps downloads (torch.hub.get_dir), without importing torch."""
    cache = environment.get("XDG_CACHE_HOME") or os.path.join(environment.get("HOME", "~"), ".cache")  # noqa: PTH118
    home = environment.get("TORCH_HOME") or f"{cache}/torch"
    return Path(home).expanduser() / "hub" / "checkpoints"
