"""What the OpenAPI document says beyond what the endpoints tell by themselves."""

from typing import Any, Literal

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema

from api import errors
from api.models import Scope


class Schema(AutoSchema):
    """Adds to every operation that errors are problem documents, and which scope its token needs."""

    def get_description(self) -> str:  # type: ignore[override]  # spectacular's signature
        said = super().get_description()
        need = self._need()
        return f"{said}\n\nNeeds a token with the scope `{need.scope}`.".strip() if need else said

    def get_auth(self) -> list[dict[str, list[str]]]:
        return [{"token": []}] if self._need() else [{}, {"token": []}]

    def get_tags(self) -> list[str]:
        parts = [part for part in self.path.removeprefix("/api/v1/").split("/") if not part.startswith("{")]
        return [parts[-1] if parts[-1] in {"releases", "patch"} else "log" if "log" in parts else parts[0]]

    def _need(self) -> Any:
        return getattr(self.view, "needs", {}).get(self.method)

    def _get_response_bodies(self, direction: Literal["request", "response"] = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        problem = self.resolve_serializer(errors.ProblemSerializer, direction)
        bodies["default"] = {
            "description": "A problem (RFC 9457).",
            "content": {errors.MEDIA_TYPE: {"schema": problem.ref}},
        }
        return bodies


class BearerTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How a token is sent, and which scopes there are."""

    target_class = "api.tokens.BearerToken"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:  # noqa: ARG002 -- its signature
        scopes = "\n".join(f"- `{scope.value}`: {scope.label}" for scope in Scope)
        return {
            "type": "http",
            "scheme": "bearer",
            "description": f"An API token (`hwd_…`). Scopes:\n{scopes}",
        }
