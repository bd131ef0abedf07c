"""One spelling for all the ways in which the value of a piece of personal data is written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping

# RFC 5321 4.5.3.1.3 (a path of 256 octets with its brackets) is the longest; nothing longer is anybody's.
LONGEST = 320
FEWEST_DIGITS = 5
FEWEST_CHARACTERS = 4
LONGEST_LABEL = 63  # RFC 1035 2.3.4

_AT = re.compile(r"\s*[\[({<]\s*at\s*[\])}>]\s*|\s+at\s+|\s*@\s*", re.IGNORECASE)
_DOT = re.compile(r"\s*[\[({<]\s*(?:dot|punkt|point|punto|\.)\s*[\])}>]\s*|\s+dot\s+|\s*\.\s*", re.IGNORECASE)
_WRAPPED = re.compile(r"^(?:mailto:)?[\s<\"'(]*|[\s>\"').,;]*$", re.IGNORECASE)
_EXTENSION = re.compile(
    r"\s*(?:,?\s*(?:x|ext\.?|extension|poste|durchwahl)|#|;ext=)\s*\d{1,6}\s*$", re.IGNORECASE
)
_SAME_IN_ANY_CASE = re.compile(r"(?:0x[0-9a-f]{40}|[a-z]{2,5}1[0-9a-z]{20,90})", re.IGNORECASE)


def normalised(kind: str, value: str, *, region: str | None = None) -> str | None:
    """The one spelling of `value`; None for a kind that is not in SUBJECT_KINDS, or a value that cannot be of it.

    E-mail addresses: NFKC, lower case, "at" and "dot" undone, the domain in ASCII (RFC 3492 punycode, RFC 5890).
    Telephone numbers: E.164 where a calling code is written, or `region` (ISO 3166 alpha-2) is given and libphonenumber
    has such a number there; else the digits as dialled. No extension. Cards and social security numbers: digits.
    Accounts, documents, plates and other ids: letters and digits in upper case. Handles: lower case without the `@`.
    Wallets: as written, lower case where case does not matter (EIP-55, BIP-173). Two spellings of one value give the
    same result; what cannot be known to be the same, such as a number with and without its calling code, does not.
    """
    spell = _SPELLINGS.get(kind)
    if spell is None or len(value) > LONGEST:
        return None
    plain = _plain(value)
    return (_telephone(plain, region) if kind == "phone_number" else spell(plain)) or None


def _plain(value: str) -> str:
    """Compatibility forms composed, all decimal digits ASCII, nothing invisible."""
    composed = unicodedata.normalize("NFKC", value)
    visible = (character for character in composed if unicodedata.category(character) != "Cf")
    return "".join(_ascii_digit(character) for character in visible).strip()


def _ascii_digit(character: str) -> str:
    return character if character.isascii() else str(unicodedata.decimal(character, character))


def _address(value: str) -> str | None:
    local, at, domain = _AT.sub("@", _WRAPPED.sub("", value)).rpartition("@")
    labels = [_label(label) for label in _DOT.sub(".", domain).lower().rstrip(".").split(".")]
    if not at or not local or len(labels) < 2 or None in labels:
        return None
    return f"{_DOT.sub('.', local).lower()}@{'.'.join(filter(None, labels))}"


def _label(label: str) -> str | None:
    """A label of a domain in ASCII; None for what can be none."""
    spelled = label if label.isascii() else "xn--" + label.encode("punycode").decode()
    return spelled if 0 < len(spelled) <= LONGEST_LABEL and not re.search(r"[\s@]", spelled) else None


def _telephone(value: str, region: str | None = None) -> str | None:
    number = _EXTENSION.sub("", value.removeprefix("tel:")).replace("(0)", "")
    digits = _digits(number)
    if len(digits) < FEWEST_DIGITS:
        return None
    if number.lstrip(" (").startswith("+"):
        return _e164("+" + digits, None) or "+" + digits
    if digits.startswith("00") and (dialled := _e164("+" + digits[2:], None)):
        return dialled
    return (_e164(digits, region) if region else None) or digits


def _e164(number: str, region: str | None) -> str | None:
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return None
    if phonenumbers.is_possible_number_with_reason(parsed) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def _digits(value: str) -> str:
    return "".join(character for character in value if character in "0123456789")


def _number(value: str) -> str | None:
    digits = _digits(value)
    return digits if len(digits) >= FEWEST_DIGITS else None


def _identifier(value: str) -> str | None:
    spelled = "".join(character for character in value.upper() if character.isalnum())
    return spelled if len(spelled) >= FEWEST_CHARACTERS else None


def _handle(value: str) -> str | None:
    return value.lstrip("@").strip().lower()


def _wallet(value: str) -> str | None:
    return value.lower() if _SAME_IN_ANY_CASE.fullmatch(value) else value


_SPELLINGS: Mapping[str, Callable[[str], str | None]] = {
    "email_address": _address,
    "phone_number": _telephone,
    "handle": _handle,
    "national_id": _identifier,
    "us_ssn": _number,
    "iban": _identifier,
    "bank_account": _identifier,
    "credit_card": _number,
    "crypto_wallet": _wallet,
    "passport": _identifier,
    "driver_licence": _identifier,
    "vehicle_plate": _identifier,
}
# Kinds whose value is one person's: not role addresses, IP addresses, birthdays or names.
SUBJECT_KINDS: frozenset[str] = frozenset(_SPELLINGS)
