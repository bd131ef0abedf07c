"""Making and checking the folders that the embedded servers live in."""

import os
import pwd
import stat
from pathlib import Path

from config.embedded import places
from config.embedded.processes import Account

LOCK = "services.lock"


class CannotStart(Exception):
    """The embedded servers cannot run; the message says what, where, and what to do."""


def _owner(path: Path) -> str:
    uid = path.lstat().st_uid
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"number {uid}"


def prepare_home(home: Path) -> None:
    """Make HAYWARD_HOME with its log folder. Raises CannotStart where it cannot be used."""
    if home.exists() and not home.is_dir():
        raise CannotStart(f"HAYWARD_HOME is {home}, which is a file. Name a folder, or move the file away.")
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        owner = home.stat().st_uid
    except OSError as error:
        reason = f"The folder {home} cannot be made: {error.strerror}."
        raise CannotStart(f"{reason} Set HAYWARD_HOME to a folder that you may write to.") from error
    if owner != os.geteuid():
        advice = "Run as that user, or set HAYWARD_HOME to a folder of your own."
        raise CannotStart(f"The folder {home} belongs to user {_owner(home)}. {advice}")
    try:
        (home / "log").mkdir(mode=0o700, exist_ok=True)
        (home / LOCK).touch(mode=0o600)
    except OSError as error:
        reason = f"The folder {home} cannot be written to: {error.strerror}."
        raise CannotStart(f"{reason} Make it writable, or set HAYWARD_HOME to another.") from error
    if owner == 0:
        home.chmod(home.stat().st_mode | 0o011)  # the database's account has to get to its own folder in it


def check_sockets(home: Path) -> None:
    """Refuse a folder for sockets that somebody else made, to listen in. Raises CannotStart."""
    folder = places.sockets(home)
    try:
        status = folder.lstat()
    except FileNotFoundError:
        return
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.geteuid():
        raise CannotStart(f"{folder} was made by user {_owner(folder)}, so it cannot be trusted. Remove it.")


def prepare_sockets(home: Path) -> Path:
    """Make the private folder for sockets. Raises CannotStart."""
    folder = places.sockets(home)
    folder.mkdir(mode=0o700, exist_ok=True)
    check_sockets(home)
    folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
    return folder


def give(folder: Path, account: Account | None) -> Path:
    """Make `folder`, closed to everybody but the account that the server runs as."""
    folder.mkdir(mode=0o700, exist_ok=True)
    folder.chmod(0o700)
    if account is not None:
        os.chown(folder, account.uid, account.gid)
    return folder
