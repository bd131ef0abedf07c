"""Tests of `hayward.screeners`."""
