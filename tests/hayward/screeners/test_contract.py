"""What every screener promises, held for all of them: their own examples, exact places, nulls, slices, neighbours."""

from collections.abc import Callable

import pyarrow as pa
import pytest

from hayward.screeners import HIT_SCHEMA, SCREENERS, Example, Screener, load

LOADED = load(tuple(SCREENERS))
by_name = pytest.mark.parametrize("screener", LOADED, ids=lambda screener: screener.name)
# What looks at images alone is held to the same in tests of its own, with images.
by_text_name = pytest.mark.parametrize(
    "screener",
    [screener for screener in LOADED if screener.looks_at != {"image"}],
    ids=lambda screener: screener.name,
)
# A text with something before it is another text than the one that was decided.
by_part_name = pytest.mark.parametrize(
    "screener",
    [screener for screener in LOADED if screener.looks_at != {"image"} and screener.name != "duplicates"],
    ids=lambda screener: screener.name,
)

Hit = tuple[int, str, int, int]


def column(*contents: str | bytes | None) -> pa.Array:
    encoded = any(isinstance(content, bytes) for content in contents)
    return pa.array(contents, pa.large_binary() if encoded else pa.large_string())


def places(screener: Screener, texts: pa.LargeStringArray) -> list[Hit]:
    return [
        (hit["index"], hit["kind"], hit["start"], hit["end"]) for hit in screener.screen(texts).to_pylist()
    ]


def expected(*examples: Example) -> list[Hit]:
    return [(index, *place) for index, example in enumerate(examples) for place in example.expected]


@pytest.mark.parametrize(
    ("screener", "example"),
    [
        pytest.param(screener, example, id=ascii(example.content)[:60])
        for screener in LOADED
        for example in screener.examples
    ],
)
def test_screener_finds_exactly_what_its_example_says(screener: Screener, example: Example) -> None:
    found = places(screener, column(example.content))

    assert found == expected(example)


@by_text_name
def test_screener_finds_the_same_in_one_column_with_nulls_and_empty_texts(screener: Screener) -> None:
    texts = [text for example in screener.examples for text in (None, example.content, "")]
    examples = [item for example in screener.examples for item in (Example(""), example, Example(""))]

    found = places(screener, column(*texts))

    assert found == expected(*examples)


@by_text_name
def test_screener_counts_from_the_start_of_a_slice(screener: Screener) -> None:
    texts = column(
        "before@example.org", None, *(example.content for example in screener.examples), "after@example.org"
    )

    found = places(screener, texts.slice(2, len(screener.examples)))

    assert found == expected(*screener.examples)


@by_part_name
@pytest.mark.parametrize(
    ("before", "shift"),
    [("\U0001f600\n", 2), ("e\u0301 \u05d0\u05b8\n", 6), ("日本\n", 3)],
    ids=["astral", "combining", "three-byte"],
)
def test_screener_counts_code_points(screener: Screener, before: str, shift: int) -> None:
    examples = [
        example for example in screener.examples if example.expected and str(example.content)[0].isascii()
    ]

    found = places(screener, column(*(before + str(example.content) for example in examples)))

    whole = screener.name in {"toxicity", "signals"}
    assert found == [
        (index, kind, start if whole else start + shift, end + shift)
        for index, kind, start, end in expected(*examples)
    ]


@by_text_name
@pytest.mark.parametrize("texts", [(), (None,), ("",), (None, "", " ", "\0", "\n" * 5)], ids=repr)
def test_screener_finds_nothing_where_nothing_is(screener: Screener, texts: tuple[str | None, ...]) -> None:
    found = screener.screen(column(*texts))

    assert (found.num_rows, found.schema) == (0, HIT_SCHEMA)


@by_text_name
def test_screener_takes_a_text_of_many_stretches(screener: Screener) -> None:
    filler = "the parish keeps a common where sheep may graze. " * 60_000
    example = next(example for example in screener.examples if example.expected)

    found = places(screener, column("", filler + str(example.content), str(example.content)))

    last = [hit for hit in found if hit[0] == 2]
    assert last == [(2, *place) for place in example.expected]
    if screener.name == "pii":
        assert found[: -len(last)] == [
            (1, kind, start + len(filler), end + len(filler)) for kind, start, end in example.expected
        ]


@by_name
def test_screener_is_deterministic_and_ordered(screener: Screener) -> None:
    texts = column(*(example.content for example in screener.examples))

    once, again = screener.screen(texts), screener.screen(texts)

    assert once.equals(again)
    keys = [(hit["index"], hit["start"]) for hit in once.to_pylist()]
    assert keys == sorted(keys)


@by_name
def test_screener_scores_lie_between_nought_and_one_and_kinds_are_declared(screener: Screener) -> None:
    hits = screener.screen(column(*(example.content for example in screener.examples))).to_pylist()

    assert all(0.0 < hit["score"] <= 1.0 for hit in hits)
    found = {hit["kind"] for hit in hits}
    # No example shows nudity.
    assert found <= set(screener.kinds) if screener.name == "images" else found == set(screener.kinds)


@by_name
def test_screener_describes_itself(screener: Screener) -> None:
    assert len(screener.config_digest) == 64
    assert bytes.fromhex(screener.config_digest)
    assert screener.version.count(".") == 2
    assert any(example.expected for example in screener.examples)
    assert any(not example.expected for example in screener.examples)


@by_name
def test_screener_is_loaded_alike_again(screener: Screener) -> None:
    (other,) = load((screener.name,))

    assert (other.version, other.kinds, other.config_digest) == (
        screener.version,
        screener.kinds,
        screener.config_digest,
    )


def test_names_and_kinds_are_unique() -> None:
    names = [screener.name for screener in LOADED]
    # In images the text is screened by `pii`, so its kinds stand there too.
    own = [kind for screener in LOADED if screener.name == "images" for kind in screener.kinds]
    others = [kind for screener in LOADED if screener.name != "images" for kind in screener.kinds]
    kinds = others + [kind for kind in own if kind not in others]

    assert names == list(SCREENERS)
    assert len(kinds) == len(set(kinds))


@pytest.mark.parametrize("make", SCREENERS.values(), ids=SCREENERS)
def test_registry_names_agree_with_the_screeners(make: Callable[[], Screener]) -> None:
    assert SCREENERS[make().name] is make
