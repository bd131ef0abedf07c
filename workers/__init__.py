"""The machines' door: Celery tasks."""
