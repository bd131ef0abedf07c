"""Child processes that never outlive their parent and, started by root, don't run as root."""

import contextlib
import ctypes
import os
import pwd
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

# Numbers from the manual pages prctl(2), capset(2) and capabilities(7).
PR_SET_PDEATHSIG, PR_SET_SECUREBITS, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 1, 28, 47, 2
SECBIT_NO_SETUID_FIXUP = 1 << 2
CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_SETPCAP = 1, 2, 8
CAPABILITY_VERSION_3 = 0x20080522

# Loaded here, since between fork and exec nothing may be imported.
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


class NoUser(Exception):
    """Root started us, and there is no account to run a database as."""


class Unreachable(Exception):
    """The account that the servers run as cannot get at a folder they need."""


@dataclass(frozen=True, slots=True)
class Account:
    """Whom a child runs as; with `capability` it may also pass folders that are closed to that user."""

    uid: int
    gid: int
    name: str
    capability: int | None = None


def unprivileged(owned: Path) -> Account | None:
    """The account for servers that refuse root: the owner of `owned`, else `postgres`, else `nobody`.

    None when we aren't root ourselves. Raises NoUser.
    """
    if os.geteuid() != 0:
        return None
    if owned.exists() and owned.stat().st_uid != 0:
        entry = pwd.getpwuid(owned.stat().st_uid)
        return Account(entry.pw_uid, entry.pw_gid, entry.pw_name)
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid, entry.pw_name)
    raise NoUser


def _is_open(folder: Path, account: Account) -> bool:
    status = folder.stat()
    if status.st_uid == account.uid:
        return bool(status.st_mode & stat.S_IXUSR)
    if status.st_gid == account.gid:
        return bool(status.st_mode & stat.S_IXGRP)
    return bool(status.st_mode & stat.S_IXOTH)


def _held_capabilities() -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("CapPrm:"):
            return int(line.split()[1], 16)
    return 0


def reaching(account: Account | None, paths: Iterable[Path]) -> Account | None:
    """The same account, able to reach `paths`.

    A checkout below a closed folder such as /root is common, and opening that folder to everybody is not ours
    to do. So the server is given the one capability that lets it through, and root nothing else.
    Raises Unreachable where we don't hold that capability ourselves.
    """
    if account is None:
        return None
    closed = [folder for path in paths for folder in path.resolve().parents if not _is_open(folder, account)]
    if not closed:
        return account
    held = _held_capabilities() if _libc else 0
    for capability in (CAP_DAC_READ_SEARCH, CAP_DAC_OVERRIDE):
        if held >> capability & held >> CAP_SETPCAP & 1:
            return Account(account.uid, account.gid, account.name, capability)
    message = f"The folder {closed[0]} is closed to user {account.name}, whom the database must run as"
    raise Unreachable(message)


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Data(ctypes.Structure):
    _fields_ = (
        ("effective", ctypes.c_uint32),
        ("permitted", ctypes.c_uint32),
        ("inheritable", ctypes.c_uint32),
    )


def _call(answer: int) -> None:
    if answer != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def _become(account: Account) -> None:
    if _libc is not None and account.capability is not None:
        # Keeps capabilities over setuid until capset below, and lets access(2) know of them: initdb asks it.
        _call(_libc.prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0))
    os.setgroups([])
    os.setgid(account.gid)
    os.setuid(account.uid)
    if _libc is not None and account.capability is not None:
        mask = 1 << account.capability
        header, data = _Header(CAPABILITY_VERSION_3, 0), (_Data * 2)(_Data(mask, mask, mask), _Data(0, 0, 0))
        _call(_libc.capset(ctypes.byref(header), data))
        _call(_libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, account.capability, 0, 0))


def _before_exec(account: Account | None, death_signal: int, parent: int) -> Callable[[], None]:
    def prepare() -> None:
        if account is not None:
            _become(account)
        if _libc is not None:
            # After the change of user, which clears it.
            _call(_libc.prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0))
            if os.getppid() != parent:
                os._exit(1)

    return prepare


def start(
    command: Sequence[str],
    *,
    output: IO[bytes] | int,
    account: Account | None = None,
    death_signal: int = signal.SIGKILL,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    stdin: int = subprocess.DEVNULL,
    pass_fds: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Start a child in a process group of its own, which gets `death_signal` when we die, even by kill -9.

    Call it from the main thread: the kernel watches the thread that forked (Linux; elsewhere nothing watches,
    and the next start clears up). Output goes to `output`, both kinds.
    """
    return subprocess.Popen(  # noqa: S603 - our own programs
        command,
        stdin=stdin,
        stdout=output,
        stderr=subprocess.STDOUT,
        env=environment,
        cwd=folder or (Path("/") if account else None),
        pass_fds=pass_fds,
        process_group=0,
        preexec_fn=_before_exec(account, death_signal, os.getpid()),  # noqa: PLW1509 - no threads here
    )


def stop(
    process: subprocess.Popen[bytes], *, signals: Sequence[tuple[int, float]], group: bool = False
) -> None:
    """Send each signal in turn and wait its seconds; kill what is left. `group`: its children too."""
    for signum, seconds in signals:
        if process.poll() is not None:
            break
        process.send_signal(signum)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            continue
    if process.poll() is None:
        process.kill()
        process.wait()
    if group:
        with contextlib.suppress(ProcessLookupError, PermissionError):  # nobody is left in it
            os.killpg(process.pid, signal.SIGKILL)
