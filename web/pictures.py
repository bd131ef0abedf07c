"""A case's pictures: small, grey and blurred by default; the original only with the ticket of a counted look."""

from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.utils import timezone

from datasets_app import records
from hayward import formats
from moderation.kinds import SEALED_KINDS
from moderation.models import Case, Claim, Finding
from web import access
from web.access import SignedIn

SALT = "web.pictures"
TICKET_SECONDS = 900
TYPES = {b"\xff\xd8": "image/jpeg", b"\x89P": "image/png", b"RI": "image/webp", b"GI": "image/gif"}


def ticket(case: Case, user_pk: int) -> str:
    """What lets one person see one case's original pictures for a short time, given with each counted look."""
    return signing.dumps([case.pk, user_pk], salt=SALT)


def is_sealed(case: Case) -> bool:
    """Whether a picture of the case is never drawn for anybody."""
    return Finding.objects.filter(item=case.item_id, kind__in=SEALED_KINDS).exists()


@access.member
def picture(request: SignedIn, *, pk: int, field: str) -> HttpResponse:
    """The preview, or with a ticket the original, upright and without its metadata."""
    from hayward.screeners.images.derive import derive, preview
    from hayward.screeners.images.limits import UnreadableImage

    case = access.case_for(request.user, pk)
    if not Claim.objects.running(timezone.now()).filter(case=case, by=request.user).exists():
        raise PermissionDenied
    if case.item is None or is_sealed(case):
        raise Http404
    try:
        encoded = formats.media(records.read(case.item), field)
        if encoded is None:
            raise Http404
        drawn = derive(encoded) if _may_see(request, case) else preview(encoded)
    except (records.RecordGone, UnreadableImage) as error:
        raise Http404 from error
    headers = {"Content-Security-Policy": "default-src 'none'; sandbox"}
    return HttpResponse(drawn, content_type=TYPES.get(drawn[:2], "application/octet-stream"), headers=headers)


def _may_see(request: SignedIn, case: Case) -> bool:
    try:
        given = signing.loads(request.GET.get("ticket", ""), salt=SALT, max_age=TICKET_SECONDS)
    except signing.BadSignature:
        return False
    return bool(given == [case.pk, request.user.pk])
