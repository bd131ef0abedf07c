"""The policy file: read, complete, and refused with the reason when it is not."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from pytest_django import Settings

from hayward.screeners import load
from hayward.screeners.duplicates.screener import DuplicatesScreener
from hayward.screeners.toxicity import engines
from hayward.screening import bundles
from moderation import checks, policy
from moderation.kinds import FindingKind, NoticeType

TEXT = Path(django_settings.HAYWARD_POLICY_FILE).read_text()


def without(line: str) -> bytes:
    assert line in TEXT
    return TEXT.replace(line, "").encode()


def test_policy_covers_every_kind_and_type() -> None:
    rules = policy.parse(TEXT.encode())

    assert policy.gaps(rules) == []
    assert {rules.clause_of_kind(kind).code for kind in FindingKind} <= rules.clauses.keys()
    assert {rules.clause_of_notice(type_).code for type_ in NoticeType} <= rules.clauses.keys()


def test_screeners_and_policy_speak_of_the_same_kinds() -> None:
    loaded = load(("pii", "names", "images", "signals"))
    found = {kind for screener in loaded for kind in screener.kinds}
    others = {*engines.KINDS, *DuplicatesScreener.kinds, bundles.KIND}

    assert found | others == set(FindingKind.values)


def test_policy_passes_its_system_check() -> None:
    assert checks.policy_is_complete(None) == []


def test_missing_kind_is_a_gap() -> None:
    rules = policy.parse(TEXT.replace("[doxxing_bundle]", "[]").encode())

    assert policy.gaps(rules) == [
        "The finding kind doxxing_bundle is covered by 0 clauses; it needs exactly one."
    ]


def test_kind_in_two_clauses_is_a_gap() -> None:
    rules = policy.parse(TEXT.replace("[doxxing_bundle]", "[doxxing_bundle, iban]").encode())

    assert policy.gaps(rules) == ["The finding kind iban is covered by 2 clauses; it needs exactly one."]


def test_clause_without_keep_is_a_gap() -> None:
    rules = policy.parse(TEXT.replace("[keep, label, remove, not_sure]", "[label]", 1).encode())

    assert [gap for gap in policy.gaps(rules) if "must allow keep" in gap] != []


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (without("hold_seconds: 30\n"), "lacks 'hold_seconds'"),
        (TEXT.replace("severity: low", "severity: tiny").encode(), "lacks 'TINY'"),
        (TEXT.replace("kinds: [doxxing_bundle]", "kinds: [shoe_size]").encode(), "wrong value: 'shoe_size'"),
        ((TEXT + "\n```yaml\nversion: again\n```\n").encode(), "gives version twice"),
        ((TEXT + "\n```yaml\n- a list\n```\n").encode(), "is not a mapping"),
    ],
)
def test_faulty_policy_is_refused_with_the_reason(data: bytes, why: str) -> None:
    with pytest.raises(policy.InvalidPolicy, match=why):
        policy.parse(data)


def test_check_names_a_personal_field_without_a_rule(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "policy.md"
    path.write_text(TEXT.replace("moderation.Notice.contact:", "moderation.Notice.phone:"))
    settings.HAYWARD_POLICY_FILE = path

    said = {(message.id, message.msg) for message in checks.policy_is_complete(None)}

    assert said == {
        ("moderation.E003", "The policy does not say how long moderation.Notice.contact is kept."),
        ("moderation.E004", "The policy rules moderation.Notice.phone, which is not a personal field."),
    }


def test_check_says_when_the_file_is_gone(settings: Settings, tmp_path: Path) -> None:
    settings.HAYWARD_POLICY_FILE = tmp_path / "gone.md"

    assert [message.id for message in checks.policy_is_complete(None)] == ["moderation.E001"]


def test_due_date_is_a_calendar_month_clamped_to_its_end() -> None:
    rules = policy.current()

    assert rules.due_on("opt_out", datetime(2027, 1, 31, 23, tzinfo=UTC)) == date(2027, 2, 28)


def test_stamp_names_version_and_digest() -> None:
    import hashlib

    assert policy.current().stamp == f"2026-12@{hashlib.sha256(TEXT.encode()).hexdigest()}"
