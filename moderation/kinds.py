"""The closed vocabularies: roles, kinds of finding, types of notice, actions, states."""

from django.db.models import IntegerChoices, TextChoices


class Role(TextChoices):
    MODERATOR = "moderator", "Moderator"
    SENIOR = "senior", "Senior moderator"
    MAINTAINER = "maintainer", "Maintainer"
    AUDITOR = "auditor", "Auditor"
    OPERATOR = "operator", "Operator"


class FindingKind(TextChoices):
    EMAIL_ADDRESS = "email_address", "e-mail address"
    ROLE_ADDRESS = "role_address", "e-mail address of an office"
    PHONE_NUMBER = "phone_number", "phone number"
    HANDLE = "handle", "user name on a platform"
    IP_ADDRESS = "ip_address", "IP address"
    MAC_ADDRESS = "mac_address", "hardware (MAC) address"
    CREDIT_CARD = "credit_card", "credit card number"
    IBAN = "iban", "bank account (IBAN)"
    BANK_ACCOUNT = "bank_account", "bank account number"
    CRYPTO_WALLET = "crypto_wallet", "crypto wallet"
    US_SSN = "us_ssn", "US social security number"
    NATIONAL_ID = "national_id", "national identity number"
    PASSPORT = "passport", "passport number"
    DRIVER_LICENCE = "driver_licence", "driving licence number"
    VEHICLE_PLATE = "vehicle_plate", "vehicle plate"
    DATE_OF_BIRTH = "date_of_birth", "date of birth"
    PERSON_NAME = "person_name", "name of a person"
    STREET_ADDRESS = "street_address", "street address"
    GEO_COORDINATES = "geo_coordinates", "geographic coordinates"
    DOXXING_BUNDLE = "doxxing_bundle", "several data of one person together"
    URL_CREDENTIALS = "url_credentials", "password in a web address"
    API_KEY = "api_key", "access key"
    SECRET = "secret", "password or token"
    PRIVATE_KEY = "private_key", "private key"
    TOXICITY = "toxicity", "toxic language"
    SEVERE_TOXICITY = "severe_toxicity", "severely toxic language"
    OBSCENE = "obscene", "obscene language"
    THREAT = "threat", "threat"
    INSULT = "insult", "insult"
    IDENTITY_ATTACK = "identity_attack", "attack on identity"
    SEXUAL_EXPLICIT = "sexual_explicit", "sexually explicit text"
    FACE = "face", "face"
    NUDITY = "nudity", "nudity"
    SUGGESTIVE_IMAGE = "suggestive_image", "suggestive image"
    IMAGE_LOCATION = "image_location", "place where a picture was taken"
    IMAGE_METADATA = "image_metadata", "personal data in a picture's metadata"
    KNOWN_IMAGE = "known_image", "image on a hash list"
    KNOWN_DUPLICATE = "known_duplicate", "copy of a record removed before"
    NEAR_DUPLICATE = "near_duplicate", "near copy of a record removed before"
    OPT_OUT_SIGNAL = "opt_out_signal", "signal against use for training"


# What a whole record may be labelled with, what is said of a whole record, and what may be masked as a span or region.
LABEL_KINDS = (
    FindingKind.TOXICITY,
    FindingKind.SEVERE_TOXICITY,
    FindingKind.OBSCENE,
    FindingKind.THREAT,
    FindingKind.INSULT,
    FindingKind.IDENTITY_ATTACK,
    FindingKind.SEXUAL_EXPLICIT,
    FindingKind.NUDITY,
    FindingKind.SUGGESTIVE_IMAGE,
)
RECORD_KINDS = (
    FindingKind.DOXXING_BUNDLE,
    FindingKind.KNOWN_IMAGE,
    FindingKind.KNOWN_DUPLICATE,
    FindingKind.NEAR_DUPLICATE,
    FindingKind.OPT_OUT_SIGNAL,
)
SPAN_KINDS = tuple(kind for kind in FindingKind if kind not in {*LABEL_KINDS, *RECORD_KINDS})
# What stands in a picture's file beside the picture: masked by leaving it out.
METADATA_KINDS = (FindingKind.IMAGE_LOCATION, FindingKind.IMAGE_METADATA)
# Never drawn for anybody: suspected illegal imagery is known by its hash alone.
SEALED_KINDS = (FindingKind.KNOWN_IMAGE,)


class NoticeType(TextChoices):
    PERSONAL_DATA = "personal_data", "It is about me (personal data)"
    COPYRIGHT = "copyright", "It is my work (copyright)"
    OPT_OUT = "opt_out", "I do not want it used for training (opt-out)"
    ILLEGAL = "illegal", "It is illegal or dangerous"
    OTHER = "other", "Something else"


class TargetKind(TextChoices):
    URL = "url", "A web address (URL)"
    DIGEST = "digest", "A record's digest (SHA-256)"
    SNIPPET = "snippet", "A piece of the text"
    SUBJECT = "subject", "My e-mail address, phone number, user name or identity number"


class NoticeState(TextChoices):
    RECEIVED = "received", "Received; we are looking for the record"
    LOCATED = "located", "Found; waiting for a moderator"
    NOT_FOUND = "not_found", "Not found by machine; waiting for a moderator"
    DECIDED = "decided", "Decided"


class Severity(IntegerChoices):
    LOW = 1, "low"
    MEDIUM = 2, "medium"
    HIGH = 3, "high"


class Action(TextChoices):
    """What a moderator may decide; `RESTORE` is made only by undoing or reversing."""

    KEEP = "keep", "Keep"
    REDACT = "redact", "Mask spans"
    REMOVE = "remove", "Remove record"
    LABEL = "label", "Label"
    NOT_SURE = "not_sure", "Not sure"
    RESTORE = "restore", "Restore"


class CaseState(TextChoices):
    OPEN = "open", "Open"
    HELD = "held", "Decided, may still be undone"
    CLOSED = "closed", "Closed"
    MERGED = "merged", "Merged into another case"


class ClaimEnd(TextChoices):
    DECIDED = "decided", "Decided"
    RELEASED = "released", "Given back"
    EXPIRED = "expired", "Ran out"


class ScreeningState(TextChoices):
    WAITING = "waiting", "Waiting"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    HELD = "held", "Held: the shard could not be read"
