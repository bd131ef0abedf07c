"""Searches a dataset for what a notice speaks of: a digest, a web address, a piece of text, or a person's data."""

import logging
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from urllib.parse import urlsplit

import pyarrow as pa
import pyarrow.compute as pc
from celery.exceptions import SoftTimeLimitExceeded

from datasets_app import storage
from datasets_app.models import Location, Release, Shard
from hayward import formats
from hayward.formats import Batch, Held, UnreadableShard
from moderation import subjects
from moderation.intake import MAX_MATCHES, Match
from moderation.kinds import TargetKind
from moderation.models import Notice

logger = logging.getLogger(__name__)

URL_FIELDS = ("url", "URL", "source_url")
InShard = Callable[[Shard], Iterator[Match]]
InBatch = Callable[[Batch], Iterator[int]]


def search(notice: Notice) -> list[Match]:
    """The records of the dataset's newest ready release that the notice speaks of, `MAX_MATCHES` at most."""
    release = Release.objects.filter(dataset=notice.dataset).ready().newest_first().first()
    if release is None:
        return []
    return list(islice(_matches(release, TargetKind(notice.target_kind), notice.target), MAX_MATCHES))


def normalised(url: str) -> str:
    """A web address without scheme, user, fragment and trailing slash, its host in lower case."""
    text = url.strip()
    try:
        parts = urlsplit(text if "://" in text else f"//{text}")
        host = (parts.hostname or "") + (f":{parts.port}" if parts.port else "")
    except ValueError:
        return text
    query = f"?{parts.query}" if parts.query else ""
    return f"{host}{parts.path.rstrip('/')}{query}"


def _matches(release: Release, kind: TargetKind, target: str) -> Iterator[Match]:
    if kind is TargetKind.DIGEST:
        return _by_digest(release, target)
    if kind is TargetKind.SUBJECT:
        return _by_subject(release, target)
    if kind is TargetKind.URL:
        return _everywhere(release, _having(_with_url(target), [[name] for name in URL_FIELDS]))
    return _everywhere(release, _having(_with_snippet(target), [release.fields or None]))


def _by_digest(release: Release, digest: str) -> Iterator[Match]:
    """Where screening has met the record already, else where a look at every record finds it."""
    met = Location.objects.filter(shard__release=release, item__digest=digest).select_related("shard")
    known = [Match(shard=place.shard, row=place.row, digest=digest) for place in met.order_by("pk")]
    return iter(known) if known else _everywhere(release, _having_digest(digest))


def _by_subject(release: Release, value: str) -> Iterator[Match]:
    """Where screening found this address, number or name of a person: asked of the index, no shard is read."""
    here = subjects.occurrences(value).filter(screening__shard__release=release)
    places = Location.objects.filter(item__in=here.values("item"), shard__release=release)
    for place in places.select_related("item", "shard").order_by("pk"):
        yield Match(shard=place.shard, row=place.row, digest=place.item.digest)


def _everywhere(release: Release, in_shard: InShard) -> Iterator[Match]:
    for shard in release.shards.select_related("release").order_by("pk").iterator():
        try:
            yield from in_shard(shard)
        except (UnreadableShard, storage.NotAllowed) as error:
            why = error.reason if isinstance(error, UnreadableShard) else "not allowed"
            logger.warning("shard %s was not searched to its end: %s", shard.pk, why)
        except SoftTimeLimitExceeded:
            raise
        except Exception as error:  # noqa: BLE001 - one shard that trips an unknown fault must not stop every notice
            logger.error("shard %s was not searched to its end: %s", shard.pk, type(error).__name__)


def _having_digest(digest: str) -> InShard:
    def in_shard(shard: Shard) -> Iterator[Match]:
        for row, record in formats.iterate_records(storage.checked(shard.url)):
            if not isinstance(record, Held) and formats.digest(record) == digest:
                yield Match(shard=shard, row=row, digest=digest)

    return in_shard


def _having(in_batch: InBatch, choices: Sequence[Sequence[str] | None]) -> InShard:
    def in_shard(shard: Shard) -> Iterator[Match]:
        for batch in _opened(storage.checked(shard.url), choices):
            for index in in_batch(batch):
                yield Match(shard=shard, row=batch.rows[index].as_py(), digest=batch.digest(index))

    return in_shard


def _opened(url: str, choices: Sequence[Sequence[str] | None]) -> formats.Shard:
    """The shard with the first of these choices of fields that it has; raises `UnreadableShard`."""
    *first, last = choices
    for fields in first:
        try:
            return formats.open_shard(url, fields=fields)
        except UnreadableShard as error:
            if error.reason != "no-such-field":
                raise
    return formats.open_shard(url, fields=last)


def _with_snippet(snippet: str) -> InBatch:
    return lambda batch: _passing(batch, lambda column: pc.match_substring(column, snippet))


def _with_url(target: str) -> InBatch:
    wanted = normalised(target)
    host = wanted.partition("/")[0]

    def in_batch(batch: Batch) -> Iterator[int]:
        # The quick look over the whole column leaves few addresses to take apart.
        likely = _passing(batch, lambda column: pc.match_substring(column, host, ignore_case=True))
        return (
            index for index in likely if any(_is_at(column[index], wanted) for column in batch.fields.columns)
        )

    return in_batch


def _is_at(value: pa.Scalar, wanted: str) -> bool:
    return value.is_valid and normalised(value.as_py()) == wanted


def _passing(batch: Batch, test: Callable[[pa.Array], pa.Array]) -> Iterator[int]:
    """The positions at which any of the batch's columns passes the test."""
    passed = pa.nulls(len(batch.rows), pa.bool_()).fill_null(False)
    for column in batch.fields.columns:
        passed = pc.or_(passed, pc.fill_null(test(column), False))
    return iter(pc.indices_nonzero(passed).to_pylist())
