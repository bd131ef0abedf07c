"""The arithmetic of quality: what counts as right, which labels are compared, what a page says of it."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from benchmarks import tables
from benchmarks.quality import bars, calibration, clean, page, sets, tools
from benchmarks.quality.clean import Alarms
from benchmarks.quality.labels import IP, NOBODYS, Span, told_apart
from benchmarks.quality.matching import Result, Score, common, compare, together
from benchmarks.quality.sets import Text
from benchmarks.quality.tools import Tool, hayward
from benchmarks.quality.verdicts import PATH, SAMPLE, WHOLE, Report, digest, load, to_judge
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


def test_address_of_nobody_is_a_kind_of_its_own() -> None:
    written = "93.184.216.34 10.0.0.0/8 fe80::1%eth0 ann@example.org 2001:db8::1 ::10.0.0.1 2a01::7"
    places = [(0, 13), (14, 24), (25, 37), (38, 53), (54, 65), (66, 76), (77, 84)]
    kinds = [IP, IP, IP, MAIL, IP, IP, IP]

    apart = told_apart(written, [(kind, *place) for kind, place in zip(kinds, places, strict=True)])

    assert [kind for kind, *_ in apart] == [IP, NOBODYS, NOBODYS, MAIL, NOBODYS, NOBODYS, IP]


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


def crier(*reports: tuple[str, int, int, float]) -> Tool:
    return Tool("a tool", "1", frozenset(), lambda texts: [list(reports) for _ in texts])


def test_alarms_are_reports_of_personal_kinds_from_a_score_on() -> None:
    tool = crier(("URL", 0, 3, 1.0), ("AU_ABN", 0, 3, 1.0), (MAIL, 0, 3, 0.4), (MAIL, 0, 3, 0.3))

    every, shown = clean.measure(tool, ["one two three", "four five"], {}, (0.0, 0.5))

    assert (every.words, every.kinds, every.reports()) == (5, {MAIL: 2}, 4000.0)
    assert (shown.lowest, shown.kinds.total(), shown.false_alarms()) == (0.5, 0, 0.0)


def test_true_reports_are_no_false_alarms_and_unjudged_ones_are() -> None:
    document = digest("ann@example.org wrote")
    verdicts = {Report(document, 0, 15, MAIL): True, Report(document, 0, 3, CARD): False}
    tool = crier((MAIL, 0, 15, 1.0), (CARD, 0, 3, 1.0), (CARD, 4, 7, 1.0))

    (alarms,) = clean.measure(tool, ["ann@example.org wrote"], verdicts, (0.0,))

    assert (alarms.judged, alarms.false, alarms.unjudged, alarms.is_sample) == (3, 2, 1, False)
    assert (alarms.reports(), alarms.false_alarms()) == (15_000.0, 10_000.0)
    assert [report for report, _ in clean.unjudged(tool, ["ann@example.org wrote"], verdicts, (0.0,))] == [
        Report(document, 4, 7, CARD)
    ]


def test_unjudged_reports_are_told_with_what_stands_around_them() -> None:
    ((_, around),) = clean.unjudged(crier((MAIL, 4, 7, 1.0)), ["one two three"], {}, (0.0, 0.5))

    assert around == "one ⟦two⟧ three"


def test_of_many_reports_a_sample_is_judged() -> None:
    reports = [Report("d", place, place + 1, MAIL) for place in range(WHOLE + 1)]

    sample = to_judge(reports)

    assert len(sample) == SAMPLE
    assert to_judge(reversed(reports)) == sample
    assert len(set(sample) & set(to_judge([*reports[1:], Report("e", 0, 1, MAIL)]))) >= SAMPLE - 2
    assert to_judge(reports[1:]) == reports[1:]


def test_false_alarms_of_a_sample_are_an_estimate_with_an_interval() -> None:
    sampled = Alarms("a tool", 0.0, 10_000, Counter({MAIL: 1000}), judged=100, false=90)

    low, high = sampled.between()

    assert sampled.false_alarms() == 900
    assert (round(low), round(high)) == (826, 945)
    assert "about 900.00 (825.63 to 944.77) | sample of 100" in page.alarms([sampled])


def test_verdicts_tell_nothing_of_what_was_judged() -> None:
    lines = PATH.read_text("utf-8").splitlines()

    assert len(load()) == len(lines) - 1
    assert all(
        re.fullmatch(r"[0-9a-f]{16}\t\d+\t\d+\t\w+\t(true|false)\t[a-z-]+", line) for line in lines[1:]
    )


def test_clean_prose_is_a_library_of_words() -> None:
    prose = clean.docstrings()

    assert prose == clean.docstrings()
    assert sum(len(one.split()) for one in prose) > 200_000


def test_bars_compare_with_the_best_presidio() -> None:
    ours = Result("Hayward", frozenset({MAIL}), {kind: Score(98, 0, 2) for kind in bars.F1})
    rivals = [
        Result("Presidio, one", frozenset({MAIL}), {MAIL: Score(90, 0, 10)}),
        Result("Presidio, two", frozenset({MAIL}), {MAIL: Score(99, 0, 1)}),
        Result("another", frozenset({MAIL}), {MAIL: Score(100, 0, 0)}),
    ]

    (beside,) = bars.beside_presidio(ours, rivals, "any score")

    assert [bar.met for bar in bars.of_kinds(ours)] == [True] * 5
    assert (beside.what, beside.wanted, beside.met) == (
        "F1 of email_address: Hayward; at least that of Presidio, two, any score",
        "≥ 0.995",
        False,
    )


def test_scores_below_what_is_asked_do_not_count() -> None:
    assert tools.spans([(MAIL, 0, 3, 0.35), (MAIL, 4, 7, 0.3)], 0.35) == [(MAIL, 0, 3)]


def test_alarm_bars_are_for_hayward_as_it_is() -> None:
    names = ("Hayward", "Hayward, eager", "Presidio")
    alarms = [Alarms(name, 0.5, 10_000, Counter({MAIL: 28}), judged=28, false=2) for name in names]

    (bar,) = bars.of_alarms(alarms)

    assert bar == bars.Bar(
        "false alarms per 10,000 words of clean prose: Hayward, scores from 0.5", "≤ 1", "2.00", met=False
    )


def test_hayward_seldom_cries_wolf_on_clean_prose() -> None:
    (shown,) = clean.measure(hayward("pii", "names"), clean.docstrings(), load(), (0.5,))

    assert shown.false_alarms() <= bars.ALARMS


def test_tables_are_markdown_with_even_columns() -> None:
    assert tables.table(("a", "kind"), [(1, "x"), (22, "long name")]) == (
        "| a  | kind      |\n|----|-----------|\n| 1  | x         |\n| 22 | long name |"
    )
    assert "Python 3." in tables.versions(["pyarrow", "no-such-package"])


def test_page_says_what_fell_short() -> None:
    said = page.bars([bars.Bar("F1 of iban", "≥ 0.970", "0.5", met=False)])

    assert said.splitlines()[-1].split("|")[-2].strip() == "**no**"


def test_eager_rows_stand_where_they_differ() -> None:
    kinds = frozenset({MAIL, CARD})
    plain = Result(tools.OURS, kinds, {MAIL: Score(1, 0, 1), CARD: Score(1, 0, 1)})
    eager = Result(tools.EAGER, kinds, {MAIL: Score(1, 0, 1), CARD: Score(2, 3, 0)})

    lines = page.kinds([plain, eager], title="All").splitlines()

    assert [line.split("|")[1:3] for line in lines if tools.EAGER in line] == [
        [" credit_card   ", " Hayward, eager "]
    ]


def test_page_says_which_sets_were_looked_at() -> None:
    assert "rules for `person_name` and `street_address`" in page.shaped({"street_address", "person_name"})
    assert page.shaped(frozenset()) == ""


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
