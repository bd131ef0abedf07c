"""The screener `pii` as its settings ask for it: regions that numbers are dialled in, and an eager look."""

import pyarrow as pa
import pytest

from hayward.screeners import UnableToLoad
from hayward.screeners.pii.screener import PiiScreener

USUAL = PiiScreener.from_environment({})


def found(screener: PiiScreener, text: str) -> list[tuple[str, str, str]]:
    hits = screener.screen(pa.array([text], pa.large_string())).to_pylist()
    return [(hit["kind"], text[hit["start"] : hit["end"]], f"{hit['score']:.2f}") for hit in hits]


def test_regions_of_the_setting_are_expected() -> None:
    polish = PiiScreener.from_environment({"HAYWARD_PHONE_REGIONS": "pl, de"})

    assert found(USUAL, "ask 22 627 99 98") == [("phone_number", "22 627 99 98", "0.30")]
    assert found(polish, "ask 22 627 99 98") == [("phone_number", "22 627 99 98", "0.60")]
    assert polish.config_digest == PiiScreener(regions=("PL", "DE")).config_digest != USUAL.config_digest


def test_region_that_does_not_exist_is_refused() -> None:
    with pytest.raises(UnableToLoad, match=r"HAYWARD_PHONE_REGIONS names 'XX'.*as in DE,FR"):
        PiiScreener.from_environment({"HAYWARD_PHONE_REGIONS": "DE,XX"})


def test_eager_screener_tells_forms_without_a_word_with_a_low_score() -> None:
    eager = PiiScreener.from_environment({"HAYWARD_PII_EAGER": "on"})
    text = "seen 9434765870, 912803456 and 192.168.1.1"

    assert found(USUAL, text) == []
    assert found(eager, text) == [
        ("national_id", "9434765870", "0.10"),
        ("passport", "912803456", "0.05"),
        ("ip_address", "192.168.1.1", "0.20"),
    ]
    assert eager.config_digest != USUAL.config_digest
    assert eager.kinds == USUAL.kinds


def test_eager_screener_finds_all_that_the_usual_one_does() -> None:
    text = "DNI: 12345678Z, card 4111 1111 1111 1111, passport no. C01X00T47, call +44 20 7946 0123"

    assert set(found(USUAL, text)) <= set(found(PiiScreener(eager=True), text))


def test_eager_is_on_or_off() -> None:
    with pytest.raises(UnableToLoad, match=r"HAYWARD_PII_EAGER is 'yes'\. Set it to on or off"):
        PiiScreener.from_environment({"HAYWARD_PII_EAGER": "yes"})
