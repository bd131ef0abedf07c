"""The nouns of moderation, a file per noun."""

from moderation.models.case import Case, Claim, Reveal
from moderation.models.decision import Decision
from moderation.models.fingerprint import Fingerprint
from moderation.models.log import Checkpoint, DatasetLog, Disclosure, Entry, SubjectKey
from moderation.models.notice import Notice
from moderation.models.screening import Finding, HeldRecord, Screening
from moderation.models.user import Membership, User

__all__ = [
    "Case",
    "Checkpoint",
    "Claim",
    "DatasetLog",
    "Decision",
    "Disclosure",
    "Entry",
    "Finding",
    "Fingerprint",
    "HeldRecord",
    "Membership",
    "Notice",
    "Reveal",
    "Screening",
    "SubjectKey",
    "User",
]
