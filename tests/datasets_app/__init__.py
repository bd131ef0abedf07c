"""Tests of `datasets_app`."""
