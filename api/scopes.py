"""Asks of every call: is there a token, does it have the scope, and does its owner have the right here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from rest_framework import exceptions
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from api.models import ApiToken, Scope
from datasets_app.models import Dataset
from moderation import permissions
from moderation.permissions import Right


@dataclass(frozen=True, slots=True)
class Need:
    """What a method of an endpoint asks for: a token's scope, and a right of the token's owner."""

    scope: Scope
    right: Right


class Guarded(Protocol):
    """An endpoint that says what each of its methods needs; `None` means open to the public."""

    needs: Mapping[str, Need | None]
    allowed_methods: list[str]

    def place(self) -> Dataset | None: ...


class Scoped(BasePermission):
    """Lets a call pass when its token has the scope and its owner the right in the endpoint's dataset."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Raises 401 without a token, 403 without the scope, `NotPermitted` without the right."""
        guarded: Guarded = view
        if request.method not in guarded.allowed_methods:
            return True  # answered with 405
        need = need_of(guarded, str(request.method))
        if need is not None:
            _require_scope(request, need.scope)
            permissions.require(request.user, need.right, guarded.place())
        return True


def need_of(view: Guarded, method: str) -> Need | None:
    """What the method needs; a method that the endpoint forgot to list is refused to everybody."""
    name = "GET" if method == "HEAD" else method
    if name not in view.needs:
        raise exceptions.PermissionDenied(f"{name} is not open here.")
    return view.needs[name]


def _require_scope(request: Request, scope: Scope) -> None:
    token = request.auth
    if not isinstance(token, ApiToken):
        raise exceptions.NotAuthenticated("This needs an API token: send Authorization: Bearer hwd_…")
    if scope not in token.scopes:
        raise exceptions.PermissionDenied(f"This token lacks the scope {scope}. Make one that has it.")
