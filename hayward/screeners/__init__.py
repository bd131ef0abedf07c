"""Screeners: code that looks at texts and says what may be wrong with them, with a contract and a registry."""

from hayward.screeners.base import HIT_SCHEMA, Example, Screener, UnableToLoad
from hayward.screeners.registry import SCREENERS, UnknownScreener, load

__all__ = ["HIT_SCHEMA", "SCREENERS", "Example", "Screener", "UnableToLoad", "UnknownScreener", "load"]
