"""Tests of the models of names, on tiny ones in the true formats: places, windows, labels, refusals."""

import shutil
from pathlib import Path

import pyarrow as pa
import pytest

from hayward.screeners import UnableToLoad
from hayward.screeners.names.models.base import Place, joined, ours, windows
from hayward.screeners.names.screener import RULES_ONLY, NamesScreener
from tests.hayward.screeners.names import tiny


@pytest.fixture(scope="module")
def classifier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("onnxruntime")
    return tiny.token_classifier(tmp_path_factory.mktemp("classifier"))


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("spacy")
    return tiny.spacy_pipeline(tmp_path_factory.mktemp("pipeline"))


Found = list[tuple[int, str, int, int, str]]


def found(screener: NamesScreener, *texts: str | None) -> Found:
    rows = screener.screen(pa.array(texts, pa.large_string())).to_pylist()
    return [(row["index"], row["kind"], row["start"], row["end"], row["rule"]) for row in rows]


def ner(folder: Path) -> NamesScreener:
    return NamesScreener.from_environment({"HAYWARD_NER_MODEL": str(folder)})


def test_token_classifier_finds_whole_names_and_streets_in_code_points(classifier: Path) -> None:
    screener = ner(classifier)

    places = found(
        screener, None, "\U0001f600 e\u0301 Zhqwe Vlorb lives at 3 Quorn.", "", "sheep met sheep", "vlorb"
    )

    assert places == [
        (1, "person_name", 5, 16, "name.ner/1"),
        (1, "street_address", 26, 33, "name.ner/1"),
        (4, "person_name", 0, 5, "name.ner/1"),
    ]


def test_token_classifier_reads_texts_far_longer_than_its_positions(classifier: Path) -> None:
    filler = "sheep graze . " * 3000
    text = "zhqwe vlorb . " + filler + "zhqwe vlorb , " + filler + "vlorb"

    places = found(ner(classifier), text, "vlorb")

    second = 14 + len(filler)
    assert [place[:4] for place in places] == [
        (0, "person_name", 0, 11),
        (0, "person_name", second, second + 11),
        (0, "person_name", len(text) - 5, len(text)),
        (1, "person_name", 0, 5),
    ]


@pytest.mark.parametrize("shift", range(20))
def test_name_on_the_edge_of_a_window_is_found_once_and_whole(classifier: Path, shift: int) -> None:
    text = "sheep " * shift + "zhqwe vlorb" + " graze" * 20

    assert found(ner(classifier), text) == [(0, "person_name", 6 * shift, 6 * shift + 11, "name.ner/1")]


def test_digest_covers_the_files_of_the_model(classifier: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(classifier, other)
    same = ner(other).config_digest
    (other / "config.json").write_text((other / "config.json").read_text() + " ")

    plain = NamesScreener()
    assert ner(classifier).config_digest == same
    assert len({plain.config_digest, same, ner(other).config_digest}) == 3
    assert plain.notice == RULES_ONLY
    assert ner(other).notice.startswith("Names and addresses are found by rules and by ner (")


def test_spacy_pipeline_finds_names_in_code_points(pipeline: Path) -> None:
    screener = NamesScreener.from_environment({"HAYWARD_SPACY_MODEL": str(pipeline)})

    places = found(
        screener, "\U0001f600 we saw Zhqwe Vlorb there", "sheep may graze there", "Zhqwe Vlorb met us"
    )

    assert places == [
        (0, "person_name", 9, 20, "name.spacy/1"),
        (2, "person_name", 0, 11, "name.spacy/1"),
    ]


def test_rules_and_models_add_up_and_an_address_keeps_its_characters(classifier: Path) -> None:
    places = found(ner(classifier), "Mrs Jones met zhqwe vlorb at 3 Quorn Street, Springfield, IL 62704")

    assert places == [
        (0, "person_name", 4, 9, "name.title/1"),
        (0, "person_name", 14, 25, "name.ner/1"),
        (0, "street_address", 29, 66, "address.english/1"),
    ]


@pytest.mark.parametrize(
    ("setting", "broken"),
    [
        ("HAYWARD_SPACY_MODEL", None),
        ("HAYWARD_NER_MODEL", None),
        ("HAYWARD_SPACY_MODEL", "config.json"),
        ("HAYWARD_NER_MODEL", "config.json"),
        ("HAYWARD_NER_MODEL", "tokenizer.json"),
        ("HAYWARD_NER_MODEL", "model.onnx"),
    ],
)
def test_folder_that_is_no_model_is_refused_with_its_name(
    classifier: Path, tmp_path: Path, setting: str, broken: str | None
) -> None:
    folder = tmp_path / "model"
    if broken:
        shutil.copytree(classifier, folder)
        (folder / broken).write_bytes(b"{}")

    with pytest.raises(UnableToLoad, match="model"):
        NamesScreener.from_environment({setting: str(folder)})


def test_missing_onnx_file_is_named(classifier: Path, tmp_path: Path) -> None:
    shutil.copytree(classifier, tmp_path / "model")
    (tmp_path / "model" / "model.onnx").unlink()

    with pytest.raises(UnableToLoad, match=r"holds none of model\.onnx"):
        ner(tmp_path / "model")


def test_labels_of_many_models_are_mapped_and_others_left() -> None:
    labels = (
        "B-PER",
        "PERSON",
        "I-GIVENNAME",
        "person",
        "street address",
        "I-STREET",
        "ORG",
        "O",
        "LOC",
        "EMAIL",
    )

    kinds = [place.label for place in ours(Place(at, at + 1, label, 0.9) for at, label in enumerate(labels))]

    assert kinds == ["person_name"] * 4 + ["street_address"] * 2


def test_places_side_by_side_are_one_and_outer_punctuation_goes() -> None:
    text = "(Ann Lee), Bob"
    places = [
        Place(0, 4, "person_name", 0.9),
        Place(5, 9, "person_name", 0.7),
        Place(11, 14, "person_name", 0.8),
    ]

    assert list(joined(text, places)) == [Place(1, 8, "person_name", 0.7), Place(11, 14, "person_name", 0.8)]


@pytest.mark.parametrize("text", ["word " * 100, "x" * 500, "ab " * 7, ""])
@pytest.mark.parametrize("size", [40, 41, 200])
def test_windows_cover_every_character_once_and_none_is_longer_than_the_size(text: str, size: int) -> None:
    cuts = list(windows(text, 0, len(text), size, 20))

    answered = [at for _, _, low, high in cuts for at in range(low, high)]
    assert answered == list(range(len(text)))
    assert all(start <= low and high <= end and end - start <= size for start, end, low, high in cuts)
