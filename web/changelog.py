"""The public changelog: its entries, one entry, the signed head, and the lines to check them by."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render

from datasets_app.models import Dataset
from hayward.log import entries
from moderation import changelog, policy
from moderation.kinds import Action
from moderation.models import DatasetLog, Entry
from web import access, paging
from web.access import Request

PAGE = 50


@dataclass(frozen=True, slots=True)
class Line:
    """An entry with what its codes mean in words. `action` is the same word that moderators use."""

    entry: entries.Entry
    action: str
    clause: str
    leaf: str


def changelogs(request: Request) -> HttpResponse:
    """Every dataset's log with its newest signed head."""
    rows = Dataset.objects.select_related("log").order_by("name", "pk")
    heads = DatasetLog.objects.filter(dataset__in=rows).order_by("pk")
    sizes = dict(heads.values_list("dataset", "checkpoints__size").order_by("checkpoints__size"))
    return render(request, "web/changelogs.html", {"logs": [(row, sizes.get(row.pk) or 0) for row in rows]})


def log(request: Request, *, slug: str) -> HttpResponse:
    """The entries that a signed checkpoint covers, newest first, by act if asked."""
    dataset = access.dataset(slug)
    head = changelog.latest_checkpoint(dataset)
    act = request.GET.get("act", "")
    page = paging.page(request, _covered(dataset, act), by=("-seq",), size=PAGE)
    size = DatasetLog.objects.filter(dataset=dataset).values_list("size", flat=True).first() or 0
    context = {
        "dataset": dataset,
        "head": head,
        "page": page,
        "lines": [_line(row) for row in page.rows],
        "pending": size - (head.size if head else 0),
        "act": act,
        "acts": [(action.value, _word(action)) for action in changelog.ACTS],
        "server": request.build_absolute_uri("/").rstrip("/"),
    }
    return render(request, "web/log.html", context)


def entry(request: Request, *, slug: str, seq: int) -> HttpResponse:
    """One entry: its canonical bytes, and the leaf of the tree that they are."""
    dataset = access.dataset(slug)
    row = get_object_or_404(_covered(dataset, ""), seq=seq)
    answered = Entry.objects.filter(log=row.log_id, decision__overrides__entry=row).values_list(
        "seq", flat=True
    )
    context = {
        "dataset": dataset,
        "line": _line(row),
        "body": bytes(row.body).decode("ascii"),
        "answered_by": answered.first(),
        "head": changelog.latest_checkpoint(dataset),
    }
    return render(request, "web/entry.html", context)


def download(request: Request, *, slug: str) -> StreamingHttpResponse:  # noqa: ARG001 -- Django's signature
    """All published entries, one a line: the bytes that were hashed."""
    found = access.dataset(slug)
    lines = (body + b"\n" for body in changelog.lines(dataset=found))
    response = StreamingHttpResponse(lines, content_type="application/x-ndjson")
    response["Content-Disposition"] = f'attachment; filename="{found.slug}-entries.jsonl"'
    return response


def checkpoint(request: Request, *, slug: str) -> HttpResponse:  # noqa: ARG001 -- Django's signature
    """The newest signed head, a C2SP signed note."""
    head = changelog.latest_checkpoint(access.dataset(slug))
    if head is None:
        raise Http404("No checkpoint has been signed yet.")
    return HttpResponse(head.note, content_type="text/plain; charset=utf-8")


def _covered(dataset: Dataset, act: str) -> QuerySet[Entry]:
    published = changelog.published_size(dataset)
    chosen = Q(decision__action=act) if act in changelog.ACTS else Q()
    return Entry.objects.filter(chosen, log__dataset=dataset, seq__lt=published).select_related("decision")


def _line(row: Entry) -> Line:
    told = entries.parse(bytes(row.body))
    clause = policy.current().clauses.get(told.rsn)
    return Line(
        entry=told,
        action=_word(Action(row.decision.action)),
        clause=clause.title if clause else told.rsn,
        leaf=bytes(row.leaf).hex(),
    )


def _word(action: Action) -> str:
    return {
        Action.KEEP: "Kept",
        Action.REDACT: "Masked",
        Action.REMOVE: "Removed",
        Action.LABEL: "Labelled",
        Action.NOT_SURE: "Passed on",
        Action.RESTORE: "Restored",
    }[action]
