"""Keeps the findings of one shard on disk until the pass is over, so that memory stays bounded."""

import tempfile
from collections.abc import Iterable, Iterator
from itertools import islice
from types import TracebackType

from hayward.screening import Finding, JsonLinesWriter
from hayward.screening.findings import read_lines

BATCH = 5000


class Spool:
    """A temporary file of findings, gone with its block; it holds places and digests, no content of records."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the block
        self._writer = JsonLinesWriter(self._file)

    def __enter__(self) -> "Spool":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def write(self, findings: Iterable[Finding]) -> None:
        self._writer.write(findings)

    def __iter__(self) -> Iterator[list[Finding]]:
        """All findings from the first on, in batches; as often as it is asked for."""
        self._file.seek(0)
        found = read_lines(self._file)
        while batch := list(islice(found, BATCH)):
            yield batch
