"""`hayward models …`: which toxicity models there are here, and how others get here."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from hayward.cli.exits import ExitCode, Failure
from hayward.cli.output import Json, Messages, Quiet, print_json, print_table

app = typer.Typer(
    help="Models for toxicity: list them, fetch a published one, export it for safe and fast use.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
Model = Annotated[
    str, typer.Argument(metavar="MODEL", help="original, unbiased, multilingual, original-small, …")
]


@app.command("list")
def list_models(as_json: Json = False) -> None:
    """List checkpoints and exported models on this machine, and say which engine is at work now.

    \b
    Examples:
      hayward models list
      hayward models list --json
    """
    rows = [*_checkpoints(), *_exported()]
    if as_json:
        print_json({"at_work": _at_work(), "models": rows})
        return
    names = ("name", "kind", "here", "sha256", "path")
    print_table(names, [[row[name] for name in names] for row in rows])
    Messages().say(_at_work())


@app.command("pull")
def pull(
    model: Model,
    source: Annotated[
        Path | None, typer.Option("--from", metavar="FILE", help="Take this file; use no network.")
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Fetch a checkpoint that Detoxify publishes. It is stored, never loaded.

    The digest of what arrived must begin as the published file's name says. The whole SHA-256 is printed: compare it
    with one that you trust before you export the model, for loading a checkpoint runs code in it.

    \b
    Examples:
      hayward models pull original
      hayward models pull original --from /media/stick/toxic_original-c1212f89.ckpt

    Exit codes: 0 stored, 2 usage, 4 no such file, 7 wrong checksum, 75 the publisher cannot be reached.
    """
    from hayward.screeners.toxicity import pulling
    from hayward.screeners.toxicity.choosing import hub_folder

    _known(model)
    messages, folder = Messages(quiet=quiet), hub_folder(os.environ)
    size = source.stat().st_size if source else None
    try:
        with messages.progress(f"Fetching {model}", total=size) as tell:
            if source:
                pulled = pulling.copy(model, source, folder, tell=tell)
            else:
                pulled = pulling.pull(model, _published_url(model), folder, tell=tell)
    except pulling.WrongChecksum as error:
        raise Failure(str(error), code=ExitCode.VERIFICATION_FAILED) from error
    except pulling.UnableToPull as error:
        raise Failure(str(error), code=ExitCode.TRY_LATER) from error
    typer.echo(pulled.sha256)
    messages.say(
        f"Stored as {pulled.path}. Export it with: hayward models export {model} --sha256 {pulled.sha256}"
    )


@app.command("export")
def export(  # noqa: PLR0917 - typer calls it by name
    model: Annotated[str, typer.Argument(metavar="NAME", help="Name for the model folder, e.g. original.")],
    sha256: Annotated[
        str, typer.Option(metavar="HEX", help="SHA-256 of the checkpoint that you trust.")
    ] = "",
    checkpoint: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The checkpoint. Default: the one pulled under this name."),
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER", help="Its config.json and tokenizer files. Default: fetched by Detoxify."
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Where to write. Default: the models folder.")
    ] = None,
    gpu: Annotated[bool, typer.Option("--gpu", help="Add weights for a GPU (safetensors).")] = False,
    quiet: Quiet = False,
) -> None:
    """Turn a checkpoint that you trust into a folder that workers load without running its code.

    The folder holds the model as ONNX (float32 and int8), the tokenizer and a manifest, which says how far each is
    from torch on built-in texts.

    \b
    Examples:
      hayward models export original --sha256 <the digest that you trust>
      hayward models export ours --checkpoint toxic.ckpt --config toxic-config/ --sha256 <digest> --out models/ours

    Exit codes: 0 written, 1 cannot be loaded or exported, 2 usage, 5 the folder exists, 7 digest not confirmed.
    """
    from hayward.screeners import UnableToLoad
    from hayward.screeners.toxicity.choosing import (
        PUBLISHED,
        UnconfirmedCheckpoint,
        confirm,
        hub_folder,
        models_folder,
    )

    if checkpoint is None:
        _known(model)
        checkpoint = hub_folder(os.environ) / PUBLISHED[model]
    target = out or models_folder(os.environ) / model
    if target.exists():
        raise FileExistsError(17, "exists already: choose another folder, or remove it", str(target))
    try:
        digest = confirm(checkpoint, sha256)
        from hayward.screeners.toxicity.detoxify import Detoxify
        from hayward.screeners.toxicity.exporting import ExportFailed
        from hayward.screeners.toxicity.exporting import export as write

        done = write(
            Detoxify(checkpoint=checkpoint, config=config, sha256=digest), target, name=model, gpu=gpu
        )
    except UnconfirmedCheckpoint as error:
        told = str(error).replace("set HAYWARD_TOXICITY_SHA256=", "give --sha256 ")
        raise Failure(told, code=ExitCode.VERIFICATION_FAILED) from error
    except UnableToLoad as error:
        raise Failure(str(error), code=ExitCode.UNEXPECTED) from error
    except ExportFailed as error:
        raise Failure(str(error), code=ExitCode.UNEXPECTED) from error
    typer.echo(str(done.path))
    differences = ", ".join(f"{name} {value:.2g}" for name, value in done.differences.items())
    Messages(quiet=quiet).say(
        f"Largest difference to torch on the built-in texts: {differences}.\n"
        f"Use it with HAYWARD_TOXICITY_MODEL={model if out is None else done.path}"
    )


def _known(model: str) -> None:
    from hayward.screeners.toxicity.choosing import PUBLISHED

    if model not in PUBLISHED:
        raise Failure(
            f"Detoxify publishes no model {model!r}. It publishes: {', '.join(PUBLISHED)}.",
            code=ExitCode.USAGE,
        )


def _published_url(model: str) -> str:
    from hayward.screeners.toxicity.pulling import published_url

    try:
        return published_url(model)
    except ImportError as error:
        raise Failure(
            "Detoxify, whose list of addresses is used, is not installed: pip install 'hayward[toxicity]'.",
            code=ExitCode.UNEXPECTED,
        ) from error


def _checkpoints() -> Iterator[dict[str, Any]]:
    from hayward.screeners.toxicity.choosing import PUBLISHED, hub_folder
    from hayward.screeners.toxicity.folder import file_digest

    for name, file in PUBLISHED.items():
        path = hub_folder(os.environ) / file
        here = path.is_file()
        yield {
            "name": name,
            "kind": "checkpoint",
            "here": here,
            "sha256": file_digest(path) if here else None,
            "path": str(path),
        }


def _exported() -> Iterator[dict[str, Any]]:
    from hayward.screeners.toxicity.choosing import models_folder
    from hayward.screeners.toxicity.folder import MANIFEST

    for path in sorted(models_folder(os.environ).glob(f"*/{MANIFEST}")):
        try:
            source = json.loads(path.read_text())["source"]["sha256"]
        except (OSError, ValueError, LookupError, TypeError):
            source = "unreadable manifest"
        yield {
            "name": path.parent.name,
            "kind": "exported",
            "here": True,
            "sha256": source,
            "path": str(path.parent),
        }


def _at_work() -> str:
    from hayward.screeners import UnableToLoad
    from hayward.screeners.toxicity.choosing import choose

    try:
        return choose(os.environ)[1]
    except UnableToLoad as error:
        return str(error)
