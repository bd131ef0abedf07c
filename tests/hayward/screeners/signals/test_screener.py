"""The screener: whole values flagged once per source, with a score that tells a plain no from a cautious reading."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from hayward.screeners.base import HIT_SCHEMA, UnableToLoad
from hayward.screeners.signals.registry import Registry
from hayward.screeners.signals.screener import SignalsScreener

SCREENER = SignalsScreener()


def screened(
    name: str, *values: str | None, screener: SignalsScreener = SCREENER
) -> list[tuple[int, int, object, str]]:
    hits = screener.screen(pa.array(values, pa.large_string()), field=f"@signal:{name}").to_pylist()
    assert {(hit["kind"], hit["start"]) for hit in hits} <= {("opt_out_signal", 0)}
    return [(hit["index"], hit["end"], pytest.approx(hit["score"], abs=1e-6), hit["rule"]) for hit in hits]


def test_examples_are_found_exactly() -> None:
    examples = SCREENER.examples

    found = SCREENER.screen(
        pa.array([str(example.content) for example in examples], pa.large_string())
    ).to_pylist()

    assert [(hit["index"], hit["kind"], hit["start"], hit["end"]) for hit in found] == [
        (index, *place) for index, example in enumerate(examples) for place in example.expected
    ]


def test_plain_no_constraint_and_doubt_have_scores_of_their_own() -> None:
    constrained = '{"cawg.ai_training": "constrained"}'

    assert screened("x_robots_tag", "noai", None, "noindex") == [
        (0, 4, 1.0, "signals.x-robots-tag/1"),
        (2, 7, 0.5, "signals.x-robots-tag/1"),
    ]
    assert screened("cawg", constrained) == [(0, len(constrained), 0.9, "signals.cawg/1")]


def test_each_source_in_the_headers_has_its_hit() -> None:
    headers = '{"X-Robots-Tag": "noai, noindex", "Content-Usage": "train-ai=n", "tdm-reservation": 1}'

    assert screened("headers", headers) == [
        (0, len(headers), 1.0, "signals.aipref/1"),
        (0, len(headers), 1.0, "signals.tdmrep/1"),
        (0, len(headers), 1.0, "signals.x-robots-tag/1"),
    ]


def test_length_counts_code_points() -> None:
    assert screened("x_robots_tag", "\U0001f600, noai") == [(0, 7, 1.0, "signals.x-robots-tag/1")]


@pytest.mark.parametrize("values", [(), (None,), ("",), (" \n",), ("all",)], ids=repr)
def test_nothing_is_found_where_nothing_is_said(values: tuple[str | None, ...]) -> None:
    found = SCREENER.screen(pa.array(values, pa.large_string()), field="@signal:x_robots_tag")

    assert (found.num_rows, found.schema) == (0, HIT_SCHEMA)


def test_slices_count_from_their_start() -> None:
    column = pa.array(["noai", "all", "noai"], pa.large_string()).slice(1)

    hits = SCREENER.screen(column, field="@signal:x_robots_tag").to_pylist()

    assert [hit["index"] for hit in hits] == [1]


@pytest.fixture
def lists(tmp_path: Path) -> tuple[Path, Path]:
    domains, pages = tmp_path / "domains.txt", tmp_path / "pages.txt"
    domains.write_text("# opted out\nExample.org\nart.example.com  # all of it\n\n")
    pages.write_text("https://www.example.net/a?b=1\nhttp://example.net/gallery/\n")
    return domains, pages


@pytest.mark.parametrize(
    ("url", "covered"),
    [
        ("https://example.org/anything", True),
        ("http://WWW.example.org:8080", True),
        ("deep.art.example.com", True),
        ("https://example.com/art", False),
        ("https://notexample.org/", False),
        ("https://www.example.net/a?b=1", True),
        ("https://www.example.net/a", False),
        ("https://example.net/gallery", True),
        ("http://[", False),
        ("", False),
    ],
    ids=ascii,
)
def test_registry_covers_domains_and_pages(lists: tuple[Path, Path], url: str, covered: bool) -> None:
    screener = SignalsScreener(Registry.read(lists))

    found = screened("url", url, screener=screener)

    assert found == ([(0, len(url), 1.0, "signals.registry/1")] if covered else [])


def test_environment_names_the_lists_and_changes_the_config_digest(lists: tuple[Path, Path]) -> None:
    paths = ":".join(map(str, lists))

    with_lists = SignalsScreener.from_environment({"HAYWARD_OPT_OUT_LISTS": paths})

    without = SignalsScreener.from_environment({})
    assert with_lists.config_digest != without.config_digest
    assert screened("url", "https://example.org/", screener=without) == []
    assert len(screened("url", "https://example.org/", screener=with_lists)) == 1


def test_list_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnableToLoad, match="HAYWARD_OPT_OUT_LISTS"):
        SignalsScreener.from_environment({"HAYWARD_OPT_OUT_LISTS": str(tmp_path / "missing.txt")})
