"""The bundled dataset: the same bytes every time, C4's format, and what is planted in it is there."""

from collections import Counter

from demo import making
from hayward import formats
from hayward.screeners import load
from hayward.screening import screen_shard


def test_bundled_shards_are_what_the_program_makes() -> None:
    for name, content in making.shards():
        assert (making.DATA / name).read_bytes() == content


def test_bundled_data_is_c4_and_every_planted_kind_is_found() -> None:
    kinds: Counter[str] = Counter()
    read = held = 0
    for path in formats.discover([str(making.DATA)]):
        assert formats.open_shard(path).layout == "c4"
        passing = screen_shard(path, screeners=load(("pii",)))
        for findings in passing:
            kinds.update(found.kind for found in findings)
        read += passing.report.read
        held += passing.report.held

    assert (read, held) == (making.SHARDS * making.RECORDS_PER_SHARD, 1)
    assert kinds.keys() == {"email_address", "phone_number", "credit_card", "iban", "ip_address", "us_ssn"}
