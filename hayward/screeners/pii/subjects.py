"""One spelling for all the ways in which a person's value is written."""

from __future__ import annotations

import unicodedata

SUBJECT_KINDS = frozenset(
    {
        "email_address", "phone_number", "handle", "us_ssn", "national_id", "iban", "bank_account", "credit_card",
        "crypto_wallet", "passport", "driver_licence", "vehicle_plate",
    }
)  # fmt: skip


def normalised(kind: str, value: str) -> str | None:
    """The value in its one normal spelling; None where it cannot be a value of that kind."""
    folded = unicodedata.normalize("NFKC", value).casefold()
    if kind == "email_address":
        return folded.strip() or None
    return "".join(character for character in folded if character.isalnum()) or None
