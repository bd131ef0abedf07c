"""Screening: screeners over batches of records and over whole shards, every record accounted for."""

from hayward.screening.batches import FINDING_SCHEMA, screen_batch
from hayward.screening.findings import Finding, FindingWriter, JsonLinesWriter, ParquetWriter
from hayward.screening.running import screen_shards
from hayward.screening.scale import screen_paths, screen_rows, write_results
from hayward.screening.shards import ShardProgress, ShardReport, ShardScreening, screen_shard, unread

__all__ = [
    "FINDING_SCHEMA",
    "Finding",
    "FindingWriter",
    "JsonLinesWriter",
    "ParquetWriter",
    "ShardProgress",
    "ShardReport",
    "ShardScreening",
    "screen_batch",
    "screen_paths",
    "screen_rows",
    "screen_shard",
    "screen_shards",
    "unread",
    "write_results",
]
