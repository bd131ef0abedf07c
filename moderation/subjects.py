"""Where a person is found: values are known by a keyed digest alone, whose key lies outside the database."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet

from hayward.screening.subjects import SUBJECT_KINDS, SubjectIndex
from moderation.models import Finding


class SubjectKeyMissing(Exception):
    """The file with the key of the subject index is not there."""


def key() -> SubjectIndex:
    """The key of `HAYWARD_SUBJECT_KEY_FILE`; raises `SubjectKeyMissing`."""
    return _key(Path(settings.HAYWARD_SUBJECT_KEY_FILE))


def digests(value: str) -> set[str]:
    """The digests that this value has in the index, whichever kind it was taken for."""
    made = (key().digest(kind, value) for kind in SUBJECT_KINDS)
    return {digest for digest in made if digest}


def occurrences(value: str) -> QuerySet[Finding]:
    """The findings in all datasets that stand at this value, with their items and shards, oldest first."""
    found = Finding.objects.filter(subject__in=digests(value))
    return found.select_related("item__dataset", "screening__shard__release").order_by("pk")


@lru_cache(maxsize=4)
def _key(path: Path) -> SubjectIndex:
    try:
        return SubjectIndex(bytes.fromhex(path.read_text().strip()))
    except FileNotFoundError:
        raise SubjectKeyMissing(
            f"There is no subject key at {path}. Restore it from your backup, or run `manage.py create_keys`."
        ) from None
