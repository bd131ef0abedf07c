"""What can go wrong between a program and a Hayward server, each with a sentence fit to show."""

from __future__ import annotations


class ApiError(Exception):
    """The server answered with an error nobody foresaw; parent of all errors of the client."""

    def __init__(self, message: str, *, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class Unreachable(ApiError):
    """No answer: server down, wrong address, no network, timeout, or the answer broke off."""


class Busy(ApiError):
    """429, 502, 503 or 504: the same call may work later."""


class Denied(ApiError):
    """401 or 403: no token, a wrong token, or one without the scope."""


class Missing(ApiError):
    """404 or 410: there is no such thing, or the token may not see it."""


class Conflict(ApiError):
    """409, 412 or 428: it exists already, or somebody changed it meanwhile."""


class Rejected(ApiError):
    """400, 413, 415 or 422: the server did not accept the values sent."""


class UnexpectedAnswer(ApiError):
    """The answer is not what the API promises: not a Hayward server, or another version."""


BY_STATUS: dict[int, type[ApiError]] = {
    400: Rejected,
    401: Denied,
    403: Denied,
    404: Missing,
    409: Conflict,
    410: Missing,
    412: Conflict,
    413: Rejected,
    415: Rejected,
    422: Rejected,
    428: Conflict,
    429: Busy,
    502: Busy,
    503: Busy,
    504: Busy,
}
