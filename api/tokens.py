"""Recognises callers by their API token, and issues tokens."""

from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from knox.auth import TokenAuthentication
from knox.models import get_token_model
from rest_framework import exceptions
from rest_framework.request import Request

from api.models import ApiToken, Scope
from moderation.models import User

LAST_USED_STEP = timedelta(minutes=1)


class BearerToken(TokenAuthentication):  # type: ignore[misc]
    """Knox's tokens (`Authorization: Bearer hwd_…`), with the time of their last use kept to the minute."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """The token and its owner, or None without a header; raises 401 for any token that does not hold."""
        found: tuple[User, ApiToken] | None = super().authenticate(request)
        if found:
            _note_use(found[1])
        return found

    def authenticate_credentials(self, token: bytes) -> tuple[User, ApiToken]:
        # Knox decodes and looks up whatever comes: bytes that are no UTF-8, or a NUL, would end in a 500.
        if not (token.isascii() and token.decode("ascii").isprintable()):
            raise exceptions.AuthenticationFailed("Invalid token.")
        found: tuple[User, ApiToken] = super().authenticate_credentials(token)
        return found


def issue(*, user: User, label: str, scopes: Sequence[Scope], valid_for: timedelta | None = None) -> str:
    """Make a token and give its text, which is nowhere stored and cannot be shown again."""
    ttl = valid_for or settings.REST_KNOX["TOKEN_TTL"]
    _, text = get_token_model().objects.create(user, expiry=ttl, label=label, scopes=sorted(set(scopes)))
    return str(text)


def _note_use(token: ApiToken) -> None:
    now = timezone.now()
    long_ago = Q(last_used_at=None) | Q(last_used_at__lt=now - LAST_USED_STEP)
    ApiToken.objects.filter(long_ago, pk=token.pk).update(last_used_at=now)
