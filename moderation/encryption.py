"""Columns for personal data: text that is encrypted, and values that are known only by a keyed digest."""

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import models


class KeyringMissing(Exception):
    """The file with the field keys is not there."""


@lru_cache(maxsize=4)
def _keyring(path: Path) -> MultiFernet:
    try:
        keys = path.read_text().split()
    except FileNotFoundError:
        raise KeyringMissing(
            f"There is no field key at {path}. Restore it from your backup, or run `manage.py create_keys`."
        ) from None
    return MultiFernet([Fernet(key) for key in keys])


def keyring() -> MultiFernet:
    """The keys of `HAYWARD_FIELD_KEYS_FILE`: the first encrypts, all decrypt (so keys can be rotated)."""
    return _keyring(Path(settings.HAYWARD_FIELD_KEYS_FILE))


if TYPE_CHECKING:
    TextField = models.TextField[str, str]
    CharField = models.CharField[str, str]
else:
    TextField = models.TextField
    CharField = models.CharField


class EncryptedTextField(TextField):
    """Text stored as a Fernet token; the empty string stays empty, so that a purge is visible as such.

    It cannot be searched or ordered by: look it up by another column.
    """

    def get_prep_value(self, value: Any) -> str:
        text = super().get_prep_value(value)
        return keyring().encrypt(str(text).encode()).decode() if text else ""

    def from_db_value(self, value: str | None, expression: object, connection: object) -> str:  # noqa: ARG002 -- Django's signature
        return keyring().decrypt(value.encode()).decode() if value else ""

    def get_lookup(self, lookup_name: str) -> Any:
        """Only emptiness can be asked of an encrypted column."""
        return super().get_lookup(lookup_name) if lookup_name in {"exact", "isnull"} else None


class KeyedDigestField(CharField):
    """HMAC-SHA256 (hex) of a person's value under a key outside the database; empty where there is none."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_length": 64, "blank": True, "default": "", **kwargs})
