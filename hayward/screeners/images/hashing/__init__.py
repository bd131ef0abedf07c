"""Lists of known images: MD5 and SHA-256 by equality, PDQ by distance, in memory-mapped folders."""

from hayward.screeners.images.hashing.hash_index import Hashed, HashIndex, Match, NotHashLists, build
from hayward.screeners.images.hashing.lists import UnreadableHashList
from hayward.screeners.images.hashing.pdq_index import MATCH_DISTANCE, PdqIndex

__all__ = [
    "MATCH_DISTANCE",
    "HashIndex",
    "Hashed",
    "Match",
    "NotHashLists",
    "PdqIndex",
    "UnreadableHashList",
    "build",
]
