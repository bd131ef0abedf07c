"""Tests of `hayward.screening`."""
