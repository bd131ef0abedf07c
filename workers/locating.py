"""Searches a dataset for what a notice speaks of: a digest, a web address, or a piece of text."""

import logging
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from urllib.parse import urlsplit

import pyarrow as pa
import pyarrow.compute as pc

from datasets_app import storage
from datasets_app.models import Location, Release, Shard
from hayward import formats
from hayward.formats import Batch, UnreadableShard
from moderation.intake import MAX_MATCHES, Match
from moderation.kinds import TargetKind
from moderation.models import Notice

logger = logging.getLogger(__name__)

URL_FIELDS = ("url", "URL", "source_url")
Positions = Callable[[Batch], Iterator[int]]


def search(notice: Notice) -> list[Match]:
    """The records of the dataset's newest ready release that the notice speaks of, `MAX_MATCHES` at most."""
    release = Release.objects.filter(dataset=notice.dataset).ready().newest_first().first()
    if release is None:
        return []
    return list(islice(_matches(release, TargetKind(notice.target_kind), notice.target), MAX_MATCHES))


def _matches(release: Release, kind: TargetKind, target: str) -> Iterator[Match]:
    if kind is TargetKind.DIGEST:
        return _by_digest(release, target.lower())
    if kind is TargetKind.URL:
        return _scanned(release, _with_url(target), _url_fields)
    return _scanned(release, _with_snippet(target), _text_fields)


def _by_digest(release: Release, digest: str) -> Iterator[Match]:
    known = (
        Location.objects.filter(shard__release=release, item__digest=digest)
        .select_related("shard")
        .order_by("pk")
    )
    if known:
        return iter([Match(shard=place.shard, row=place.row, digest=digest) for place in known])
    return _scanned(release, _with_digest(digest), _text_fields)


def _scanned(
    release: Release, positions: Positions, fields_of: Callable[[Release], Sequence[Sequence[str] | None]]
) -> Iterator[Match]:
    for shard in release.shards.select_related("release").order_by("pk").iterator():
        try:
            yield from _in_shard(shard, positions, fields_of(release))
        except (UnreadableShard, storage.NotAllowed) as error:
            why = error.reason if isinstance(error, UnreadableShard) else "not allowed"
            logger.warning("shard %s was not searched to its end: %s", shard.pk, why)


def _in_shard(shard: Shard, positions: Positions, choices: Sequence[Sequence[str] | None]) -> Iterator[Match]:
    for batch in _opened(storage.checked(shard.url), choices):
        for index in positions(batch):
            yield Match(shard=shard, row=batch.rows[index].as_py(), digest=batch.digest(index))


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


def _url_fields(_release: Release) -> Sequence[Sequence[str]]:
    return [[name] for name in URL_FIELDS]


def _text_fields(release: Release) -> Sequence[Sequence[str] | None]:
    return [release.fields or None]


def _with_digest(digest: str) -> Positions:
    def positions(batch: Batch) -> Iterator[int]:
        return (index for index in range(len(batch.rows)) if batch.digest(index) == digest)

    return positions


def _with_snippet(snippet: str) -> Positions:
    def positions(batch: Batch) -> Iterator[int]:
        return _true(batch, lambda column: pc.match_substring(column, snippet))

    return positions


def _with_url(target: str) -> Positions:
    wanted = normalised(target)
    host = wanted.partition("/")[0]

    def positions(batch: Batch) -> Iterator[int]:
        likely = _true(batch, lambda column: pc.match_substring(column, host, ignore_case=True))
        return (
            index for index in likely if any(_is_at(column, index, wanted) for column in batch.fields.columns)
        )

    return positions


def _is_at(column: pa.Array, index: int, wanted: str) -> bool:
    value = column[index].as_py()
    return value is not None and normalised(value) == wanted


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


def _true(batch: Batch, test: Callable[[pa.Array], pa.Array]) -> Iterator[int]:
    """The positions at which any of the batch's columns passes the test."""
    if not batch.fields.num_columns or not len(batch.rows):
        return iter(())
    found = [pc.fill_null(test(column), False) for column in batch.fields.columns]
    passed = found[0]
    for other in found[1:]:
        passed = pc.or_(passed, other)
    return iter(pc.indices_nonzero(passed).to_pylist())
