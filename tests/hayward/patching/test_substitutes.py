"""Tests of what redactions write: marks, pseudonyms that are nobody's, keyed hashes."""

import json
from pathlib import Path

import pytest

from hayward.formats import digest
from hayward.patching import UnusableCopy, apply, verify_clean
from hayward.patching.plan import Span
from hayward.patching.pseudonyms import WRITTEN, pool_of, pseudonyms
from hayward.patching.spans import redact_record
from hayward.patching.substitutes import UnusableKey, Writing
from tests.hayward.patching.copies import operation, patch_of, span, stamps, tree

KEY = b"0123456789abcdef-example"
PSEUDONYM = Writing("pseudonym")
HASH = Writing("hash", KEY)


def spans_of(text: str, *values: tuple[str, str], field: str = "text") -> list[Span]:
    """A span of the kind at every place where the value stands."""
    return sorted(
        Span(field, start, start + len(value), kind)
        for kind, value in dict.fromkeys(values)
        for start in range(len(text))
        if text.startswith(value, start)
    )


def written(writing: Writing, text: str, *values: tuple[str, str]) -> str:
    record = {"text": text}
    return str(redact_record(record, writing.written(record, spans_of(text, *values)))["text"])


def test_equal_values_get_one_pseudonym_and_different_ones_different_ones() -> None:
    text = "ann@example.com, bob@example.com, ANN@Example.com; Ann Lee met Bob Ray and ann  lee."
    mail, name = "email_address", "person_name"

    found = written(
        PSEUDONYM, text, (mail, "ann@example.com"), (mail, "bob@example.com"), (mail, "ANN@Example.com"),
        (name, "Ann Lee"), (name, "Bob Ray"), (name, "ann  lee"),
    )  # fmt: skip

    assert found == (
        "person1@example.org, person2@example.org, person1@example.org; Person A met Person B and Person A."
    )


@pytest.mark.parametrize(
    ("kind", "value", "pseudonym"),
    [
        ("phone_number", "+44 20 7123 4567", "+44 20 7946 0000"),
        ("phone_number", "+33 6 12 34 56 78", "+33 1 99 00 00 00"),
        ("phone_number", "0049 171 1234567", "+49 30 23125 000"),
        ("phone_number", "(212) 736-5000", "+1 202-555-0100"),
        ("ip_address", "8.8.4.4", "192.0.2.1"),
        ("ip_address", "2620:fe::fe", "2001:db8::1"),
        ("mac_address", "a4-83-e7-12-34-56", "00-00-5E-00-53-00"),
        ("credit_card", "4111 1111 1111 1111", "[CREDIT_CARD 1]"),
        ("street_address", "12 Oak Street", "[STREET_ADDRESS 1]"),
    ],
)
def test_pseudonyms_come_from_reserved_ranges(kind: str, value: str, pseudonym: str) -> None:
    assert written(PSEUDONYM, f"it is {value} ok", (kind, value)) == f"it is {pseudonym} ok"
    assert WRITTEN.fullmatch(pseudonym)


def test_pseudonyms_are_all_different_and_go_over_to_numbered_marks() -> None:
    pools: dict[str, list[str]] = {
        pool: [] for pool in ("ip_address 4", "phone_number ", "mac_address :", "person_name")
    }
    for pool, given in pools.items():
        unending = pseudonyms(pool)
        given.extend(next(unending) for _ in range(1000))

    assert all(len(set(given)) == 1000 for given in pools.values())
    assert all(WRITTEN.fullmatch(one) for given in pools.values() for one in given)
    assert pools["ip_address 4"][762] == "[IP_ADDRESS 1]"
    assert pools["person_name"][25:28] == ["Person Z", "Person AA", "Person AB"]
    assert pool_of("ip_address", "::1") == "ip_address 6"


def test_pseudonym_that_stands_in_the_record_already_is_not_given_again() -> None:
    text = "person1@example.org wrote to ann@example.com"

    found = written(PSEUDONYM, text, ("email_address", "ann@example.com"))

    assert found == "person1@example.org wrote to person2@example.org"


def test_pseudonyms_hold_over_the_fields_of_a_record() -> None:
    record = {"text": "ann@example.com", "meta": {"author": "ann@example.com"}}
    spans = [Span("meta.author", 0, 15, "email_address"), Span("text", 0, 15, "email_address")]

    assert {one.written for one in PSEUDONYM.written(record, spans)} == {"person1@example.org"}


def test_hash_links_equal_values_under_one_key_and_kind_only() -> None:
    value = ("phone_number", "+44 20 7123 4567")
    other_spelling = ("phone_number", "+44 (0)20 7123-4567")

    one = written(HASH, f"a {value[1]}", value)

    assert one == written(HASH, f"a {other_spelling[1]}", other_spelling)
    assert one != written(Writing("hash", KEY[::-1]), f"a {value[1]}", value)
    assert one != written(HASH, "a +44 20 7123 4568", (value[0], "+44 20 7123 4568"))
    assert WRITTEN.fullmatch(one.removeprefix("a "))
    assert "+44" not in one


def test_hash_needs_a_key_and_never_shows_it() -> None:
    with pytest.raises(UnusableKey):
        Writing("hash", b"short")
    assert KEY.decode() not in repr(HASH) + HASH.identity


def test_pseudonyms_of_a_record_with_very_many_values_take_linear_time() -> None:
    words = [f"u{number}@example.com" for number in range(20_000)]
    text = " ".join(words)
    starts = [text.index(word) if number == 0 else -1 for number, word in enumerate(words)]
    for number in range(1, len(words)):
        starts[number] = starts[number - 1] + len(words[number - 1]) + 1
    spans = [Span("text", at, at + len(one), "email_address") for at, one in zip(starts, words, strict=True)]

    found = PSEUDONYM.written({"text": text}, spans)

    assert len({one.written for one in found}) == len(words)


TEXTS = ("write to ann@example.com now", 'ann@example.com and bob@example.com, caf\u00e9 \U0001f600 "quoted"')


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    lines = [json.dumps({"text": text, "n": 1.50}) for text in TEXTS]
    (tmp_path / "part.jsonl").write_text("\n".join([*lines, '{"text":  "untouched" }']) + "\n")
    return tmp_path


@pytest.mark.parametrize(
    ("writing", "expected"),
    [
        (None, '[EMAIL_ADDRESS] and [EMAIL_ADDRESS], caf\u00e9 \U0001f600 "quoted"'),
        (PSEUDONYM, 'person1@example.org and person2@example.org, caf\u00e9 \U0001f600 "quoted"'),
        (HASH, None),
    ],
    ids=["mark", "pseudonym", "hash"],
)
def test_patch_is_applied_once_in_every_mode(
    copy: Path, writing: Writing | None, expected: str | None
) -> None:
    before = (copy / "part.jsonl").read_bytes().splitlines()
    patch = patch_of(operation(copy, 0, "redact", "part.jsonl", 1, spans=[span(0, 15), span(20, 35)]))

    report = apply(patch, copy, writing=writing)
    once = stamps(copy)
    again = apply(patch, copy, writing=writing, thorough=True)

    after = (copy / "part.jsonl").read_bytes().splitlines()
    assert (report.redacted, report.problems, again.redacted, again.already) == (1, [], 0, 1)
    assert stamps(copy) == once
    assert [after[0], after[2]] == [before[0], before[2]]
    assert expected in (None, json.loads(after[1])["text"])
    assert after[1].endswith(b', "n": 1.5}')
    assert verify_clean(patch, copy) == []


@pytest.mark.parametrize("writing", [PSEUDONYM, HASH], ids=["pseudonym", "hash"])
def test_later_patch_finds_its_place_behind_what_was_written(copy: Path, writing: Writing) -> None:
    first = operation(copy, 0, "redact", "part.jsonl", 1, spans=[span(0, 15)])
    second = operation(copy, 1, "redact", "part.jsonl", 1, spans=[span(0, 15), span(20, 35)])
    whole = tree(copy)

    apply(patch_of(first, until=1), copy, writing=writing)
    apply(patch_of(second, since=1, until=2), copy) if writing is PSEUDONYM else apply(
        patch_of(second, since=1, until=2), copy, writing=writing
    )
    stepwise = (copy / "part.jsonl").read_bytes()
    receipt = json.loads((copy / ".hayward" / "receipt.json").read_bytes())
    for path in (copy / ".hayward").iterdir():
        path.unlink()
    (copy / "part.jsonl").write_bytes(whole["part.jsonl"])
    apply(patch_of(second, until=2), copy, writing=writing)

    assert stepwise == (copy / "part.jsonl").read_bytes()
    assert receipt["replace"] == writing.identity
    assert b"ann@example.com and" not in stepwise


def test_copy_keeps_to_the_way_of_writing_it_began_with(copy: Path) -> None:
    first = operation(copy, 0, "redact", "part.jsonl", 0, spans=[span(9, 24)])
    second = operation(copy, 1, "redact", "part.jsonl", 1, spans=[span(0, 15)])
    apply(patch_of(first, until=1), copy, writing=HASH)

    for other in (None, PSEUDONYM, Writing("mark"), Writing("hash", KEY[::-1])):
        with pytest.raises(UnusableCopy):
            apply(patch_of(second, since=1, until=2), copy, writing=other)

    assert apply(patch_of(second, since=1, until=2), copy, writing=HASH).redacted == 1


def test_receipt_of_marks_is_as_it_always_was(copy: Path) -> None:
    apply(patch_of(operation(copy, 0, "redact", "part.jsonl", 0, spans=[span(9, 24)])), copy)

    receipt = json.loads((copy / ".hayward" / "receipt.json").read_bytes())

    assert "replace" not in receipt
    assert [one["spans"] for one in receipt["records"].values()] == [[["text", 9, 24, "email_address"]]]


def test_receipt_keeps_what_was_written_and_no_value(copy: Path) -> None:
    original = json.loads((copy / "part.jsonl").read_bytes().splitlines()[0])
    apply(
        patch_of(operation(copy, 0, "redact", "part.jsonl", 0, spans=[span(9, 24)])), copy, writing=PSEUDONYM
    )

    data = (copy / ".hayward" / "receipt.json").read_bytes()

    kept = json.loads(data)["records"][digest(original)]
    assert kept["spans"] == [["text", 9, 24, "email_address", [], "", "person1@example.org"]]
    assert b"ann@" not in data
