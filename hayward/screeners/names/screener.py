"""The screener `names`: people's names and street addresses by rules, and by a model where one is given."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pyarrow as pa

from hayward.screeners.base import HIT_SCHEMA, Example, Media, config_digest, hits
from hayward.screeners.names import (
    asian,
    introduced,
    listed,
    repeated,
    running,
    streets_asian,
    streets_continental,
    streets_english,
    titled,
    written,
)
from hayward.screeners.names.models import Model, models_from
from hayward.screeners.names.page import Finder, Page, Row, pages

# Where two claim the same characters, the kind named first has them: "Via Giuseppe Verdi 12" names nobody.
KINDS = ("street_address", "person_name")
FINDERS: tuple[Finder, ...] = (
    streets_english.FINDER,
    streets_continental.FINDER,
    streets_asian.FINDER,
    titled.FINDER,
    introduced.FINDER,
    written.FINDER,
    listed.FINDER,
    running.FINDER,
    asian.FINDER,
)
RULES_ONLY = (
    "Names and addresses are found by rules alone (titles, introductions, signatures, a list of names, address "
    "grammars): what stands in running text without such a sign is missed. HAYWARD_SPACY_MODEL, HAYWARD_NER_MODEL "
    "or HAYWARD_GLINER_MODEL may name the folder of a model."
)


class NamesScreener:
    """Finds names of people and street addresses; scores say how sure the rule, or the model, makes it."""

    name = "names"
    version = "1.1.0"
    looks_at: frozenset[Media] = frozenset({"text"})
    kinds = ("person_name", "street_address")
    examples: tuple[Example, ...] = tuple(example for finder in FINDERS for example in finder.examples)

    def __init__(self, *, models: Sequence[Model] = ()) -> None:
        self.models = tuple(models)
        self.config_digest = config_digest({"kinds": self.kinds, "models": [one.identity for one in models]})

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> NamesScreener:
        """The screener with the models that HAYWARD_SPACY_MODEL, HAYWARD_NER_MODEL and HAYWARD_GLINER_MODEL name.

        Raises UnableToLoad.
        """
        return cls(models=models_from(environment))

    @property
    def notice(self) -> str:
        if not self.models:
            return RULES_ONLY
        names = ", ".join(f"{one.identity['engine']} ({one.identity['digest'][:12]})" for one in self.models)
        return f"Names and addresses are found by rules and by {names}."

    def screen(self, column: pa.LargeStringArray, *, field: str = "text") -> pa.RecordBatch:
        """Hits in all texts, as the contract of base.Screener says."""
        del field
        found = [_hits(page, self._rows(page)) for page in pages(column)]
        return pa.concat_batches(found) if found else hits(())

    def _rows(self, page: Page) -> list[Row]:
        rows = [row for finder in FINDERS for row in finder.find(page)]
        for model in self.models:
            rows.extend(model.find(page))
        return apart([*rows, *repeated.find(page, rows)])


def apart(rows: Iterable[Row]) -> list[Row]:
    """The rows in order, without overlaps: addresses before names, the longest address, the surest name."""
    ranked = sorted(rows, key=_rank)
    if not ranked:
        return []
    taken = np.zeros(max(row[1] for row in ranked), bool)
    kept = []
    for row in ranked:
        if not taken[row[0] : row[1]].any():
            taken[row[0] : row[1]] = True
            kept.append(row)
    return sorted(kept)


def _rank(row: Row) -> tuple[float, ...]:
    length = row[1] - row[0]
    if row[3].kind == KINDS[0]:
        return 0, -length, -row[2], row[0]
    return 1, -row[2], -length, row[0]


def _hits(page: Page, rows: Sequence[Row]) -> pa.RecordBatch:
    starts, ends = (np.array([row[place] for row in rows], np.int64) for place in (0, 1))
    texts = np.searchsorted(page.starts, starts, side="right") - 1
    begins = page.starts[texts]
    evidence = [row[3] for row in rows]
    columns = [
        pa.array(texts + page.first, pa.int64()),
        pa.array([one.kind for one in evidence], pa.string()),
        pa.array((starts - begins).astype(np.int32)),
        pa.array((ends - begins).astype(np.int32)),
        pa.array([row[2] for row in rows], pa.float32()),
        pa.array([one.rule for one in evidence], pa.string()),
        pa.array([one.validator for one in evidence], pa.string()),
        pa.array([one.context for one in evidence], pa.string()),
        pa.nulls(len(rows), HIT_SCHEMA.field("box").type),
    ]
    return pa.RecordBatch.from_arrays(columns, schema=HIT_SCHEMA)
