"""The committed OpenAPI document is the one that the code makes."""

from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from rest_framework.test import APIClient

from api.models import Scope
from web.forms.tokens import SCOPES

COMMITTED = Path(settings.BASE_DIR) / "docs/openapi.yaml"


def test_committed_schema_is_up_to_date(tmp_path: Path) -> None:
    fresh = tmp_path / "openapi.yaml"

    call_command("spectacular", file=str(fresh), validate=True, fail_on_warn=True)

    assert fresh.read_text() == COMMITTED.read_text(), "run: manage.py spectacular --file docs/openapi.yaml"


def test_schema_is_public(public: APIClient, db: None) -> None:
    response = public.get("/api/schema")

    assert response.status_code == 200
    assert b"openapi: 3.1.1" in response.content


def test_schema_names_the_scope_of_each_guarded_operation() -> None:
    text = COMMITTED.read_text()

    for scope in Scope:
        assert f"Needs a token with the scope `{scope.value}`." in text


def test_form_for_tokens_offers_exactly_the_scopes_there_are() -> None:
    assert sorted(value for value, _ in SCOPES) == sorted(Scope.values)
