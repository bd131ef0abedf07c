"""Which label of which set or tool means which kind of ours; what has no counterpart is not compared."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Mapping

Span = tuple[str, int, int]  # kind, first code point, first code point after


def _all(entities: str, kind: str) -> Mapping[str, str]:
    return dict.fromkeys(entities.split(), kind)


# Presidio's entities, its test cases' labels and presidio-research's are one vocabulary.
PRESIDIO: dict[str, str] = {
    "EMAIL_ADDRESS": "email_address",
    "PHONE_NUMBER": "phone_number",
    "PH_MOBILE_NUMBER": "phone_number",
    "TR_PHONE_NUMBER": "phone_number",
    "CREDIT_CARD": "credit_card",
    "IBAN_CODE": "iban",
    "IP_ADDRESS": "ip_address",
    "MAC_ADDRESS": "mac_address",
    "CRYPTO": "crypto_wallet",
    "US_SSN": "us_ssn",
    "PERSON": "person_name",
    "STREET_ADDRESS": "street_address",
    "ADDRESS": "street_address",
    **_all(
        "AU_MEDICARE AU_TFN CA_SIN DE_HEALTH_INSURANCE DE_ID_CARD DE_SOCIAL_SECURITY DE_TAX_ID DE_TAX_NUMBER "
        "ES_NIE ES_NIF FI_PERSONAL_IDENTITY_CODE IN_AADHAAR IN_PAN IN_VOTER IT_FISCAL_CODE IT_IDENTITY_CARD "
        "KR_FRN KR_RRN NG_NIN PH_TIN PL_PESEL SE_PERSONNUMMER SG_NRIC_FIN TH_TNIN TR_NATIONAL_ID UK_NHS "
        "UK_NINO US_ITIN US_MBI ZA_ID_NUMBER",
        "national_id",
    ),
    **_all(
        "DE_PASSPORT ES_PASSPORT IN_PASSPORT IT_PASSPORT KR_PASSPORT UK_PASSPORT US_PASSPORT",
        "passport",
    ),
    **_all(
        "DE_FUEHRERSCHEIN IT_DRIVER_LICENSE KR_DRIVER_LICENSE UK_DRIVING_LICENCE US_DRIVER_LICENSE",
        "driver_licence",
    ),
    **_all(
        "DE_KFZ IN_VEHICLE_REGISTRATION NG_VEHICLE_REGISTRATION TR_LICENSE_PLATE UK_VEHICLE_REGISTRATION",
        "vehicle_plate",
    ),
    "US_BANK_NUMBER": "bank_account",
}
# Numbers of companies and of a profession, places, dates and addresses of pages: nobody's personal data by themselves,
# or no kind of ours. What a tool says of these counts neither for nor against it.
LEFT_OUT = frozenset(
    _all(
        "ABA_ROUTING_NUMBER AU_ABN AU_ACN DE_BSNR DE_HANDELSREGISTER DE_LANR DE_PLZ DE_VAT_ID IN_GSTIN IT_VAT_CODE "
        "KR_BRN MEDICAL_LICENSE SE_ORGANISATIONSNUMMER SG_UEN UK_POSTCODE US_NPI DATE_TIME DOMAIN_NAME URL UUID AGE "
        "GPE LOCATION NRP ORGANIZATION TITLE",
        "nothing",
    )
)

SCRUBADUB: dict[str, str] = {
    "email": "email_address",
    "phone": "phone_number",
    "credit_card": "credit_card",
    "social_security_number": "us_ssn",
    "national_insurance_number": "national_id",
    "drivers_licence": "driver_licence",
    "vehicle_licence_plate": "vehicle_plate",
    "twitter": "handle",
    "credential": "secret",
}

NEMO: dict[str, str] = {
    "email": "email_address",
    "phone_number": "phone_number",
    "credit_card_number": "credit_card",
    "ip_address": "ip_address",
    "ssn": "us_ssn",
    "name": "person_name",
    "address": "street_address",
    "birth_date": "date_of_birth",
}

IP = "ip_address"
# An address that the IANA registries say is not globally reachable (RFC 6890) is nobody's personal data, and so is one
# of version 6 outside global unicast (RFC 4291 2.4), such as the forms that embed one of version 4.
NOBODYS = "ip_address, nobody's"
GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
_ADDRESS = re.compile(r"[0-9A-Fa-f:.]*[0-9A-Fa-f:]")


def told_apart(text: str, spans: Iterable[Span]) -> list[Span]:
    """The spans with addresses that are nobody's as a kind of their own."""
    return [
        (NOBODYS if kind == IP and _is_nobodys(text[start:end]) else kind, start, end)
        for kind, start, end in spans
    ]


def _is_nobodys(written: str) -> bool:
    found = _ADDRESS.match(written)
    try:
        address = ipaddress.ip_address(found.group() if found else "")
    except ValueError:
        return True
    return not address.is_global or (address.version == 6 and address not in GLOBAL_UNICAST)


# Finer than the labels: an address of a role is an e-mail address to every set and every peer.
HAYWARD: dict[str, str] = {"role_address": "email_address"}
