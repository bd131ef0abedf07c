"""The review page: covered by default, shown on demand, decided once."""

import shutil
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from datasets_app.models import Dataset
from moderation import deciding, intake, triage
from moderation.intake import Match
from moderation.kinds import Action, CaseState, NoticeType, TargetKind
from moderation.models import Case, Claim, Decision, Reveal, User
from tests import factories
from tests.factories import MAIL
from tests.web.conftest import As

SECRET = "nora.lind@example.org"


@pytest.fixture
def case(dataset: Dataset, root: Path) -> Case:
    return factories.make_case(dataset=dataset, root=root)


@pytest.fixture
def mine(alice: Client, case: Case) -> str:
    """The address of a case that alice has claimed."""
    alice.post(f"/cases/{case.pk}/claim/")
    return f"/cases/{case.pk}/"


def answer(case: Case, action: str, **more: object) -> dict[str, object]:
    findings = [row.pk for row in case.item.findings.all()] if case.item else []
    return {"action": action, "clause": "pii.contact", "spans": findings, **more}


def test_case_covers_the_finding(alice: Client, mine: str) -> None:
    html = alice.get(mine).content.decode()

    assert SECRET not in html
    assert '<mark class="mask">[e-mail address, 21 characters]</mark>' in html
    assert "part.jsonl" in html
    assert "row 0" in html
    assert "Yours until" in html


def test_case_is_kept_by_no_browser_or_proxy(alice: Client, mine: str) -> None:
    assert "no-store" in alice.get(mine).headers["Cache-Control"]


def test_reveal_shows_the_original_and_counts_it(
    alice: Client, mine: str, case: Case, cast: dict[str, User]
) -> None:
    html = alice.post(f"{mine}reveal/").content.decode()

    assert SECRET in html
    assert [(look.case, look.by) for look in Reveal.objects.all()] == [(case, cast["alice"])]


def test_reveal_gives_a_script_only_the_record(alice: Client, mine: str) -> None:
    html = alice.post(f"{mine}reveal/", headers={"X-Hayward-Fragment": "record"}).content.decode()

    assert SECRET in html
    assert "<html" not in html


def test_reveal_needs_the_claim(as_: As, case: Case) -> None:
    html = as_("bob").post(f"/cases/{case.pk}/reveal/", follow=True).content.decode()

    assert SECRET not in html
    assert "Only the moderator who holds this case can see the original." in html
    assert not Reveal.objects.exists()


def test_case_shows_fields_that_nobody_looked_at_only_when_revealed(
    alice: Client, dataset: Dataset, root: Path
) -> None:
    record = {"text": MAIL, "url": "https://example.org/nora", "timestamp": "2026-01-01"}
    release = factories.make_release(dataset=dataset, root=root, shards={"part.jsonl": [record]})
    factories.finish_screening(release=release, flags=[factories.flag(record)])
    address = f"/cases/{Case.objects.get().pk}/"
    alice.post(f"{address}claim/")

    assert "https://example.org/nora" not in alice.get(address).content.decode()
    assert "https://example.org/nora" in alice.post(f"{address}reveal/").content.decode()


def test_case_covers_the_whole_text_for_toxic_language(alice: Client, dataset: Dataset, root: Path) -> None:
    record = {"text": "an invented insult"}
    release = factories.make_release(dataset=dataset, root=root, shards={"part.jsonl": [record]})
    flag = factories.flag(record, kind="toxicity", start=0, end=18, score=0.95)
    factories.finish_screening(release=release, flags=[flag])
    address = f"/cases/{Case.objects.get().pk}/"
    alice.post(f"{address}claim/")

    html = alice.get(address).content.decode()

    assert "invented insult" not in html
    assert "[toxic language, 18 characters]" in html
    assert 'value="toxicity.language"' in html
    assert 'name="spans"' not in html


def test_case_cuts_long_texts_and_shows_all_on_demand(alice: Client, dataset: Dataset, root: Path) -> None:
    text = f"{MAIL} {'word ' * 1000}"
    case = factories.make_case(dataset=dataset, root=root, text=text)
    address = f"/cases/{case.pk}/"
    alice.post(f"{address}claim/")

    cut, whole = alice.get(address).content, alice.get(f"{address}?all=1").content

    assert b"characters not shown" in cut
    assert b"characters not shown" not in whole
    assert SECRET.encode() not in whole


def test_case_of_another_moderator_shows_no_content(as_: As, case: Case, mine: str) -> None:
    html = as_("bob").get(mine).content.decode()

    assert "Another moderator is looking at this case." in html
    assert "record" not in html.split("<main", 1)[1].split("</main", 1)[0]


def test_case_that_is_free_can_be_taken(alice: Client, case: Case) -> None:
    assert "Take this case" in alice.get(f"/cases/{case.pk}/").content.decode()


def test_claim_that_somebody_else_won_leads_back(as_: As, case: Case, mine: str) -> None:
    html = as_("bob").post(f"{mine}claim/", follow=True).content.decode()

    assert "Another moderator is looking at this case." in html
    assert Claim.objects.count() == 1


def test_release_gives_the_case_back(alice: Client, mine: str, case: Case) -> None:
    assert alice.post(f"{mine}release/").headers["Location"] == "/queue/"
    assert Case.objects.waiting(timezone.now()).get() == case


def test_decide_masks_the_ticked_spans_and_tells_of_undo(alice: Client, mine: str, case: Case) -> None:
    told = alice.post(mine, answer(case, "redact", reasoning="contact data", note="seen"), follow=True)

    decision = Decision.objects.get()
    assert told.redirect_chain == [(f"/queue/?decided={decision.pk}", 302)]
    assert decision.spans == [{"field": "text", "start": 9, "end": 30, "kind": "email_address"}]
    assert (decision.reasoning, decision.note) == ("contact data", "seen")
    assert "Masked 1 span. It goes into the patch in" in told.content.decode()
    assert f'action="/decisions/{decision.pk}/undo/"' in told.content.decode()


def test_decide_goes_on_to_the_next_case(
    alice: Client, mine: str, case: Case, dataset: Dataset, root: Path
) -> None:
    other = factories.make_case(
        dataset=dataset, root=root, text="mail to bea.holm@example.org", start=8, end=28
    )

    told = alice.post(mine, answer(case, "keep"), follow=True)

    assert told.redirect_chain == [(f"/cases/{other.pk}/?decided={Decision.objects.get().pk}", 302)]
    assert "Kept." in told.content.decode()


@pytest.mark.parametrize("action", ["keep", "remove", "not_sure"])
def test_decide_ignores_ticked_spans_for_other_actions(
    action: str, alice: Client, mine: str, case: Case
) -> None:
    alice.post(mine, answer(case, action, label="insult"))

    decision = Decision.objects.get()
    assert (decision.action, decision.spans, decision.label) == (action, [], "")


def test_decide_labels(alice: Client, mine: str, case: Case) -> None:
    alice.post(mine, answer(case, "label", clause="toxicity.language", label="insult"))

    assert Decision.objects.get().label == "insult"


def test_decide_masks_a_further_passage_everywhere(alice: Client, dataset: Dataset, root: Path) -> None:
    text = f"{MAIL} Nora, yes Nora"
    case = factories.make_case(dataset=dataset, root=root, text=text)
    alice.post(f"/cases/{case.pk}/claim/")

    alice.post(
        f"/cases/{case.pk}/", answer(case, "redact", spans=[], extra="Nora", extra_kind="email_address")
    )

    assert [(span["start"], span["end"]) for span in Decision.objects.get().spans] == [(37, 41), (47, 51)]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"action": ""}, "Choose what to do with the record."),
        ({"action": "fly"}, "Select a valid choice."),
        ({"action": "redact", "spans": []}, "Choose at least one span to mask."),
        ({"action": "redact", "spans": ["99999999"]}, "Select a valid choice."),
        ({"action": "redact", "extra": "not there"}, "This passage does not stand in the record."),
        ({"action": "label", "label": "insult"}, "does not allow “Label”."),
        ({"action": "keep", "clause": "none"}, "Select a valid choice."),
        ({"action": "keep", "note": "\x00"}, "Null characters are not allowed."),
    ],
)
def test_decide_says_what_is_wrong_and_keeps_what_was_typed(
    given: dict[str, object], said: str, alice: Client, mine: str, case: Case
) -> None:
    html = alice.post(mine, answer(case, "keep") | {"reasoning": "typed before"} | given).content.decode()

    assert "There is a problem" in html
    assert said in html
    assert "typed before" in html
    assert "<title>Error: " in html
    assert SECRET not in html
    assert not Decision.objects.exists()


def test_decide_after_the_claim_was_lost_shows_where_it_stands(
    alice: Client, mine: str, case: Case, cast: dict[str, User]
) -> None:
    now = timezone.now()
    triage.release(case=case, by=cast["alice"], at=now)
    triage.claim(case=case, by=cast["bob"], at=now)
    deciding.decide(case=case, action=Action.KEEP, clause="pii.contact", by=cast["bob"], at=now)

    html = alice.post(mine, answer(case, "remove"), follow=True).content.decode()

    assert "This case has been decided." in html
    assert Decision.objects.get().by == cast["bob"]


def test_case_whose_record_is_gone_can_still_be_kept(
    alice: Client, mine: str, case: Case, root: Path
) -> None:
    shutil.rmtree(root)

    assert "The record cannot be read" in alice.get(mine).content.decode()
    alice.post(mine, answer(case, "keep"))
    assert Decision.objects.get().action == Action.KEEP


def test_case_shows_its_holder_alone_what_the_filer_wrote(
    alice: Client, as_: As, case: Case, dataset: Dataset
) -> None:
    notice = intake.receive_notice(
        type_=NoticeType.PERSONAL_DATA, dataset=dataset, target_kind=TargetKind.SNIPPET, target="write to Nora Lind",
        reason="that is me", contact="nora.lind@example.net", at=factories.NOW,
    ).notice  # fmt: skip
    location = case.item.locations.get()  # type: ignore[union-attr] # make_case gives an item
    match = Match(shard=location.shard, row=0, digest=case.item.digest)  # type: ignore[union-attr] # as above
    intake.record_matches(notice=notice, matches=[match], at=factories.NOW)
    alice.post(f"/cases/{case.pk}/claim/")

    html = alice.get(f"/cases/{case.pk}/").content.decode()

    assert notice.reference in html
    assert "22 December 2026" in html
    assert "that is me" in html
    assert "nora.lind@example.net" in html
    assert "nora.lind@example.net" not in as_("lena").get(f"/cases/{case.pk}/").content.decode()


def test_case_without_a_record_can_be_decided(alice: Client, dataset: Dataset) -> None:
    notice = intake.receive_notice(
        type_=NoticeType.OTHER, dataset=dataset, target_kind=TargetKind.URL, target="https://example.org/x",
        reason="please", at=factories.NOW,
    ).notice  # fmt: skip
    case = notice.cases.get()
    alice.post(f"/cases/{case.pk}/claim/")

    assert "No record was found for this case." in alice.get(f"/cases/{case.pk}/").content.decode()
    alice.post(f"/cases/{case.pk}/", {"action": "keep", "clause": "notice.other"})
    assert Case.objects.get(pk=case.pk).state == CaseState.HELD


def test_case_asks_the_same_number_of_queries_for_one_and_three_findings(
    alice: Client, dataset: Dataset, root: Path, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    addresses = []
    for number, count in enumerate((1, 3)):
        record = {"text": f"{number} a@b.example c@d.example e@f.example"}
        release = factories.make_release(
            dataset=dataset, root=root / str(number), shards={"p.jsonl": [record]}, version=str(number)
        )
        flags = [factories.flag(record, start=at, end=at + 11) for at in (2, 14, 26)[:count]]
        factories.finish_screening(release=release, flags=flags)
        case = Case.objects.latest("pk")
        alice.post(f"/cases/{case.pk}/claim/")
        addresses.append(f"/cases/{case.pk}/")
    alice.get(addresses[0])

    with django_assert_num_queries(12) as first:
        alice.get(addresses[0])
    with django_assert_num_queries(len(first.captured_queries)):
        alice.get(addresses[1])
