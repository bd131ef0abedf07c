"""`hayward log …`: keeps a copy of a public changelog, and proves that it is what was signed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hayward.cli.connection import Server, TokenFile, connect
from hayward.cli.exits import ExitCode, Failure
from hayward.cli.output import Json, Messages, Quiet, print_facts, print_json

if TYPE_CHECKING:
    from hayward.log.notes import Verifier

app = typer.Typer(
    help="Keep a copy of a public changelog and verify it offline.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
Vkey = Annotated[
    str | None,
    typer.Option(
        "--vkey",
        metavar="FILE|KEY",
        help="Key to trust, as the log's keepers published it.",
        show_default=False,
    ),
]


@app.command()
def pull(
    slug: Annotated[
        str, typer.Argument(metavar="SLUG", help="Short name of the dataset.", show_default=False)
    ],
    *,
    out: Annotated[
        Path, typer.Option(metavar="DIR", help="Folder of the copy; made if absent.", show_default=False)
    ],
    vkey: Vkey = None,
    as_json: Json = False,
    quiet: Quiet = False,
    server: Server = None,
    token_file: TokenFile = None,
) -> None:
    """Fetch what is new in a dataset's log, verify it, and keep it.

    \b
    Examples:
      hayward log pull demo --out demo-log
      hayward log pull demo --out demo-log --vkey demo.vkey

    The folder holds entries.jsonl, checkpoint and vkey. The key is pinned at the first contact; if it changes,
    or the log no longer extends the copy, the exit code is 7 and the copy stays as it was.
    """
    from hayward.client.pins import Pins
    from hayward.client.pulling import pull as pull_log
    from hayward.log.verify import parse_vkey

    messages, pins = Messages(quiet=quiet), Pins()
    with connect(server, token_file, messages) as client:
        verifier = _given_key(vkey) or parse_vkey(client.log_info(slug).vkey)
        is_pinned = vkey is None and pins.check(verifier, server=client.server, dataset=slug)
        with messages.progress("Fetching entries", total=None) as advance:
            pulled = pull_log(client, dataset=slug, folder=out, verifier=verifier, on_entries=advance)
        if not is_pinned:
            path = pins.pin(verifier, server=client.server, dataset=slug)
            messages.say(_pinned_text(verifier, path, given=vkey is not None))
    if as_json:
        print_json(
            {
                "origin": pulled.origin,
                "size": pulled.size,
                "added": pulled.added,
                "root": pulled.root.hex(),
                "vkey": pulled.vkey,
                "acts": pulled.acts,
                "folder": str(out),
            }
        )
        return
    print_facts(
        [
            ("log", pulled.origin),
            ("entries", pulled.size),
            ("new", pulled.added),
            ("root", pulled.root.hex()),
            ("folder", out),
        ]
    )


@app.command()
def verify(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Folder of a pulled log.", show_default=False)
    ],
    *,
    vkey: Vkey = None,
    previous: Annotated[
        Path | None,
        typer.Option(
            metavar="CHECKPOINT", help="Earlier checkpoint that the log must extend.", show_default=False
        ),
    ] = None,
    trust_on_first_use: Annotated[
        bool, typer.Option("--trust-on-first-use", help="Pin the key that lies in DIR if none is known yet.")
    ] = False,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Prove offline that a copy of a log is what its keepers signed. Exit code 7 if not.

    \b
    Examples:
      hayward log verify demo-log
      hayward log verify demo-log --vkey demo.vkey --previous last-year.checkpoint

    The key comes from --vkey or from the one pinned at the first pull, never silently from the folder.
    """
    from hayward.client.pulling import CHECKPOINT, ENTRIES
    from hayward.log.verify import verify as verify_log

    messages = Messages(quiet=quiet)
    note = _text(folder / CHECKPOINT)
    earlier = None if previous is None else _text(previous)
    key = _given_key(vkey) or _known_key(folder, note, messages, trust_on_first_use=trust_on_first_use)
    verified = verify_log(folder / ENTRIES, note, key.vkey, earlier)
    facts: list[tuple[str, object]] = [
        ("origin", verified.origin),
        ("size", verified.size),
        ("root", verified.root.hex()),
        ("signed_by", key.vkey),
        ("extends", verified.previous),
    ]
    if as_json:
        print_json(dict(facts) | {"acts": verified.acts})
        return
    print_facts([*facts, *((f"act {act}", count) for act, count in verified.acts.items())])
    messages.say("Verified: these entries, in this order, are what the key signed.")


def _text(path: Path) -> str:
    # What is not UTF-8 must reach the verifier, which refuses it by name.
    return path.read_bytes().decode("utf-8", "surrogateescape")


def _given_key(vkey: str | None) -> Verifier | None:
    """The key of --vkey: a file's content, or the key itself."""
    from hayward.log.notes import MalformedKey, Verifier

    if vkey is None:
        return None
    text = vkey if "+" in vkey and not Path(vkey).exists() else Path(vkey).read_text()
    try:
        return Verifier.parse(text)
    except MalformedKey as error:
        raise Failure(f"--vkey: {error}.", code=ExitCode.USAGE) from error


def _known_key(folder: Path, note: str, messages: Messages, *, trust_on_first_use: bool) -> Verifier:
    from hayward.client.pins import OFFLINE, Pins
    from hayward.client.pulling import VKEY
    from hayward.log.verify import dataset_of, parse_vkey

    origin, pins = note.partition("\n")[0], Pins()
    known = pins.of_origin(origin)
    if known:
        return _signer_among(known, note)
    if not trust_on_first_use:
        raise Failure(
            f"No key is known for {origin!r}. Give the one that its keepers publish with --vkey, "
            "or accept the one in the folder once with --trust-on-first-use.",
            code=ExitCode.USAGE,
        )
    key = parse_vkey(_text(folder / VKEY))
    path = pins.pin(key, server=OFFLINE, dataset=dataset_of(key.name))
    messages.say(_pinned_text(key, path, given=False))
    return key


def _signer_among(known: list[Verifier], note: str) -> Verifier:
    """The pinned key that signed; several servers may keep logs of one name. Else any, which then refuses."""
    from hayward.log.errors import VerificationFailed
    from hayward.log.verify import trusted_checkpoint

    for key in known:
        try:
            trusted_checkpoint(note, [key])
        except VerificationFailed:
            continue
        return key
    return known[0]


def _pinned_text(verifier: Verifier, path: Path, *, given: bool) -> str:
    advice = "" if given else "\nCompare it with the key that the log's keepers publish elsewhere."
    return f"Pinned the key of {verifier.name} in {path}:\n  {verifier.vkey}{advice}"
