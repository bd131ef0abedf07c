"""Composition only: settings, addresses, Celery, and the programs that run the whole."""
