"""Applies the decisions of a changelog to a copy of the shards, and proves that it is clean."""

from hayward.patching.apply import apply
from hayward.patching.errors import InvalidPatch, PatchingFailed, UnableToWrite, UnusableCopy
from hayward.patching.plan import Location, Operation, Patch, Span
from hayward.patching.report import PatchReport, Problem, ShardChange
from hayward.patching.verifying import Leftover, verify_clean

__all__ = [
    "InvalidPatch",
    "Leftover",
    "Location",
    "Operation",
    "Patch",
    "PatchReport",
    "PatchingFailed",
    "Problem",
    "ShardChange",
    "Span",
    "UnableToWrite",
    "UnusableCopy",
    "apply",
    "verify_clean",
]
