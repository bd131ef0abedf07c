"""The changelog's rows: one log per dataset, its entries, their erasable disclosures, and signed checkpoints."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from datasets_app.models import Dataset, Item
from moderation.encryption import EncryptedTextField
from moderation.models.decision import Decision
from moderation.models.user import User

MAX_ENTRY_BYTES = 4096


class DatasetLog(models.Model):
    """The counter of a dataset's log: locked by each append, the only source of sequence numbers."""

    dataset = models.OneToOneField(Dataset, on_delete=models.PROTECT, related_name="log")
    origin = models.CharField(max_length=300, unique=True)
    size = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return self.origin


class Entry(models.Model):
    """A decision's line in the changelog: `body` is the Merkle leaf, byte for byte; never changed or deleted."""

    log = models.ForeignKey(DatasetLog, on_delete=models.PROTECT, related_name="entries")
    seq = models.BigIntegerField()
    body = models.BinaryField(max_length=MAX_ENTRY_BYTES)
    leaf = models.BinaryField(max_length=32)
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="entry")

    class Meta:
        verbose_name_plural = "entries"
        constraints = [models.UniqueConstraint(fields=["log", "seq"], name="entry_seq_once")]

    def __str__(self) -> str:
        return f"{self.log} #{self.seq}"


class SubjectKey(models.Model):
    """The secret of one subject (an item, or a user) from which the salts of its disclosures are derived.

    Deleting it erases every disclosure of that subject; the log stays valid.
    """

    item = models.OneToOneField(
        Item, null=True, blank=True, on_delete=models.CASCADE, related_name="subject_key"
    )
    user = models.OneToOneField(
        User, null=True, blank=True, on_delete=models.CASCADE, related_name="subject_key"
    )
    secret = EncryptedTextField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(item__isnull=True, user__isnull=False) | Q(item__isnull=False, user__isnull=True),
                name="subject_key_has_one_subject",
            )
        ]

    def __str__(self) -> str:
        return f"key of {'item' if self.item_id else 'user'} {self.item_id or self.user_id}"


class Disclosure(models.Model):
    """What one digest of an entry commits to, sealed under the subject's key; erasable."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="disclosures")
    name = models.CharField(max_length=20)
    subject = models.ForeignKey(SubjectKey, on_delete=models.CASCADE, related_name="disclosures")
    sealed = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "name"], name="disclosure_name_once")]

    def __str__(self) -> str:
        return f"{self.name} of {self.entry}"


class Checkpoint(models.Model):
    """A signed head of a log; its key makes two roots for one size impossible."""

    log = models.ForeignKey(DatasetLog, on_delete=models.PROTECT, related_name="checkpoints")
    size = models.BigIntegerField()
    root = models.BinaryField(max_length=32)
    frontier = models.BinaryField()
    note = models.TextField()
    vkey = models.CharField(max_length=400)
    signed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["log", "size"], name="checkpoint_size_once")]

    def __str__(self) -> str:
        return f"{self.log} at {self.size}"
