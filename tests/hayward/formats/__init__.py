"""Tests of reading shards."""
