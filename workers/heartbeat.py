"""Keeps the lease on a screening alive while its shard is read, however long one batch takes."""

import logging
import threading
import time
from types import TracebackType

from django.db import DatabaseError, connection
from django.utils import timezone

from moderation import screening
from moderation.models import Screening

logger = logging.getLogger(__name__)

LONGEST_PAUSE = 5.0
# A pass that shows no progress for so long hangs: its lease may run out, and another worker takes the shard.
STALLED_SECONDS = 1800.0


class Heartbeat:
    """Within its block a thread extends the lease and shows progress; `check` raises once the lease is lost."""

    def __init__(self, claimed: Screening) -> None:
        self._claimed = claimed
        self._pause = min(LONGEST_PAUSE, screening.lease().total_seconds() / 4)
        self._bytes_done = 0
        self._progress_at = time.monotonic()
        self._lost: screening.LeaseLost | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(
            target=self._run, name=f"heartbeat of screening {claimed.pk}", daemon=True
        )

    def __enter__(self) -> "Heartbeat":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()

    def progress(self, bytes_done: int) -> None:
        """Tell how many bytes of the shard are done; raises `LeaseLost`."""
        self._bytes_done, self._progress_at = bytes_done, time.monotonic()
        self.check()

    def check(self) -> None:
        """Raise `LeaseLost` when another worker has the screening now."""
        if self._lost is not None:
            raise self._lost

    def _run(self) -> None:
        try:
            while not self._stop.wait(self._pause):
                if time.monotonic() - self._progress_at > STALLED_SECONDS:
                    logger.error("screening %s shows no progress; its lease runs out", self._claimed.pk)
                    return
                self._beat()
        except screening.LeaseLost as error:
            self._lost = error
        finally:
            connection.close()  # this thread's own

    def _beat(self) -> None:
        try:
            screening.beat(screening=self._claimed, bytes_done=self._bytes_done, at=timezone.now())
        except DatabaseError as error:
            logger.warning("screening %s: no beat (%s)", self._claimed.pk, type(error).__name__)
            connection.close_if_unusable_or_obsolete()
