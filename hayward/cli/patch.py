"""`hayward patch …`: fetches what the decisions mean for a release, and applies it to a copy."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hayward.cli.connection import Server, TokenFile, connect
from hayward.cli.exits import ExitCode, Failure
from hayward.cli.output import Json, Messages, Quiet, print_json, print_table, write_data
from hayward.cli.replacing import HashKeyFile, Replace, writing_of
from hayward.client.files import atomic_file

if TYPE_CHECKING:
    from hayward.patching import Patch, PatchReport

app = typer.Typer(
    help="Fetch and apply what moderators decided.", no_args_is_help=True, rich_markup_mode=None
)
File = Annotated[Path, typer.Argument(metavar="FILE", help="Patch document.", show_default=False)]
Root = Annotated[Path, typer.Argument(metavar="ROOT", help="Root folder of the copy.", show_default=False)]


@app.command()
def pull(
    slug: Annotated[
        str, typer.Argument(metavar="SLUG", help="Short name of the dataset.", show_default=False)
    ],
    *,
    release: Annotated[
        str, typer.Option(metavar="VERSION", help="Release that the copy is of.", show_default=False)
    ],
    out: Annotated[
        str, typer.Option(metavar="FILE", help="Where to write the patch; - for stdout.", show_default=False)
    ],
    since: Annotated[int, typer.Option(min=0, help="The `until` of the patch that was applied last.")] = 0,
    quiet: Quiet = False,
    server: Server = None,
    token_file: TokenFile = None,
) -> None:
    """Fetch the decisions about a release as a patch document.

    \b
    Examples:
      hayward patch pull demo --release 1.0 --out demo.patch.json
      hayward patch pull demo --release 1.0 --since 12 --out next.patch.json
    """
    messages = Messages(quiet=quiet)
    with connect(server, token_file, messages) as client:
        data = client.patch(slug, release=release, since=since)
    patch = _parse(data, source=f"the patch of {slug}")
    write_data(data, out=out)
    messages.say(f"{len(patch.operations)} operations. Next time: --since {patch.until}")


@app.command()
def apply(
    file: File,
    root: Root,
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Count what would change, write nothing.")
    ] = False,
    thorough: Annotated[
        bool, typer.Option("--thorough", help="Look at every record again, also for copies of a record.")
    ] = False,
    replace: Replace = None,
    hash_key_file: HashKeyFile = None,
    receipt: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Write counts and sha256 before and after as JSON.", show_default=False
        ),
    ] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Apply a patch to a copy: drop records, redact spans, note labels. Every other byte stays.

    \b
    Examples:
      hayward patch apply demo.patch.json data/ --dry-run
      hayward patch apply demo.patch.json data/ --receipt receipt.json
      hayward patch apply demo.patch.json data/ --replace pseudonym

    A second run changes nothing. A copy keeps to the way of replacing that its first patch was applied with.
    Exit code 6 when records were not found, or must come from the original shard.
    """
    from hayward.patching import apply as apply_patch

    messages = Messages(quiet=quiet)
    writing = writing_of(replace, hash_key_file) if replace or hash_key_file else None
    patch = _parse(file.read_bytes(), source=str(file))
    _check_folder(root)
    with _failures(), messages.progress("Patching shards", total=None) as advance:
        report = apply_patch(
            patch,
            root,
            dry_run=dry_run,
            thorough=thorough,
            writing=writing,
            on_shard=lambda _shard: advance(1),
        )
    document = {"format": "hayward-patch-report/1", "root": str(root), **report.as_dict()}
    if receipt is not None:
        with atomic_file(receipt) as out:
            out.write(json.dumps(document, indent=2, ensure_ascii=False).encode() + b"\n")
    if as_json:
        print_json(document)
    else:
        _print_counts(report)
    _say_the_rest(report, messages)
    if not report.is_complete or report.unrestorable:
        raise typer.Exit(ExitCode.PARTLY_DONE)


@app.command()
def verify(file: File, root: Root, *, as_json: Json = False, quiet: Quiet = False) -> None:
    """Prove that a copy holds nothing that a patch removed or redacted. Exit code 7 if it does.

    \b
    Example:
      hayward patch verify demo.patch.json data/

    Every record of the copy is read. Exit code 6 when some could not be read, so that nothing is proved of them.
    """
    from hayward.patching import verify_clean

    messages = Messages(quiet=quiet)
    patch = _parse(file.read_bytes(), source=str(file))
    _check_folder(root)
    with _failures():
        leftovers = verify_clean(patch, root)
    if as_json:
        print_json({"is_clean": not leftovers, "leftovers": [asdict(leftover) for leftover in leftovers]})
    elif leftovers:
        rows = [
            (one.shard, "" if one.row is None else one.row, one.reason, _joined(one.seqs))
            for one in leftovers
        ]
        print_table(("shard", "record", "reason", "entries"), rows)
    _refuse_leftovers(root, sum(one.reason == "present" for one in leftovers), len(leftovers))
    messages.say(f"{root} is clean up to entry {patch.until}.")


def _refuse_leftovers(root: Path, present: int, leftovers: int) -> None:
    if present:
        raise Failure(
            f"{root} is not clean: {present} records are still there. Apply the patch, or take the shards anew.",
            code=ExitCode.VERIFICATION_FAILED,
        )
    if leftovers:
        raise Failure(
            f"Nothing that the patch names was found in {root}, but {leftovers} records or shards could not be read.",
            code=ExitCode.PARTLY_DONE,
        )


def _parse(data: bytes, *, source: str) -> Patch:
    from hayward.patching import InvalidPatch, Patch

    try:
        return Patch.parse(data)
    except InvalidPatch as error:
        raise Failure(f"{source}: {error}", code=ExitCode.USAGE) from error


@contextmanager
def _failures() -> Iterator[None]:
    """Gives each failure of patching its exit code."""
    from hayward.patching import PatchingFailed, UnableToWrite, UnusableCopy

    try:
        yield
    except UnusableCopy as error:
        raise Failure(str(error), code=ExitCode.CONFLICT) from error
    except UnableToWrite as error:
        raise Failure(str(error), code=ExitCode.PARTLY_DONE) from error
    except PatchingFailed as error:
        raise Failure(str(error), code=ExitCode.UNEXPECTED) from error


def _check_folder(root: Path) -> None:
    if not root.is_dir():
        raise Failure(
            f"{root} is no folder. Give the folder that holds the release's shards.", code=ExitCode.NOT_FOUND
        )


def _print_counts(report: PatchReport) -> None:
    rows = [(shard.path, shard.removed, shard.redacted, shard.labelled) for shard in report.shards]
    total = ("total", report.removed, report.redacted, report.labelled)
    print_table(("shard", "removed", "redacted", "labelled"), [*rows, total])


def _say_the_rest(report: PatchReport, messages: Messages) -> None:
    for problem in report.problems:
        messages.warn(problem.message)
    if report.unrestorable:
        messages.warn(
            f"{report.unrestorable} restored records cannot come back by themselves: take the original shards "
            "again and apply the whole patch to them."
        )
    counts = {
        "already applied": report.already,
        "not in this copy": report.missing,
        "restored": report.restored,
        "in need of the original shard": report.needs_original,
        "refused": report.refused,
    }
    messages.say(
        "".join(f"{count} {what}. " for what, count in counts.items() if count).strip()
        or ("Nothing else to tell." if report.dry_run else "All done.")
    )
    messages.say(
        "Nothing was written (--dry-run)." if report.dry_run else f"Next time: --since {report.until}"
    )


def _joined(seqs: Sequence[int]) -> str:
    return ",".join(map(str, seqs))
