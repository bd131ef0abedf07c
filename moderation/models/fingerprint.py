"""What is kept of removed records so that their copies are known again."""

from __future__ import annotations

from django.db import models

from datasets_app.models import Item


class Fingerprint(models.Model):
    """Digests of one field of a removed record: nothing of it can be read back, a copy can be told.

    `content` is the digest of the normalised text or of the picture's bytes, `signature` the text's MinHash, `pdq` the
    picture's perceptual hash (hayward.screeners.duplicates); each may be absent. A record that could not be read any
    more has one row without any: its own digest, the item's, is still known.
    """

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="fingerprints")
    field = models.CharField(max_length=200, blank=True)
    content = models.BinaryField(null=True, max_length=32)
    signature = models.BinaryField(null=True, max_length=1024)
    pdq = models.BinaryField(null=True, max_length=32)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "field"], name="fingerprint_once")]

    def __str__(self) -> str:
        return f"{self.item} {self.field}"
