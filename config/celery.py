"""The Celery application and the clock that wakes the workers."""

import os
from typing import Any

from celery import Celery
from celery.signals import celeryd_after_setup

from workers import threads

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("hayward")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["workers"])
celeryd_after_setup.connect(threads.share_processors)  # sent before the worker starts its processes


def _every(task: str, seconds: float) -> dict[str, Any]:
    # The rows are the queue: a wake-up that nobody took in time is worth nothing, so it expires.
    return {"task": f"workers.tasks.{task}", "schedule": seconds, "options": {"expires": seconds}}


app.conf.beat_schedule = {
    "register releases": _every("register_releases", 2),
    "screen shards": _every("screen_shards", 2),
    "locate notices": _every("locate_notices", 5),
    "end holds": _every("end_holds", 2),
    "publish checkpoints": _every("publish_checkpoints", 3),
    "remember removed": _every("remember_removed", 10),
    "purge expired": _every("purge_expired", 3600),
}
