"""The errors of patching a copy."""


class PatchingFailed(Exception):
    """A patch could not be applied; what was done before it is complete and recorded."""


class InvalidPatch(PatchingFailed):
    """The document is no hayward-patch/1; `place` is the JSON path of the fault."""

    def __init__(self, place: str, why: str) -> None:
        super().__init__(place, why)
        self.place = place
        self.why = why

    def __str__(self) -> str:
        return f"The patch is not valid at {self.place}: {self.why}. Pull it again."


class UnusableCopy(PatchingFailed):
    """The folder cannot take this patch: wrong folder, wrong dataset, a gap, or another run at work."""


class UnableToWrite(PatchingFailed):
    """A file could not be written; the shard it should replace is untouched."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(path, why)
        self.path = path
        self.why = why

    def __str__(self) -> str:
        return (
            f"{self.path} could not be written ({self.why}). The shard is as it was: make room, apply again."
        )


class UnableToRewrite(PatchingFailed):
    """A shard cannot be rewritten without changing more than was asked; it is untouched."""


class SpanOutside(PatchingFailed):
    """A redaction points outside the text of its field, or at a field that holds no text."""


class UnreadablePicture(SpanOutside):
    """A picture cannot be decoded, so that nothing in it can be covered."""


class NeedsOriginal(PatchingFailed):
    """A redaction cuts across an earlier one, so that only the original record can take it."""
