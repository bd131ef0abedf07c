"""The exit codes of `hayward`, and which error ends in which."""

from __future__ import annotations

from enum import IntEnum

from hayward.client import errors as client_errors
from hayward.log import errors as log_errors


class ExitCode(IntEnum):
    """What a script may rely on; numbers never change their meaning."""

    OK = 0
    UNEXPECTED = 1
    USAGE = 2
    PERMISSION = 3
    NOT_FOUND = 4
    CONFLICT = 5
    PARTLY_DONE = 6
    VERIFICATION_FAILED = 7
    TRY_LATER = 75
    INTERRUPTED = 130


class Failure(Exception):
    """A command cannot go on: `str()` says what, why and what to do; `code` is the exit code."""

    def __init__(self, message: str, *, code: ExitCode) -> None:
        super().__init__(message)
        self.code = code


CODES: tuple[tuple[type[Exception], ExitCode], ...] = (
    (client_errors.Unreachable, ExitCode.TRY_LATER),
    (client_errors.Busy, ExitCode.TRY_LATER),
    (client_errors.Denied, ExitCode.PERMISSION),
    (client_errors.Missing, ExitCode.NOT_FOUND),
    (client_errors.Conflict, ExitCode.CONFLICT),
    (client_errors.Rejected, ExitCode.USAGE),
    (client_errors.ApiError, ExitCode.UNEXPECTED),
    (log_errors.VerificationFailed, ExitCode.VERIFICATION_FAILED),
    (FileNotFoundError, ExitCode.NOT_FOUND),
    (PermissionError, ExitCode.PERMISSION),
    (FileExistsError, ExitCode.CONFLICT),
    (IsADirectoryError, ExitCode.USAGE),
    (NotADirectoryError, ExitCode.USAGE),
)


def code_for(error: Exception) -> ExitCode:
    """The exit code that `error` ends in; what nobody foresaw is UNEXPECTED."""
    if isinstance(error, Failure):
        return error.code
    return next((code for kind, code in CODES if isinstance(error, kind)), ExitCode.UNEXPECTED)
