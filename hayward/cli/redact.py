"""`hayward redact`: writes copies of files with personal data replaced, with no server."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hayward.cli.exits import ExitCode, Failure
from hayward.cli.loading import load_screeners
from hayward.cli.output import Json, Messages, Quiet, print_json, print_table
from hayward.cli.replacing import HashKeyFile, Replace, writing_of
from hayward.client.files import atomic_file

if TYPE_CHECKING:
    from hayward.patching.substitutes import Writing
    from hayward.screeners import Screener
    from hayward.screening.redacting import RedactedShard

# Screeners whose findings are parts of a text; the others flag whole texts, pictures or records.
OF_PARTS = ("pii", "names")


def redact(
    paths: Annotated[list[str], typer.Argument(metavar="SHARD…", help="Files, folders or globs.")],
    *,
    out: Annotated[
        Path, typer.Option(metavar="FOLDER", help="Where to write the copies.", show_default=False)
    ],
    screeners: Annotated[str, typer.Option(help="Screeners to run, separated by commas.")] = "pii,names",
    replace: Replace = None,
    hash_key_file: HashKeyFile = None,
    min_score: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Leave findings alone that are less sure than this.")
    ] = 0.5,
    field: Annotated[
        list[str] | None, typer.Option(help="Text field to look at; repeat for more. Default: by the layout.")
    ] = None,
    report: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write counts and sha256 as JSON.", show_default=False)
    ] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Write copies of shards in which names, addresses, numbers and keys are replaced. Every other byte stays.

    \b
    Examples:
      hayward redact data/part-0.jsonl.gz --out clean/
      hayward redact data/ --out clean/ --replace pseudonym --min-score 0.7
      hayward redact data/ --out clean/ --replace hash --hash-key-file key.txt

    Redacting the copies again changes nothing. A record that cannot be read or screened is left out of its copy.

    Exit codes: 0 all copied, 2 usage, 4 not found, 6 some record left out or shard not copied.
    """
    from hayward.screening.redacting import redact_shard

    messages = Messages(quiet=quiet)
    writing = writing_of(replace, hash_key_file)
    loaded = _load(screeners, messages)
    targets = _targets(paths, out)
    shards = []
    with _failures(), messages.progress("Redacting shards", total=len(targets)) as advance:
        for path, target in targets.items():
            shards.append(
                redact_shard(
                    path,
                    target,
                    screeners=loaded,
                    writing=writing,
                    least_score=min_score,
                    fields=field or None,
                )
            )
            advance(1)
    document = _document(loaded, writing, min_score, shards)
    if report is not None:
        with atomic_file(report) as file:
            file.write(json.dumps(document, indent=2, ensure_ascii=False).encode() + b"\n")
    if as_json:
        print_json(document)
    else:
        _print_counts(shards)
    _end(shards, messages)


def _load(names: str, messages: Messages) -> Sequence[Screener]:
    wanted = [name.strip() for name in names.split(",") if name.strip()]
    others = [name for name in wanted if name not in OF_PARTS]
    if others or not wanted:
        raise Failure(
            f"--screeners {names}: only {' and '.join(OF_PARTS)} find parts of a text that can be replaced.",
            code=ExitCode.USAGE,
        )
    return load_screeners(wanted, messages)


def _targets(paths: Sequence[str], out: Path) -> dict[str, Path]:
    """Where the copy of each shard goes: at its place below the folder, glob or file's folder given."""
    from hayward.formats import UnreadableShard, base_of, discover

    targets: dict[str, Path] = {}
    for path in paths:
        try:
            shards = discover([path])
        except UnreadableShard as error:
            raise Failure(str(error), code=ExitCode.NOT_FOUND) from error
        for shard in shards:
            if "://" in shard:
                raise Failure(f"{shard}: copies are made of local files only.", code=ExitCode.USAGE)
            targets[shard] = out / Path(shard).resolve().relative_to(Path(base_of(path)).resolve())
    _refuse_clashes(targets)
    return targets


def _refuse_clashes(targets: dict[str, Path]) -> None:
    sources = {Path(shard).resolve() for shard in targets}
    for shard, target in targets.items():
        if target.resolve() in sources:
            raise Failure(
                f"The copy of {shard} would replace a shard that is read: give another --out.",
                code=ExitCode.USAGE,
            )
    twice = [target for target, number in Counter(targets.values()).items() if number > 1]
    if twice:
        raise Failure(
            f"Two shards would be copied to {twice[0]}: redact them one by one.", code=ExitCode.USAGE
        )


@contextmanager
def _failures() -> Iterator[None]:
    from hayward.patching import UnableToWrite
    from hayward.screeners import UnableToLoad

    try:
        yield
    except UnableToWrite as error:
        raise Failure(
            f"{error.path} could not be written: {error.why}.", code=ExitCode.PARTLY_DONE
        ) from error
    except UnableToLoad as error:
        raise Failure(str(error), code=ExitCode.UNEXPECTED) from error


def _document(
    screeners: Sequence[Screener], writing: Writing, least_score: float, shards: Sequence[RedactedShard]
) -> dict[str, Any]:
    described = [
        {"name": one.name, "version": one.version, "config_digest": one.config_digest} for one in screeners
    ]
    return {
        "format": "hayward-redaction/1",
        "screeners": described,
        "replace": writing.identity,
        "min_score": least_score,
        "shards": [asdict(shard) for shard in shards],
    }


def _print_counts(shards: Sequence[RedactedShard]) -> None:
    rows = [
        (shard.path, shard.read, shard.redacted, sum(shard.spans.values()), shard.held) for shard in shards
    ]
    total = (
        ("total", *(sum(numbers) for numbers in list(zip(*rows, strict=True))[1:]))
        if rows
        else ("total", 0, 0, 0, 0)
    )
    print_table(("shard", "records", "redacted", "spans", "left out"), [*rows, total])


def _end(shards: Sequence[RedactedShard], messages: Messages) -> None:
    for shard in shards:
        if shard.error:
            messages.warn(f"{shard.path} was not copied: {shard.error}")
        for reason, number in shard.held_reasons.items():
            messages.warn(f"{shard.path}: {number} records left out ({reason}).")
    if any(shard.error or shard.held for shard in shards):
        raise typer.Exit(ExitCode.PARTLY_DONE)
    messages.say("All done.")
