"""Screens shards under Celery, without Hayward's server: a task per shard, and a folder that all workers share.

    celery -A examples.celery_screen worker --concurrency 2
    python -m examples.celery_screen DATA STATE
    hayward screen DATA --screeners pii --state STATE --out findings.jsonl --report report.json

The workers fill STATE; the last command finds every shard done and only writes the files. CELERY_BROKER names the
broker (redis://…); a task that is lost or killed is begun again, and one that is done twice changes nothing.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from celery import Celery, group

from hayward.formats import discover
from hayward.screening.resuming import ResumedScreening
from hayward.screening.running import loaded_once

SCREENERS = ("pii",)

app = Celery("examples.celery_screen", broker=os.environ.get("CELERY_BROKER", "redis://127.0.0.1/0"))
app.conf.update(
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    broker_connection_retry_on_startup=True,
)
if app.conf.broker_url.startswith("filesystem://"):
    # A folder as broker: enough for one machine, and for trying it out without Redis.
    folder = Path(os.environ["CELERY_FOLDER"])
    app.conf.broker_transport_options = {
        "data_folder_in": str(folder),
        "data_folder_out": str(folder),
        "control_folder": str(folder / "control"),
    }


@app.task(name="hayward.screen")  # type: ignore[untyped-decorator]
def screen(path: str, state: str) -> None:
    """Screens one shard and keeps what was found in the folder `state`."""
    for _ in ResumedScreening(path, state=Path(state), screeners=loaded_once(SCREENERS)):
        pass


def main(data: str, state: str) -> None:
    group(screen.s(path, state) for path in discover([data])).apply_async()


if __name__ == "__main__":
    main(*sys.argv[1:])
