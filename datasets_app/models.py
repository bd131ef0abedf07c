"""Datasets, releases, shards, and the items and locations inside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from collections.abc import Iterable

HEX_SHA256 = r"^[0-9a-f]{64}$"


class Dataset(models.Model):
    """A named collection with maintainers and a policy."""

    slug = models.CharField(max_length=64, unique=True, validators=[RegexValidator(r"^[a-z0-9][a-z0-9-]*\Z")])
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.slug


class ReleaseState(models.TextChoices):
    REGISTERING = "registering", "Listing and hashing its shards"
    READY = "ready", "Ready"
    FAILED = "failed", "Could not be registered"


class ReleaseQuerySet(models.QuerySet["Release"]):
    def registering(self) -> ReleaseQuerySet:
        return self.filter(state=ReleaseState.REGISTERING)

    def ready(self) -> ReleaseQuerySet:
        return self.filter(state=ReleaseState.READY)

    def newest_first(self) -> ReleaseQuerySet:
        return self.order_by("-created_at", "-pk")


class Release(models.Model):
    """An immutable version of a dataset: a manifest of shards with sizes and digests.

    `root` is the folder or URL below which the shards' paths lie. `source` is the folder or glob the worker
    lists when no manifest came with the release.
    """

    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="releases")
    version = models.CharField(max_length=64, validators=[RegexValidator(r"^[A-Za-z0-9][A-Za-z0-9._-]*\Z")])
    root = models.CharField(max_length=1024)
    source = models.CharField(max_length=1024, blank=True)
    fields = models.JSONField(default=list, blank=True)
    screeners = models.JSONField(default=list, blank=True)
    state = models.CharField(max_length=16, choices=ReleaseState.choices, default=ReleaseState.REGISTERING)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField()

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dataset", "version"], name="release_version_once"),
            models.CheckConstraint(condition=Q(state__in=ReleaseState.values), name="release_state_known"),
        ]

    def __str__(self) -> str:
        return f"{self.dataset} {self.version}"


class Shard(models.Model):
    """One file of a release."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="shards")
    path = models.CharField(max_length=1024)
    bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64, validators=[RegexValidator(r"^[0-9a-f]{64}\Z")])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["release", "path"], name="shard_path_once"),
            models.CheckConstraint(condition=Q(bytes__gte=0), name="shard_bytes_not_negative"),
        ]

    def __str__(self) -> str:
        return self.path

    @property
    def url(self) -> str:
        """Where the shard is read from: the release's root joined with the shard's path."""
        return f"{self.release.root.rstrip('/')}/{self.path}"


class ItemQuerySet(models.QuerySet["Item"]):
    def by_digest(self, dataset: Dataset, digests: Iterable[str]) -> ItemQuerySet:
        return self.filter(dataset=dataset, digest__in=list(digests))


class Item(models.Model):
    """A record that something points at, addressed by the SHA-256 of its canonical form."""

    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="items")
    digest = models.CharField(max_length=64, validators=[RegexValidator(r"^[0-9a-f]{64}\Z")])
    created_at = models.DateTimeField()

    objects = ItemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dataset", "digest"], name="item_digest_once"),
            models.CheckConstraint(condition=Q(digest__regex=HEX_SHA256), name="item_digest_is_sha256"),
        ]
        # A verdict on a record counts in every dataset that has it.
        indexes = [models.Index(fields=["digest"], name="item_by_digest")]

    def __str__(self) -> str:
        return self.digest[:12]


class Location(models.Model):
    """One place where an item stands: a row (or, in archives, a member's number) of one shard."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="locations")
    shard = models.ForeignKey(Shard, on_delete=models.PROTECT, related_name="locations")
    row = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shard", "row"], name="location_row_once")]

    def __str__(self) -> str:
        return f"{self.shard} row {self.row}"
