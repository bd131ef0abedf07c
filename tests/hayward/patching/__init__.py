"""Tests of patching copies."""
