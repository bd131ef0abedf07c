"""The linear model: the package's own scores, faster, and over windows."""

import random
import time
import unicodedata

import pytest

from hayward.screeners.toxicity.linear import Linear
from hayward.screeners.toxicity.words import words

WORDS = (
    "you",
    "stupid",
    "idiot",
    "the",
    "sheep",
    "2007",
    "it's",
    "naïve",
    "Ärger",
    "ΣΑΣ",
    "snake_case",
    "東京",
)
CLEAN = "The parish keeps a common where sheep may graze and everybody is kind. "


def predict(texts: list[str]) -> list[float]:
    from profanity_check.profanity_check import predict_prob

    scores: list[float] = predict_prob(texts).tolist()
    return scores


def test_texts_of_one_window_score_what_the_package_says() -> None:
    chance = random.Random(4)  # noqa: S311 - reproducible on purpose
    texts = [
        chance.choice(("", " ", "\n")).join(chance.choice(WORDS) for _ in range(chance.randint(1, 40)))
        for _ in range(400)
    ]
    texts += ["", "!", "\0", "\U0001f600", "a", "I d i o t", "é" * 70, "\ud800 idiot"]

    judged = Linear().judge(texts)

    ours = [judgement.worst["toxicity"] for judgement in judged]
    assert [worst.score for worst in ours] == pytest.approx(predict(texts), abs=1e-12)
    assert {worst.windows for worst in ours} == {1}
    assert [(worst.start, worst.end) for worst in ours] == [(0, len(text)) for text in texts]


def test_insult_in_a_long_page_is_found_where_it_stands() -> None:
    page = CLEAN * 40 + "You are a stupid fucking idiot, shut up. " + CLEAN * 40

    (judgement,) = Linear().judge([page])

    worst = judgement.worst["toxicity"]
    assert worst.score > 0.4 > predict([page])[0]
    assert "stupid fucking idiot" in page[worst.start : worst.end]
    assert worst.windows > 10


def test_windows_cover_the_text_from_end_to_end() -> None:
    for count in (64, 65, 96, 97, 200):
        text = " ".join(["sheep"] * count)
        linear = Linear()
        (stretch,) = linear.stretches([text])
        windows = len(linear.scored(stretch, 64).score)

        assert stretch.span(0, (windows - 1) * 32, (windows - 1) * 32 + 64)[1] == len(text)
        assert (windows - 1) * 32 + 64 >= count
        assert windows == 1 or (windows - 2) * 32 + 64 < count


@pytest.mark.parametrize(
    "text",
    [
        "x" * (1 << 20),
        "aGVsbG8g" * (1 << 17),
        "e" + "\u0301" * (1 << 20),
        unicodedata.normalize("NFD", "żółć ") * (1 << 17),
        "\U0001f600" * (1 << 20),
        "a " * (1 << 19),
        "idiot " * (1 << 17),
    ],
    ids=["token", "base64", "zalgo", "combining", "emoji", "letters", "words"],
)
def test_hostile_text_costs_linear_time(text: str) -> None:
    linear = Linear()
    linear.judge(["warm"])

    begin = time.perf_counter()
    (judgement,) = linear.judge([text])

    assert time.perf_counter() - begin < 3
    assert 0 <= judgement.worst["toxicity"].score <= 1


def test_words_are_those_of_the_token_pattern() -> None:
    found = words("İdil's a_b x 42 Straße\nword")

    places = list(zip(found.starts.tolist(), found.ends.tolist(), strict=True))
    assert places == [(0, 4), (7, 10), (13, 15), (16, 22), (23, 27)]
