"""How accounts come to be and are told apart: by invitation, and by the name that was typed."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return bool(settings.SIGNUP_OPEN)


def login_name(request: HttpRequest | None, credentials: dict[str, Any] | None) -> str:
    """The name that lockouts are counted by: a user name or an e-mail address, in lower case."""
    given = credentials or {}
    typed = given.get("username") or given.get("email") or given.get("login")
    if typed is None and request is not None:
        typed = request.POST.get("login", "")
    return str(typed or "").lower()
