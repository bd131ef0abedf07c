"""The people's door in a real browser: the whole journey, keys, hostile texts, no JavaScript, every page with axe."""

import os
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Dialog, Page, expect
from pytest_django.live_server_helper import LiveServer

from datasets_app.models import Dataset
from moderation import changelog, deciding, intake, screening, triage
from moderation.kinds import Action, NoticeType, TargetKind
from moderation.models import Case, DatasetLog, Decision, Reveal, User
from tests import factories
from tests.web import world
from tests.web.test_hostile import payloads

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

IMAGES = Path(settings.BASE_DIR) / "docs" / "images"
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
SECRET = "bea.holm@example.net"
People = dict[str, User]
LogIn = Callable[[Page, str], None]


@pytest.fixture
def letters(transactional_db: None, root: Path) -> Dataset:
    return world.make_letters(root=root, at=timezone.now() - timedelta(hours=3))[0]


@pytest.fixture
def people(letters: Dataset) -> People:
    return world.make_people(letters)


@pytest.fixture
def site(live_server: LiveServer, page: Page) -> str:
    page.set_default_timeout(15_000)
    return str(live_server.url)


@pytest.fixture
def log_in(people: People, site: str) -> LogIn:
    """Logs a person in without the form."""

    def enter(page: Page, name: str) -> None:
        client = Client()
        client.force_login(people[name], backend="django.contrib.auth.backends.ModelBackend")
        page.context.add_cookies(
            [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}]
        )

    return enter


def publish() -> None:
    for log in DatasetLog.objects.all():
        changelog.publish_checkpoint(log=log, at=timezone.now())


def violations(page: Page) -> list[str]:
    """What axe finds, by rule and element; scrolling sideways counts too."""
    page.wait_for_load_state()
    found = [
        f"{page.url}: {rule['id']}: {node['html'][:160]}"
        for rule in Axe().run(page, options=WCAG).response["violations"]
        for node in rule["nodes"]
    ]
    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return [*found, *([f"{page.url}: scrolls sideways"] if wide else [])]


def picture(page: Page, name: str) -> None:
    if os.environ.get("HAYWARD_SCREENSHOTS"):
        IMAGES.mkdir(parents=True, exist_ok=True)
        page.wait_for_load_state("networkidle")
        page.screenshot(path=IMAGES / f"{name}.png", animations="disabled")


def test_journey_from_login_to_the_changelog_and_a_takedown(site: str, page: Page, people: People) -> None:
    page.goto(f"{site}/queue/")
    page.get_by_label("User name or e-mail address").fill("alice")
    page.get_by_label("Password").fill(factories.PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="Queue")).to_be_visible()
    page.get_by_label("Kind").select_option("email_address")
    page.get_by_role("button", name="Filter").click()
    page.get_by_role("button", name=re.compile("Open case")).last.click()

    record = page.locator("#record")
    expect(record).to_contain_text("[e-mail address, 20 characters]")
    expect(record).not_to_contain_text(SECRET)
    page.get_by_role("button", name="Show the original").click()
    expect(record).to_contain_text(SECRET)
    page.get_by_role("link", name="Cover again").click()
    expect(record).not_to_contain_text(SECRET)
    assert Reveal.objects.count() == 1

    page.get_by_label("Mask spans").check()
    page.get_by_role("button", name="Decide and go on").click()
    expect(page.get_by_role("status")).to_contain_text("Masked 1 span. It goes into the patch in")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("status").first).to_contain_text("Undone. The case is yours again.")
    page.get_by_label("Mask spans").check()
    page.get_by_label("Public reason").fill("Contact data of a person.")
    page.get_by_role("button", name="Decide and go on").click()
    expect(page.get_by_role("status")).to_contain_text("Masked 1 span.")

    publish()
    page.goto(f"{site}/changelog/village-letters/")
    expect(page.get_by_role("row")).to_have_count(4)
    expect(page.get_by_role("row").nth(1)).to_contain_text("Masked")
    expect(page.get_by_role("row").nth(2)).to_contain_text("Restored")
    assert SECRET not in page.content()

    page.get_by_role("button", name="Log out").click()
    page.get_by_role("link", name="Ask for a removal").first.click()
    page.get_by_label("It is about me (personal data)").check()
    page.get_by_label("Which dataset?").select_option("village-letters")
    page.get_by_label("A piece of the text").check()
    page.get_by_label("Where is it?").fill("a grey umbrella with a horn handle")
    page.get_by_role("button", name="Send your notice").click()
    expect(page.locator("#problems")).to_be_focused()
    page.get_by_label("Why should it go?").fill("I wrote this letter.")
    page.get_by_role("button", name="Send your notice").click()
    expect(page.get_by_role("heading", name="Your notice was sent")).to_be_visible()
    page.get_by_role("link", name="Open the status page").click()
    expect(page.get_by_role("heading", name=re.compile("Your notice HWD-"))).to_be_visible()
    expect(page.locator(".timeline .now")).to_contain_text("Looking for the record")


@pytest.fixture
def review(site: str, page: Page, log_in: LogIn) -> Page:
    """Alice in a case of hers whose only finding is an e-mail address."""
    log_in(page, "alice")
    case = Case.objects.get(item__locations__row=4)
    page.goto(f"{site}/cases/{case.pk}/")
    page.get_by_role("button", name="Take this case").click()
    expect(page.locator("#record")).to_contain_text("[e-mail address, 20 characters]")
    expect(page.locator("#keys")).to_be_visible()  # its script listens
    return page


def test_keys_peek_choose_decide_and_undo(review: Page) -> None:
    record = review.locator("#record")
    review.locator("#case-title").focus()

    review.keyboard.down(" ")
    expect(record).to_contain_text(SECRET)
    review.keyboard.up(" ")
    expect(record).not_to_contain_text(SECRET)

    review.keyboard.press("b")
    expect(record).to_contain_text(SECRET)
    review.keyboard.press("Escape")
    expect(record).not_to_contain_text(SECRET)
    assert Reveal.objects.count() == 2

    review.keyboard.press("?")
    expect(review.get_by_text("choose what to do")).to_be_visible()
    review.locator("#case-title").focus()
    review.keyboard.press("Enter")
    expect(review.get_by_role("status")).to_have_count(0)
    review.keyboard.press("4")
    expect(review.get_by_label("Clause of the policy")).to_have_value("toxicity.language")
    review.keyboard.press("2")
    expect(review.get_by_label("Mask spans")).to_be_checked()
    expect(review.get_by_label("Clause of the policy")).to_have_value("pii.contact")
    review.keyboard.press("Enter")
    expect(review.get_by_role("status")).to_contain_text("Masked 1 span.")
    expect(review.locator("#case-title")).to_be_focused()
    review.keyboard.press("u")
    expect(review.get_by_role("status").first).to_contain_text("Undone.")
    assert [str(decision.action) for decision in Decision.objects.order_by("pk")] == ["redact", "restore"]


def test_keys_are_silent_in_text_fields_and_when_switched_off(review: Page) -> None:
    keep = review.get_by_label("Keep")
    review.get_by_label("Public reason").press_sequentially("1? b")
    expect(review.get_by_label("Public reason")).to_have_value("1? b")
    expect(keep).not_to_be_checked()

    review.locator("#keys > summary").click()
    review.get_by_label("Use single keys in this browser").uncheck()
    review.reload()
    expect(review.locator("#keys")).to_be_visible()
    review.locator("#case-title").focus()
    review.keyboard.press("1")

    expect(keep).not_to_be_checked()
    assert Reveal.objects.count() == 0


def test_original_is_covered_again_when_the_page_loses_sight(review: Page) -> None:
    review.get_by_role("button", name="Show the original").click()
    expect(review.locator("#record")).to_contain_text(SECRET)

    review.evaluate("window.dispatchEvent(new Event('blur'))")

    expect(review.locator("#record")).not_to_contain_text(SECRET)


def test_hostile_texts_run_nothing(
    site: str, page: Page, log_in: LogIn, letters: Dataset, root: Path
) -> None:
    dialogs: list[str] = []

    def refuse(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", refuse)
    texts = [text for text in payloads() if "\x00" not in text]
    case = factories.make_case(dataset=letters, root=root / "hostile", text="\n".join(texts), start=0, end=3)
    asked = intake.receive_notice(
        type_=NoticeType.OTHER, dataset=letters, target_kind=TargetKind.URL, target="\n".join(texts[:60])[:4900],
        reason="\n".join(texts[60:120])[:4900], at=timezone.now(),
    )  # fmt: skip
    log_in(page, "alice")

    for pk in (case.pk, asked.notice.cases.get().pk):
        page.goto(f"{site}/cases/{pk}/?all=1")
        page.get_by_role("button", name="Take this case").click()
        page.goto(f"{site}/cases/{pk}/?all=1")
        if page.locator("#show").count():
            page.locator("#show").click()
            expect(page.locator("#cover")).to_be_visible()
        page.mouse.move(300, 500)
        page.keyboard.press("Tab")
    page.goto(f"{site}/notices/status/{asked.token}/")
    page.goto(f"{site}/notices/new/")
    page.get_by_label("Where is it?").fill("\n".join(texts)[:4900])
    page.get_by_role("button", name="Send your notice").click()
    expect(page.locator("#problems")).to_be_visible()

    assert dialogs == []


def test_progress_of_a_screening_moves_by_itself(
    site: str, page: Page, log_in: LogIn, letters: Dataset, root: Path
) -> None:
    record = {"text": "nothing to find"}
    release = factories.make_release(
        dataset=letters,
        root=root / "next",
        shards={"part.jsonl": [record]},
        version="next",
        at=timezone.now(),
    )
    screening.open_screenings(release=release)
    log_in(page, "max")
    page.goto(f"{site}/datasets/village-letters/releases/next/")
    expect(page.locator("#progress")).to_contain_text("0 of 1 shard done")

    factories.finish_screening(release=release, flags=[], records=1, at=timezone.now())

    expect(page.locator("#progress")).to_contain_text("Finished, 1 of 1 shard done")
    expect(page.locator("#progress[hx-get]")).to_have_count(0)


@pytest.fixture
def plain_page(browser: Browser) -> Iterator[Page]:
    """A page of a browser without JavaScript."""
    context = browser.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


def test_review_works_without_javascript(site: str, plain_page: Page, log_in: LogIn) -> None:
    log_in(plain_page, "alice")
    plain_page.goto(f"{site}/")
    plain_page.get_by_role("button", name="Start reviewing").click()
    plain_page.get_by_role("button", name="Show the original").click()
    expect(plain_page.locator("#record")).to_contain_text("GB33 BUKB")
    plain_page.get_by_role("link", name="Cover again").click()
    expect(plain_page.locator("#record")).not_to_contain_text("GB33 BUKB")
    plain_page.get_by_label("Mask spans").check()
    plain_page.get_by_role("button", name="Decide and go on").click()
    expect(plain_page.get_by_role("status")).to_contain_text("Masked 1 span.")
    plain_page.get_by_role("button", name="Undo").click()

    expect(plain_page.get_by_role("status").first).to_contain_text("Undone.")


@pytest.fixture
def busy(letters: Dataset, people: People) -> dict[str, str]:
    """A site in the middle of its work; gives the addresses that depend on it."""
    long_ago = timezone.now() - timedelta(minutes=30)
    dull, rude = (Case.objects.get(item__locations__row=row) for row in (3, 2))
    for case in (dull, rude):
        triage.claim(case=case, by=people["bob"], at=long_ago)
    deciding.decide(case=dull, action=Action.KEEP, clause="pii.contact", by=people["bob"], at=long_ago)
    deciding.decide(
        case=rude,
        action=Action.LABEL,
        clause="toxicity.language",
        label="insult",
        by=people["bob"],
        at=long_ago,
    )
    deciding.end_holds(at=timezone.now())
    receipt = intake.receive_notice(
        type_=NoticeType.OPT_OUT, dataset=letters, target_kind=TargetKind.SNIPPET, target="a grey umbrella with a horn",
        reason="I wrote it and do not want it used.", at=timezone.now(),
    )  # fmt: skip
    publish()
    return {
        "token": receipt.token,
        "asked": str(receipt.notice.cases.get().pk),
        "decided": str(dull.pk),
        "decision": str(dull.decisions.get().pk),
    }


PUBLIC = (
    "/", "/datasets/", "/datasets/village-letters/", "/notices/new/", "/notices/sent/", "/notices/status/{token}/",
    "/notices/status/wrong/", "/policy/", "/changelog/", "/changelog/village-letters/", "/changelog/village-letters/0/",
    "/accounts/login/", "/accounts/password/reset/", "/nowhere/",
)  # fmt: skip
INSIDE = {
    "alice": (
        "/", "/queue/", "/queue/?kind=iban&severity=1", "/cases/{asked}/", "/cases/{decided}/", "/account/tokens/",
        "/accounts/2fa/", "/accounts/2fa/totp/activate/", "/accounts/password/change/", "/accounts/logout/",
        "/datasets/new/",
    ),
    "lena": ("/decisions/", "/decisions/{decision}/reverse/"),
    "max": ("/datasets/new/", "/datasets/village-letters/new-release/", "/datasets/village-letters/releases/2026-11/"),
}  # fmt: skip


@pytest.fixture(params=["light-1280", "light-320", "dark-1280", "dark-320"])
def visitor(
    request: pytest.FixtureRequest, site: str, new_page: Callable[[], Page], log_in: LogIn
) -> Callable[[str], Page]:
    """Opens a page for a person, or for nobody, in one colour scheme and width."""
    scheme, _, width = str(request.param).partition("-")

    def visit(name: str) -> Page:
        page = new_page()
        page.set_viewport_size({"width": int(width), "height": 900})
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        if name:
            log_in(page, name)
        return page

    return visit


def test_every_page_is_accessible(
    site: str, visitor: Callable[[str], Page], busy: dict[str, str], page_problems: list[str]
) -> None:
    found: list[str] = []
    for name, addresses in {"": PUBLIC, **INSIDE}.items():
        page = visitor(name)
        for address in addresses:
            page.goto(site + address.format(**busy))
            found += violations(page)
        if name == "alice":
            found += _in_review(page, site)
    # The pages that are asked for in vain say so in the console as well.
    page_problems[:] = [text for text in page_problems if "404" not in text and "403" not in text]

    assert found == []


def test_a_refused_form_is_accessible(site: str, visitor: Callable[[str], Page], letters: Dataset) -> None:
    page = visitor("")
    page.goto(f"{site}/notices/new/")
    page.get_by_role("button", name="Send your notice").click()

    assert violations(page) == []


def _in_review(page: Page, site: str) -> list[str]:
    """The review page covered, shown and with an error."""
    page.goto(f"{site}/queue/")
    page.get_by_role("button", name=re.compile("Open case")).first.click()
    found = violations(page)
    page.locator("#show").click()
    expect(page.locator("#cover")).to_be_visible()
    found += violations(page)
    page.get_by_role("button", name="Decide and go on").click()
    expect(page.locator("#problems")).to_be_visible()
    return found + violations(page)


def test_pictures_for_the_documentation(
    site: str, page: Page, log_in: LogIn, busy: dict[str, str], root: Path
) -> None:
    if not os.environ.get("HAYWARD_SCREENSHOTS"):
        pytest.skip("draws docs/images; `make pictures` runs it")
    pictures = world.make_pictures(root=root / "pictures", at=timezone.now() - timedelta(hours=2))
    factories.make_member("alice", dataset=pictures)
    places = {
        "front": "/",
        "dataset": "/datasets/village-letters/",
        "takedown": "/notices/new/",
        "status": "/notices/status/{token}/",
        "changelog": "/changelog/village-letters/",
    }
    for name, address in places.items():
        page.goto(site + address.format(**busy))
        picture(page, name)
    log_in(page, "alice")
    page.goto(f"{site}/")
    picture(page, "desk")
    page.goto(f"{site}/queue/")
    picture(page, "queue")
    page.goto(f"{site}/queue/?kind=image_metadata")
    page.get_by_role("button", name=re.compile("Open case")).click()
    page.get_by_label("Mask spans").check()
    picture(page, "review-picture")
    page.goto(f"{site}/queue/?kind=phone_number")
    page.get_by_role("button", name=re.compile("Open case")).click()
    page.get_by_label("Mask spans").check()
    picture(page, "review")
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 360, "height": 780})
    picture(page, "review-phone-dark")
    page.goto(f"{site}/queue/")
    picture(page, "queue-phone-dark")
