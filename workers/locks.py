"""Makes sure that only one worker does a piece of work that is not leased by a row of its own."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

# The first halves of the keys of PostgreSQL's advisory locks; any numbers that differ.
REGISTERING = 4201
LOCATING = 4202
REMEMBERING = 4203
MEMORY = 4204


@contextmanager
def sole(work: int, pk: int) -> Iterator[bool]:
    """Whether the calling process is the one to do this work on this row; whoever dies lets go of it.

    A PostgreSQL session lock: unlike a row lock it needs no transaction to stay open for the time of the work.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [work, pk % 2**31])
        (is_mine,) = cursor.fetchone() or (False,)
    try:
        yield bool(is_mine)
    finally:
        if is_mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [work, pk % 2**31])
