"""Tests of `hayward.screeners.signals`."""
