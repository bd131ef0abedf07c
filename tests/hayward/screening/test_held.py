"""A screener that cannot look at a value has its record held, with its own reason, and the rest goes on."""

from pathlib import Path

import pyarrow as pa

from hayward.screeners.base import HELD, Example, Hit, Media, hits
from hayward.screening import screen_batch, screen_shard
from hayward.screening.shards import screen_records


class Choosy:
    """Holds records that say `bad`, and finds `x` in all others."""

    name, version, notice = "choosy", "1.0.0", None
    looks_at: frozenset[Media] = frozenset({"text"})
    kinds: tuple[str, ...] = ("letter",)
    config_digest = "0" * 64
    examples: tuple[Example, ...] = ()

    def screen(self, column: pa.Array, *, field: str = "text") -> pa.RecordBatch:
        found = []
        for index, text in enumerate(column.to_pylist()):
            if text == "bad":
                found.append(Hit(index, HELD, 0, 0, 1.0, "image-corrupt"))
            elif text:
                found.append(Hit(index, "letter", 0, 1, 1.0, "letter.x/1"))
        return hits(found)


def test_record_held_by_a_screener_has_no_findings_and_its_reason() -> None:
    batch = pa.record_batch({"title": ["a", "b", "bad", "bad"], "text": ["c", "bad", "d", "bad"]})

    found, failed = screen_records(batch, [Choosy()])

    assert failed == [(1, "image-corrupt"), (2, "image-corrupt"), (3, "image-corrupt")]
    assert found.column("index").to_pylist() == [0, 0]


def test_batch_alone_tells_which_rows_are_held() -> None:
    found = screen_batch(pa.record_batch({"text": ["bad", "b"]}), [Choosy()]).to_pylist()

    assert [(hit["index"], hit["kind"], hit["rule"]) for hit in found] == [
        (0, "@held", "image-corrupt"),
        (1, "letter", "letter.x/1"),
    ]


def test_shard_accounts_for_what_a_screener_held(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"text":"a"}\n{"text":"bad"}\n{"text":""}\n')
    screening = screen_shard(str(path), screeners=[Choosy()])

    findings = [finding for part in screening for finding in part]

    report = screening.report
    assert [finding.record for finding in findings] == [0]
    assert (report.read, report.passed, report.flagged, report.held) == (3, 1, 1, 1)
    assert report.held_reasons == {"image-corrupt": 1}
    assert [(held.row, held.reason, held.detail) for held in report.held_records] == [
        (1, "image-corrupt", "The decoder gave it up as damaged.")
    ]
