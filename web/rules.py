"""The policy as a page."""

from functools import lru_cache

import nh3
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

from moderation import policy
from web.access import Request

TAGS = {"a", "blockquote", "code", "em", "h1", "h2", "h3", "h4", "hr", "li", "ol", "p", "pre", "strong", "ul"}


def rules(request: Request) -> HttpResponse:
    current = policy.current()
    return render(request, "web/rules.html", {"policy": current, "article": _html(current.text)})


@lru_cache(maxsize=4)
def _html(markdown: str) -> SafeString:
    """Markdown as HTML without anything that runs or loads: cleaned after it was made."""
    made = MarkdownIt("commonmark", {"html": False}).render(markdown)
    safe = nh3.clean(made, tags=TAGS, attributes={"a": {"href"}}, url_schemes={"https", "http", "mailto"})
    return mark_safe(safe)  # noqa: S308 -- nh3 has just made it so
