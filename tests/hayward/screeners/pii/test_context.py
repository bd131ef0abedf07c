"""Context words are found whole, in any case and script, only in the same text, with their distance."""

import pytest

from hayward.screeners.pii.context import Words

TELEPHONE = Words(
    en="tel phone 'cell phone'",
    de="telefon handy",
    fr="téléphone",
    tr="numarası",
    ru="телефон",
    ar="هاتف",
    hi="फ़ोन",
    zh="电话",
    ja="電話",
)


def before(text: str, *, reach: int = 48) -> str | None:
    """The word before the digit 5."""
    stretch = f"\0{text}\0".encode()
    return TELEPHONE.before(stretch, stretch.index(b"5"), reach=reach)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tel: 5", "en:tel@-2"),
        ("TEL5", "en:tel@0"),
        ("my cell phone 5", "en:cell phone@-1"),
        ("Cell_Phone=5", "en:cell phone@-1"),
        ("telefon und tel 5", "en:tel@-1"),
        ("Téléphone\u00a0: 5", "fr:téléphone@-3"),
        ("TELEFON NUMARASI 5", "tr:numarası@-1"),
        ("Телефон: 5", "ru:телефон@-2"),
        ("رقم الهاتف 5", "ar:هاتف@-1"),
        ("मेरा फ़ोन 5", "hi:फ़ोन@-1"),
        ("我的电话是5", "zh:电话@-1"),
        ("お電話番号：5", "ja:電話@-3"),
        ("\U0001f4de tel \U0001f4de5", "en:tel@-2"),
        ("hotel 5", None),
        ("telephones 5", None),
        ("phone\0 5", None),
        ("", None),
    ],
)
def test_nearest_word_before_is_named_with_its_distance(text: str, expected: str | None) -> None:
    assert before(text if "5" in text else "5") == expected


def test_words_of_a_phrase_stand_in_a_row() -> None:
    words = Words(en="'date of birth'", de="'geboren am'")
    text = b"\0date of birth 5, date or birth 5, geboren im Mai, am 5\0"

    places = [place for place, byte in enumerate(text) if byte == ord("5")]

    assert [words.before(text, place, reach=16) for place in places] == ["en:date of birth@-1", None, None]


@pytest.mark.parametrize(
    ("gap", "expected"), [(44, "en:tel@-44"), (45, "en:tel@-45"), (46, None), (60, None)]
)
def test_word_is_looked_for_as_far_as_the_reach(gap: int, expected: str | None) -> None:
    assert before("tel" + " " * gap + "5") == expected
    assert before("tel" + "\u2003" * gap + "5") == expected


def test_word_cut_by_the_reach_is_no_word() -> None:
    assert before("hotel" + " " * 45 + "5") is None
    assert before("гостелефон5", reach=7) is None


def test_nearest_word_on_either_side_is_named() -> None:
    text = b"\0tel and 5 handy, 5 phone\0"
    first, second = (place for place, byte in enumerate(text) if byte == ord("5"))

    assert TELEPHONE.near(text, first, first + 1) == "de:handy@1"
    assert TELEPHONE.near(text, second, second + 1) == "en:phone@1"
    assert TELEPHONE.near(text, second, second + 1, after=0) == "de:handy@-2"


def test_word_after_is_looked_for_in_the_same_text_and_whole() -> None:
    text = b"\0005\0tel 5 telephones\0"
    first, second = (place for place, byte in enumerate(text) if byte == ord("5"))

    assert TELEPHONE.near(text, first, first + 1) is None
    assert TELEPHONE.near(text, second, second + 1, before=0, after=4) is None
