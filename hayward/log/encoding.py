"""Base64 as a verifier must read it: exactly one spelling for each value, everything else refused."""

from __future__ import annotations

import base64
import binascii


def decode(text: str) -> bytes:
    """Standard base64 with padding (RFC 4648 §4), as notes have it. Raises ValueError otherwise."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error) as error:
        raise ValueError("not base64") from error
    if base64.b64encode(data).decode("ascii") != text:
        raise ValueError("not the canonical base64 of its value")
    return data


def encode(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def decode_url(text: str) -> bytes:
    """URL-safe base64 without padding (RFC 4648 §5), as disclosures have it. Raises ValueError otherwise."""
    try:
        data = base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error) as error:
        raise ValueError("not base64url") from error
    if encode_url(data) != text:
        raise ValueError("not the canonical base64url of its value")
    return data


def encode_url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")
