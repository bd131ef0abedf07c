"""The command `hayward`: what can be said to it, and how it ends."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Annotated

import typer
from typer.exceptions import TyperException

from hayward.cli import dataset, findings, hashes, log, memory, models, output, patch, redact, screen
from hayward.cli.exits import ExitCode, code_for

# Plain help (no rich markup): it is read by screen readers and answers in a tenth of a second.
app = typer.Typer(
    name="hayward",
    help=(
        "Keep open training data fit to share: screen it, register it, follow its log, patch your copy.\n\n"
        "\b\n"
        "Examples:\n"
        "  hayward screen data/*.jsonl.gz --out findings.jsonl\n"
        "  hayward redact data/ --out clean/ --replace pseudonym\n"
        "  hayward dataset register demo data/ --release 1.0\n"
        "  hayward log pull demo --out demo-log\n"
        "  hayward log verify demo-log\n"
        "  hayward patch pull demo --release 1.0 --out demo.patch.json\n"
        "  hayward patch apply demo.patch.json data/ --dry-run"
    ),
    epilog=(
        "Server: --server or HAYWARD_SERVER. Token: --token-file or HAYWARD_TOKEN. "
        "Exit codes: 0 done, 1 unexpected, 2 usage, 3 no permission, 4 not found, 5 conflict, 6 partly done, "
        "7 verification failed, 75 try later, 130 interrupted."
    ),
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("screen")(screen.screen)
app.command("redact")(redact.redact)
app.add_typer(dataset.app, name="dataset")
app.add_typer(findings.app, name="findings")
app.add_typer(hashes.app, name="hashes")
app.add_typer(log.app, name="log")
app.add_typer(memory.app, name="memory")
app.add_typer(models.app, name="models")
app.add_typer(patch.app, name="patch")


def show_version(wanted: bool) -> None:
    if not wanted:
        return
    from importlib.metadata import PackageNotFoundError, version

    try:
        number = version("hayward")
    except PackageNotFoundError:
        number = "(source checkout)"
    typer.echo(f"hayward {number}")
    raise typer.Exit


@app.callback()
def hayward(
    version: Annotated[  # noqa: ARG001 - its callback does it
        bool, typer.Option("--version", callback=show_version, is_eager=True, help="Print the version.")
    ] = False,
    no_color: Annotated[
        bool, typer.Option("--no-color", help="No colours (NO_COLOR and HAYWARD_NO_COLOR do the same).")
    ] = False,
) -> None:
    """Holds the options that come before a command."""
    if no_color:
        os.environ["NO_COLOR"] = "1"


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command line and returns its exit code; every error ends in one plain message on stderr."""
    try:
        code = app(
            sys.argv[1:] if arguments is None else list(arguments), prog_name="hayward", standalone_mode=False
        )
        return int(code or ExitCode.OK)
    except TyperException as error:
        show = getattr(error, "show", None)
        if show is None:
            output.report_error(error)
        else:
            show()
        return error.exit_code
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last place where an error can become a plain sentence
        output.report_error(error)
        return code_for(error)
