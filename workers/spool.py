"""Keeps the findings of one shard on disk until the pass is over, so that memory stays bounded."""

import json
import tempfile
from collections.abc import Iterable, Iterator
from itertools import islice
from types import TracebackType

from hayward.screening import Finding
from moderation.intake import Flag

BATCH = 5000


class Spool:
    """A temporary file of flags, gone with its block; it holds places and digests, no content of records."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - closed with the block

    def __enter__(self) -> "Spool":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def write(self, findings: Iterable[Finding]) -> None:
        for found in findings:
            place = (found.record, found.digest, found.screener, found.version, found.kind)
            span = (found.field, found.start, found.end, found.score)
            self._file.write(json.dumps(place + span, separators=(",", ":")) + "\n")

    def __iter__(self) -> Iterator[list[Flag]]:
        """All flags from the first on, in batches; as often as it is asked for."""
        self._file.seek(0)
        while batch := [Flag(*json.loads(line)) for line in islice(self._file, BATCH)]:
            yield batch
