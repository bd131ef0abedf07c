"""Releases: registering one, and watching its screening."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from datasets_app import registering, storage
from datasets_app.models import Dataset, Release, ReleaseState
from moderation import permissions, reports, rescreening, screening
from moderation.kinds import ScreeningState
from moderation.models import HeldRecord, Screening
from moderation.permissions import Right
from web import access, paging
from web.access import SignedIn
from web.forms.datasets import ReleaseForm

SHARDS = 50
HELD_SHOWN = 100


@access.member
def new_release(request: SignedIn, *, slug: str) -> HttpResponse:
    dataset = access.dataset_for(request.user, Right.MAINTAIN, slug)
    form = ReleaseForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            release = _registered(dataset, form)
        except registering.AlreadyRegistered as error:
            form.add_error("version", str(error))
        except (registering.UnableToRegister, storage.NotAllowed) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "The release is registered. Its screening starts by itself.")
            return redirect("web:release", slug=slug, version=release.version)
    return render(request, "web/new_release.html", {"dataset": dataset, "form": form})


@access.member
def release(request: SignedIn, *, slug: str, version: str) -> HttpResponse:
    """How far the screening has come; asked for by htmx, only the part that moves."""
    dataset = access.dataset_for(request.user, Right.READ, slug)
    found = get_object_or_404(Release, dataset=dataset, version=version)
    progress = reports.progress(found)
    rows = Screening.objects.filter(shard__release=found).of_last_pass().select_related("shard")
    held = HeldRecord.objects.filter(screening__in=rows).select_related("screening__shard")
    context = {
        "dataset": dataset,
        "release": found,
        "progress": progress,
        "is_over": progress.is_over or found.state == ReleaseState.FAILED,
        "page": paging.page(request, rows, by=("pk",), size=SHARDS),
        "stuck": rows.filter(state=ScreeningState.HELD).order_by("pk")[:SHARDS],
        "held": held.order_by("pk")[:HELD_SHOWN],
        "screeners": _screeners(found),
        "may_maintain": permissions.has(request.user, Right.MAINTAIN, dataset),
    }
    return render(request, "web/_progress.html" if request.htmx else "web/release.html", context)


@access.posted("web:release", "slug", "version")
def retry(request: SignedIn, *, slug: str, version: str, pk: int) -> HttpResponse:
    dataset = access.dataset_for(request.user, Right.MAINTAIN, slug)
    row = get_object_or_404(
        Screening, pk=pk, shard__release__dataset=dataset, shard__release__version=version
    )
    try:
        screening.retry(screening=row, by=request.user)
    except screening.UnableToRetry as error:
        messages.info(request, str(error))
    else:
        messages.success(request, f"{row.shard.path} waits to be screened again.")
    return redirect("web:release", slug=slug, version=version)


@access.posted("web:release", "slug", "version")
def rescreen(request: SignedIn, *, slug: str, version: str) -> HttpResponse:
    dataset = access.dataset_for(request.user, Right.MAINTAIN, slug)
    found = get_object_or_404(Release, dataset=dataset, version=version)
    try:
        rescreening.rescreen(release=found, screeners=found.screeners, by=request.user)
    except rescreening.StillScreening as error:
        messages.info(request, str(error))
    else:
        messages.success(request, "The release is screened again by the screeners that have changed since.")
    return redirect("web:release", slug=slug, version=version)


def _registered(dataset: Dataset, form: ReleaseForm) -> Release:
    given = form.cleaned_data
    return registering.register_release(
        dataset=dataset,
        version=given["version"],
        root=given["root"],
        source=given["source"],
        screeners=given["screeners"],
        fields=given["fields"],
        manifest=given["manifest"],
        at=timezone.now(),
    )


def _screeners(found: Release) -> list[dict[str, str]]:
    """The screeners that have worked on the release, as they described themselves."""
    done = Screening.objects.filter(shard__release=found).exclude(versions=[]).order_by("pk")
    newest: list[dict[str, str]] = done.values_list("versions", flat=True).last() or []
    return newest
