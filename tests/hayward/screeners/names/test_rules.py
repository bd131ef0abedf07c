"""Tests of the rules of names and addresses: evidence, code points, what is no name, hostile texts."""

import time
from itertools import pairwise
from typing import Any

import pyarrow as pa
import pytest

from hayward.screeners.names.screener import NamesScreener

SCREENER = NamesScreener()


def rows(*texts: str | None) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = SCREENER.screen(pa.array(texts, pa.large_string())).to_pylist()
    return found


@pytest.mark.parametrize(
    ("text", "rule", "context"),
    [
        ("We met Mrs. Okonkwo.", "name.title/1", "en:mrs@-1"),
        ("ich heiße Zhqwe", "name.introduced/2", "de:ich heiße@-1"),
        ("Regards,\nKatherine", "name.signature/1", "en:regards@-2"),
        ("From: Katherine Jones <kj@example.org>", "name.mailbox/1", None),
        ("it was Katherine Jones", "name.listed/1", None),
        ("Adresse: Musterstraße 3, 10115 Berlin", "address.de/1", "de:adresse@-2"),
        ("我叫李娜", "name.introduced-han/1", "zh:我叫@0"),
        ("I went with my son Zhqwe", "name.kin/1", "en:my son@-1"),
        ("What's your name?\nUser: Zhqwe Kowalska", "name.asked/1", "en:your name@-8"),
        ("the novelist Zhqwe Jansen", "name.title/1", "en:novelist@-1"),
        ("and then Katherine said no", "name.running/1", "en:said@1"),
        ("a letter to you, from Katherine.", "name.running/1", "en:from@-1"),
    ],
)
def test_evidence_tells_rule_and_context(text: str, rule: str, context: str | None) -> None:
    (row,) = rows(text)

    assert (row["rule"], row["context"]) == (rule, context)


def test_context_makes_an_address_surer() -> None:
    (bare,), (called,), (placed,) = (
        rows(text)
        for text in (
            "10 Oak Street it is",
            "my address: 10 Oak Street",
            "10 Oak Street, Springfield, IL 62704",
        )
    )

    assert bare["score"] < called["score"] < placed["score"]


@pytest.mark.parametrize(
    "text",
    [
        "The Mr. President of Ms. Excel and Dr. 12",
        "Best regards,\nThe Team\n\nThanks\nSupport",
        "name: Django\nauthor: Example Project\nName: value",
        "New York Times, San Francisco, Visual Studio Code, Red Hat Enterprise Linux, Amazon Web Services",
        "Python 3.11, Windows 10 Home, Figure 3 Overview, Section 2 Main Way",
        "Via HTTP 2, rue 3, 10 Drive, step 4 Press Close, 3 Way Handshake, 100 Best Practices",
        "Monday Morning, May Day, Happy New Year, Merry Christmas, Dear Sir or Madam",
        "Katherine Jones and Sons, New York; Katherine Jones & Co",
        "The Katherine window and a Katherine series; in Katherine, near Katherine, the University of Katherine",
        "Rose is red. Pepper is hot! KATHERINE is set. Muslim lives and Gay rights are rights. Holland is flat.",
        "on Jan, by Mar, to Jun; with Florida and for Nevada; Arizona, Nevada, Dakota and Alabama",
        "Use a Clang C Compiler with Vitamin C Serum.",
        "お疲れ様です。皆様、お客様へ。先生。第3回、1-2-3",
    ],
)
def test_what_is_no_name_and_no_address_is_left(text: str) -> None:
    assert rows(text) == []


@pytest.mark.parametrize(
    ("text", "again"),
    [
        ("Mrs. Zhqwe came. I like Zhqwe!", ["Zhqwe"]),
        ("Katherine Q. Zhqwe: of course Zhqwe's, said he", ["Zhqwe"]),
        ("Mrs. Katherine Zhqwe\n\nKatherine Zhqwe\n", ["Katherine Zhqwe"]),
        ("Mrs. Zhqwe; the Zhqwe window, Zhqwe windows, Zhqwe-Example, Zhqwe Street", []),
        ("Mrs. Brown likes Brown", []),
    ],
)
def test_who_is_named_is_known_again(text: str, again: list[str]) -> None:
    found = [row for row in rows(text, "Zhqwe") if row["rule"] == "name.repeated/1"]

    assert [text[row["start"] : row["end"]] for row in found] == again
    assert {row["index"] for row in found} <= {0}


def test_an_initial_needs_no_dot() -> None:
    text = "Katherine B Zhqwe, Mr. A. Lee, Martin v. Löwis and my name is Ann I believe"

    assert [text[row["start"] : row["end"]] for row in rows(text)] == [
        "Katherine B Zhqwe",
        "A. Lee",
        "Martin v. Löwis",
        "Ann",
    ]


def test_spans_do_not_overlap_and_lie_in_their_text() -> None:
    texts = [
        "Dear Mrs Katherine Jones,\nMrs Katherine Jones <kj@example.org>, Via Giuseppe Verdi 12, 20121 Milano"
    ] * 3

    found = rows(*texts)

    for before, after in pairwise(found):
        assert before["index"] != after["index"] or before["end"] <= after["start"]
    assert [row["kind"] for row in found[:3]] == ["person_name", "person_name", "street_address"]


HOSTILE = [
    "A", "Aa ", "Aa-", "Aa'", "A. ", "Mr. ", "Mr ", "Dr. Dr. ", "van ", "Aa van de la ",
    "my name is ", "my name is a ", "Name: ", "Dear ", "Regards,\n", "Regards,\n\n\n", "<a@b.c>",
    "Aa <", "Aa Bb <a@", "1 Aa ", "1 Aa Street ", "1 Aa Street, ", "1 Aa St, Bb, ",
    "12 bis, rue de la ", "rue de ", "Aastraße 1 ", "Aastr. ", "calle Aa ", "via Aa ", "ul. Aa ",
    "ул. Аа ", "丁目", "1丁目", "市", "区市", "路1", "王先生", "さん", "김씨", "東1-", "Katherine, ",
    "Katherine Jones ", "Katherine\n", "Katherine: ", "\u0301", "A\u0301", "\U0001f600", "\x00",
    "Katherine is ", "and Katherine, ", "Mrs. Zhqwe Zhqwe ", "Mrs. Katherine Zhqwe\n", "your name? ",
    "PO Box ", "Apt 1 ", "1 A Apt 1 ", "Иван Иванович ", "السيد ", "श्री ", "İ", "ß",
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("pattern", HOSTILE, ids=ascii)
def test_hostile_text_takes_time_linear_in_its_length(pattern: str) -> None:
    def seconds(size: int) -> float:
        text = pa.array([pattern * (size // len(pattern.encode()))], pa.large_string())
        begin = time.process_time()
        SCREENER.screen(text)
        return time.process_time() - begin

    seconds(1 << 12)  # what is loaded on first use
    small, large = (min(seconds(size) for _ in range(3)) for size in (1 << 16, 1 << 18))

    assert large < max(0.5, 4 * 2.3 * small)
    assert large < 4
