"""`hayward dataset …`: registers releases of a dataset, and tells how far their screening is."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hayward.cli import manifest as manifests
from hayward.cli.connection import Server, TokenFile, connect
from hayward.cli.exits import ExitCode, Failure
from hayward.cli.manifest import Manifest
from hayward.cli.output import Json, Messages, Quiet, print_facts, print_json
from hayward.client.errors import Missing

if TYPE_CHECKING:
    from hayward.client.api import Client
    from hayward.client.shapes import Release

app = typer.Typer(
    help="Register releases of a dataset and follow their screening.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
Slug = Annotated[
    str,
    typer.Argument(metavar="SLUG", help="Short name of the dataset, as in its address.", show_default=False),
]
ReleaseVersion = Annotated[
    str, typer.Option("--release", metavar="VERSION", help="Version of the release.", show_default=False)
]


@app.command()
def register(
    slug: Slug,
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PATH", help="Shards, folders or globs here, to be hashed.", show_default=False
        ),
    ] = None,
    *,
    release: ReleaseVersion,
    name: Annotated[str, typer.Option(help="Full name, for a new dataset.")] = "",
    description: Annotated[str, typer.Option(help="What it is, for a new dataset.")] = "",
    maintainer: Annotated[
        list[str] | None,
        typer.Option("--maintainer", metavar="USER", help="Maintainer of a new dataset; may be repeated."),
    ] = None,
    root: Annotated[
        str | None,
        typer.Option(
            metavar="DIR",
            help="Folder or URL that shard paths are relative to; the server must know it by the same name.",
        ),
    ] = None,
    screeners: Annotated[
        str, typer.Option(help="Screeners to run, separated by commas; none: findings will be imported.")
    ] = "pii,toxicity",
    field: Annotated[
        list[str] | None, typer.Option("--field", help="Text field to look at; may be repeated.")
    ] = None,
    source: Annotated[
        str | None,
        typer.Option(metavar="GLOB", help="Folder or glob that the server lists and hashes itself."),
    ] = None,
    manifest: Annotated[
        str | None, typer.Option(metavar="FILE", help="Manifest made before (JSON; - for stdin).")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the manifest, send nothing.")] = False,
    as_json: Json = False,
    quiet: Quiet = False,
    server: Server = None,
    token_file: TokenFile = None,
) -> None:
    """Register a release of a dataset; the dataset too if it is new.

    \b
    Examples:
      hayward dataset register demo data/ --release 1.0
      hayward dataset register demo 'data/*.parquet' --release 1.1 --screeners pii
      hayward dataset register demo --source /srv/demo --release 1.0
      hayward dataset register demo data/ --release 1.0 --dry-run > manifest.json
      hayward dataset register demo --manifest manifest.json --release 1.0
    """
    messages = Messages(quiet=quiet)
    _check_one_source(paths, source, manifest)
    content = None if source else _manifest(paths or [], manifest, root, messages)
    if dry_run:
        print_json(
            content.as_json() if content else {"root": root or _base_of(source or ""), "source": source}
        )
        return
    with connect(server, token_file, messages) as client:
        _ensure_dataset(
            client,
            messages,
            slug=slug,
            name=name or slug,
            description=description,
            maintainers=maintainer or [],
        )
        registered = client.register_release(
            dataset=slug,
            version=release,
            root=content.root if content else root or _base_of(source or ""),
            screeners=[name for name in map(str.strip, screeners.split(",")) if name not in {"", "none"}],
            fields=field or None,
            source=source,
            shards=content.as_json()["shards"] if content else None,
        )
    _print_release(slug, registered, as_json=as_json)
    messages.say(f"Follow the screening with: hayward dataset status {slug} --release {release} --wait")


@app.command()
def status(
    slug: Slug,
    *,
    release: ReleaseVersion,
    wait: Annotated[bool, typer.Option("--wait", help="Come back only when the screening is over.")] = False,
    interval: Annotated[float, typer.Option(min=0, help="Seconds between two looks while waiting.")] = 2.0,
    timeout: Annotated[
        float | None, typer.Option(min=0, help="Seconds to wait at most; then exit 75.", show_default=False)
    ] = None,
    as_json: Json = False,
    quiet: Quiet = False,
    server: Server = None,
    token_file: TokenFile = None,
) -> None:
    """Show how far a release is, and that every record is accounted for.

    \b
    Examples:
      hayward dataset status demo --release 1.0
      hayward dataset status demo --release 1.0 --wait --json

    With --wait the exit code is 6 when some shards could not be screened, 1 when registering failed.
    """
    messages = Messages(quiet=quiet)
    with connect(server, token_file, messages) as client:
        state = client.release(dataset=slug, version=release)
        if wait and not state.is_finished:
            state = _wait(client, slug, state, messages, interval=interval, timeout=timeout)
    _print_release(slug, state, as_json=as_json)
    if not state.screening.is_conserved:
        messages.warn("read is not passed + flagged + held: the server lost count of records.")
    if wait and state.state == "failed":
        raise Failure(f"Registering {slug} {release} failed: {state.error}", code=ExitCode.UNEXPECTED)
    if wait and state.screening.shards_failed:
        raise typer.Exit(ExitCode.PARTLY_DONE)


def _base_of(source: str) -> str:
    from hayward.formats import base_of

    return base_of(source)


def _check_one_source(paths: list[str] | None, source: str | None, manifest: str | None) -> None:
    if sum(map(bool, (paths, source, manifest))) != 1:
        raise Failure(
            "Say once where the shards are: paths here, --source for a place the server reads, or --manifest.",
            code=ExitCode.USAGE,
        )


def _manifest(paths: list[str], file: str | None, root: str | None, messages: Messages) -> Manifest:
    if file is not None:
        text = sys.stdin.read() if file == "-" else Path(file).read_text()
        return manifests.of_text(text, root=root, source="stdin" if file == "-" else file)
    from hayward.formats import UnreadableShard

    codes = {"missing": ExitCode.NOT_FOUND, "permission": ExitCode.PERMISSION}
    try:
        base, shards = manifests.find(paths, root=root)
        with messages.progress("Hashing shards", total=len(shards)) as advance:
            return manifests.hashed(base, shards, on_shard=advance)
    except UnreadableShard as error:
        raise Failure(str(error), code=codes.get(error.reason, ExitCode.UNEXPECTED)) from error


def _ensure_dataset(
    client: Client, messages: Messages, *, slug: str, name: str, description: str, maintainers: list[str]
) -> None:
    try:
        client.dataset(slug)
    except Missing:
        messages.say(f"{slug} is new.")
        client.register_dataset(slug=slug, name=name, description=description, maintainers=maintainers)


def _wait(
    client: Client, slug: str, state: Release, messages: Messages, *, interval: float, timeout: float | None
) -> Release:
    deadline = None if timeout is None else time.monotonic() + timeout
    total = state.screening.shards_total or state.shards
    with client.silent(), messages.progress("Screening shards", total=total) as advance:
        advance(state.screening.shards_over)
        while not state.is_finished:
            if deadline is not None and time.monotonic() >= deadline:
                raise Failure(
                    f"{slug} {state.version} is not finished after {timeout:g} seconds. It goes on; look again later.",
                    code=ExitCode.TRY_LATER,
                )
            time.sleep(interval)
            before, state = state, client.release(dataset=slug, version=state.version)
            advance(state.screening.shards_over - before.screening.shards_over)
    return state


def _print_release(slug: str, release: Release, *, as_json: bool) -> None:
    if as_json:
        print_json(release.answer)
        return
    screening = release.screening
    print_facts(
        [
            ("dataset", slug),
            ("release", release.version),
            ("state", release.state),
            ("error", release.error or None),
            ("shards", release.shards),
            ("bytes", release.bytes),
            ("screening", screening.state),
            ("shards screened", f"{screening.shards_done} of {screening.shards_total}"),
            ("shards failed", screening.shards_failed),
            ("records read", screening.read),
            ("passed", screening.passed),
            ("flagged", screening.flagged),
            ("held", screening.held),
            ("findings", screening.findings),
        ]
    )
