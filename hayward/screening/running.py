"""Many shards, one after another or one per process, with the same findings in the same order either way."""

from __future__ import annotations

import multiprocessing
import os
import signal
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from hayward.screeners import Screener, load
from hayward.screening.findings import Finding, JsonLinesWriter, StoredFindings
from hayward.screening.resuming import ResumedScreening
from hayward.screening.shards import ShardProgress, ShardReport, screen_shard

Write = Callable[[Iterable[Finding]], None]
OnBatch = Callable[[ShardProgress], None]


def screen_shards(
    paths: Sequence[str],
    *,
    screeners: Sequence[str],
    write: Write,
    fields: Sequence[str] | None = None,
    jobs: int = 1,
    state: Path | None = None,
    on_batch: OnBatch | None = None,
) -> Iterator[ShardReport]:
    """Screens the shards with the screeners of these names; yields their reports in the order of `paths`.

    `write` is given all findings in that order too. With more than one job each shard has a process of its own, and
    `on_batch` is told once per shard. With the folder `state` only what is not done yet, or has changed, is screened
    (see hayward.screening.resuming). Raises UnknownScreener, UnableToLoad.
    """
    if jobs > 1 and len(paths) > 1:
        pool = _pool(min(jobs, len(paths)))
        work = _Work(tuple(screeners), tuple(fields) if fields else None, state)
        yield from _in_processes(paths, work, pool=pool, write=write, on_batch=on_batch)
        return
    loaded = load(screeners)
    for path in paths:
        yield _here(path, loaded, fields=fields, state=state, write=write, on_batch=on_batch)


def _here(
    path: str,
    screeners: Sequence[Screener],
    *,
    fields: Sequence[str] | None,
    state: Path | None,
    write: Write,
    on_batch: OnBatch | None = None,
) -> ShardReport:
    screening = (
        screen_shard(path, screeners=screeners, fields=fields, on_batch=on_batch)
        if state is None
        else ResumedScreening(path, state=state, screeners=screeners, fields=fields, on_batch=on_batch)
    )
    for findings in screening:
        write(findings)
    return screening.report


@dataclass(frozen=True, slots=True)
class _Work:
    """What a process does with each shard that it is given."""

    screeners: tuple[str, ...]
    fields: tuple[str, ...] | None
    state: Path | None

    def __call__(self, path: str, part: Path) -> ShardReport:
        """Screens one shard in a process of its own and leaves its findings in the file `part`."""
        with part.open("wb") as file:
            writer = JsonLinesWriter(file)
            loaded = loaded_once(self.screeners)
            return _here(path, loaded, fields=self.fields, state=self.state, write=writer.write)


def _in_processes(
    paths: Sequence[str],
    work: _Work,
    *,
    pool: AbstractContextManager[ProcessPoolExecutor],
    write: Write,
    on_batch: OnBatch | None,
) -> Iterator[ShardReport]:
    with tempfile.TemporaryDirectory(prefix="hayward-screen-") as folder, pool as processes:
        parts = [Path(folder) / str(number) for number in range(len(paths))]
        futures = [processes.submit(work, path, part) for path, part in zip(paths, parts, strict=True)]
        for path, part, future in zip(paths, parts, futures, strict=True):
            report = _result(future, path, part, work)
            if part.exists():
                write(StoredFindings(part))
                part.unlink()
            if on_batch is not None:
                on_batch(ShardProgress(path, report.bytes or 0, report.bytes, report.read))
            yield report


def _result(future: Future[ShardReport], path: str, part: Path, work: _Work) -> ShardReport:
    """The report of a shard. A process that dies takes the whole pool along: then the shard is tried once alone."""
    try:
        return future.result()
    except BrokenProcessPool:
        pass
    try:
        with _pool(1) as pool:
            return pool.submit(work, path, part).result()
    except BrokenProcessPool:
        part.unlink(missing_ok=True)
        error = f"{path} could not be screened: its process was killed, most likely for want of memory; try --jobs 1."
        return ShardReport(path=path, error=error, reason="process-died")


@lru_cache(maxsize=1)
def loaded_once(screeners: tuple[str, ...]) -> tuple[Screener, ...]:
    """The screeners of these names, loaded once in this process. Raises UnknownScreener, UnableToLoad."""
    return load(screeners)


@contextmanager
def _pool(jobs: int) -> Iterator[ProcessPoolExecutor]:
    """A pool whose processes are gone when the block ends, at once when it ends with an error or Ctrl-C."""
    others = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn"), initializer=_begin)
    try:
        yield pool
        pool.shutdown()
    except BaseException:
        for child in set(multiprocessing.active_children()) - others:
            child.terminate()
        pool.shutdown(cancel_futures=True)
        raise


def _begin() -> None:
    """Prepares a process of the pool: it leaves Ctrl-C to its parent and uses one core."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    import pyarrow as pa

    pa.set_cpu_count(1)
