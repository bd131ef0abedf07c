"""API tokens of one's own: made, shown once, deleted."""

from typing import Any

from django.apps import apps
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from web import access, once
from web.access import SignedIn
from web.forms.tokens import TokenForm

FRESH = "token"


@access.member
def tokens(request: SignedIn) -> HttpResponse:
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        _, secret = _tokens().create(
            request.user, label=form.cleaned_data["label"], scopes=form.cleaned_data["scopes"]
        )
        once.put(request, FRESH, {"label": form.cleaned_data["label"], "secret": secret})
        return redirect("web:tokens")
    mine = _tokens().filter(user=request.user).order_by("-created")
    return render(
        request, "web/tokens.html", {"form": form, "tokens": mine, "fresh": once.take(request, FRESH)}
    )


@access.posted("web:tokens")
def delete_token(request: SignedIn, *, key: str) -> HttpResponse:
    """`key` is the token's digest, which opens nothing."""
    found = get_object_or_404(_tokens(), pk=key, user=request.user)
    found.delete()
    messages.success(request, f"Token “{found.label}” is deleted. Programs that use it are locked out now.")
    return redirect("web:tokens")


def _tokens() -> Any:
    """The API door's tokens; doors don't import each other."""
    return apps.get_model("api", "ApiToken")._default_manager
