"""What the programs write down: JSON lines (readable ones in debug), and no personal data."""

import logging
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger


def without_addresses(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Cut request lines to the first part of their path: the rest may be a private reference or a search."""
    request = event.get("request")
    if request is not None:
        method, _, path = str(request).partition(" ")
        event["request"] = f"{method} /{path.strip('/').partition('/')[0].partition('?')[0]}"
    for name in ("ip", "user_agent"):
        event.pop(name, None)
    return event


SHARED = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    without_addresses,
]

STRUCTLOG: dict[str, Any] = {
    "processors": [
        structlog.stdlib.filter_by_level,
        *SHARED,
        structlog.processors.StackInfoRenderer(),
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    "logger_factory": structlog.stdlib.LoggerFactory(),
    "wrapper_class": structlog.stdlib.BoundLogger,
    "cache_logger_on_first_use": True,
}


def _renderers(*, readable: bool) -> list[Any]:
    if readable:
        return [structlog.dev.ConsoleRenderer()]
    return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]


def logging_config(*, readable: bool) -> dict[str, Any]:
    """Django's LOGGING: everything to standard error through structlog."""
    drop = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": SHARED,
                "processors": [drop, *_renderers(readable=readable)],
            },
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["stderr"], "level": logging.INFO},
        "loggers": {
            # Their messages hold paths, names and addresses; the request log above says the rest.
            "django.request": {"level": logging.ERROR},
            "django.security": {"level": logging.ERROR},
            "axes": {"level": logging.CRITICAL},
            "httpx": {"level": logging.WARNING},
            # A clock that ticks every two seconds is no news; what a task does, it says itself.
            "celery.app.trace": {"level": logging.WARNING},
            "celery.worker.strategy": {"level": logging.WARNING},
            "django_structlog.celery.receivers": {"level": logging.WARNING},
        },
    }
