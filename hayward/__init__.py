"""Keeps open training data fit to share: reads, screens, logs and patches it where it lies."""

__version__ = "0.1.0"
