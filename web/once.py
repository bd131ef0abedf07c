"""Carries a secret over one redirect: encrypted in the session, gone once it was shown."""

import json
from collections.abc import Mapping

from django.http import HttpRequest

from moderation.encryption import keyring


def put(request: HttpRequest, name: str, values: Mapping[str, str]) -> None:
    """Keep the values for the next page of this browser."""
    request.session[name] = keyring().encrypt(json.dumps(dict(values)).encode()).decode()


def take(request: HttpRequest, name: str) -> dict[str, str] | None:
    """The values kept under the name, the first time they are asked for; then None."""
    sealed = request.session.pop(name, None)
    if sealed is None:
        return None
    values: dict[str, str] = json.loads(keyring().decrypt(sealed.encode()))
    return values
