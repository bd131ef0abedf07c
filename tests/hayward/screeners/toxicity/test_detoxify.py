"""Detoxify's real loading code and our screener over it, on a tiny checkpoint, without a network."""

from pathlib import Path

import pyarrow as pa
import pytest

from hayward.screeners import UnableToLoad
from hayward.screeners.toxicity.choosing import UnconfirmedCheckpoint
from hayward.screeners.toxicity.screener import ToxicityScreener
from tests.hayward.screeners.toxicity.tiny import TinyCheckpoint, make_tiny_checkpoint

TEXTS = [
    "you are an idiot .",
    "the sheep may graze .",
    "sheep",
    "the sheep may graze . " * 12,
    "are you an idiot",
    "graze the sheep you idiot",
]
KINDS = ("toxicity", "severe_toxicity", "obscene", "threat", "insult", "identity_attack")


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> TinyCheckpoint:
    return make_tiny_checkpoint(tmp_path_factory.mktemp("detoxify"))


@pytest.fixture(scope="module")
def screener(tiny: TinyCheckpoint) -> ToxicityScreener:
    return ToxicityScreener.from_environment(tiny.environment(HAYWARD_TOXICITY_SHA256=tiny.sha256))


def direct(tiny: TinyCheckpoint, text: str) -> dict[str, float]:
    """Scores from Detoxify itself."""
    from detoxify import Detoxify

    model = Detoxify(checkpoint=str(tiny.checkpoint), huggingface_config_path=str(tiny.config))
    scores: dict[str, float] = model.predict(text)
    return scores


def test_scores_of_one_window_are_those_of_detoxify_in_the_order_given(
    screener: ToxicityScreener, tiny: TinyCheckpoint
) -> None:
    judged = screener.engine.judge(TEXTS)

    for judgement, text in zip(judged, TEXTS, strict=True):
        assert {kind: worst.score for kind, worst in judgement.worst.items()} == pytest.approx(
            direct(tiny, text), abs=1e-6
        )
    assert [tuple(judgement.worst) for judgement in judged] == [KINDS] * len(TEXTS)
    assert len({round(worst.score, 4) for judgement in judged for worst in judgement.worst.values()}) > 6


def test_long_text_scores_the_highest_of_its_windows(
    screener: ToxicityScreener, tiny: TinyCheckpoint
) -> None:
    text = "the sheep may graze . " * 40 + "are you an idiot"

    (judgement,) = screener.engine.judge([text])

    for kind, worst in judgement.worst.items():
        window = text[worst.start : worst.end]
        assert worst.windows == 4
        assert worst.score == pytest.approx(direct(tiny, window)[kind], abs=1e-6)
        assert worst.score >= direct(tiny, text)[kind] - 1e-6


def test_hits_are_the_kinds_at_or_over_their_thresholds(
    screener: ToxicityScreener, tiny: TinyCheckpoint
) -> None:
    thresholds = dict.fromkeys(screener.kinds, 0.5) | {"threat": 0.0, "insult": 1.1}
    strict = ToxicityScreener(screener.engine, notice="", thresholds=thresholds)

    hits = strict.screen(pa.array([None, "", *TEXTS, " "], pa.large_string())).to_pylist()

    expected = [
        (place + 2, kind, 0, len(text), "detoxify.text/2", None)
        for place, text in enumerate(TEXTS)
        for kind, score in direct(tiny, text).items()
        if score >= thresholds[kind]
    ]
    names = ("index", "kind", "start", "end", "rule", "context")
    assert [tuple(hit[name] for name in names) for hit in hits] == expected
    assert {"threat"} < {kind for _, kind, *_ in expected}


def test_thresholds_are_part_of_the_config_digest(screener: ToxicityScreener) -> None:
    other = ToxicityScreener(screener.engine, notice="", thresholds=dict.fromkeys(screener.kinds, 0.9))

    assert other.config_digest != screener.config_digest


def test_notice_says_that_detoxify_works_and_with_what(
    screener: ToxicityScreener, tiny: TinyCheckpoint
) -> None:
    assert screener.notice == f"Toxicity is scored by Detoxify with the checkpoint {tiny.checkpoint}."


@pytest.mark.parametrize("wanted", ["", "0" * 64])
def test_checkpoint_is_refused_until_its_digest_is_confirmed(tiny: TinyCheckpoint, wanted: str) -> None:
    with pytest.raises(UnconfirmedCheckpoint) as refused:
        ToxicityScreener.from_environment(tiny.environment(HAYWARD_TOXICITY_SHA256=wanted))

    assert f"HAYWARD_TOXICITY_SHA256={tiny.sha256}" in str(refused.value)
    assert str(tiny.checkpoint) in str(refused.value)


def test_refused_checkpoint_runs_none_of_its_code(tiny: TinyCheckpoint, tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    trap = tmp_path / "trap.ckpt"
    # Protocol 0: call pathlib.Path(mark).touch by way of os.system.
    trap.write_bytes(f"cos\nsystem\n(Vtouch {mark}\ntR.".encode())

    with pytest.raises(UnconfirmedCheckpoint):
        ToxicityScreener.from_environment(tiny.environment(HAYWARD_TOXICITY_CHECKPOINT=str(trap)))

    assert not mark.exists()


def test_checkpoint_that_is_not_there_is_named(tiny: TinyCheckpoint, tmp_path: Path) -> None:
    environment = tiny.environment(HAYWARD_TOXICITY_CHECKPOINT=str(tmp_path / "none.ckpt"))

    with pytest.raises(UnableToLoad, match=r"none\.ckpt cannot be read: No such file"):
        ToxicityScreener.from_environment(environment)


def test_checkpoint_without_configuration_says_which_setting_is_missing(tiny: TinyCheckpoint) -> None:
    with pytest.raises(UnableToLoad, match="set HAYWARD_TOXICITY_CONFIG"):
        ToxicityScreener.from_environment(tiny.environment(HAYWARD_TOXICITY_CONFIG=""))


def test_checkpoint_that_detoxify_cannot_load_is_one_plain_sentence(
    tiny: TinyCheckpoint, tmp_path: Path
) -> None:
    broken = TinyCheckpoint(tmp_path / "broken.ckpt", tiny.config)
    broken.checkpoint.write_bytes(b"not a pickle")
    screener = ToxicityScreener.from_environment(broken.environment(HAYWARD_TOXICITY_SHA256=broken.sha256))

    with pytest.raises(UnableToLoad, match=r"Detoxify cannot load .*broken\.ckpt"):
        screener.screen(pa.array(["the sheep"], pa.large_string()))
