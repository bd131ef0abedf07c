"""Pictures on the review page: grey and blurred until a counted look, never with metadata, never when sealed."""

import io
import tarfile
from pathlib import Path

import pytest
from django.test import Client
from PIL import ExifTags, Image

from datasets_app import registering
from datasets_app.models import Dataset
from datasets_app.registering import ManifestShard
from hayward import formats
from moderation import screening, triage
from moderation.models import Case, Finding, Reveal, User
from tests import factories
from tests.web.conftest import As

PLACE = "Mill Lane 4"


def photograph() -> bytes:
    """A red picture that says who took it."""
    exif = Image.Exif()
    exif[ExifTags.Base.Artist] = PLACE
    exif[ExifTags.Base.Orientation] = 6
    target = io.BytesIO()
    Image.new("RGB", (64, 32), (200, 10, 10)).save(target, "JPEG", exif=exif)
    return target.getvalue()


@pytest.fixture
def case(dataset: Dataset, root: Path) -> Case:
    """A case about a sample with a picture, in which a face was found."""
    root.mkdir(exist_ok=True)
    path = root / "pictures.tar"
    with tarfile.open(path, "w") as tar:
        for name, content in (("a.jpg", photograph()), ("a.txt", b"a fair on the common")):
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    print_ = formats.fingerprint(str(path))
    release = registering.register_release(
        dataset=dataset,
        version="1.0",
        root=str(root),
        screeners=["images"],
        manifest=[ManifestShard("pictures.tar", print_.bytes, print_.sha256)],
        at=factories.NOW,
    )
    record = formats.read_records(str(path), [0])[0]
    screening.open_screenings(release=release)
    claimed = screening.claim(at=factories.NOW)
    assert claimed is not None
    found = factories.flag(record, kind="nudity", field="jpg", start=0, end=0, box=(0, 0, 16, 16))
    outcome = screening.Outcome(1, 0, 1, 0, (), [[found]], factories.VERSIONS)
    screening.record(screening=claimed, outcome=outcome, at=factories.NOW)
    return Case.objects.get()


@pytest.fixture
def held(alice: Client, case: Case) -> Case:
    alice.post(f"/cases/{case.pk}/claim/")
    return case


def opened(client: Client, case: Case, query: str = "") -> Image.Image:
    answer = client.get(f"/cases/{case.pk}/pictures/jpg{query}")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert (answer["Cache-Control"], PLACE.encode() in answer.content) == ("private, no-store", False)
    return Image.open(io.BytesIO(answer.content))


def ticket_of(page: str) -> str:
    return "?ticket=" + page.partition("?ticket=")[2].partition('"')[0]


def test_picture_is_grey_before_a_look(alice: Client, held: Case) -> None:
    page = alice.get(f"/cases/{held.pk}/").content.decode()

    shown = opened(alice, held)

    assert f'src="/cases/{held.pk}/pictures/jpg"' in page
    assert (shown.convert("RGB").getextrema()[0], Reveal.objects.count()) == (
        shown.convert("RGB").getextrema()[1],
        0,
    )


def test_counted_look_shows_the_picture_upright_without_metadata(alice: Client, held: Case) -> None:
    page = alice.post(f"/cases/{held.pk}/reveal/").content.decode()

    shown = opened(alice, held, ticket_of(page))

    red, green, _ = shown.convert("RGB").getpixel((16, 32))  # type: ignore[misc]
    assert (shown.size, red > 150 > green, dict(shown.getexif())) == ((32, 64), True, {})
    assert Reveal.objects.count() == 1


def test_ticket_of_another_person_shows_nothing(
    as_: As, alice: Client, held: Case, cast: dict[str, User]
) -> None:
    query = ticket_of(alice.post(f"/cases/{held.pk}/reveal/").content.decode())
    alice.post(f"/cases/{held.pk}/release/")
    bob = as_("bob")
    bob.post(f"/cases/{held.pk}/claim/")

    shown = opened(bob, held, query)

    assert shown.convert("RGB").getextrema()[0] == shown.convert("RGB").getextrema()[1]


def test_picture_is_for_whoever_holds_the_case(as_: As, case: Case) -> None:
    answers = {
        name: as_(name).get(f"/cases/{case.pk}/pictures/jpg").status_code for name in ("alice", "charlie")
    }

    assert answers == {"alice": 403, "charlie": 403}
    assert as_("anonymous").get(f"/cases/{case.pk}/pictures/jpg").status_code == 302


def test_sealed_picture_is_shown_to_nobody(as_: As, cast: dict[str, User], case: Case) -> None:
    Finding.objects.update(kind="known_image")
    triage.claim(case=case, by=cast["lena"], at=factories.NOW)
    lena = as_("lena")
    lena.post(f"/cases/{case.pk}/claim/")

    page = lena.get(f"/cases/{case.pk}/").content.decode()
    shown = lena.post(f"/cases/{case.pk}/reveal/").content.decode()

    assert "This picture is sealed" in page
    assert "<img" not in page + shown
    assert lena.get(f"/cases/{case.pk}/pictures/jpg").status_code == 404


@pytest.mark.parametrize("field", ["txt", "nothing", "..", "__key__"])
def test_field_without_a_picture_is_not_found(alice: Client, held: Case, field: str) -> None:
    assert alice.get(f"/cases/{held.pk}/pictures/{field}").status_code in {404, 301}


def test_box_is_offered_to_be_masked(alice: Client, held: Case) -> None:
    finding = Finding.objects.get()

    page = alice.get(f"/cases/{held.pk}/").content.decode()

    assert f'name="spans" value="{finding.pk}"' in page
    assert "box 0, 0, 16, 16" in page
