"""The options that say what redactions write: `--replace` and `--hash-key-file`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hayward.cli.exits import ExitCode, Failure

if TYPE_CHECKING:
    from hayward.patching.substitutes import Writing


class Mode(StrEnum):
    MARK = "mark"
    PSEUDONYM = "pseudonym"
    HASH = "hash"


Replace = Annotated[
    Mode | None,
    typer.Option(
        help="What stands in place of a value: its kind ([EMAIL_ADDRESS]), a pseudonym that is the same for equal "
        "values of one record, or a keyed hash that is the same everywhere. Default: mark.",
        show_default=False,
    ),
]
HashKeyFile = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="File with the secret key of --replace hash.", show_default=False),
]


def writing_of(mode: Mode | None, key_file: Path | None) -> Writing:
    """What the options say; raises Failure."""
    from hayward.patching.substitutes import UnusableKey, Writing

    if key_file is not None and mode is not Mode.HASH:
        raise Failure("--hash-key-file goes with --replace hash.", code=ExitCode.USAGE)
    if mode is Mode.HASH and key_file is None:
        raise Failure("--replace hash needs --hash-key-file with a secret key.", code=ExitCode.USAGE)
    try:
        return Writing((mode or Mode.MARK).value, key_file.read_bytes().strip() if key_file else b"")
    except UnusableKey as error:
        raise Failure(
            f"{key_file}: {error} Make one: openssl rand -hex 32 > FILE", code=ExitCode.USAGE
        ) from error
