"""The public form to ask for a removal, its receipt, and the private status page. No account is needed."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from moderation import intake, policy
from moderation.kinds import NoticeType, TargetKind
from moderation.models import Decision, Notice
from web import once, throttle
from web.access import Request
from web.forms.notices import NoticeForm

MOST_AN_HOUR = 20
RECEIPT = "receipt"


@never_cache
def new_notice(request: Request) -> HttpResponse:
    form = NoticeForm(request.POST or None, initial={"dataset": request.GET.get("dataset")})
    if request.method == "POST":
        if throttle.is_spent(request, name="notices", most=MOST_AN_HOUR):
            return render(request, "429.html", status=429)
        if form.is_valid() and _received(request, form):
            return redirect("web:notice_sent")
    kept = policy.current().retention["moderation.Notice.contact"]
    return render(request, "web/new_notice.html", {"form": form, "kept_days": kept.days_after_decision})


@never_cache
def notice_sent(request: Request) -> HttpResponse:
    """The receipt: reference and private link, shown once."""
    receipt = once.take(request, RECEIPT)
    notice = receipt and intake.by_status_token(receipt["token"])
    if not (receipt and notice):
        return _secret(render(request, "web/notice_sent.html", {"notice": None}))
    link = request.build_absolute_uri(reverse("web:notice_status", kwargs={"token": receipt["token"]}))
    return _secret(render(request, "web/notice_sent.html", {"notice": notice, "link": link}))


@never_cache
def notice_status(request: Request, *, token: str) -> HttpResponse:
    """Where the notice stands, for whoever has its link; nothing of what it says or found."""
    notice = intake.by_status_token(token)
    if notice is None:
        return _secret(render(request, "web/notice_unknown.html", status=404))
    context = {"notice": notice, "decisions": _standing(notice), "today": timezone.localdate()}
    return _secret(render(request, "web/notice_status.html", context))


def _received(request: Request, form: NoticeForm) -> bool:
    given = form.cleaned_data
    try:
        receipt = intake.receive_notice(
            type_=NoticeType(given["type"]),
            dataset=given["dataset"],
            target_kind=TargetKind(given["target_kind"]),
            target=given["target"],
            reason=given["reason"],
            contact=given["contact"],
            at=timezone.now(),
        )
    except intake.UnableToReceive as error:
        form.add_error("target", str(error))
        return False
    once.put(request, RECEIPT, {"token": receipt.token})
    return True


def _standing(notice: Notice) -> list[Decision]:
    """What was decided for good about the notice's cases."""
    rows = (
        Decision.objects.standing()
        .filter(case__notices=notice, case__state="closed")
        .exclude(action="not_sure")
    )
    return list(rows.select_related("entry", "dataset").order_by("at", "pk"))


def _secret(response: HttpResponse) -> HttpResponse:
    """Keep the address of this page from other sites and from search engines."""
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
