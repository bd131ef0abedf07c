"""The linear model: over small windows, in several languages, and the same in any company."""

import random
import time
import unicodedata

import pytest

from hayward.screeners.toxicity.linear import Linear
from hayward.screeners.toxicity.words import words

CLEAN = "The parish keeps a common where sheep may graze and everybody is kind. "


def predict(texts: list[str]) -> list[float]:
    from profanity_check.profanity_check import predict_prob

    scores: list[float] = predict_prob(texts).tolist()
    return scores


def score(text: str) -> float:
    (judgement,) = Linear().judge([text])
    return judgement.worst["toxicity"].score


def test_text_scores_the_same_in_any_company() -> None:
    chance = random.Random(4)  # noqa: S311 - reproducible on purpose
    texts = [" ".join(chance.choices((*CLEAN.split(), "idiot", "東京"), k=size)) for size in range(200)]
    texts += ["", " ", "!", "\0", "\U0001f600", "a", "I d i o t", "é" * 70, "\ud800 idiot"]

    linear = Linear()
    together = linear.judge(texts)

    assert together == [judgement for text in texts for judgement in linear.judge([text])]


def test_short_text_is_shown_whole_and_a_long_one_around_its_worst_window() -> None:
    short, long = Linear().judge(
        ["You stupid idiot! " + CLEAN * 3, CLEAN * 8 + "You stupid idiot! " + CLEAN * 8]
    )

    worst = long.worst["toxicity"]
    assert (short.worst["toxicity"].start, short.worst["toxicity"].end) == (0, 18 + 3 * len(CLEAN))
    assert worst.start <= 8 * len(CLEAN) < 8 * len(CLEAN) + 16 <= worst.end
    assert worst.end - worst.start < 2 * len(CLEAN)


def test_insult_in_a_long_page_is_found_where_it_stands() -> None:
    page = CLEAN * 40 + "You are a stupid fucking idiot, shut up. " + CLEAN * 40

    (judgement,) = Linear().judge([page])

    worst = judgement.worst["toxicity"]
    assert worst.score > 0.9
    assert predict([page])[0] < 0.1
    assert "stupid fucking idiot" in page[worst.start : worst.end]
    assert worst.windows > 10


def test_one_bad_sentence_scores_in_a_long_page_as_it_does_alone() -> None:
    alone, inside = (
        score("You are a stupid fucking idiot."),
        score(CLEAN * 50 + "You are a stupid fucking idiot. " + CLEAN),
    )

    assert inside == pytest.approx(alone, abs=0.1)


@pytest.mark.parametrize(
    "text",
    [
        "Halt die Fresse, du Arschloch.",
        "Vete a la mierda, hijo de puta.",
        "Заткнись, тупая сука.",
        "Ferme ta gueule, connard.",
    ],
    ids=["german", "spanish", "russian", "french"],
)
def test_abuse_is_known_in_other_languages(text: str) -> None:
    assert score(text) > 0.5


@pytest.mark.parametrize(
    "text",
    [
        "Die Frau hat den Hund ihrer Nachbarin gern.",
        "La mujer lee un libro en el parque.",
        "A pack of people made a memo.",
    ],
    ids=["german", "spanish", "english"],
)
def test_harmless_sentence_stays_harmless(text: str) -> None:
    assert score(text) < 0.5


def test_windows_cover_the_text_from_end_to_end() -> None:
    linear = Linear()
    for count in (1, 7, 8, 9, 12, 13, 65, 200):
        (stretch,) = linear.stretches([" ".join(["sheep"] * count)])
        windows = len(linear.scored(stretch).score)

        assert (windows - 1) * 4 + 8 >= count
        assert windows == 1 or (windows - 2) * 4 + 8 < count


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
