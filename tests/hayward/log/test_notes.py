"""Signed notes: the example of the specification, our golden note, and every way a note can be wrong."""

from __future__ import annotations

import pytest

from hayward.log import encoding, notes
from hayward.log.notes import MalformedKey, MalformedNote, UnknownSigner, Verifier, WrongSignature
from tests.hayward.log.golden import KEY, ORIGIN, OTHER_KEY

# The example of c2sp.org/signed-note.
SPEC_VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
SPEC_TEXT = "This is an example message.\n"
SPEC_SIGNATURE = (
    "— example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
SPEC_NOTE = f"{SPEC_TEXT}\n{SPEC_SIGNATURE}"
SPEC_KEY = Verifier.parse(SPEC_VKEY)


def signature_line(name: str, text: str = SPEC_TEXT) -> str:
    return notes.sign(text, name, OTHER_KEY).rpartition("\n\n")[2]


def test_the_example_of_the_specification_opens() -> None:
    assert notes.open_note(SPEC_NOTE, [SPEC_KEY]) == SPEC_TEXT
    assert SPEC_KEY.vkey == SPEC_VKEY
    assert SPEC_KEY.key_id.hex() == "530d903a"


def test_a_key_whose_base64_has_a_plus_is_read() -> None:
    vkey = "TEST+7997405c+AQcC+FTVKf0jlTdHDY3rbevmnKxxPjigCXlVtGe6RIr6"

    assert Verifier.parse(vkey).vkey == vkey


def test_a_signed_note_opens_with_its_key_alone() -> None:
    note = notes.sign("first\n\nthird\n", ORIGIN, KEY)

    assert notes.open_note(note, [notes.verifier_of(ORIGIN, KEY)]) == "first\n\nthird\n"
    with pytest.raises(UnknownSigner):
        notes.open_note(note, [notes.verifier_of(ORIGIN, OTHER_KEY)])
    with pytest.raises(UnknownSigner, match="no key"):
        notes.open_note(note, [])


def test_signatures_of_unknown_keys_are_ignored() -> None:
    others = "".join(signature_line(f"witness-{number}.example.org") for number in range(31))

    assert notes.open_note(f"{SPEC_TEXT}\n{others}{SPEC_SIGNATURE}", [SPEC_KEY]) == SPEC_TEXT
    with pytest.raises(MalformedNote, match="more than 32"):
        notes.open_note(f"{SPEC_TEXT}\n{others}{others[:200]}{SPEC_SIGNATURE}", [SPEC_KEY])


def test_a_wrong_signature_of_a_known_key_refuses_the_note_whatever_else_signed_it() -> None:
    other = notes.verifier_of("other.example.org", OTHER_KEY)
    data = bytearray(encoding.decode(SPEC_SIGNATURE.rstrip("\n").split(" ")[2]))
    data[-1] ^= 1
    broken = f"— example.com/foo {encoding.encode(bytes(data))}\n"

    with pytest.raises(WrongSignature):
        notes.open_note(f"{SPEC_TEXT}\n{signature_line(other.name)}{broken}", [SPEC_KEY, other])


def test_a_changed_text_is_refused() -> None:
    with pytest.raises(WrongSignature):
        notes.open_note(SPEC_NOTE.replace("message", "massage"), [SPEC_KEY])


@pytest.mark.parametrize(
    "note",
    [
        "",
        "\n",
        SPEC_TEXT,
        f"{SPEC_TEXT}\n",
        f"{SPEC_TEXT}{SPEC_SIGNATURE}",
        f"\n\n{SPEC_SIGNATURE}",
        SPEC_NOTE.rstrip("\n"),
        SPEC_NOTE + "\n",
        SPEC_NOTE.replace("— ", "- "),
        SPEC_NOTE.replace("— ", "—"),
        SPEC_NOTE.replace("\n", "\r\n"),
        SPEC_NOTE.replace("example message", "example\tmessage"),
        SPEC_NOTE.replace("example message", "example\udcff message"),
        SPEC_NOTE.replace("Uw2Q", "Uw2Q "),
        SPEC_NOTE.replace("yaQM=", "yaQN="),
        SPEC_NOTE.replace("yaQM=", "yaQM"),
        SPEC_NOTE.replace("foo Uw2Q", "foo  Uw2Q"),
        f"{SPEC_TEXT}\n— a+b Uw2QOkn8srU=\n",
        f"{SPEC_TEXT}\n— example.com/foo Uw2QOg==\n",
        "x" * notes.MAX_NOTE_BYTES + "\n\n" + SPEC_SIGNATURE,
    ],
)
def test_what_is_no_note_is_refused(note: str) -> None:
    with pytest.raises(MalformedNote):
        notes.open_note(note, [SPEC_KEY])


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "example.com/foo",
        "example.com/foo+530d903a",
        SPEC_VKEY.replace("530d903a", "530d903b"),
        SPEC_VKEY.replace("530d903a", "530D903A"),
        SPEC_VKEY.replace("example.com/foo", "example.com/bar"),
        SPEC_VKEY.replace("example.com/foo", "example com/foo"),
        SPEC_VKEY.replace("example.com/foo", ""),
        SPEC_VKEY.replace("+Aeky", "+Beky"),
        SPEC_VKEY[:-4],
        SPEC_VKEY + "=",
        SPEC_VKEY + " ",
    ],
)
def test_what_is_no_verifier_key_is_refused(vkey: str) -> None:
    with pytest.raises(MalformedKey):
        Verifier.parse(vkey)


@pytest.mark.parametrize("text", ["", "no newline", "tab\there\n", "nul\x00\n"])
def test_texts_unfit_for_notes_are_not_signed(text: str) -> None:
    with pytest.raises(MalformedNote):
        notes.sign(text, ORIGIN, KEY)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u2003b", "a\nb"])
def test_names_unfit_for_notes_are_not_signed_with(name: str) -> None:
    with pytest.raises(MalformedKey):
        notes.sign("text\n", name, KEY)
