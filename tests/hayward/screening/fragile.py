"""A screener that fails on some texts, as a third party's may."""

import pyarrow as pa

from hayward.screeners import Example, UnableToLoad
from hayward.screeners.base import hits


class Fragile:
    """Finds "sheep", and breaks on any column in which a text says "boom"."""

    name, version, kinds, config_digest, notice = "fragile", "0.1.0", ("sheep",), "0" * 64, None
    examples = (Example("sheep", (("sheep", 0, 5),)),)

    def screen(self, texts: pa.LargeStringArray) -> pa.RecordBatch:
        values = [text or "" for text in texts.to_pylist()]
        if any("boom" in text for text in values):
            raise ZeroDivisionError("boom at ann@example.org")
        return hits(
            (index, "sheep", text.index("sheep"), text.index("sheep") + 5, 1.0)
            for index, text in enumerate(values)
            if "sheep" in text
        )


class Unloadable(Fragile):
    """Cannot work here at all."""

    def screen(self, texts: pa.LargeStringArray) -> pa.RecordBatch:
        raise UnableToLoad("The model is not here.")
