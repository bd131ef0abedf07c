"""Tests of `hayward.screeners.toxicity`."""
