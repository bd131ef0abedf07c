"""The one error with which a shard that cannot be read is refused."""

import errno

CAUSES: dict[str, tuple[str, str]] = {
    "missing": ("does not exist or matches no shard", "check the path"),
    "permission": ("may not be read by this user", "change its permissions or run as its owner"),
    "not-a-file": ("is not a regular file", "give a file, or a folder to search for shards"),
    "empty": ("has no bytes at all", "fetch it again"),
    "truncated": ("ends too early", "fetch it again; the records before that place were read"),
    "corrupt": ("is damaged", "fetch it again or write it anew"),
    "too-large": ("is longer than it may be", "divide the folder of pictures that it tells of"),
    "encrypted": ("is encrypted", "decrypt it first; encrypted Parquet is not supported"),
    "unknown-format": (
        "is in no format that can be read",
        "use Parquet, JSON lines or WebDataset tars (plain, .gz, .zst), or a folder of pictures",
    ),
    "no-such-field": ("lacks a field that was asked for", "name a field that is there"),
    "no-text-field": ("has no text field to look at", "name the field with the text"),
    "wrong-type": ("holds no text in a field that was asked for", "name a text field"),
    "duplicate-column": ("has two columns of one name", "rename one of them"),
    "unsupported-url": ("is at an address that cannot be opened", "install the fsspec package for it"),
    "io": ("could not be read from its storage", "check the storage and try again"),
}
_ERRNO_REASONS = {
    errno.ENOENT: "missing",
    errno.ENOTDIR: "missing",
    errno.EACCES: "permission",
    errno.EPERM: "permission",
    errno.EISDIR: "not-a-file",
}


class UnreadableShard(Exception):
    """A shard, or the rest of it from `row` on, cannot be read; `reason` is a stable code of CAUSES."""

    def __init__(self, path: str, reason: str, detail: str = "", row: int | None = None) -> None:
        super().__init__(path, reason, detail, row)
        self.path = path
        self.reason = reason
        self.detail = detail
        self.row = row

    def __str__(self) -> str:
        what, remedy = CAUSES.get(self.reason, ("cannot be read", "look at the file"))
        where = "" if self.row is None else f" at record {self.row}"
        why = f" ({self.detail})" if self.detail else ""
        return f"{self.path} {what}{where}{why}: {remedy}."


def unreadable(path: str, error: OSError) -> UnreadableShard:
    """The refusal that stands for an error of the operating system or of a remote storage."""
    reason = _ERRNO_REASONS.get(error.errno or 0)
    if reason is None and isinstance(error, FileNotFoundError):
        reason = "missing"  # fsspec raises it without a number
    if reason is None and isinstance(error, PermissionError):
        reason = "permission"
    return UnreadableShard(path, reason or "io", "" if reason else error.strerror or type(error).__name__)
