"""Each process of a worker gives a neural network its fair share of the processors."""

import os
from typing import Any

from hayward.screeners.toxicity.engines import threads

SETTINGS = ("HAYWARD_THREADS", "OMP_NUM_THREADS")


def share_processors(instance: Any, **_kwargs: Any) -> None:
    """Set HAYWARD_THREADS for the processes of this Celery worker, unless the operator set it or OMP_NUM_THREADS."""
    if not any(os.environ.get(name) for name in SETTINGS):
        os.environ["HAYWARD_THREADS"] = str(max(threads({}) // instance.concurrency, 1))
