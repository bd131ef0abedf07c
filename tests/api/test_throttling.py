"""How often one caller may call, and that a lost cache stops nobody."""

from typing import Any

import pytest
from django.core.cache import cache
from pytest_django import Settings
from rest_framework.test import APIClient

from datasets_app.models import Dataset
from tests.api.conftest import Caller

PAGE = "/api/v1/problems"


@pytest.fixture(autouse=True)
def _low_rates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.throttling.ANONYMOUS", "2/min")
    monkeypatch.setattr("api.throttling.WITH_TOKEN", "4/min")


def statuses(client: APIClient, times: int, **headers: Any) -> list[int]:
    return [client.get(PAGE, **headers).status_code for _ in range(times)]


def test_too_many_calls_are_told_when_to_come_back(public: APIClient, db: None) -> None:
    assert statuses(public, 2) == [200, 200]

    response = public.get(PAGE)

    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= 60
    assert response.json()["type"] == "/api/v1/problems#throttled"


def test_token_has_a_higher_rate_of_its_own(public: APIClient, calling: Caller) -> None:
    statuses(public, 3)

    assert statuses(calling("max"), 5) == [200, 200, 200, 200, 429]
    assert statuses(calling("ada"), 1) == [200]


def test_caller_cannot_write_itself_another_address(public: APIClient, db: None) -> None:
    answers = [
        public.get(PAGE, HTTP_X_FORWARDED_FOR=f"198.51.100.{number}").status_code for number in range(3)
    ]

    assert answers == [200, 200, 429]


def test_address_is_what_the_trusted_proxy_saw(public: APIClient, db: None, settings: Settings) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1

    answers = [
        public.get(PAGE, HTTP_X_FORWARDED_FOR=f"203.0.113.9, 198.51.100.{number}").status_code
        for number in range(3)
    ]

    assert answers == [200, 200, 200]


def test_lost_cache_stops_nobody(public: APIClient, dataset: Dataset, settings: Settings) -> None:
    settings.CACHES = {
        "default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"},
    }

    assert statuses(public, 5) == [200] * 5
    cache.close()
