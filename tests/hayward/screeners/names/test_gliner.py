"""Tests of GLiNER models, on a tiny one in the true form: words, prompt, spans, windows, decoding, refusals."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from hayward.screeners import UnableToLoad
from hayward.screeners.names.models.base import LABELS
from hayward.screeners.names.models.gliner import ASKED, GlinerLabeller, Span, apart, cut
from hayward.screeners.names.models.gliner_folder import Shape
from hayward.screeners.names.screener import NamesScreener
from tests.hayward.screeners.names.tiny_gliner import SETTINGS, gliner

Found = list[tuple[int, str, int, int, str]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("onnxruntime")
    pytest.importorskip("torch")
    return gliner(tmp_path_factory.mktemp("gliner"))


def screener(folder: Path) -> NamesScreener:
    return NamesScreener.from_environment({"HAYWARD_GLINER_MODEL": str(folder)})


def found(folder: Path, *texts: str | None) -> Found:
    rows = screener(folder).screen(pa.array(texts, pa.large_string())).to_pylist()
    return [(row["index"], row["kind"], row["start"], row["end"], row["rule"]) for row in rows]


def test_names_and_streets_are_found_in_code_points(folder: Path) -> None:
    texts = (None, "\U0001f600 e\u0301 Zhqwe Vlorb lives at 3 Quorn.", "", " \n", "sheepy sheep", "vlorb")

    assert found(folder, *texts) == [
        (1, "person_name", 5, 16, "name.gliner/1"),
        (1, "street_address", 26, 33, "name.gliner/1"),
        (5, "person_name", 0, 5, "name.gliner/1"),
    ]


def test_score_is_the_probability_of_the_surest_span(folder: Path) -> None:
    ((place,),) = GlinerLabeller(folder).label(["zhqwe vlorb"])

    assert (place.start, place.end, place.label) == (0, 11, "person")
    assert place.score == pytest.approx(1 / (1 + np.exp(-5)))


def test_location_without_a_digit_is_no_address(folder: Path) -> None:
    assert found(folder, "springfield sheep springfield") == []
    assert found(folder, "springfield 3 springfield") == [(0, "street_address", 0, 25, "name.gliner/1")]


def test_special_tokens_in_a_text_are_words_like_others(folder: Path) -> None:
    text = "<<ENT>> [SEP] <<SEP>> zhqwe vlorb <<ENT>> person [CLS] vlorb"

    assert [place[2:4] for place in found(folder, text)] == [(22, 33), (55, 60)]


def test_span_wider_than_the_model_reads_is_none(folder: Path) -> None:
    assert found(folder, "3 sheep sheep quorn") == [(0, "street_address", 0, 19, "name.gliner/1")]
    assert found(folder, "3 sheep sheep sheep quorn") == []


def test_texts_of_very_different_lengths_and_far_longer_than_the_model_are_read_whole(folder: Path) -> None:
    filler = "sheep graze . " * 3000
    text = "zhqwe vlorb . " + filler + "zhqwe vlorb , " + filler + "vlorb"

    places = found(folder, text, "vlorb", "sheep", "zhqwe vlorb")

    second = 14 + len(filler)
    assert [place[:4] for place in places] == [
        (0, "person_name", 0, 11),
        (0, "person_name", second, second + 11),
        (0, "person_name", len(text) - 5, len(text)),
        (1, "person_name", 0, 5),
        (3, "person_name", 0, 11),
    ]


@pytest.mark.parametrize("shift", range(30))
def test_name_on_the_edge_of_a_window_is_found_once_and_whole(folder: Path, shift: int) -> None:
    text = "sheep " * shift + "zhqwe vlorb" + " sheepy" * 40

    assert found(folder, text) == [(0, "person_name", 6 * shift, 6 * shift + 11, "name.gliner/1")]


def test_word_of_more_tokens_than_the_model_takes_is_read_in_pieces(folder: Path) -> None:
    text = "zhqwe vlorb " + "sheep" + "y" * 5000 + " vlorb"

    assert [place[2:4] for place in found(folder, text)] == [(0, 11), (len(text) - 5, len(text))]


def test_every_asked_label_has_a_kind() -> None:
    assert [LABELS[label.upper()] for label in ASKED] == ["person_name", "street_address", "street_address"]


@pytest.mark.parametrize("seed", range(20))
def test_windows_answer_for_every_word_once_within_the_limits(seed: int) -> None:
    chance = np.random.default_rng(seed)
    shape = Shape((), width=int(chance.integers(1, 6)), words=int(chance.integers(1, 20)), tokens=30)
    counts = chance.choice([0, 1, 2, 3, 12, 29, 30], 200, p=[0.1, 0.5, 0.2, 0.1, 0.05, 0.03, 0.02])

    windows = list(cut(counts, shape))

    answered = [word for window in windows for word in range(window.low, window.high)]
    assert answered == list(range(200))
    for window in windows:
        assert window.first <= window.low
        assert window.high <= window.stop
        assert window.stop - window.first <= shape.words
        assert counts[window.first : window.stop].sum() <= shape.tokens


def test_of_overlapping_spans_the_surest_stays() -> None:
    spans = [
        Span(0.7, 0, 1, 0),
        Span(0.9, 1, 2, 1),
        Span(0.6, 3, 3, 0),
        Span(0.9, 1, 2, 0),
        Span(0.8, 2, 3, 0),
    ]

    assert apart(spans) == [Span(0.9, 1, 2, 0), Span(0.6, 3, 3, 0)]


def test_digest_covers_the_files_of_the_model(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(folder, other)
    same = screener(other).config_digest
    (other / "README.md").write_text("another")

    assert screener(folder).config_digest == same
    assert screener(other).config_digest != same
    assert screener(other).notice.startswith("Names and addresses are found by rules and by gliner (")


def test_export_at_the_top_of_the_folder_is_read_too(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(folder, other)
    (other / "onnx" / "model.onnx").rename(other / "model.onnx")

    assert found(other, "zhqwe vlorb") == [(0, "person_name", 0, 11, "name.gliner/1")]


@pytest.mark.parametrize("broken", ["gliner_config.json", "tokenizer.json", "onnx/model.onnx"])
@pytest.mark.parametrize("content", [None, b"{}", b"\xff"])
def test_folder_that_is_no_model_is_refused_with_the_file(
    folder: Path, tmp_path: Path, broken: str, content: bytes | None
) -> None:
    other = tmp_path / "other"
    shutil.copytree(folder, other)
    (other / broken).unlink()
    if content is not None:
        (other / broken).write_bytes(content)

    with pytest.raises(UnableToLoad, match=Path(broken).name):
        screener(other)


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"span_mode": "token_level"}, "span_mode 'token_level'"),
        ({"words_splitter_type": "spacy"}, "words_splitter_type 'spacy'"),
        ({"subtoken_pooling": "median"}, "subtoken_pooling 'median'"),
        ({"precomputed_prompts_mode": True}, "precomputed_prompts_mode True"),
        ({"ent_token": "[ENT]"}, r"'\[ENT\]' has id None"),
        ({"class_token_index": 16}, "has id 17 in tokenizer.json, not 16"),
        ({"max_width": 0}, "max_width is 0"),
        ({"max_len": "many"}, "max_len is 'many'"),
        ({"encoder_config": {"max_position_embeddings": 20}}, "takes 20 tokens, the prompt leaves 9"),
    ],
)
def test_settings_that_are_not_read_are_refused(
    folder: Path, tmp_path: Path, settings: dict[str, Any], reason: str
) -> None:
    other = tmp_path / "other"
    shutil.copytree(folder, other)
    (other / "gliner_config.json").write_text(json.dumps(SETTINGS | settings))

    with pytest.raises(UnableToLoad, match=reason):
        screener(other)


def test_token_classifier_in_the_folder_is_refused(folder: Path, tmp_path: Path) -> None:
    from tests.hayward.screeners.names import tiny

    other = tiny.token_classifier(tmp_path / "other")
    for name in ("gliner_config.json", "tokenizer.json"):
        shutil.copy(folder / name, other / name)

    with pytest.raises(UnableToLoad, match="takes attention_mask, input_ids, token_type_ids"):
        screener(other)


def test_folder_that_is_not_there_is_refused() -> None:
    with pytest.raises(UnableToLoad, match="HAYWARD_GLINER_MODEL: /nonexistent is no folder"):
        screener(Path("/nonexistent"))
