"""The screener `pii`: all detectors of personal data over a column of texts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from hayward.screeners.base import HIT_SCHEMA, Example, config_digest, hits
from hayward.screeners.pii import card, email, iban, ip, phone, ssn
from hayward.screeners.pii.spans import NOTHING, Detector, Spans
from hayward.screeners.pii.stretch import Stretch, stretches

# Where two kinds claim the same characters, the one named first has them: a card is no phone number.
DETECTORS: tuple[Detector, ...] = (
    email.DETECTOR,
    iban.DETECTOR,
    card.DETECTOR,
    ip.DETECTOR,
    ssn.DETECTOR,
    phone.DETECTOR,
)


class PiiScreener:
    """Finds e-mail addresses, bank accounts, cards, IP addresses, US social security and phone numbers.

    Scores say how sure a kind is by form alone (see each detector); thresholds are the policy's.
    """

    name = "pii"
    version = "1.0.0"
    notice: str | None = None

    def __init__(self, *, detectors: Sequence[Detector] = DETECTORS) -> None:
        self.detectors = tuple(detectors)
        self.kinds = tuple(detector.kind for detector in self.detectors)
        self.examples: tuple[Example, ...] = tuple(
            example for detector in self.detectors for example in detector.examples
        )
        self.config_digest = config_digest({"kinds": self.kinds, "phone_regions": phone.CALLED_REGIONS})

    def screen(self, texts: pa.LargeStringArray) -> pa.RecordBatch:
        """Hits in all texts, as the contract of base.Screener says."""
        found = [self._hits(stretch) for stretch in stretches(texts)]
        return pa.concat_batches(found) if found else hits(())

    def _hits(self, stretch: Stretch) -> pa.RecordBatch:
        taken, kinds = self._spans(stretch)
        texts = stretch.locate(taken.starts)
        columns = [
            pa.array(texts + stretch.first),
            pa.DictionaryArray.from_arrays(pa.array(kinds, pa.int32()), list(self.kinds)).cast(pa.string()),
            pa.array(stretch.code_points(taken.starts, texts).astype(np.int32)),
            pa.array(stretch.code_points(taken.ends, texts).astype(np.int32)),
            pa.array(taken.scores),
        ]
        return pa.RecordBatch.from_arrays(columns, schema=HIT_SCHEMA)

    def _spans(self, stretch: Stretch) -> tuple[Spans, np.ndarray[tuple[int], np.dtype[np.int32]]]:
        """What all detectors find, in order of place, with the number of the kind for each."""
        taken, kinds = NOTHING, np.empty(0, np.int32)
        for number, detector in enumerate(self.detectors):
            spans = detector.find(stretch).outside(taken)
            if len(spans):
                kinds = np.concatenate([kinds, np.full(len(spans), number, np.int32)])
                kinds = kinds[np.argsort(np.concatenate([taken.starts, spans.starts]), kind="stable")]
                taken = taken.merged(spans)
        return taken, kinds
