"""The screener `pii`: all detectors of personal data over a column of texts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from hayward.screeners.base import HIT_SCHEMA, Example, Media, config_digest, hits
from hayward.screeners.pii import (
    api_key,
    birth,
    card,
    checked,
    documents,
    email,
    geo,
    handle,
    iban,
    ip,
    mac,
    phone,
    private_key,
    secret,
    ssn,
    url_credentials,
    wallet,
)
from hayward.screeners.pii.spans import Detector, Spans, together
from hayward.screeners.pii.stretch import Stretch, keep_memory, stretches

# Where two kinds claim the same characters, the one named first has them: a card is no phone number.
DETECTORS: tuple[Detector, ...] = (
    private_key.DETECTOR,
    api_key.DETECTOR,
    url_credentials.DETECTOR,
    secret.DETECTOR,
    handle.DETECTOR,
    email.DETECTOR,
    wallet.DETECTOR,
    iban.DETECTOR,
    card.DETECTOR,
    mac.DETECTOR,
    geo.DETECTOR,
    ip.DETECTOR,
    ssn.DETECTOR,
    checked.DETECTOR,
    documents.DETECTOR,
    birth.DETECTOR,
    phone.DETECTOR,
)


_NO_HITS = hits(())


class PiiScreener:
    """Finds what identifies or endangers a person, by form, check and the words around it; see DETECTORS for the kinds.

    Scores say how sure a kind is by form alone (see each detector); thresholds are the policy's.
    """

    name = "pii"
    version = "2.1.0"
    looks_at: frozenset[Media] = frozenset({"text"})
    notice: str | None = None

    def __init__(self, *, detectors: Sequence[Detector] = DETECTORS, regions: Sequence[str] = ()) -> None:
        """`regions` (ISO 3166 alpha-2) are those whose phone numbers are expected as they are dialled there."""
        keep_memory()
        expecting = phone.detector(regions) if regions else phone.DETECTOR
        self.detectors = tuple(expecting if one is phone.DETECTOR else one for one in detectors)
        self.kinds = tuple(kind for detector in self.detectors for kind in detector.kinds)
        self.examples: tuple[Example, ...] = tuple(
            example for detector in self.detectors for example in detector.examples
        )
        self.config_digest = config_digest({"kinds": self.kinds, "phone_regions": tuple(regions)})

    def screen(self, column: pa.LargeStringArray, *, field: str = "text") -> pa.RecordBatch:
        """Hits in all texts, as the contract of base.Screener says."""
        del field
        found = [_hits(stretch, self._spans(stretch)) for stretch in stretches(column)]
        return pa.concat_batches(found) if found else hits(())

    def _spans(self, stretch: Stretch) -> Spans:
        """What all detectors find, in order of place."""
        return together([detector.find(stretch) for detector in self.detectors])


def _hits(stretch: Stretch, spans: Spans) -> pa.RecordBatch:
    if not len(spans):
        return _NO_HITS
    texts = stretch.locate(spans.starts)
    kinds, rules, validators, contexts = zip(*spans.evidence, strict=True)
    columns = [
        pa.array(texts + stretch.first),
        pa.array(kinds, pa.string()),
        pa.array(stretch.code_points(spans.starts, texts).astype(np.int32)),
        pa.array(stretch.code_points(spans.ends, texts).astype(np.int32)),
        pa.array(spans.scores),
        *(pa.array(why, pa.string()) for why in (rules, validators, contexts)),
        pa.nulls(len(spans), HIT_SCHEMA.field("box").type),
    ]
    return pa.RecordBatch.from_arrays(columns, schema=HIT_SCHEMA)
