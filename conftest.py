"""Gives the test session servers and keys of its own, before anything reads the settings."""

import atexit
import importlib
import os
import shutil
import tempfile
from pathlib import Path

from django.conf import settings
from django.db import connections

# Of a Redis that was given, each process of a session has two databases: its queue, and the next for its cache.
PROCESS = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
BROKER_NUMBER = 14 - 2 * PROCESS


def _own_redis(url: str) -> str:
    return f"{url.rsplit('/', 1)[0]}/{BROKER_NUMBER}" if url.count("/") > 2 else f"{url}/{BROKER_NUMBER}"


def _environment(home: Path) -> dict[str, str]:
    """What a test session changes; its own home keeps it apart from a running site and other sessions."""
    changes = {"HAYWARD_HOME": str(home), "DJANGO_ALLOW_ASYNC_UNSAFE": "true", "HAYWARD_TLS": "off"}
    if os.environ.get("REDIS_URL"):
        changes["REDIS_URL"] = _own_redis(os.environ["REDIS_URL"])
    return changes


def _read_settings_again() -> None:
    # pytest-django reads them before any conftest can say which home they are to speak of.
    fresh = importlib.reload(importlib.import_module("config.settings"))
    for name, value in vars(fresh).items():
        if name.isupper():
            setattr(settings, name, value)
    # In place: a connection that exists already, though unopened, holds this very dictionary.
    connections.databases["default"].update(settings.DATABASES["default"])
    settings.DATABASES = connections.databases


HOME = Path(tempfile.mkdtemp(prefix="hayward-tests-"))
atexit.register(shutil.rmtree, HOME, ignore_errors=True)
os.environ.update(_environment(HOME))
_read_settings_again()
# Slow on purpose outside; here it would be most of the time of most tests.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
