"""The screener `signals`: what a work's owner said in machine-readable words about its use for AI."""

from hayward.screeners.signals.evidence import Category, Signal, Source, Value, resolve
from hayward.screeners.signals.reading import read_signals

__all__ = ["Category", "Signal", "Source", "Value", "read_signals", "resolve"]
