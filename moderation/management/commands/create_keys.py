"""`manage.py create_keys`: makes the site's keys where they do not exist yet."""

import os
import secrets
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Create the keys that encrypt personal data, index people and sign the log; existing keys are left alone."

    def handle(self, *args: Any, **options: Any) -> None:
        created = {
            "field key": create(Path(settings.HAYWARD_FIELD_KEYS_FILE), Fernet.generate_key().decode()),
            "subject key": create(Path(settings.HAYWARD_SUBJECT_KEY_FILE), secrets.token_hex(32)),
            "signing key": create(Path(settings.HAYWARD_LOG_KEY_FILE), secrets.token_hex(32)),
        }
        for name, is_new in created.items():
            self.stdout.write(
                f"{name}: {'created; back it up apart from the database' if is_new else 'there already'}"
            )


def create(path: Path, content: str) -> bool:
    """Write a file that only its owner reads; False, and nothing written, when it exists."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(handle, "w") as file:
        file.write(content + "\n")
        file.flush()
        os.fsync(file.fileno())
    return True
