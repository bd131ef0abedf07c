"""What happens around a decision: on to the next case, undoing, reversing, looking back."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse as url
from django.utils import timezone
from django.utils.http import urlencode

from moderation import deciding, permissions, triage
from moderation.models import Decision
from moderation.permissions import Right
from web import access, paging
from web.access import SignedIn
from web.forms.decision import ReversalForm

PAGE = 25
TOO_LATE = (deciding.HoldOver, deciding.AlreadyDecided, permissions.NotPermitted)


def next_after(request: SignedIn, decision: Decision) -> HttpResponse:
    """Claim the next case of the dataset and go there, telling of the decision just made."""
    told = urlencode({"decided": decision.pk})
    try:
        claim = triage.claim_next(by=request.user, dataset=decision.dataset, at=timezone.now())
    except triage.NothingWaiting:
        return redirect(f"{url('web:queue')}?{told}")
    return redirect(f"{url('web:case', kwargs={'pk': claim.case_id})}?{told}")


def just_decided(request: SignedIn) -> Decision | None:
    """The visitor's own decision that `?decided=` tells of, with whether it can still be undone."""
    pk = request.GET.get("decided", "")
    if not (pk.isascii() and pk.isdigit() and len(pk) < 16):
        return None
    return Decision.objects.filter(pk=pk, by=request.user).standing().select_related("dataset").first()


@access.member
def decisions(request: SignedIn) -> HttpResponse:
    access.require(request.user, Right.READ)
    readable = permissions.datasets_with(request.user, Right.READ)
    rows = Decision.objects.filter(dataset__in=readable).select_related(
        "dataset", "by", "overridden_by", "entry"
    )
    context = {
        "page": paging.page(request, rows, by=("-at", "-pk"), size=PAGE),
        "now": timezone.now(),
        "reversible": set(
            permissions.datasets_with(request.user, Right.REVERSE).values_list("pk", flat=True)
        ),
        "just": just_decided(request),
    }
    return render(request, "web/decisions.html", context)


@access.posted("web:decisions")
def undo(request: SignedIn, *, pk: int) -> HttpResponse:
    """Undo one's own decision and take its case up again."""
    decision = access.decision_for(request.user, Right.REVIEW, pk)
    now = timezone.now()
    try:
        deciding.undo(decision=decision, by=request.user, at=now)
        triage.claim(case=decision.case, by=request.user, at=now)
    except TOO_LATE as error:
        messages.error(request, str(error))
        return redirect("web:decisions")
    except triage.AlreadyClaimed:
        messages.success(request, "Undone. Another case about the same record is open.")
        return redirect("web:queue")
    messages.success(request, "Undone. The case is yours again.")
    return redirect("web:case", pk=decision.case_id)


@access.member
def reverse(request: SignedIn, *, pk: int) -> HttpResponse:
    """A senior takes back a decision whose hold is over, and says why."""
    decision = access.decision_for(request.user, Right.REVERSE, pk)
    form = ReversalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            deciding.reverse(
                decision=decision,
                by=request.user,
                at=timezone.now(),
                reasoning=form.cleaned_data["reasoning"],
            )
        except (deciding.UnableToDecide, deciding.AlreadyDecided) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Reversed. The case waits in the queue again.")
            return redirect("web:decisions")
    return render(request, "web/reverse.html", {"decision": decision, "form": form})
