"""Tests of `hayward`."""
