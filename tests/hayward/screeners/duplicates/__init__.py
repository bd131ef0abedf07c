"""Tests of `hayward.screeners.duplicates`."""
