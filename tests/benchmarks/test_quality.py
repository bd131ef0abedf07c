"""The arithmetic of quality: what counts as right, which labels are compared, what a page says of it."""

from __future__ import annotations

from collections import Counter

import pytest

from benchmarks import tables
from benchmarks.quality import bars, calibration, clean, page, sets
from benchmarks.quality.clean import Alarms
from benchmarks.quality.matching import Score, common, compare, together
from benchmarks.quality.sets import Span, Text
from benchmarks.quality.tools import Tool, from_score, hayward
from tests.shared_data import shared_data

MAIL, CARD = "email_address", "credit_card"


def text(*spans: Span, kinds: tuple[str, ...] = (MAIL,)) -> Text:
    return Text("x" * 100, spans, frozenset(kinds))


@pytest.mark.parametrize(
    ("told", "right", "exact"),
    [
        ((MAIL, 10, 20), 1, 1),
        ((MAIL, 10, 15), 1, 0),
        ((MAIL, 10, 14), 0, 0),
        ((MAIL, 5, 25), 1, 0),
        ((MAIL, 5, 26), 0, 0),
        ((CARD, 10, 20), 0, 0),
    ],
)
def test_report_is_right_when_half_of_both_is_common(told: Span, right: int, exact: int) -> None:
    scores = compare([text((MAIL, 10, 20))], [[told]])

    assert (scores[MAIL].right, scores[MAIL].exact, scores[MAIL].missed) == (right, exact, 1 - right)


def test_each_label_counts_once() -> None:
    scores = compare([text((MAIL, 10, 20))], [[(MAIL, 10, 20), (MAIL, 11, 20), (MAIL, 10, 20)]])

    assert scores[MAIL] == Score(right=1, wrong=1, missed=0, exact=1)


def test_best_overlap_is_matched_first() -> None:
    labelled = text((MAIL, 0, 10), (MAIL, 4, 14))

    scores = compare([labelled], [[(MAIL, 4, 14), (MAIL, 0, 10)]])

    assert scores[MAIL] == Score(right=2, wrong=0, missed=0, exact=2)


def test_kinds_of_which_the_labels_say_nothing_do_not_count() -> None:
    scores = compare([text(kinds=(MAIL,))], [[(CARD, 0, 5), (MAIL, 0, 5)]])

    assert scores == {MAIL: Score(wrong=1)}


def test_shares_of_counts() -> None:
    score = together([{MAIL: Score(3, 1, 2, 1)}, {MAIL: Score(3, 1, 0, 2)}])[MAIL]

    assert (score.precision, score.recall, score.f1, score.exact_share) == (0.75, 0.75, 0.75, 0.5)
    assert (Score().precision, Score().recall, Score().f1) == (None, None, None)
    assert common((MAIL, 0, 0), (MAIL, 0, 0)) == 0


def test_scores_are_compared_with_what_was_right() -> None:
    judged = calibration.judge(
        [text((MAIL, 10, 20)), text()], [[(MAIL, 10, 20, 0.9), (MAIL, 40, 50, 0.3)], [(MAIL, 0, 9, 0.88)]]
    )

    assert calibration.buckets(judged) == {MAIL: [(0.3, 1, 0.3, 0.0), (0.85, 2, 0.89, 0.5)]}
    left = dict(calibration.at_thresholds(judged, {MAIL: 1, CARD: 0})[MAIL])
    assert (left[0.0], left[0.5], left[0.9]) == (Score(1, 2, 0), Score(1, 1, 0), Score(1, 0, 0))


def test_alarms_leave_out_what_is_nobodys() -> None:
    tool = Tool(
        "a tool", "1", frozenset(), lambda texts: [[("URL", 0, 3, 1.0), (MAIL, 0, 3, 0.4)] for _ in texts]
    )

    all_of_them = clean.measure(tool, ["one two three", "four five"])
    shown = clean.measure(from_score(tool, 0.5), ["one two three"])

    assert (all_of_them.words, all_of_them.kinds, all_of_them.per_10_000_words()) == (5, {MAIL: 2}, 4000.0)
    assert (shown.tool, shown.kinds.total()) == ("a tool, scores from 0.5", 0)


def test_clean_prose_is_a_library_of_words() -> None:
    prose = clean.docstrings()

    assert prose == clean.docstrings()
    assert sum(len(one.split()) for one in prose) > 200_000


def test_bars_compare_with_the_best_presidio() -> None:
    ours = {kind: Score(98, 0, 2) for kind in bars.F1}
    rivals = {
        "Presidio, one": (frozenset({MAIL}), {MAIL: Score(90, 0, 10)}),
        "Presidio, two": (frozenset({MAIL}), {MAIL: Score(99, 0, 1)}),
        "another": (frozenset({MAIL}), {MAIL: Score(100, 0, 0)}),
    }

    found = bars.of_kinds(ours, frozenset({MAIL}), rivals)

    assert [bar.met for bar in found] == [True] * 5 + [False]
    assert (found[-1].what, found[-1].wanted) == (
        "F1 of email_address: at least that of Presidio, two",
        "≥ 0.995",
    )


def test_alarm_bars_are_for_hayward() -> None:
    alarms = [Alarms("Hayward", 10_000, Counter({MAIL: 2})), Alarms("Presidio", 10_000, Counter({MAIL: 28}))]

    (bar,) = bars.of_alarms(alarms)

    assert (bar.reached, bar.met) == ("2.00", False)


def test_tables_are_markdown_with_even_columns() -> None:
    assert tables.table(("a", "kind"), [(1, "x"), (22, "long name")]) == (
        "| a  | kind      |\n|----|-----------|\n| 1  | x         |\n| 22 | long name |"
    )
    assert "Python 3." in tables.versions(["pyarrow", "no-such-package"])


def test_page_says_what_fell_short() -> None:
    said = page.bars([bars.Bar("F1 of iban", "≥ 0.970", "0.5", met=False)])

    assert said.splitlines()[-1].split("|")[-2].strip() == "**no**"


def test_tags_become_spans() -> None:
    assert sets._untagged("I am <name>Ann</name>, <email>a@b.org</email>.") == (
        "I am Ann, a@b.org.",
        (("person_name", 5, 8), ("email_address", 10, 17)),
    )


def test_labelled_sets_are_read_whole() -> None:
    shared_data("pii")

    loaded = {one.name: one.texts for one in sets.load_all()}

    assert {name: len(texts) for name, texts in loaded.items()} == {
        "presidio-research synth_v2": 522,
        "presidio-research generated_small": 100,
        "Presidio's own test cases": 421,
        "phone numbers of all territories": 852,
        "NeMo Curator's test lines": 72,
    }
    for texts in loaded.values():
        assert all(0 <= start < end <= len(one.text) for one in texts for _, start, end in one.spans)


def test_hayward_is_a_tool_like_the_others() -> None:
    tool = hayward("pii")

    (found,) = tool.spans(["write to ann@mail.example.co.uk or info@mail.example.co.uk"])

    assert [kind for kind, *_ in found] == [MAIL, MAIL]
    assert "role_address" not in tool.kinds
