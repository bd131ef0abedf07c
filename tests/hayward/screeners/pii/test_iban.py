"""IBANs: what may stand between their letters and digits, and what must not stand beside them."""

import pytest

from hayward.screeners.pii.iban import DETECTOR
from tests.hayward.screeners.pii.looking import rules


@pytest.mark.parametrize(
    "text",
    [
        "DE89370400440532013000",
        "de89370400440532013000",
        "DE89 3704 0044 0532 0130 00",
        "DE89 3704004405 32013000",
        "GB29NWBK60161331926819",
        "gb29 nwbk 6016 1331 9268 19",
        "NL91\u00a0ABNA\u00a00417\u00a01643\u00a000",
        "MT84-MALT-0110-0001-2345-MTLC-AST0-01S",
    ],
)
def test_number_is_found_however_it_is_grouped(text: str) -> None:
    assert rules(DETECTOR, f"({text}), née") == [(text, "iban.registered/1")]


@pytest.mark.parametrize(
    "text",
    [
        "DE89370400440532013001",
        "DE89370400440532013000_",
        "DE893704004405320130001",
        "xDE89370400440532013000",
        "DE89  3704 0044 0532 0130 00",
        "DE89.3704.0044.0532.0130.00",
        "GB29nwbk60161331926819",
        "DE8937040044053201300",
        "ZZ89370400440532013000",
    ],
)
def test_wrong_remainder_or_neighbour_or_form_is_none(text: str) -> None:
    assert rules(DETECTOR, text) == []
