"""Words for templates: rights of the visitor, times, kinds, bands."""

from datetime import UTC, datetime
from math import ceil

from django import template
from django.contrib.humanize.templatetags.humanize import naturaltime
from django.forms import Form
from django.template.defaultfilters import date as formatted
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime, now

from moderation import permissions
from moderation.kinds import Action, FindingKind, NoticeType
from moderation.models import Decision, Finding
from moderation.permissions import Person, Right
from web import explaining, masking, sheet

register = template.Library()


@register.simple_tag
def rights(person: Person) -> dict[str, bool]:
    """What the visitor may do anywhere, to know which links to show."""
    return {right.name.lower(): permissions.has(person, right) for right in (Right.REVIEW, Right.READ)}


@register.filter
def when(moment: datetime) -> SafeString:
    """A time in full, with how long ago in its title."""
    shown = formatted(localtime(moment), "j M Y, H:i")
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        moment.isoformat(timespec="seconds"),
        naturaltime(moment),
        shown,
    )


@register.filter
def hour(seconds: int) -> SafeString:
    """The hour of an entry of the log, from its Unix time."""
    moment = datetime.fromtimestamp(seconds, tz=UTC)
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(), formatted(moment, "j M Y, H:00"))


@register.filter
def visible(text: str) -> SafeString:
    """A text with its unseen characters (controls, bidirectional, zero-width) as chips."""
    chip = '<span class="chip" title="{}">{}</span>'
    parts = masking.pieces(text, (), shown=True, whole=True)
    return format_html_join(
        "",
        "{}",
        (
            (format_html(chip, part.label, part.text) if part.shape == "chip" else part.text,)
            for part in parts
        ),
    )


@register.filter
def kind(value: str) -> str:
    return FindingKind(value).label


@register.filter
def notice_type(value: str) -> str:
    return NoticeType(value).label


@register.filter
def band(score: float) -> str:
    return sheet.band(score)


@register.filter
def why(finding: Finding) -> str:
    return explaining.why(finding)


@register.filter
def problems(form: Form) -> list[tuple[str, str]]:
    """Each error of a sent form with the id of the element to go to."""
    if not form.is_bound:
        return []
    return [(_target(name), str(text)) for name, texts in form.errors.items() for text in texts]


@register.filter
def outcome(decision: Decision) -> str:
    """A decision in past words."""
    count = len(decision.spans)
    return {
        Action.KEEP: "Kept.",
        Action.REDACT: f"Masked {count} {'span' if count == 1 else 'spans'}.",
        Action.REMOVE: "Removed the record.",
        Action.LABEL: f"Labelled as {FindingKind(decision.label).label}." if decision.label else "Labelled.",
        Action.NOT_SURE: "Passed on: somebody else will look at it.",
        Action.RESTORE: "Restored.",
    }[Action(decision.action)]


@register.filter
def seconds_left(moment: datetime) -> int:
    """Whole seconds until then; 0 when it is past."""
    return max(0, ceil((moment - now()).total_seconds()))


def _target(name: str) -> str:
    return "decision" if name == "__all__" else f"id_{name}"
