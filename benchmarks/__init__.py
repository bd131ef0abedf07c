"""Benchmarks: what Hayward does and how fast, beside its peers, in one run on one core."""
