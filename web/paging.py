"""Pages through rows by the key of the last one seen, so that the thousandth page costs what the first does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar

from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest

Row = TypeVar("Row", bound=Model)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Rows of one page, the query of the next one (empty on the last), and whether this is not the first."""

    rows: Sequence[Row]
    next: str
    is_later: bool


def page(request: HttpRequest, rows: QuerySet[Row], *, by: Sequence[str], size: int) -> Page[Row]:
    """The page that `?after=` asks for, of rows ordered by these columns ("-" for falling).

    Columns hold integers or times; a key that makes no sense gives the first page.
    """
    after = _values(request.GET.get("after", ""), len(by))
    chosen = rows.order_by(*by).filter(_beyond(rows.model, by, after) if after else Q())
    found = list(chosen[: size + 1])
    has_more = len(found) > size
    found = found[:size]
    return Page(rows=found, next=_query(request, found[-1], by) if has_more else "", is_later=bool(after))


def _query(request: HttpRequest, last: Model, by: Sequence[str]) -> str:
    query = request.GET.copy()
    query["after"] = ".".join(str(_number(getattr(last, column.lstrip("-")))) for column in by)
    return query.urlencode()


def _number(value: int | datetime) -> int:
    return (value - EPOCH) // MICROSECOND if isinstance(value, datetime) else value


def _values(text: str, count: int) -> list[int]:
    parts = text.split(".")
    if len(parts) != count or not all(part.isascii() and part.isdigit() and len(part) < 17 for part in parts):
        return []
    return [int(part) for part in parts]


def _beyond(model: type[Model], by: Sequence[str], after: Sequence[int]) -> Q:
    beyond, same = Q(), Q()
    for column, number in zip(by, after, strict=True):
        name = column.lstrip("-")
        value = _typed(model, name, number)
        beyond |= same & Q(**{f"{name}__{'lt' if column.startswith('-') else 'gt'}": value})
        same &= Q(**{name: value})
    return beyond


def _typed(model: type[Model], name: str, number: int) -> int | datetime:
    kind = "BigAutoField" if name == "pk" else model._meta.get_field(name).get_internal_type()
    return EPOCH + number * MICROSECOND if kind == "DateTimeField" else number
