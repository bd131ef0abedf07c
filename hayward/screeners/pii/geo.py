"""Coordinates of places on earth: decimal pairs, degrees with minutes and seconds, geo URIs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from hayward.screeners.base import Example
from hayward.screeners.pii.characters import ALPHANUMERIC, members
from hayward.screeners.pii.context import REACH_AFTER, Words
from hayward.screeners.pii.needles import marks
from hayward.screeners.pii.spans import Detector, Evidence, Row, Spans
from hayward.screeners.pii.stretch import Stretch

KIND = "geo_coordinates"
# Degrees with minutes and hemispheres, a geo URI, a pair called latitude and longitude.
CERTAIN_SCORE = 0.95
CALLED_SCORE = 0.85
# Two decimals that nothing announces.
BARE_SCORE = 0.5
# Two or three decimals are a town (1.1 km to 110 m), four (11 m) a house.
COARSE_SCORE = 0.4
FINE_DECIMALS, COARSE_DECIMALS = 4, 2
# 10**-7 degrees are a centimetre: what has more decimals and no name is a program's number.
MOST_DECIMALS = 7
WIDEST_GAP = 28
# No number that is written has more.
LONGEST_FRACTION = 17

PLACE_WORDS = Words(
    en="lat latitude lon lng long longitude coordinate coordinates coords gps geo geolocation geotag "
    "geotagged geopoint location located position point latlng latlon maps waypoint 'lat long'",
    de="koordinaten koordinate breite breitengrad länge längengrad standort position lage",
    fr="coordonnées latitude longitude position localisation",
    es="coordenadas latitud longitud ubicación posición",
    it="coordinate latitudine longitudine posizione",
    pt="coordenadas latitude longitude localização",
    nl="coördinaten breedtegraad lengtegraad locatie",
    pl="współrzędne szerokość długość położenie",
    tr="koordinat koordinatlar koordinatları enlem boylam konum",
    ru="координаты широта долгота",
    ar="إحداثيات الإحداثيات خط",
    hi="निर्देशांक अक्षांश देशांतर",
    zh="坐标 座標 经度 纬度 位置",
    ja="座標 緯度 経度 位置",
)

FULL_STOP, COMMA, COLON, BRACKET = b".,:["
_SIGN = members(b"+-")
_LABEL = rb"[\"']?(?:lng|lon|long|longitude|lat|latitude)[\"']?[ ]?[:=][ ]?[\"']?"
# What stands between two decimals that are a place, and after the second.
_BETWEEN = re.compile(
    rb"(?:[ ]?\xc2\xb0)?(?P<north>[ ]?[NSEWO])?(?P<joint>[\"']?[ ]?[,;/|][ ]?|[ ]{1,3})(?P<label>%s)?"
    % _LABEL
)
_OPENS_EAST = b" \xc2EWONS"
_EAST = re.compile(rb"(?:[ ]?\xc2\xb0)?(?P<east>[ ]?[EWONS](?![A-Za-z]))?")

BARE = Evidence(KIND, "geo.bare/1", "range")
# After the second number a third one: a list, a table, a vector.
MORE_AFTER = re.compile(rb"[ \t]?[,;|/]?[ \t]{0,4}[-+]?\d")
MORE_BEFORE = re.compile(rb"\d[ \t]?[,;|/]?[ \t]{0,4}$")
# The third number of a map's address, as in @52.52,13.405,15z, is its scale.
ZOOM = re.compile(rb",\d{1,6}(?:\.\d{1,3})?[zma]\b")

_MINUTES = rb"[ ]?\d{1,2}(?:\.\d{1,6})?[ ]?(?:'|\xe2\x80\xb2|\xe2\x80\x99|\xc2\xb4)"
_SECONDS = rb"(?:[ ]?\d{1,2}(?:\.\d{1,6})?[ ]?(?:\"|''|\xe2\x80\xb3|\xe2\x80\x9d))?"
_DEGREES = rb"\d{1,3}[ ]?\xc2[\xb0\xba]%s%s" % (_MINUTES, _SECONDS)
SEXAGESIMAL = re.compile(
    rb"(?:[NS][ ]?%s[ ]?[,;/]?[ ]{0,2}[EWO][ ]?%s|%s[ ]?[NS][ ]?[,;/]?[ ]{0,2}%s[ ]?[EWO])"
    % ((_DEGREES,) * 4)
)

# Where the first number begins, with its sign, and ends, where the second does, and the lesser number of decimals.
Pair = tuple[int, int, int, int, int]


class Between(NamedTuple):
    """What a gap between two decimals holds."""

    has_north: bool
    has_label: bool
    has_comma: bool


class Unlabelled(NamedTuple):
    """Two decimals in the ranges of a place, with its score if a word near it says so."""

    start: int
    end: int
    score: float
    is_zoomed: bool
    is_bare: bool
    is_array: bool


def find(stretch: Stretch) -> Spans:
    """Coordinates in `stretch`: latitude and longitude together, never one alone."""
    return Spans.of([*_sexagesimal(stretch), *_decimal(stretch)])


def _sexagesimal(stretch: Stretch) -> Iterator[Row]:
    text, codes = stretch.text, stretch.codes
    signs = marks(stretch, b"\xb0\xba")
    signs = signs[codes[signs - 1] == 0xC2]
    for sign in signs.tolist():
        for start in range(max(0, sign - 6), sign - 1):
            before = text[start - 1 : start]
            match = None if before.isalnum() else SEXAGESIMAL.match(text, start)
            if match is not None:
                yield start, match.end(), CERTAIN_SCORE, Evidence(KIND, "geo.sexagesimal/1", "range")
                break


def _decimal(stretch: Stretch) -> Iterator[Row]:
    unlabelled = []
    for pair in _pairs(stretch):
        read = _read(stretch.text, pair)
        if isinstance(read, Unlabelled):
            unlabelled.append(read)
        elif read is not None:
            yield read
    starts = np.array([place.start for place in unlabelled], np.int64)
    ends = np.array([place.end for place in unlabelled], np.int64)
    words = PLACE_WORDS.nearest(stretch, starts, ends, after=REACH_AFTER)
    for place, word in zip(unlabelled, words, strict=True):
        row = _called(place, word)
        if row is not None:
            yield row


def _pairs(stretch: Stretch) -> Iterator[Pair]:
    """Two decimals that stand close together."""
    runs, lengths = stretch.digits, stretch.digits.lengths
    count = len(runs) - 3
    if count <= 0:
        return iter(())
    dotted = runs.joints == FULL_STOP
    first = np.flatnonzero(dotted[:count] & dotted[2:] & ~dotted[1:-1])
    gaps = runs.starts[first + 2] - runs.ends[first + 1]
    first = first[(gaps <= WIDEST_GAP) & (lengths[first] <= 3) & (lengths[first + 2] <= 3)]
    decimals = np.minimum(lengths[first + 1], lengths[first + 3])
    longest = np.maximum(lengths[first + 1], lengths[first + 3])
    likely = (decimals >= COARSE_DECIMALS) & (longest <= LONGEST_FRACTION)
    first, decimals = first[likely], decimals[likely]
    starts, others = runs.starts[first], runs.starts[first + 2]
    columns = (
        starts - _SIGN[stretch.codes[starts - 1]],
        runs.ends[first + 1],
        others - _SIGN[stretch.codes[others - 1]],
        runs.ends[first + 3],
        decimals,
    )
    return zip(*(column.tolist() for column in columns), strict=True)


# Writers join them in few ways.
@lru_cache(maxsize=256)
def _between(gap: bytes) -> Between | None:
    match = _BETWEEN.fullmatch(gap)
    if match is None:
        return None
    return Between(match["north"] is not None, match["label"] is not None, b"," in match["joint"])


def _read(text: bytes, pair: Pair) -> Row | Unlabelled | None:
    start, middle, beginning, end, decimals = pair
    between = _between(text[middle:beginning])
    if between is None or text[start - 1] in ALPHANUMERIC:
        return None
    one, other = abs(float(text[start:middle])), abs(float(text[beginning:end]))
    east = None
    if text[end] in _OPENS_EAST and (tail := _EAST.match(text, end)):
        end, east = tail.end(), tail["east"]
    if text[end] in ALPHANUMERIC or not _in_range(one, other):
        return None
    if text[start - 1] == COLON and text[start - 4 : start].lower() == b"geo:":
        return start, end, CERTAIN_SCORE, Evidence(KIND, "geo.uri/1", "range")
    if between.has_label or (between.has_north and east):
        near = PLACE_WORDS.before(text, start, reach=24)
        return start, end, CERTAIN_SCORE, Evidence(KIND, "geo.labelled/1", "range", near)
    return _unlabelled(text, (start, end), (one, other), decimals, between.has_comma)


def _unlabelled(
    text: bytes, span: tuple[int, int], place: tuple[float, float], decimals: int, has_comma: bool
) -> Unlabelled | None:
    start, end = span
    is_zoomed = text[end] == COMMA and ZOOM.match(text, end) is not None
    if not is_zoomed and (MORE_AFTER.match(text, end) or MORE_BEFORE.search(text, start - 7, start)):
        return None
    is_fine = FINE_DECIMALS <= decimals <= MOST_DECIMALS
    is_bare = is_fine and has_comma and text[start - 1] != BRACKET and _is_place(*place)
    score = CALLED_SCORE if decimals >= FINE_DECIMALS else COARSE_SCORE
    return Unlabelled(start, end, score, is_zoomed, is_bare, _is_array(text, start, *place))


def _called(place: Unlabelled, word: str | None) -> Row | None:
    """A place that a word near it or a map's address tells, or that may be one without."""
    near = None if place.is_array else word
    if near or place.is_zoomed:
        return place.start, place.end, place.score, Evidence(KIND, "geo.called/2", "range", near)
    return (place.start, place.end, BARE_SCORE, BARE) if place.is_bare else None


def _is_array(text: bytes, start: int, one: float, other: float) -> bool:
    """Whether both are shares of one, or whole, or small numbers in the brackets of an array."""
    largest = max(one, other)
    if largest < 10 and (largest < 1 or b"[" in text[start - 2 : start]):
        return True
    return one.is_integer() and other.is_integer()


def _is_place(one: float, other: float) -> bool:
    """Whether they may be one without a word: no shares or scores, which are below ten, and not alike in front."""
    return (one >= 10 or other >= 10) and int(one) != int(other)


def _in_range(one: float, other: float) -> bool:
    """Whether one is a latitude and the other a longitude, in either order (ISO 6709: latitude first)."""
    smaller, larger = (one, other) if one < other else (other, one)
    return smaller <= 90 and 0 < larger <= 180


EXAMPLES = (
    Example("coordinates 52.5200, 13.4050", ((KIND, 12, 28),)),
    Example("geo:37.786971,-122.399677;u=35", ((KIND, 4, 25),)),
    Example('\U0001f4cd {"lat": 52.52, "lng": 13.41}', ((KIND, 10, 29),)),
    Example("40° 26′ 46″ N 79° 58′ 56″ W, N 48° 51' 24\", E 2° 21' 8\"", ((KIND, 0, 27), (KIND, 29, 55))),
    Example("52.5200° N, 13.4050° E", ((KIND, 0, 22),)),
    Example("https://maps.example.org/@48.8584,2.2945,17z", ((KIND, 26, 40),)),
    Example("-33.8568, 151.2153", ((KIND, 0, 18),)),
    Example("Standort: 52.52 13.41", ((KIND, 10, 21),)),
    Example("0.1234, 0.5678 and 12.3456, 45.6789, 78.9012, 95.1234, 181.5678, 52.52 13.41"),
    Example("version 10.1234, loss 12.1234 5.4321, it is 40° in the sun, a turn of 90° 5' is none"),
)

DETECTOR = Detector((KIND,), find, EXAMPLES)
