"""Tests of `hayward.screeners.pii`."""
