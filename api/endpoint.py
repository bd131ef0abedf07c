"""What all endpoints of the API have in common."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, ClassVar

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from rest_framework.exceptions import NotFound
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.parsing import StrictJSON
from api.schema import Schema
from api.scopes import Need, Scoped
from api.throttling import PerCaller
from api.tokens import BearerToken
from datasets_app.models import Dataset


class OneForm(DefaultContentNegotiation):
    """Every endpoint answers in its one form, whatever Accept or `?format=` say."""

    def select_renderer(
        self,
        request: Request,  # noqa: ARG002 -- DRF's signature
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,  # noqa: ARG002
    ) -> tuple[BaseRenderer, str]:
        renderer = next(iter(renderers))
        return renderer, str(renderer.media_type)


class Endpoint(APIView):
    """An endpoint; `needs` lists its methods with what each asks for, None where the public may call.

    Public GETs may be read by pages of any origin. Everything else is kept out of caches.
    """

    authentication_classes = (BearerToken,)
    permission_classes = (Scoped,)
    throttle_classes = (PerCaller,)
    parser_classes = (StrictJSON,)
    content_negotiation_class = OneForm
    http_method_names = ["get", "head", "post"]
    schema = Schema()
    needs: ClassVar[Mapping[str, Need | None]] = {}

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        # A charset such as "hex" in Content-Type would make reading the query string fail.
        request.encoding = "utf-8"
        return super().initialize_request(request, *args, **kwargs)

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        answer = super().finalize_response(request, response, *args, **kwargs)
        is_public = self.needs.get("GET" if request.method == "HEAD" else str(request.method), self) is None
        if is_public:
            answer["Access-Control-Allow-Origin"] = "*"
        answer.headers.setdefault("Cache-Control", "no-cache" if is_public else "no-store")
        return answer

    def place(self) -> Dataset | None:
        """The dataset in which the caller's right is asked for: the one in the address, if any."""
        return self.dataset if "slug" in self.kwargs else None

    @cached_property
    def dataset(self) -> Dataset:
        """The dataset in the address; raises 404."""
        return get_object_or_404(Dataset, slug=self.kwargs["slug"])


class Nowhere(Endpoint):
    """Any address below the API that does not exist."""

    schema = None  # type: ignore[assignment]  # DRF's way to leave it out of the schema

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:  # noqa: ARG002 -- DRF's signature
        raise NotFound("There is nothing at this address. The API is described at /api/schema.")
