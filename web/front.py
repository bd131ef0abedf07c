"""The front page: what this place is for everybody, and a desk for those who work here."""

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from datasets_app.models import Dataset
from moderation import permissions, reports
from moderation.models import Claim, Decision, User
from moderation.permissions import Right
from web.access import Request

DATASETS_SHOWN = 12


def front(request: Request) -> HttpResponse:
    datasets = Dataset.objects.annotate(release_count=Count("releases")).order_by("-created_at", "pk")
    desk = _desk(request.user) if isinstance(request.user, User) else {}
    return render(request, "web/front.html", {"datasets": datasets[:DATASETS_SHOWN], **desk})


def _desk(user: User) -> dict[str, object]:
    now = timezone.now()
    reviewed = list(permissions.datasets_with(user, Right.REVIEW).order_by("slug"))
    if not reviewed:
        return {}
    return {
        "queues": reports.queue_health(reviewed, at=now),
        "claims": Claim.objects.running(now)
        .filter(by=user)
        .select_related("case__dataset")
        .order_by("until"),
        "undoable": Decision.objects.filter(by=user)
        .standing()
        .in_hold(now)
        .exclude(action="not_sure")
        .select_related("dataset")
        .order_by("-at"),
    }
