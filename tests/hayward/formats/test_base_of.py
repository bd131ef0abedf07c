"""The folder that a place stands for."""

import pytest

from hayward.formats import base_of


@pytest.mark.parametrize(
    ("place", "base"),
    [
        ("/data/c4", "/data/c4"),
        ("/data/c4/", "/data/c4"),
        ("/data/c4/part-0.jsonl.gz", "/data/c4"),
        ("/data/c4/en/*.json.gz", "/data/c4/en"),
        ("/data/*/en/part-?.parquet", "/data"),
        ("/*.jsonl", "/"),
        ("data/*.jsonl", "data"),
        ("*.jsonl", "."),
        ("part.jsonl", "."),
        ("s3://open/c4/en/*.json.gz", "s3://open/c4/en"),
        ("s3://open/v1.0", "s3://open/v1.0"),
        ("/", "/"),
    ],
)
def test_base_is_the_folder_before_the_first_wildcard(place: str, base: str) -> None:
    assert base_of(place) == base
