"""Limits how often one caller may call."""

import logging
from typing import Any

import redis
from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

logger = logging.getLogger(__name__)

ANONYMOUS = "600/min"
WITH_TOKEN = "1200/min"  # noqa: S105 - a rate


class PerCaller(SimpleRateThrottle):
    """A rate for each token's owner, and a lower one for each address without a token."""

    rate = ANONYMOUS

    def allow_request(self, request: Request, view: Any) -> bool:
        """Whether the call is within the rate. Without the cache every call is: a lost Redis stops nobody."""
        self.num_requests, self.duration = self.parse_rate(WITH_TOKEN if request.auth else ANONYMOUS)
        try:
            return super().allow_request(request, view)
        except redis.RedisError as error:
            logger.warning("throttling is off: the cache does not answer (%s)", type(error).__name__)
            return True

    def get_cache_key(self, request: Request, view: Any) -> str:  # noqa: ARG002 -- DRF's signature
        if request.auth:
            return f"api_throttle_user_{request.user.pk}"
        return f"api_throttle_address_{self.get_ident(request)}"

    def get_ident(self, request: Request) -> str:
        """The caller's address: what the outermost trusted proxy saw, never what the caller wrote itself."""
        proxies = settings.ALLAUTH_TRUSTED_PROXY_COUNT
        seen = [
            part.strip() for part in request.headers.get("x-forwarded-for", "").split(",") if part.strip()
        ]
        address = seen[-proxies] if proxies and len(seen) >= proxies else request.META.get("REMOTE_ADDR")
        return str(address)
