"""Coordinates of places on earth: decimal pairs, degrees with minutes and seconds, geo URIs."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from hayward.screeners.base import Example
from hayward.screeners.pii.context import Words
from hayward.screeners.pii.needles import marks
from hayward.screeners.pii.spans import Detector, Evidence, Row, Spans
from hayward.screeners.pii.stretch import Positions, Stretch

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

_NUMBER = rb"[+\-]?\d{1,3}\.\d{2,17}"
_LABEL = rb"[\"']?(?:lng|lon|long|longitude|lat|latitude)[\"']?[ ]?[:=][ ]?[\"']?"
PAIR = re.compile(
    rb"(?P<first>%s)(?P<degree>[ ]?\xc2\xb0)?(?P<north>[ ]?[NSEWO])?"
    rb"(?P<gap>[\"']?[ ]?[,;/|][ ]?|[ ]{1,3})(?P<label>%s)?"
    rb"(?P<second>%s)(?P<degree2>[ ]?\xc2\xb0)?(?P<east>[ ]?[EWONS](?![A-Za-z]))?"
    % (_NUMBER, _LABEL, _NUMBER)
)
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
    text = stretch.text
    for start in _pairs(stretch).tolist():
        begin = start - 1 if text[start - 1 : start] in {b"-", b"+"} else start
        match = PAIR.match(text, begin)
        row = _judged(text, match) if match else None
        if row is not None:
            yield row


def _pairs(stretch: Stretch) -> Positions:
    """Where two decimals begin that stand close together."""
    runs = stretch.digits
    dotted = runs.joints == ord(".")
    count = len(runs) - 3
    if count <= 0:
        return np.empty(0, np.int64)
    gaps = runs.starts[2 : count + 2] - runs.ends[1 : count + 1]
    likely = dotted[:count] & dotted[2 : count + 2] & (gaps <= WIDEST_GAP)
    likely &= (runs.lengths[:count] <= 3) & (runs.lengths[1 : count + 1] >= COARSE_DECIMALS)
    likely &= (runs.lengths[2 : count + 2] <= 3) & (runs.lengths[3:] >= COARSE_DECIMALS)
    starts: Positions = runs.starts[:count][likely]
    return starts


def _judged(text: bytes, match: re.Match[bytes]) -> Row | None:
    start, end = match.span()
    first, second = match.group("first"), match.group("second")
    if (
        not _in_range(float(first), float(second))
        or text[start - 1 : start].isalnum()
        or text[end : end + 1].isalnum()
    ):
        return None
    decimals = min(len(number.partition(b".")[2]) for number in (first, second))
    if text[start - 4 : start].lower() == b"geo:":
        return start, end, CERTAIN_SCORE, Evidence(KIND, "geo.uri/1", "range")
    if match.group("label") or (match.group("north") and match.group("east")):
        near = PLACE_WORDS.before(text, start, reach=24)
        return start, end, CERTAIN_SCORE, Evidence(KIND, "geo.labelled/1", "range", near)
    zoomed = ZOOM.match(text, end) is not None
    if not zoomed and (MORE_AFTER.match(text, end) or MORE_BEFORE.search(text, max(0, start - 7), start)):
        return None
    near = None if _is_array(text, start, first, second) else PLACE_WORDS.near(text, start, end)
    if near or zoomed:
        score = CALLED_SCORE if decimals >= FINE_DECIMALS else COARSE_SCORE
        return start, end, score, Evidence(KIND, "geo.called/1", "range", near)
    is_bare = FINE_DECIMALS <= decimals <= MOST_DECIMALS and text[start - 1 : start] != b"["
    return _bare(start, end, match) if is_bare else None


def _is_array(text: bytes, start: int, first: bytes, second: bytes) -> bool:
    """Whether both are shares of one, or whole, or small numbers in the brackets of an array."""
    if float(first).is_integer() and float(second).is_integer():
        return True
    largest = max(abs(float(first)), abs(float(second)))
    return largest < 1 or (largest < 10 and b"[" in text[start - 2 : start])


def _bare(start: int, end: int, match: re.Match[bytes]) -> Row | None:
    """Two fine decimals with a comma between: not shares or scores, which are below ten, and not alike in front."""
    first, second = abs(float(match.group("first"))), abs(float(match.group("second")))
    if b"," not in match.group("gap") or max(first, second) < 10 or int(first) == int(second):
        return None
    return start, end, BARE_SCORE, Evidence(KIND, "geo.bare/1", "range")


def _in_range(first: float, second: float) -> bool:
    """Whether one is a latitude and the other a longitude, in either order (ISO 6709: latitude first)."""
    return (
        min(abs(first), abs(second)) <= 90
        and max(abs(first), abs(second)) <= 180
        and (first, second) != (0, 0)
    )


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
