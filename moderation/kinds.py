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
    PHONE_NUMBER = "phone_number", "phone number"
    CREDIT_CARD = "credit_card", "credit card number"
    IBAN = "iban", "bank account (IBAN)"
    IP_ADDRESS = "ip_address", "IP address"
    US_SSN = "us_ssn", "US social security number"
    TOXICITY = "toxicity", "toxic language"
    SEVERE_TOXICITY = "severe_toxicity", "severely toxic language"
    OBSCENE = "obscene", "obscene language"
    THREAT = "threat", "threat"
    INSULT = "insult", "insult"
    IDENTITY_ATTACK = "identity_attack", "attack on identity"
    SEXUAL_EXPLICIT = "sexual_explicit", "sexually explicit text"


# What may be masked as a span, and what a whole record may be labelled with.
SPAN_KINDS = (
    FindingKind.EMAIL_ADDRESS,
    FindingKind.PHONE_NUMBER,
    FindingKind.CREDIT_CARD,
    FindingKind.IBAN,
    FindingKind.IP_ADDRESS,
    FindingKind.US_SSN,
)
LABEL_KINDS = tuple(kind for kind in FindingKind if kind not in SPAN_KINDS)


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
