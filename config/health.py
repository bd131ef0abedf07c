"""Whether the site can reach what it needs, as one small JSON answer for monitors."""

from typing import Any

from django.http import HttpResponse
from health_check.views import HealthCheckView


class HealthView(HealthCheckView):  # type: ignore[misc]
    checks = ("health_check.Database", "health_check.Cache")

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:  # noqa: ARG002
        """Always JSON: the package's own page styles itself inline, which the content policy forbids."""
        return self.render_to_response_json(500 if context["errors"] else 200)  # type: ignore[no-any-return]
