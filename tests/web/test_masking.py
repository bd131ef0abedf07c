"""What a page shows of a text with findings."""

from hypothesis import given
from hypothesis import strategies as st

from web import masking
from web.masking import EDGE, LONG, Cover, Piece, pieces


def told(shown: list[Piece]) -> str:
    return "".join(piece.text or told(list(piece.inner)) for piece in shown)


def test_pieces_masks_a_finding_with_its_kind_and_length() -> None:
    shown = pieces("write to a@b.example now", [Cover(9, 20, "email_address")], shown=False, whole=False)

    assert shown == [
        Piece("text", "write to "),
        Piece("mask", "[e-mail address, 11 characters]", "e-mail address"),
        Piece("text", " now"),
    ]


def test_pieces_marks_a_finding_when_shown() -> None:
    shown = pieces("to a@b.example", [Cover(3, 14, "email_address")], shown=True, whole=False)

    assert shown[1] == Piece("mark", label="e-mail address", inner=(Piece("text", "a@b.example"),))


def test_pieces_merges_overlapping_findings() -> None:
    covers = [Cover(0, 10, "toxicity"), Cover(2, 4, "email_address"), Cover(8, 12, "phone_number")]

    shown = pieces("0123456789abcdef", covers, shown=False, whole=False)

    assert told(shown) == "[toxic language, e-mail address and phone number, 12 characters]cdef"


def test_pieces_clips_findings_to_the_text() -> None:
    covers = [Cover(-3, 2, "iban"), Cover(4, 99, "iban"), Cover(7, 7, "iban"), Cover(50, 60, "iban")]

    shown = pieces("abcdef", covers, shown=False, whole=False)

    assert told(shown) == "[bank account (IBAN), 2 characters]cd[bank account (IBAN), 2 characters]"


def test_pieces_counts_code_points_beyond_the_basic_plane() -> None:
    shown = pieces("😀😀x😀", [Cover(2, 3, "iban")], shown=False, whole=False)

    assert told(shown) == "😀😀[bank account (IBAN), 1 character]😀"


def test_pieces_shows_unseen_characters_as_chips() -> None:
    shown = pieces("a\u202eb\u200bc\x00\r\nd\te", [], shown=False, whole=False)

    assert [piece.text for piece in shown if piece.shape == "chip"] == ["U+202E", "U+200B", "U+0000"]
    assert shown[1].label == "right-to-left override"
    assert shown[-1].text == "\r\nd\te"


def test_pieces_cuts_a_long_stretch_in_its_middle() -> None:
    text = "a" * LONG + "b"

    shown = pieces(text, [], shown=False, whole=False)

    assert [piece.shape for piece in shown] == ["text", "cut", "text"]
    assert shown[1].text == f"{LONG + 1 - 2 * EDGE:,} characters not shown"
    assert masking.is_cut(shown)
    assert told(pieces(text, [], shown=False, whole=True)) == text


def test_pieces_cuts_inside_a_long_finding_too() -> None:
    shown = pieces("a" * 3000, [Cover(0, 3000, "toxicity")], shown=True, whole=False)

    assert masking.is_cut(shown)


@given(
    st.text(max_size=60),
    st.lists(st.tuples(st.integers(-5, 70), st.integers(-5, 70)), max_size=6),
)
def test_pieces_never_shows_a_covered_character_and_always_the_others(
    text: str, spans: list[tuple[int, int]]
) -> None:
    covers = [Cover(start, end, "iban") for start, end in spans]
    hidden = {at for start, end in spans for at in range(max(0, start), min(end, len(text)))}

    shown = pieces(text, covers, shown=False, whole=True)

    open_text = "".join(
        chr(int(piece.text.replace("U+", "0x"), 0)) if piece.shape == "chip" else piece.text
        for piece in shown
        if piece.shape in ("chip", "text")
    )
    assert open_text == "".join(char for at, char in enumerate(text) if at not in hidden)
