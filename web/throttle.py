"""Counts how often one address sends a public form, without keeping the address."""

import structlog
from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from redis.exceptions import RedisError

HOUR = 3600  # seconds

log = structlog.get_logger(__name__)


def is_spent(request: HttpRequest, *, name: str, most: int) -> bool:
    """Count this sending; whether it is one too many within the hour.

    Asking for help must work without Redis, and behind a proxy that hides addresses: then nobody is turned away.
    """
    try:
        address = get_adapter(request).get_client_ip(request)
        key = f"{name}:{salted_hmac('web.throttle', str(address)).hexdigest()}"
        cache.add(key, 0, timeout=HOUR)
        return int(cache.incr(key)) > most
    except (RedisError, ValueError, PermissionDenied) as error:
        # ValueError: the key ran out between the two calls. PermissionDenied: allauth's word for no address.
        log.warning("throttle_unavailable", reason=type(error).__name__)
        return False
