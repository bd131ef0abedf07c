"""Which server a command talks to, and with whose token."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hayward.cli.exits import ExitCode, Failure
from hayward.cli.output import Messages

if TYPE_CHECKING:
    from hayward.client.api import Client

Server = Annotated[
    str | None,
    typer.Option("--server", envvar="HAYWARD_SERVER", metavar="URL", help="Address of the Hayward server."),
]
TokenFile = Annotated[
    Path | None,
    typer.Option("--token-file", metavar="FILE", help="File with an API token (else HAYWARD_TOKEN)."),
]


def connect(server: str | None, token_file: Path | None, messages: Messages) -> Client:
    """A client that tells each network call before it is made. Raises Failure without a server."""
    # httpx takes a quarter of a second to import: only commands that talk to a server pay for it.
    from hayward.client.api import Client

    if not server:
        raise Failure(
            "No server is given. Name it with --server or HAYWARD_SERVER, for example "
            "--server https://data.example.org.",
            code=ExitCode.USAGE,
        )
    return Client(server, token=_token(token_file), announce=messages.say)


def _token(token_file: Path | None) -> str | None:
    """Tokens come by file or environment only: flags are seen by every user of the machine."""
    if token_file is None:
        return os.environ.get("HAYWARD_TOKEN") or None
    token = token_file.read_text().strip()
    if not token:
        raise Failure(f"{token_file} holds no token.", code=ExitCode.USAGE)
    return token
