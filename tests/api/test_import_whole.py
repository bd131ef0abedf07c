"""Findings made by the command line reach the site that has never read the shards."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_django.live_server_helper import LiveServer

from api import tokens
from api.models import Scope
from datasets_app.models import Dataset
from moderation.models import Case, Finding, HeldRecord, Screening, User
from tests import factories

pytestmark = pytest.mark.process

LINES = [
    json.dumps({"text": factories.MAIL}),
    json.dumps({"text": "the fence is broken"}),
    '{"text": "broken off',
    json.dumps({"text": "IBAN GB33 BUKB 2020 1555 5555 55"}),
]


@pytest.fixture
def site(live_server: LiveServer, own_keys: None, transactional_db: None, tmp_path: Path) -> dict[str, str]:
    """What a program on the maintainer's machine knows: the site's address and a token."""
    dataset = factories.make_dataset()
    max_: User = factories.make_member("max", dataset=dataset)
    token = tokens.issue(user=max_, label="a test", scopes=[Scope.DATASETS_WRITE])
    return {**os.environ, "HAYWARD_SERVER": live_server.url, "HAYWARD_TOKEN": token}


def hayward(*words: str, environment: dict[str, str], code: int = 0) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "hayward.cli", *words],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stderr
    return done.stdout


def test_findings_made_elsewhere_open_cases_on_the_site(
    site: dict[str, str], root: Path, tmp_path: Path
) -> None:
    data = root / "data"
    data.mkdir(parents=True)
    (data / "part-0.jsonl").write_text("\n".join(LINES) + "\n")
    findings, report = str(tmp_path / "findings.jsonl"), str(tmp_path / "report.json")
    command = ("findings", "import", findings, "--report", report, "--dataset", "demo", "--release", "1.0")

    hayward(
        "dataset", "register", "demo", str(data), "--release", "1.0", "--screeners", "none", environment=site
    )
    hayward(
        "screen",
        str(data),
        "--screeners",
        "pii",
        "--out",
        findings,
        "--report",
        report,
        environment=site,
        code=6,
    )
    hayward(*command, environment=site)
    hayward(*command, environment=site)

    row = Screening.objects.get()
    assert (row.state, row.records, row.passed, row.flagged, row.held) == ("done", 4, 1, 2, 1)
    assert sorted(Finding.objects.values_list("kind", flat=True)) == ["email_address", "iban"]
    assert (Case.objects.count(), HeldRecord.objects.get().row) == (2, 2)
    assert Dataset.objects.get().releases.get().screeners == []
