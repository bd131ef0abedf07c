"""The queue: cases that wait, and the way to the next one."""

from collections.abc import Iterable

from django.contrib import messages
from django.db.models import Exists, OuterRef, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from moderation import permissions, triage
from moderation.models import Case, Finding, Notice
from moderation.models.case import CaseQuerySet
from moderation.permissions import Right
from web import access, paging
from web.access import SignedIn
from web.decisions import just_decided
from web.forms.queue import NOTICE, QueueFilter

PAGE = 25
ORDER = ("-severity", "opened_at", "pk")


@access.member
def queue(request: SignedIn) -> HttpResponse:
    access.require(request.user, Right.REVIEW)
    now = timezone.now()
    datasets = permissions.datasets_with(request.user, Right.REVIEW).order_by("slug")
    form = QueueFilter(request.GET, datasets=datasets)
    waiting = Case.objects.waiting(now).of_datasets(datasets).not_passed_on_by(request.user)
    chosen = _chosen(waiting, form)
    page = paging.page(request, chosen.select_related("dataset"), by=ORDER, size=PAGE)
    context = {
        "form": form,
        "page": page,
        "rows": _told(page.rows),
        "count": chosen.count(),
        "just": just_decided(request),
    }
    return render(request, "web/queue.html", context)


@access.posted("web:queue")
def next_case(request: SignedIn) -> HttpResponse:
    """Claim the most urgent free case, in one dataset if `dataset` names it."""
    slug = request.POST.get("dataset", "")
    dataset = access.dataset_for(request.user, Right.REVIEW, slug) if slug else None
    access.require(request.user, Right.REVIEW)
    try:
        claim = triage.claim_next(by=request.user, dataset=dataset, at=timezone.now())
    except triage.NothingWaiting:
        messages.info(request, "No case is waiting for you. Thank you.")
        return redirect("web:queue")
    return redirect("web:case", pk=claim.case_id)


def _chosen(waiting: CaseQuerySet, form: QueueFilter) -> CaseQuerySet:
    if not form.is_valid():
        return waiting
    kind, severity = form.cleaned_data["kind"], form.cleaned_data["severity"]
    wanted = Q(dataset=form.cleaned_data["dataset"]) if form.cleaned_data["dataset"] else Q()
    if severity:
        wanted &= Q(severity=severity)
    if kind == NOTICE:
        wanted &= Q(Exists(Notice.objects.filter(cases=OuterRef("pk"))))
    elif kind:
        wanted &= Q(Exists(Finding.objects.filter(item=OuterRef("item"), kind=kind)))
    return waiting.filter(wanted)


def _told(cases: Iterable[Case]) -> list[tuple[Case, list[str], list[str]]]:
    """Each case with its kinds of finding and its notices' types in words, in two queries however many cases."""
    rows = list(cases)
    kinds: dict[int, list[str]] = {}
    found = Finding.objects.filter(item__in=[case.item_id for case in rows if case.item_id])
    for item, kind in found.order_by("kind").values_list("item", "kind").distinct():
        kinds.setdefault(item, []).append(kind)
    asked: dict[int, list[str]] = {}
    for case, type_ in Notice.objects.filter(cases__in=rows).order_by("pk").values_list("cases", "type"):
        asked.setdefault(case, []).append(type_)
    return [(case, kinds.get(case.item_id or 0, []), asked.get(case.pk, [])) for case in rows]
