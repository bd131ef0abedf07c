"""Where the embedded servers keep their data and their sockets, computed from HAYWARD_HOME alone.

Sockets lie in a short folder of their own, because a unix socket's path may hold only about 100 bytes
(`sun_path` in unix(7): 108 on Linux, 104 on macOS) and HAYWARD_HOME may be deep.
"""

import hashlib
import os
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

POSTGRES = "postgres"
REDIS = "redis"
DATABASE = "hayward"


def home(given: str, *, default: Path) -> Path:
    """HAYWARD_HOME as an absolute path without links, so that each folder has one name."""
    return Path(given or default).expanduser().resolve()


def sockets(home: Path) -> Path:
    """The private folder for the sockets of this home and this user."""
    # Not tempfile.gettempdir(): two programs with different TMPDIR must still meet.
    name = hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
    return Path("/tmp") / f"hayward-{os.geteuid()}-{name}"  # noqa: S108 - owner and mode are checked on use


def lease_socket(home: Path) -> Path:
    return sockets(home) / "lease"


def postgres_folder(home: Path) -> Path:
    return sockets(home) / POSTGRES


def redis_socket(home: Path) -> Path:
    return sockets(home) / REDIS / "redis.sock"


def database(home: Path) -> dict[str, Any]:
    """Django's address of the embedded PostgreSQL."""
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": DATABASE,
        "USER": DATABASE,
        "HOST": str(postgres_folder(home)),
        "PORT": "5432",
    }


def redis_url(home: Path) -> str:
    """The embedded Redis as redis-py names it."""
    return f"unix://{quote(str(redis_socket(home)))}?db=0"


def broker_url(home: Path) -> str:
    """The embedded Redis as Celery names it."""
    return f"redis+socket://{quote(str(redis_socket(home)))}?virtual_host=0"


def next_database(url: str) -> str:
    """The same Redis, one database further: `…/0` becomes `…/1`."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return url.replace("?db=0", "?db=1")
    number = int(parts.path.strip("/") or 0)
    return urlunsplit(parts._replace(path=f"/{number + 1}"))
