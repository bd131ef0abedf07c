"""Coordinates: the forms that are one, and the rows of decimals that are none."""

import pytest

from hayward.screeners.pii.geo import DETECTOR
from tests.hayward.screeners.pii.looking import look, rules


@pytest.mark.parametrize(
    ("text", "place", "rule", "score"),
    [
        ("geo:37.786971,-122.399677;u=35", "37.786971,-122.399677", "geo.uri/1", 0.95),
        ("lat=52.52&x, lat: 52.52, lon: 13.41", "52.52, lon: 13.41", "geo.labelled/1", 0.95),
        ("52.5200° N, 13.4050° E", "52.5200° N, 13.4050° E", "geo.labelled/1", 0.95),
        ("52.5200 N 13.4050 E", "52.5200 N 13.4050 E", "geo.labelled/1", 0.95),
        ("40°26′46″N 79°58′56″W", "40°26′46″N 79°58′56″W", "geo.sexagesimal/1", 0.95),
        ("N 52° 31.2', E 13° 24.3'", "N 52° 31.2', E 13° 24.3'", "geo.sexagesimal/1", 0.95),
        ("GPS: 52.5200, 13.4050", "52.5200, 13.4050", "geo.called/2", 0.85),
        ("координаты 52.5200 13.4050", "52.5200 13.4050", "geo.called/2", 0.85),
        ("坐标：52.5200,13.4050", "52.5200,13.4050", "geo.called/2", 0.85),
        ("@48.8584,2.2945,17z", "48.8584,2.2945", "geo.called/2", 0.85),
        ("coordinates 52.52, 13.41", "52.52, 13.41", "geo.called/2", 0.4),
        ("we met at 52.5200, 13.4050.", "52.5200, 13.4050", "geo.bare/1", 0.5),
        ("-33.8568, -151.2153", "-33.8568, -151.2153", "geo.bare/1", 0.5),
    ],
)
def test_place_has_the_rule_and_score_of_its_form(text: str, place: str, rule: str, score: float) -> None:
    (found,) = look(DETECTOR, text)

    assert (found.text, found.evidence.rule, found.score) == (place, rule, score)


@pytest.mark.parametrize(
    "text",
    [
        "52.52, 13.41",
        "0.1234, 0.5678",
        "12.3456, 45.6789, 78.9012",
        "GPS: 12.3456, 45.6789, 78.9012, 11.1111",
        "[12.3456, 45.6789]",
        "(6.6120585482655692, 11.387941451734431)",
        "GPS 95.1234, 181.5678",
        "52.5200 13.4050",
        "12.3456, 12.3456",
        "location = [0.0622, 0.0193]",
        "a turn of 90° 5'",
        "it is 40° N of here",
        "version 10.12.34, 10.56.78",
    ],
)
def test_other_decimals_are_none(text: str) -> None:
    assert rules(DETECTOR, text) == []


def test_null_island_is_nowhere() -> None:
    assert rules(DETECTOR, "geo:0.0000,0.0000") == []
