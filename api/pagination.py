"""Cuts long lists into pages that a cursor walks through."""

from typing import Any

from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request

MOST_DIGITS = 18  # of a 64-bit key


class ByCreation(CursorPagination):
    """Newest first, by primary key: unique, indexed, never changing. `limit` is 50 by default, 500 at most."""

    page_size = 50
    max_page_size = 500
    page_size_query_param = "limit"
    page_size_query_description = "Results per page, at most 500."
    ordering = "-id"

    def decode_cursor(self, request: Request) -> Cursor | None:
        """The cursor of the call; raises 404 for one that this server did not give."""
        cursor: Any = super().decode_cursor(request)
        if cursor is not None and cursor.position is not None and not _is_key(cursor.position):
            raise NotFound(self.invalid_cursor_message)
        return cursor  # type: ignore[no-any-return]


class InOrder(ByCreation):
    """Oldest first: for parts of a whole, such as shards."""

    ordering = "id"


def _is_key(position: str) -> bool:
    return position.isascii() and position.isdigit() and len(position) <= MOST_DIGITS
