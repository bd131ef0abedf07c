"""Tests of the screener `names`."""
