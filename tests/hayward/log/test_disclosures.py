"""Disclosures: the golden vectors, RFC 9901's own, and what an entry did not commit to."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hayward.log import disclosures, encoding, entries
from hayward.log.disclosures import Disclosed, InvalidDisclosure, Mismatch
from tests.hayward.log.golden import POLICY, SUBJECT_KEY

GOLDEN = "WyJNNUNsblc2aFBqRUpfMjAwVEFZUmRkS3ZFdnE3ZmxxbTFfSFZqa0o3bHc4IiwiYWN0b3IiLCJtb2Q6MSJd"
GOLDEN_DIGEST = "4geAONYjEegfOtSabi7YvMW7qAxrRVkgXmud4ydKWjI"


def disclosed(name: str, value: Any, *, seq: int = 0) -> str:
    return disclosures.disclosure(disclosures.salt(SUBJECT_KEY, "demo", seq, name), name, value)


def entry_with(*texts: str) -> entries.Entry:
    data = entries.build(
        ds="demo", seq=0, t=0, act="remove", rsn="pii.email", pol=POLICY, sd=disclosures.commit(texts)
    )
    return entries.parse(data)


def test_the_golden_salt_disclosure_and_digest() -> None:
    text = disclosed("actor", "mod:1")

    assert text == GOLDEN
    assert disclosures.digest(text) == GOLDEN_DIGEST
    assert disclosures.open_disclosure(text) == Disclosed(
        "M5ClnW6hPjEJ_200TAYRddKvEvq7flqm1_HVjkJ7lw8", "actor", "mod:1"
    )


def test_the_digest_of_another_implementation() -> None:
    # From the tests of @sd-jwt/core.
    text = "WyI2SWo3dE0tYTVpVlBHYm9TNXRtdlZBIiwgImVtYWlsIiwgImpvaG5kb2VAZXhhbXBsZS5jb20iXQ"

    assert disclosures.digest(text) == "JzYjH4svliH0R3PyEMfeZu6Jt69u5qehZo7F7EPYlSE"


def test_a_salt_depends_on_each_of_its_parts() -> None:
    salts = {
        disclosures.salt(key, ds, seq, name)
        for key in (SUBJECT_KEY, bytes(32))
        for ds in ("demo", "other")
        for seq in (0, 1)
        for name in ("actor", "item")
    }

    assert len(salts) == 16
    with pytest.raises(InvalidDisclosure):
        disclosures.salt(b"short", "demo", 0, "actor")


@pytest.mark.parametrize("count", range(7))
def test_every_entry_commits_to_eight_digests(count: int) -> None:
    texts = [disclosed(name, "x") for name in disclosures.NAMES[:count]]

    sd = disclosures.commit(texts)

    assert len(set(sd)) == 8
    assert list(sd) == sorted(sd)
    assert {disclosures.digest(text) for text in texts} <= set(sd)
    assert all(len(encoding.decode_url(digest)) == 32 for digest in sd)


def test_decoys_never_repeat() -> None:
    assert len({digest for _ in range(100) for digest in disclosures.commit([])}) == 800


def test_nine_disclosures_or_one_twice_are_not_committed_to() -> None:
    with pytest.raises(InvalidDisclosure):
        disclosures.commit([disclosed("item", number) for number in range(9)])
    with pytest.raises(InvalidDisclosure):
        disclosures.commit([GOLDEN, GOLDEN])


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
        st.lists,
    )
)
def test_what_was_committed_to_is_verified(value: Any) -> None:
    texts = [disclosed("item", value), disclosed("actor", "mod:1")]

    assert disclosures.verify(entry_with(*texts), texts) == {"item": value, "actor": "mod:1"}


def test_a_value_that_was_not_committed_to_is_a_mismatch() -> None:
    entry = entry_with(disclosed("actor", "mod:1"))

    with pytest.raises(Mismatch, match="actor"):
        disclosures.verify(entry, [disclosed("actor", "mod:2")])


def test_one_name_disclosed_twice_is_refused() -> None:
    texts = [disclosed("actor", "mod:1"), disclosed("actor", "mod:2")]

    with pytest.raises(InvalidDisclosure, match="twice"):
        disclosures.verify(entry_with(*texts), texts)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), object(), "\ud800", b"bytes"])
def test_values_that_are_not_json_are_refused(value: object) -> None:
    with pytest.raises(InvalidDisclosure):
        disclosed("item", value)


def test_names_that_entries_do_not_have_are_refused() -> None:
    with pytest.raises(InvalidDisclosure):
        disclosures.disclosure(bytes(32), "email", "x")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "é",
        GOLDEN + "=",
        GOLDEN + "A",
        encoding.encode_url(b"{}"),
        encoding.encode_url(b"[1,2,3]"),
        encoding.encode_url(b'["salt","actor"]'),
        encoding.encode_url(b'["salt","email","x"]'),
        encoding.encode_url(b"[" * 5000),
        encoding.encode_url(b"\xff"),
    ],
)
def test_what_is_no_disclosure_is_refused(text: str) -> None:
    with pytest.raises(InvalidDisclosure):
        disclosures.open_disclosure(text)
