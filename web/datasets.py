"""Datasets: the list, a dataset's public page, registering one."""

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from datasets_app import registering
from datasets_app.models import Dataset
from moderation import changelog, founding, permissions
from moderation.permissions import Right
from web import access
from web.access import Request, SignedIn
from web.forms.datasets import DatasetForm

RELEASES_SHOWN = 50


def datasets(request: Request) -> HttpResponse:
    rows = Dataset.objects.annotate(release_count=Count("releases")).order_by("name", "pk")
    may_register = permissions.has(request.user, Right.REGISTER_DATASET)
    return render(request, "web/datasets.html", {"datasets": rows, "may_register": may_register})


def dataset(request: Request, *, slug: str) -> HttpResponse:
    """What anybody may know of a dataset; those who work on it find their links here too."""
    found = access.dataset(slug)
    context = {
        "dataset": found,
        "releases": found.releases.newest_first().annotate(shard_count=Count("shards"))[:RELEASES_SHOWN],
        "checkpoint": changelog.latest_checkpoint(found),
        "may_maintain": permissions.has(request.user, Right.MAINTAIN, found),
        "may_read": permissions.has(request.user, Right.READ, found),
        "server": request.build_absolute_uri("/").rstrip("/"),
    }
    return render(request, "web/dataset.html", context)


@access.member
def new_dataset(request: SignedIn) -> HttpResponse:
    access.require(request.user, Right.REGISTER_DATASET)
    form = DatasetForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            registered = founding.found_dataset(**form.cleaned_data, by=request.user, at=timezone.now())
        except registering.AlreadyRegistered as error:
            form.add_error("slug", str(error))
        except registering.UnableToRegister as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "The dataset is registered. Now register its first release.")
            return redirect("web:dataset", slug=registered.slug)
    return render(request, "web/new_dataset.html", {"form": form})
