"""Sends findings that were made elsewhere to a server, shard by shard, in requests of bounded size."""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from hayward.client.api import Client
from hayward.client.errors import Busy
from hayward.screening import bundles

# One request holds so many findings of one shard: below 2 MB of JSON.
FINDINGS_PER_CALL = 5_000
# So many findings wait in memory, over all shards, before the fullest shard's are sent.
WAITING = 50_000
TRIES = 6
REPORT_FORMAT = "hayward-screening/1"
COUNTS = ("read", "passed", "flagged", "held", "findings")

_SHA256 = re.compile(r"[0-9a-f]{64}")
_TEXTS = ("path", "screener", "version", "kind", "field", "rule")
_NUMBERS = ("record", "start", "end")


class InvalidFindings(Exception):
    """A file of findings or a report is not what `hayward screen` writes; `str()` names file, line and member."""


@dataclass(frozen=True, slots=True)
class Account:
    """What a screening report says about one shard."""

    path: str
    counts: Mapping[str, int]
    held_records: Sequence[Mapping[str, Any]]
    error: str | None


@dataclass(frozen=True)
class Report:
    """A screening report: which screeners gave their word, and what became of every record."""

    source: str
    versions: tuple[dict[str, str], ...]
    shards: Mapping[str, Account]

    def whole(self) -> list[Account]:
        """The shards that were read to their end, and can be imported."""
        return [account for account in self.shards.values() if account.error is None]


def read_report(path: Path) -> Report:
    """The report that `hayward screen --report` wrote. Raises InvalidFindings, OSError."""
    source = str(path)
    try:
        value = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise InvalidFindings(f"{source} is not JSON: {error}.") from error
    if not isinstance(value, dict) or value.get("format") != REPORT_FORMAT:
        raise InvalidFindings(f"{source} is no screening report: its format is not {REPORT_FORMAT}.")
    versions = tuple(_version(one, source) for one in _listed(value, "screeners", source))
    shards = [
        _account(one, f"{source}, shard {number}")
        for number, one in enumerate(_listed(value, "shards", source), 1)
    ]
    return Report(source, versions, {account.path: account for account in shards})


def read_findings(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each finding of a .jsonl or .parquet file with the place it stands at. Raises InvalidFindings, OSError."""
    rows = _parquet_rows(path) if path.suffix.lower() == ".parquet" else _lines(path)
    for place, row in rows:
        yield place, _checked(row, place)


def counted(findings: Path, report: Report) -> Counter[str]:
    """How many findings the file has of each shard, once all of it is found to fit the report.

    Raises InvalidFindings that names the line, or the shard whose findings are not all there.
    """
    known = {(version["name"], version["version"]) for version in report.versions}
    known.add((bundles.NAME, bundles.VERSION))  # made of the screeners' findings, by none of them
    counts: Counter[str] = Counter()
    for place, finding in read_findings(findings):
        if finding["path"] not in report.shards:
            _refuse(place, f"{finding['path']} is not among the shards of {report.source}")
        if (finding["screener"], finding["version"]) not in known:
            _refuse(
                place,
                f"the screener {finding['screener']} {finding['version']} is not among those of {report.source}",
            )
        counts[finding["path"]] += 1
    for account in report.whole():
        if counts[account.path] != account.counts["findings"]:
            raise InvalidFindings(
                f"{findings} has {counts[account.path]} findings of {account.path}, but {report.source} counts "
                f"{account.counts['findings']}. Do the two files come from one run?"
            )
    return counts


class Importer:
    """Sends the findings of a release to a server, in parts; a call that the server is too busy for is made again.

    `names` gives the path of each shard in the release by its path in the report, `digests` its sha256 where known.
    Sending the same again changes nothing, so an import that broke off is begun anew.
    """

    def __init__(
        self,
        client: Client,
        *,
        dataset: str,
        release: str,
        report: Report,
        names: Mapping[str, str],
        digests: Mapping[str, str],
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client, self._dataset, self._release = client, dataset, release
        self._report, self._names, self._digests = report, names, digests
        self._pause = pause
        self._waiting: dict[str, list[dict[str, Any]]] = {}
        self._total = 0
        self._parts: Counter[str] = Counter()

    def run(self, findings: Path, *, on_shard: Callable[[int], None]) -> int:
        """Sends all findings of `findings`; gives how many the server then has. Raises InvalidFindings, ApiError."""
        left = counted(findings, self._report)
        stored = 0
        for account in self._report.whole():
            if not left[account.path]:
                stored += self._send(account.path, complete=True)
                on_shard(1)
        for _, finding in read_findings(findings):
            path = finding.pop("path")
            if self._report.shards[path].error is not None:
                continue
            self._waiting.setdefault(path, []).append(finding)
            self._total += 1
            left[path] -= 1
            if not left[path]:
                stored += self._send(path, complete=True)
                on_shard(1)
            elif len(self._waiting[path]) >= FINDINGS_PER_CALL:
                self._send(path, complete=False)
            elif self._total > WAITING:
                self._send(max(self._waiting, key=lambda one: len(self._waiting[one])), complete=False)
        return stored

    def _send(self, path: str, *, complete: bool) -> int:
        account = self._report.shards[path]
        findings = self._waiting.pop(path, [])
        self._total -= len(findings)
        body: dict[str, Any] = {
            "shard": self._names[path],
            "versions": list(self._report.versions),
            "report": {name: account.counts[name] for name in COUNTS[:4]}
            | {"held_records": list(account.held_records)},
            "findings": findings,
            "part": self._parts[path],
            "complete": complete,
        }
        if path in self._digests:
            body["sha256"] = self._digests[path]
        self._parts[path] += 1
        return int(self._called(body).get("findings", 0))

    def _called(self, body: Mapping[str, Any]) -> dict[str, Any]:
        for attempt in range(TRIES - 1):
            try:
                return self._client.import_findings(dataset=self._dataset, version=self._release, part=body)
            except Busy:
                self._pause(2.0**attempt)
        return self._client.import_findings(dataset=self._dataset, version=self._release, part=body)


def _lines(path: Path) -> Iterator[tuple[str, Any]]:
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            place = f"{path}, line {number}"
            try:
                yield place, json.loads(line)
            except (ValueError, RecursionError) as error:
                raise InvalidFindings(f"{place} is not JSON.") from error


def _parquet_rows(path: Path) -> Iterator[tuple[str, Any]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            number = 0
            for batch in file.iter_batches():
                for row in batch.to_pylist():
                    number += 1
                    yield f"{path}, row {number}", row
    except pa.ArrowInvalid as error:
        raise InvalidFindings(f"{path} is no Parquet file that can be read.") from error


def _checked(row: Any, place: str) -> dict[str, Any]:
    """The members of a finding that a server takes. Raises InvalidFindings."""
    if not isinstance(row, dict):
        _refuse(place, "a finding is an object")
    for name in _TEXTS:
        if not isinstance(row.get(name), str) or not row[name]:
            _refuse(place, f"{name} is missing or no text")
    for name in _NUMBERS:
        if not _is_count(row.get(name)):
            _refuse(place, f"{name} is no whole number from 0")
    if row["end"] < row["start"]:
        _refuse(place, "the span ends before it begins")
    if not isinstance(row.get("digest"), str) or not _SHA256.fullmatch(row["digest"]):
        _refuse(place, "digest is not 64 hex digits")
    score = row.get("score")
    if isinstance(score, bool) or not isinstance(score, int | float) or not 0 <= score <= 1:
        _refuse(place, "score is no number from 0 to 1")
    kept = {name: row[name] for name in (*_TEXTS, *_NUMBERS, "digest")}
    # A Parquet file holds scores as 32-bit floats: four digits are what was written.
    kept["score"] = round(score, 4)
    return kept | {name: row[name] for name in ("validator", "context", "box") if row.get(name) is not None}


def _version(value: Any, source: str) -> dict[str, str]:
    members = value if isinstance(value, dict) else {}
    known = {name: members.get(name) for name in ("name", "version", "config_digest")}
    for name, text in known.items():
        if not isinstance(text, str) or not text:
            _refuse(source, f"a screener has no {name}")
    name, version, config = (str(text) for text in known.values())
    return {"name": name, "version": version, "config": config, "notice": str(members.get("notice") or "")}


def _account(value: Any, place: str) -> Account:
    members = value if isinstance(value, dict) else {}
    if not isinstance(members.get("path"), str):
        _refuse(place, "it has no path")
    counts = {name: members.get(name) for name in COUNTS}
    for name, count in counts.items():
        if not _is_count(count):
            _refuse(place, f"{name} is no whole number from 0")
    known = {name: int(count) for name, count in counts.items() if count is not None}
    if known["read"] != known["passed"] + known["flagged"] + known["held"]:
        _refuse(place, "read is not passed + flagged + held")
    held = [
        {"row": one.get("row"), "reason": one.get("reason"), "detail": str(one.get("detail", ""))[:300]}
        for one in _listed(members, "held_records", place)
        if isinstance(one, dict)
    ]
    return Account(members["path"], known, held, members.get("error"))


def _listed(value: Mapping[str, Any], name: str, place: str) -> list[Any]:
    listed = value.get(name)
    if not isinstance(listed, list):
        _refuse(place, f"it has no list of {name}")
    return listed


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _refuse(place: str, why: str) -> NoReturn:
    raise InvalidFindings(f"{place}: {why}.")
