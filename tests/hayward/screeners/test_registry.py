"""Loading screeners by name."""

import pytest

from hayward.screeners import SCREENERS, UnknownScreener, load


def test_load_keeps_the_order_and_drops_repeats() -> None:
    names = [screener.name for screener in load(("toxicity", "pii", "toxicity"))]

    assert names == ["toxicity", "pii"]


def test_load_refuses_an_unknown_name_and_says_the_known_ones() -> None:
    with pytest.raises(UnknownScreener) as refused:
        load(("pii", "pie"))

    assert str(refused.value) == (
        f"There is no screener 'pie'. Did you mean pii? Known screeners: {', '.join(SCREENERS)}."
    )
