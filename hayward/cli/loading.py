"""Loads the screeners that a command names, and says what each wants to be known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from hayward.cli.exits import ExitCode, Failure
from hayward.cli.output import Messages

if TYPE_CHECKING:
    from hayward.screeners import Screener


def load_screeners(names: Sequence[str], messages: Messages) -> Sequence[Screener]:
    """The screeners of these names, their notices told. Raises Failure."""
    from hayward.screeners import UnableToLoad, UnknownScreener, load

    if not names:
        raise Failure("Name at least one screener, for example --screeners pii.", code=ExitCode.USAGE)
    try:
        loaded = load(names)
    except UnknownScreener as error:
        raise Failure(str(error), code=ExitCode.USAGE) from error
    except UnableToLoad as error:
        raise Failure(str(error), code=ExitCode.UNEXPECTED) from error
    for screener in loaded:
        if screener.notice:
            messages.say(screener.notice)
    return loaded
