"""Loads what a page is about, and sends away who may not see it."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django_htmx.middleware import HtmxDetails

from datasets_app.models import Dataset
from moderation import permissions
from moderation.models import Case, Decision, User
from moderation.permissions import Person, Right

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


class Request(HttpRequest):
    """A request as the site's middleware hands it on."""

    htmx: HtmxDetails


class SignedIn(Request):
    """A request of somebody with an account."""

    user: User


def member(view: View) -> View:
    """A page for people with an account; browsers and proxies keep no copy of it."""
    private = cache_control(private=True, no_store=True)
    return login_required(private(view))


def posted(to: str, *names: str) -> Callable[[View], View]:
    """A member's act: anything but POST (a bookmark, a login in between) is led to the page that holds its form.

    `names` are the parts of the address that the page needs too.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def only_posted(request: HttpRequest, **parts: Any) -> HttpResponseBase:
            if request.method != "POST":
                return HttpResponseRedirect(reverse(to, kwargs={name: parts[name] for name in names}))
            answer: HttpResponseBase = view(request, **parts)
            return answer

        return member(only_posted)  # type: ignore[return-value] # the wrapped view takes and gives the same

    return decorate


def require(person: Person, right: Right, dataset: Dataset | None = None) -> None:
    """Answer 403, in the words of the rights table, unless the person holds the right."""
    try:
        permissions.require(person, right, dataset)
    except permissions.NotPermitted as error:
        raise PermissionDenied(str(error)) from error


def dataset(slug: str) -> Dataset:
    """The dataset, which anybody may know of; else 404."""
    return get_object_or_404(Dataset, slug=slug)


def dataset_for(person: Person, right: Right, slug: str) -> Dataset:
    """The dataset in which the person holds the right; else 404 or 403."""
    found = dataset(slug)
    require(person, right, found)
    return found


def case_for(person: Person, pk: int) -> Case:
    """A case in a dataset that the person reviews; else 404 or 403."""
    found = get_object_or_404(Case.objects.select_related("dataset", "item"), pk=pk)
    require(person, Right.REVIEW, found.dataset)
    return found


def decision_for(person: Person, right: Right, pk: int) -> Decision:
    """A decision in a dataset where the person holds the right; else 404 or 403."""
    found = get_object_or_404(Decision.objects.select_related("dataset", "case__dataset"), pk=pk)
    require(person, right, found.dataset)
    return found
