"""What the first tier passes, what it sends on, and what the audit counts."""

import json
from importlib import resources
from pathlib import Path

import pyarrow as pa
import pytest

from hayward.screeners.base import UnableToLoad
from hayward.screeners.toxicity.audit import Audit, interval, is_sampled
from hayward.screeners.toxicity.cascade import Cascade, UnknownRecall, operating
from hayward.screeners.toxicity.choosing import choose
from hayward.screeners.toxicity.exporting import Exported
from hayward.screeners.toxicity.folder import ModelFolder
from hayward.screeners.toxicity.screener import ToxicityScreener
from hayward.screening import screen_shard

CLEAN = "Please read the article and the references at the end of the section."
BAD = "You are a stupid idiot."
PAGE = f"{CLEAN} " * 40


@pytest.fixture(scope="module")
def second(exported: Exported) -> ModelFolder:
    return ModelFolder(exported.path)


def cascade(second: ModelFolder, rate: float = 0.0) -> Cascade:
    return Cascade(second, operating(), rate)


def test_clean_text_is_passed_and_toxic_text_is_read(second: ModelFolder) -> None:
    clean, bad = cascade(second).judge([PAGE, BAD])

    assert (clean.way, dict(clean.worst)) == ("passed", {})
    assert (bad.way, tuple(bad.worst)) == ("judged", second.kinds)
    assert bad.worst["toxicity"].score > 0.9


def test_only_the_suspicious_passage_of_a_page_is_read(second: ModelFolder) -> None:
    page = PAGE + BAD + " " + PAGE

    (judgement,) = cascade(second).judge([page])

    worst = judgement.worst["toxicity"]
    assert BAD in page[worst.start : worst.end]
    assert worst.end - worst.start < len(page) / 4


@pytest.mark.parametrize(
    "text",
    ["Приход держит общее пастбище для овец.", "教区有一块公共牧场", "qWx9 zzKp 00x1"],
    ids=["russian", "chinese", "codes"],
)
def test_what_the_first_tier_cannot_read_is_never_passed(second: ModelFolder, text: str) -> None:
    alone, inside = cascade(second).judge([text, PAGE + f"{text} " * 70 + PAGE])

    assert (alone.way, inside.way) == ("judged", "judged")


@pytest.mark.parametrize("text", ["\U0001f411\U0001f411", "!?", "\0"], ids=["emoji", "signs", "nul"])
def test_text_without_words_is_never_passed(second: ModelFolder, text: str) -> None:
    (judgement,) = cascade(second).judge([text])

    assert judgement.way == "judged"


def test_audited_texts_are_those_that_the_digest_draws(second: ModelFolder) -> None:
    texts = [f"{CLEAN} Page {number + 1000}." for number in range(200)]

    judged = cascade(second, 0.2).judge(texts)

    assert {judgement.way for judgement in judged} == {"passed", "audited"}
    drawn = [judgement.way == "audited" for judgement in judged]
    assert drawn == [is_sampled(text, 0.2) for text in texts]
    assert 20 < sum(drawn) < 60


def test_settings_are_part_of_the_identity(second: ModelFolder) -> None:
    one, other = cascade(second, 0.1), cascade(second, 0.2)

    assert one.identity != other.identity
    assert second.identity.items() <= one.identity.items()


def test_recall_that_was_not_calibrated_is_refused() -> None:
    with pytest.raises(UnknownRecall, match=r"0\.123.*0\.5, 0\.6"):
        operating(page=0.123)


def test_calibration_says_on_what_it_rests() -> None:
    data = json.loads(resources.files("hayward.screeners.toxicity").joinpath("first_tier.json").read_text())

    for population in data["populations"].values():
        thresholds = [point["threshold"] for point in population["points"]]
        assert thresholds == sorted(thresholds, reverse=True)
        assert all(point["low"] < point["measured"] < point["high"] for point in population["points"])
        assert all(point["measured"] >= point["recall"] for point in population["points"])
    assert data["populations"]["short"]["toxic"] > 100


def test_interval_is_wilsons() -> None:
    # Newcombe, Statistics in Medicine 17:857-872 (1998), table I, method 3.
    assert interval(81, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)
    assert interval(0, 20) == pytest.approx((0.0, 0.1611), abs=1e-4)
    assert interval(0, 0) == (0.0, 1.0)


def test_report_of_a_shard_carries_the_audit(second: ModelFolder, tmp_path: Path) -> None:
    lines = [{"text": f"{CLEAN} Page {number + 1000}."} for number in range(300)] + [{"text": BAD}]
    path = tmp_path / "a.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    screener = ToxicityScreener(cascade(second, 1.0), notice="")

    screening = screen_shard(str(path), screeners=(screener,))
    list(screening)

    audit = screening.report.audit or {}
    assert (audit["passed"], audit["sampled"], audit["sampled_positive"]) == (300, 300, 0)
    assert (audit["low"], audit["high"]) == pytest.approx(interval(0, 300))


def test_screener_that_fails_beside_it_makes_nothing_count_twice(second: ModelFolder) -> None:
    from hayward.screening.shards import screen_records

    class Fails(ToxicityScreener):
        name = "fails"

        def screen(self, column: pa.LargeStringArray, *, field: str = "text") -> pa.RecordBatch:
            if any(text.endswith("1013.") for text in column.to_pylist()):
                raise ValueError
            return super().screen(column, field=field)

    screener = ToxicityScreener(cascade(second, 0.5), notice="")
    texts = [f"{CLEAN} Page {number + 1000}." for number in range(64)]
    batch = pa.RecordBatch.from_pydict({"text": texts})

    _, failed = screen_records(batch, (screener, Fails(cascade(second), notice="")))

    assert [index for index, _ in failed] == [13]
    assert screener.audit.passed == 63


def test_audits_add_up() -> None:
    one, other = Audit(10, 2, 1), Audit(5, 1, 0)

    assert one + other == Audit(15, 3, 1)
    assert one + other - one == other
    assert Audit.of((one + other).report()) == one + other
    assert "estimated missed share 33.33% (95 % interval 6.15% to 79.23%)" in (one + other).sentence()


def test_exported_model_is_used_by_folder_or_by_name(exported: Exported) -> None:
    by_folder, notice = choose({"HOME": "/nonexistent", "HAYWARD_TOXICITY_MODEL": str(exported.path)})
    by_name, _ = choose({"HAYWARD_MODELS": str(exported.path.parent), "HAYWARD_TOXICITY_MODEL": "trained"})
    unasked, _ = choose({"HAYWARD_MODELS": str(exported.path.parent), "HOME": "/nonexistent"})

    assert isinstance(by_folder, Cascade)
    assert by_folder == by_name == unasked
    assert "85% of toxic comments" in notice


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HAYWARD_TOXICITY_PRECISION", "int4"),
        ("HAYWARD_TOXICITY_CASCADE", "yes"),
        ("HAYWARD_TOXICITY_AUDIT", "2"),
        ("HAYWARD_TOXICITY_RECALL", "0.99"),
    ],
)
def test_wrong_setting_is_refused_in_a_sentence(exported: Exported, name: str, value: str) -> None:
    with pytest.raises(UnableToLoad, match=value):
        choose({"HAYWARD_TOXICITY_MODEL": str(exported.path), name: value})


def test_cascade_can_be_turned_off(exported: Exported) -> None:
    engine, notice = choose({"HAYWARD_TOXICITY_MODEL": str(exported.path), "HAYWARD_TOXICITY_CASCADE": "off"})

    assert engine == ModelFolder(exported.path)
    assert "first tier" not in notice
