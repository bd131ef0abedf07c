"""`hayward findings …`: brings findings made by the command line, Spark or Ray to a server."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hayward.cli import manifest as manifests
from hayward.cli.connection import Server, TokenFile, connect
from hayward.cli.exits import ExitCode, Failure
from hayward.cli.output import Json, Messages, Quiet, print_facts, print_json

if TYPE_CHECKING:
    from hayward.client.importing import Report

app = typer.Typer(
    help="Bring findings made without a server to one.", no_args_is_help=True, rich_markup_mode=None
)


@app.callback()
def findings() -> None:
    """Bring findings made without a server to one."""


@app.command("import")
def import_(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FINDINGS",
            help="Findings as .jsonl or .parquet, of `hayward screen --out`.",
            show_default=False,
        ),
    ],
    *,
    report: Annotated[
        Path,
        typer.Option(
            metavar="FILE", help="Report of the same run (`hayward screen --report`).", show_default=False
        ),
    ],
    dataset: Annotated[
        str, typer.Option(metavar="SLUG", help="Short name of the dataset.", show_default=False)
    ],
    release: Annotated[
        str, typer.Option("--release", metavar="VERSION", help="Version of the release.", show_default=False)
    ],
    root: Annotated[
        str | None,
        typer.Option(
            metavar="DIR",
            help="Folder or URL that the release's shard paths are relative to. Default: that of all shards.",
            show_default=False,
        ),
    ] = None,
    unchecked: Annotated[
        bool,
        typer.Option("--unchecked", help="Do not hash the shards here to prove that they are the release's."),
    ] = False,
    as_json: Json = False,
    quiet: Quiet = False,
    server: Server = None,
    token_file: TokenFile = None,
) -> None:
    """Import findings into a release that the server knows, as a screening of each shard.

    \b
    Examples:
      hayward screen data/ --out findings.jsonl --report report.json
      hayward findings import findings.jsonl --report report.json --dataset demo --release 1.0
      hayward findings import findings.parquet --report report.json --dataset demo --release 1.0 --root /srv/demo

    Both files are checked to their end before anything is sent. Sending them again changes nothing. Exit code 6 when
    the report has shards that could not be read: those are left out.
    """
    from hayward.client.importing import Importer, InvalidFindings, counted, read_report

    messages = Messages(quiet=quiet)
    try:
        account = read_report(report)
        counted(file, account)
    except InvalidFindings as error:
        raise Failure(str(error), code=ExitCode.USAGE) from error
    unread = [shard.path for shard in account.shards.values() if shard.error is not None]
    whole = [shard.path for shard in account.whole()]
    names = _names(whole, root)
    digests = {} if unchecked else _digests(whole, messages)
    with connect(server, token_file, messages) as client:
        client.announce(f"Sending the findings of {len(whole)} shards to {client.server} …")
        importer = Importer(
            client, dataset=dataset, release=release, report=account, names=names, digests=digests
        )
        with client.silent(), messages.progress("Importing shards", total=len(whole)) as advance:
            stored = importer.run(file, on_shard=advance)
    _tell(account, len(whole), unread, stored, messages, as_json=as_json)


def _names(paths: Iterable[str], root: str | None) -> dict[str, str]:
    """The shards' names in the release by their paths here, as `hayward dataset register` gives them."""
    return manifests.names_of(list(paths), root=root)


def _digests(paths: Iterable[str], messages: Messages) -> Mapping[str, str]:
    """The sha256 of the shards that lie here."""
    from hayward.formats import UnreadableShard, fingerprint

    digests = {}
    paths = list(paths)
    with messages.progress("Hashing shards", total=len(paths)) as advance:
        for path in paths:
            try:
                digests[path] = fingerprint(path).sha256
            except UnreadableShard:
                messages.warn(f"{path} is not here: nothing proves that it is the release's shard.")
            advance(1)
    return digests


def _tell(
    report: Report, shards: int, unread: list[str], stored: int, messages: Messages, *, as_json: bool
) -> None:
    held = sum(account.counts["held"] for account in report.whole())
    if as_json:
        print_json({"shards": shards, "left_out": unread, "findings": stored, "held": held})
    else:
        print_facts(
            [
                ("shards", shards),
                ("left out", len(unread) or None),
                ("findings", stored),
                ("records held", held),
            ]
        )
    for path in unread:
        messages.warn(f"{path} was not read to its end, so nothing of it was imported.")
    if unread:
        raise typer.Exit(ExitCode.PARTLY_DONE)
