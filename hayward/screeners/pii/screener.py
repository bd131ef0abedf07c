"""The screener `pii`: all detectors of personal data over a column of texts."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa

from hayward.screeners.base import HIT_SCHEMA, Example, Media, UnableToLoad, config_digest, hits
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
from hayward.screeners.pii.numbering import all_regions
from hayward.screeners.pii.spans import NOT_TOLD, Detector, Spans, together
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
# An eager screener asks these for what no other kind has claimed.
EAGER = (documents.detector(eager=True), checked.detector(eager=True))

_NO_HITS = hits(())


class PiiScreener:
    """Finds what identifies or endangers a person, by form, check and the words around it; see DETECTORS for the kinds.

    Scores say how sure a kind is by form alone (see each detector); thresholds are the policy's.
    """

    name = "pii"
    version = "2.1.0"
    looks_at: frozenset[Media] = frozenset({"text"})
    notice: str | None = None

    def __init__(
        self,
        *,
        detectors: Sequence[Detector] = DETECTORS,
        regions: Sequence[str] = (),
        eager: bool = False,
    ) -> None:
        """`regions` (ISO 3166 alpha-2) are those whose phone numbers are expected as they are dialled there.

        An eager screener also tells what has the form of a person's number or document where no word says so (score
        0.1 or less), and IP addresses that are nobody's (0.2): it misses less, and is wrong far more often.
        """
        keep_memory()
        instead = _instead(regions, eager)
        self.detectors = (*(instead.get(id(one), one) for one in detectors), *(EAGER if eager else ()))
        self.kinds = tuple(dict.fromkeys(kind for detector in self.detectors for kind in detector.kinds))
        self.examples: tuple[Example, ...] = tuple(
            example for detector in self.detectors for example in detector.examples
        )
        self.config_digest = config_digest(
            {"kinds": self.kinds, "phone_regions": tuple(regions), "eager": eager}
        )

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> PiiScreener:
        """The screener as HAYWARD_PHONE_REGIONS and HAYWARD_PII_EAGER ask for it. Raises UnableToLoad."""
        return cls(regions=_regions(environment), eager=_is_eager(environment))

    def screen(self, column: pa.LargeStringArray, *, field: str = "text") -> pa.RecordBatch:
        """Hits in all texts, as the contract of base.Screener says."""
        del field
        found = [_hits(stretch, self._spans(stretch)) for stretch in stretches(column)]
        return pa.concat_batches(found) if found else hits(())

    def _spans(self, stretch: Stretch) -> Spans:
        """What all detectors find, in order of place."""
        spans = together([detector.find(stretch) for detector in self.detectors])
        told = spans.scores > NOT_TOLD
        return spans if told.all() else spans.taken(np.flatnonzero(told))


def _instead(regions: Sequence[str], eager: bool) -> dict[int, Detector]:
    """What stands in for some of DETECTORS, by their identity."""
    instead = {id(phone.DETECTOR): phone.detector(regions)} if regions else {}
    if eager:
        instead[id(ip.DETECTOR)] = ip.detector(eager=True)
    return instead


def _regions(environment: Mapping[str, str]) -> tuple[str, ...]:
    regions = re.findall(r"[^\s,;]+", environment.get("HAYWARD_PHONE_REGIONS", "").upper())
    unknown = [region for region in regions if region not in all_regions()]
    if unknown:
        raise UnableToLoad(
            f"HAYWARD_PHONE_REGIONS names {unknown[0]!r}, which has no numbering plan. "
            "Name regions by their two letters (ISO 3166), as in DE,FR."
        )
    return tuple(dict.fromkeys(regions))


def _is_eager(environment: Mapping[str, str]) -> bool:
    wanted = environment.get("HAYWARD_PII_EAGER") or "off"
    if wanted not in {"on", "off"}:
        raise UnableToLoad(f"HAYWARD_PII_EAGER is {wanted!r}. Set it to on or off.")
    return wanted == "on"


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
