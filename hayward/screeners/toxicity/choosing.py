"""Which toxicity engine works here, and the plain sentence that says so and why."""

from __future__ import annotations

import os
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from hayward.screeners.base import UnableToLoad
from hayward.screeners.toxicity.cascade import AUDIT_RATE, Cascade, operating
from hayward.screeners.toxicity.detoxify import Detoxify
from hayward.screeners.toxicity.engines import Engine
from hayward.screeners.toxicity.folder import FILES, MANIFEST, ModelFolder, Precision, file_digest
from hayward.screeners.toxicity.linear import Linear

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
    """The engine that the HAYWARD_TOXICITY_* settings ask for, and the notice about it.

    Raises UnconfirmedCheckpoint, or UnableToLoad when a setting is wrong or no engine is installed.
    """
    folder = _folder(environment)
    if folder is not None:
        model = ModelFolder(folder, _precision(environment))
        name = model.manifest["name"]
        return _with_first_tier(
            model,
            f"Toxicity is scored by Detoxify's weights {name!r} in {folder}.",
            environment,
            default="on",
        )
    engine, notice = _detoxify(environment)
    if isinstance(engine, Linear):
        return engine, notice
    return _with_first_tier(engine, notice, environment, default="off")


def _folder(environment: Mapping[str, str]) -> Path | None:
    """The exported model asked for by folder or name; unasked the first there is; none before a checkpoint."""
    if environment.get("HAYWARD_TOXICITY_CHECKPOINT"):
        return None
    home, wanted = models_folder(environment), environment.get("HAYWARD_TOXICITY_MODEL", "")
    if wanted:
        return next((path for path in (home / wanted, Path(wanted)) if (path / MANIFEST).is_file()), None)
    return next((path.parent for path in sorted(home.glob(f"*/{MANIFEST}"))), None)


def models_folder(environment: Mapping[str, str]) -> Path:
    """Where exported models lie: HAYWARD_MODELS, or hayward/models in the user's data folder (XDG)."""
    if environment.get("HAYWARD_MODELS"):
        return Path(environment["HAYWARD_MODELS"]).expanduser()
    home = Path(environment.get("HOME", "~")).expanduser()
    return Path(environment.get("XDG_DATA_HOME") or home / ".local" / "share") / "hayward" / "models"


def _precision(environment: Mapping[str, str]) -> Precision:
    wanted = environment.get("HAYWARD_TOXICITY_PRECISION") or "int8"
    if wanted not in FILES:
        raise UnableToLoad(f"HAYWARD_TOXICITY_PRECISION is {wanted!r}. Set it to one of: {', '.join(FILES)}.")
    return wanted


def _with_first_tier(
    engine: Engine, notice: str, environment: Mapping[str, str], *, default: str
) -> tuple[Engine, str]:
    wanted = environment.get("HAYWARD_TOXICITY_CASCADE") or default
    if wanted not in {"on", "off"}:
        raise UnableToLoad(f"HAYWARD_TOXICITY_CASCADE is {wanted!r}. Set it to on or off.")
    if wanted == "off":
        return engine, notice
    if find_spec("profanity_check") is None:
        return engine, f"{notice} Every text is read: the first tier needs alt-profanity-check ({INSTALL})."
    try:
        at = operating(**_recalls(environment))
        rate = _audit_rate(environment)
    except ValueError as error:
        raise UnableToLoad(f"A setting of the first tier is wrong: {error}") from error
    return Cascade(engine, at, rate), (
        f"{notice} A linear first tier passes what looks clean; on labelled data it let {at.short_recall:.0%} of toxic "
        f"comments through to the transformer, and {at.page_recall:.0%} of those inside a long page. "
        f"{rate:.2%} of what it passed is read too, as an audit."
    )


def _recalls(environment: Mapping[str, str]) -> dict[str, float]:
    wanted = environment.get("HAYWARD_TOXICITY_RECALL")
    return {} if not wanted else {"short": float(wanted), "page": float(wanted)}


def _audit_rate(environment: Mapping[str, str]) -> float:
    rate = float(environment.get("HAYWARD_TOXICITY_AUDIT") or AUDIT_RATE)
    if not 0 <= rate <= 1:
        raise ValueError(f"HAYWARD_TOXICITY_AUDIT is {rate}; it is a share between 0 and 1.")
    return rate


def _detoxify(environment: Mapping[str, str]) -> tuple[Engine, str]:
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
            f"There is no model {name!r}: it is neither a model folder (hayward models list) nor one that Detoxify "
            f"publishes. Set HAYWARD_TOXICITY_MODEL to a folder or to one of: {', '.join(PUBLISHED)}."
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
        f"Toxicity is scored by the small linear model, not by Detoxify. {reason}.",
    )


def _confirmed(checkpoint: Path, environment: Mapping[str, str]) -> Detoxify:
    config = environment.get("HAYWARD_TOXICITY_CONFIG")
    if not config or not Path(config).is_dir():
        raise UnableToLoad(
            f"The checkpoint {checkpoint} needs its configuration: set HAYWARD_TOXICITY_CONFIG to the folder with "
            "config.json and the tokenizer's files."
        )
    digest = confirm(checkpoint, environment.get("HAYWARD_TOXICITY_SHA256", ""))
    return Detoxify(checkpoint=checkpoint, config=Path(config), sha256=digest)


def confirm(checkpoint: Path, wanted: str) -> str:
    """The sha256 of the file, when it is the wanted one: a checkpoint is a pickle, and a pickle runs code."""
    try:
        digest = file_digest(checkpoint)
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
    wanted, path = environment.get("HAYWARD_TOXICITY_SHA256"), hub_folder(environment) / PUBLISHED[model]
    if not wanted:
        return
    if not path.exists():
        raise UnableToLoad(
            f"HAYWARD_TOXICITY_SHA256 is set, but Detoxify's model {model!r} is not downloaded yet. Put its file at "
            f"{path}, or unset HAYWARD_TOXICITY_SHA256 to let Detoxify download it."
        )
    confirm(path, wanted)


def _cached_model(environment: Mapping[str, str]) -> str | None:
    folder = hub_folder(environment)
    return next((model for model, file in PUBLISHED.items() if (folder / file).is_file()), None)


def hub_folder(environment: Mapping[str, str]) -> Path:
    """Where torch.hub keeps downloads (torch.hub.get_dir), without importing torch."""
    cache = environment.get("XDG_CACHE_HOME") or os.path.join(environment.get("HOME", "~"), ".cache")  # noqa: PTH118
    home = environment.get("TORCH_HOME") or f"{cache}/torch"
    return Path(home).expanduser() / "hub" / "checkpoints"
