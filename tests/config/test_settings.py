"""Settings: what is wrong is said at once, what is unsafe does not start, and every variable is explained."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RANDOM = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ"
SHOW = "import json, config.settings as s; print(json.dumps({n: str(getattr(s, n)) for n in dir(s) if n.isupper()}))"


def read(home: Path, script: str = SHOW, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.defpath, "HAYWARD_HOME": str(home), "PYTHONHASHSEED": "0", **variables}
    return subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def value(home: Path, expression: str, **variables: str) -> str:
    done = read(home, f"import config.settings as s; print(({expression}))", **variables)
    assert done.stderr == ""
    return done.stdout.strip()


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    wrong = {
        "DEBUG": "perhaps",
        "DATABASE_URL": "mysql://db.example.org/hayward",
        "REDIS_URL": "amqp://queue.example.org",
        "SECRET_KEY": "short",
        "HAYWARD_HOLD_SECONDS": "soon",
        "ALLOWED_HOSTS": "*",
    }

    done = read(tmp_path, **wrong)

    assert done.returncode == 2
    assert re.findall(r"^  (\w+): ", done.stderr, re.MULTILINE) == sorted(wrong)
    assert done.stderr.startswith("Hayward cannot start with these settings:\n")
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("variables", "refused"),
    [
        ({"DEBUG": "on", "ALLOWED_HOSTS": "hayward.example.org"}, "DEBUG"),
        ({"HAYWARD_TLS": "off", "ALLOWED_HOSTS": "hayward.example.org"}, "HAYWARD_TLS"),
        ({"HAYWARD_TLS": "maybe"}, "HAYWARD_TLS"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS"),
        ({"SECRET_KEY": "django-insecure-" + RANDOM}, "SECRET_KEY"),
        ({"SECRET_KEY": "a" * 60}, "SECRET_KEY"),
    ],
)
def test_unsafe_settings_do_not_start(tmp_path: Path, variables: dict[str, str], refused: str) -> None:
    done = read(tmp_path, **variables)

    assert done.returncode == 2
    assert re.findall(r"^  (\w+): ", done.stderr, re.MULTILINE) == [refused]


def test_key_that_others_may_read_does_not_start(tmp_path: Path) -> None:
    key = tmp_path / "log.key"
    key.write_text("secret")
    key.chmod(0o640)

    done = read(tmp_path, HAYWARD_LOG_KEY_FILE=str(key))

    assert done.returncode == 2
    assert f"HAYWARD_LOG_KEY_FILE: points at {key}, which other users may read: chmod 600 it." in done.stderr


def test_nothing_set_runs_on_this_machine_alone(tmp_path: Path) -> None:
    assert value(tmp_path, "s.DEBUG, s.TLS, s.LOCAL_ONLY, s.SIGNUP_OPEN") == "(False, False, True, False)"
    assert value(tmp_path, "sorted(s.HAYWARD_EMBEDDED)") == "['postgres', 'redis']"


def test_secret_key_is_made_once_and_kept_from_others(tmp_path: Path) -> None:
    first, second = value(tmp_path, "s.SECRET_KEY"), value(tmp_path, "s.SECRET_KEY")

    assert first == second
    assert len(first) > 50
    assert (tmp_path / "keys/secret.key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["secret.key"]


def test_secret_key_that_cannot_be_kept_is_told() -> None:
    done = read(Path("/proc/hayward"))

    assert done.returncode == 2
    assert "SECRET_KEY: is unset, and no key can be kept in /proc/hayward/keys/secret.key" in done.stderr


def test_public_site_speaks_https_only(tmp_path: Path) -> None:
    flags = "s.SECURE_SSL_REDIRECT, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS > 0"

    said = value(tmp_path, flags, ALLOWED_HOSTS="hayward.example.org")

    assert said == "(True, True, True, True)"


def test_server_that_is_given_is_not_embedded(tmp_path: Path) -> None:
    database, cache = "postgresql://ann@db.example.org/hayward", "redis://redis.example.org:6379/3"

    assert value(tmp_path, "sorted(s.HAYWARD_EMBEDDED)", DATABASE_URL=database) == "['redis']"
    assert value(tmp_path, "sorted(s.HAYWARD_EMBEDDED)", REDIS_URL=cache) == "['postgres']"
    assert value(tmp_path, "s.DATABASES['default']['HOST']", DATABASE_URL=database) == "db.example.org"
    assert value(tmp_path, "s.CELERY_BROKER_URL", REDIS_URL=cache) == cache
    assert (
        value(tmp_path, "s.CACHES['default']['LOCATION']", REDIS_URL=cache)
        == "redis://redis.example.org:6379/4"
    )


def test_every_variable_stands_in_the_example() -> None:
    source = (ROOT / "config/settings.py").read_text()
    screeners = "".join(path.read_text() for path in (ROOT / "hayward/screeners").rglob("*.py"))
    example = (ROOT / ".env.example").read_text()

    read_here = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', source))
    read_by_screeners = set(re.findall(r"\bHAYWARD_[A-Z_0-9]*[A-Z0-9]\b", screeners))
    explained = set(re.findall(r"^#?([A-Z_0-9]+)=", example, re.MULTILINE))

    assert explained == read_here | read_by_screeners


def test_the_example_changes_nothing(tmp_path: Path) -> None:
    example = (ROOT / ".env.example").read_text()
    given = dict(line.split("=", 1) for line in example.splitlines() if re.match(r"[A-Z_]+=", line))

    with_it, without = (re.sub(" at 0x[0-9a-f]+", "", read(tmp_path, **env).stdout) for env in (given, {}))
    assert with_it == without != ""
