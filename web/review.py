"""The review page: one case, its record covered until shown, and the form to decide it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from moderation import deciding, permissions, policy, triage
from moderation.kinds import SEALED_KINDS
from moderation.models import Case, Claim
from web import access, pictures, sheet
from web.access import SignedIn
from web.decisions import just_decided, next_after
from web.forms.decision import DecisionForm

# What a decision may be refused for, and that the moderator can mend on the page.
REFUSED = (deciding.UnableToDecide, permissions.NotPermitted)
LOST = (deciding.ClaimLost, deciding.AlreadyDecided)


@access.member
def case(request: SignedIn, *, pk: int) -> HttpResponse:
    found = access.case_for(request.user, pk)
    claim = Claim.objects.running(timezone.now()).filter(case=found).select_related("by").first()
    if claim is None or claim.by_id != request.user.pk:
        return _not_yours(request, found, claim)
    form = DecisionForm(request.POST or None, case=found)
    if request.method == "POST" and form.is_valid():
        try:
            decision = deciding.decide(case=found, by=request.user, at=timezone.now(), **form.answer())
        except REFUSED as error:
            form.add_error(None, str(error))
        except LOST as error:
            messages.error(request, str(error))
            return redirect("web:case", pk=pk)
        else:
            return next_after(request, decision)
    return _page(request, claim, form, shown=False)


@access.posted("web:case", "pk")
def claim(request: SignedIn, *, pk: int) -> HttpResponse:
    found = access.case_for(request.user, pk)
    try:
        triage.claim(case=found, by=request.user, at=timezone.now())
    except triage.AlreadyClaimed as error:
        messages.info(request, str(error))
    return redirect("web:case", pk=pk)


@access.posted("web:case", "pk")
def release(request: SignedIn, *, pk: int) -> HttpResponse:
    found = access.case_for(request.user, pk)
    try:
        triage.release(case=found, by=request.user, at=timezone.now())
    except triage.ClaimLost as error:
        messages.info(request, str(error))
    return redirect("web:queue")


@access.posted("web:case", "pk")
def reveal(request: SignedIn, *, pk: int) -> HttpResponse:
    """The original, counted each time: a fragment for the page's script, else the whole page."""
    found = access.case_for(request.user, pk)
    now = timezone.now()
    try:
        triage.reveal(case=found, by=request.user, at=now)
    except triage.ClaimLost as error:
        messages.info(request, str(error))
        return redirect("web:case", pk=pk)
    running = Claim.objects.running(now).select_related("by").get(case=found)
    return _page(request, running, DecisionForm(None, case=found), shown=True)


def _page(request: SignedIn, claim: Claim, form: DecisionForm, *, shown: bool) -> HttpResponse:
    whole = "all" in request.GET
    context = {
        "case": form.case,
        "claim": claim,
        "sheet": sheet.drawn(form.case, form.findings, shown=shown, whole=whole),
        "shown": shown,
        "whole": whole,
        "is_sealed": any(row.kind in SEALED_KINDS for row in form.findings),
        "ticket": pictures.ticket(form.case, request.user.pk) if shown else "",
    }
    if shown and request.headers.get("X-Hayward-Fragment"):
        return render(request, "web/_record.html", context)
    context |= {
        "form": form,
        "findings": form.findings,
        "notices": form.notices,
        "place": _place(form.case),
        "rules": policy.current(),
        "just": just_decided(request),
    }
    return render(request, "web/case.html", context)


def _place(case: Case) -> object:
    return case.item and case.item.locations.select_related("shard__release").order_by("-pk").first()


def _not_yours(request: SignedIn, case: Case, claim: Claim | None) -> HttpResponse:
    """Why the case cannot be reviewed now; nothing of its content."""
    decided = case.decisions.select_related("by", "entry", "overridden_by").order_by("-at", "-pk")
    context = {"case": case, "claim": claim, "decisions": decided, "just": just_decided(request)}
    return render(request, "web/case_closed.html", context)
