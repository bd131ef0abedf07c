"""A screener that fails on some texts, as a third party's may."""

import pyarrow as pa

from hayward.screeners import Example, UnableToLoad
from hayward.screeners.base import Hit, Media, hits


class Fragile:
    """Finds "sheep", and breaks on any column in which a text says "boom"."""

    name, version, kinds, config_digest, notice = "fragile", "0.1.0", ("sheep",), "0" * 64, None
    examples = (Example("sheep", (("sheep", 0, 5),)),)

    looks_at: frozenset[Media] = frozenset({"text"})

    def screen(self, column: pa.LargeStringArray, *, field: str = "text") -> pa.RecordBatch:
        values = [text or "" for text in column.to_pylist()]
        if any("boom" in text for text in values):
            raise ZeroDivisionError("boom at ann@example.org")
        return hits(
            Hit(index, "sheep", text.index("sheep"), text.index("sheep") + 5, 1.0, rule="sheep/1")
            for index, text in enumerate(values)
            if "sheep" in text
        )


class Unloadable(Fragile):
    """Cannot work here at all."""

    def screen(self, column: pa.LargeStringArray, *, field: str = "text") -> pa.RecordBatch:
        raise UnableToLoad("The model is not here.")
