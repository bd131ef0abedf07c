"""The changelog through the API: public, byte for byte, and fit for caches."""

from datetime import timedelta
from pathlib import Path

from django.utils import timezone
from rest_framework.test import APIClient

from datasets_app.models import Dataset
from hayward.log import checkpoint, merkle, notes
from moderation import changelog
from moderation.models import Entry, User
from tests import factories
from tests.api import world

LOG = "/api/v1/datasets/demo/log"


def body_of(response: object) -> bytes:
    return b"".join(response.streaming_content)  # type: ignore[attr-defined]


def test_log_tells_sizes_and_key(
    public: APIClient, cast: dict[str, User], dataset: Dataset, root: Path
) -> None:
    world.decide_some(dataset=dataset, root=root, by=cast["alice"], count=2, at=factories.NOW)

    answer = public.get(LOG).json()

    newest = changelog.latest_checkpoint(dataset)
    assert newest is not None
    assert answer == {
        "origin": "localhost/log/demo",
        "size": 2,
        "vkey": newest.vkey,
        "checkpoint_size": 2,
        "hold_until": None,
    }


def test_empty_log_has_its_key_already(public: APIClient, dataset: Dataset) -> None:
    answer = public.get(LOG).json()

    assert (answer["size"], answer["checkpoint_size"], answer["hold_until"]) == (0, 0, None)
    assert answer["vkey"].startswith("localhost/log/demo+")


def test_empty_log_of_a_server_without_key_says_so(
    public: APIClient, dataset: Dataset, settings: object
) -> None:
    settings.HAYWARD_LOG_KEY_FILE = Path("/nowhere/log.key")  # type: ignore[attr-defined]

    assert public.get(LOG).json()["vkey"] == ""


def test_log_tells_until_when_decisions_may_be_undone(
    public: APIClient, cast: dict[str, User], dataset: Dataset, root: Path
) -> None:
    now = timezone.now()
    case = factories.make_case(dataset=dataset, root=root, at=now)
    factories.make_decision(case=case, by=cast["alice"], at=now)

    answer = public.get(LOG).json()

    assert answer["hold_until"] == (now + timedelta(seconds=30)).isoformat().replace("+00:00", "Z")


def test_checkpoint_is_the_signed_note(
    public: APIClient, cast: dict[str, User], dataset: Dataset, root: Path
) -> None:
    world.decide_some(dataset=dataset, root=root, by=cast["alice"], count=3, at=factories.NOW)

    response = public.get(f"{LOG}/checkpoint")

    assert response["Content-Type"] == "text/plain; charset=utf-8"
    vkey = public.get(LOG).json()["vkey"]
    head = checkpoint.open_checkpoint(response.content.decode(), [notes.Verifier.parse(vkey)])
    leaves = [bytes(body) for body in Entry.objects.order_by("seq").values_list("body", flat=True)]
    assert (head.size, head.root) == (3, merkle.root(leaves))


def test_checkpoint_known_already_is_not_sent_again(
    public: APIClient, cast: dict[str, User], dataset: Dataset, root: Path
) -> None:
    world.decide_some(dataset=dataset, root=root, by=cast["alice"], count=1, at=factories.NOW)
    etag = public.get(f"{LOG}/checkpoint")["ETag"]

    response = public.get(f"{LOG}/checkpoint", HTTP_IF_NONE_MATCH=etag)

    assert (response.status_code, response.content) == (304, b"")


def test_checkpoint_before_the_first_is_not_found(public: APIClient, dataset: Dataset) -> None:
    assert public.get(f"{LOG}/checkpoint").status_code == 404


def test_entries_are_the_stored_bytes_in_order(
    public: APIClient, cast: dict[str, User], dataset: Dataset, root: Path
) -> None:
    world.decide_some(dataset=dataset, root=root, by=cast["alice"], count=3, at=factories.NOW)
    stored = [bytes(body) + b"\n" for body in Entry.objects.order_by("seq").values_list("body", flat=True)]

    everything = public.get(f"{LOG}/entries")
    part = public.get(f"{LOG}/entries", {"after": 0, "limit": 1})

    assert everything["Content-Type"] == "application/x-ndjson"
    assert body_of(everything) == b"".join(stored)
    assert body_of(part) == stored[1]


def test_entries_of_a_full_range_may_be_kept_for_good(
    public: APIClient, cast: dict[str, User], dataset: Dataset, root: Path
) -> None:
    world.decide_some(dataset=dataset, root=root, by=cast["alice"], count=3, at=factories.NOW)

    full, open_ended, short = (
        public.get(f"{LOG}/entries", query)["Cache-Control"]
        for query in ({"after": 0, "limit": 2}, {"after": 0}, {"after": 0, "limit": 3})
    )

    assert full == "public, max-age=31536000, immutable"
    assert open_ended == short == "public, max-age=2"


def test_entries_without_a_checkpoint_over_them_are_not_shown(
    public: APIClient, cast: dict[str, User], dataset: Dataset, root: Path
) -> None:
    case = factories.make_case(dataset=dataset, root=root)
    factories.make_decision(case=case, by=cast["alice"])

    assert body_of(public.get(f"{LOG}/entries")) == b""
    assert public.get(LOG).json()["size"] == 1


def test_log_is_readable_from_any_origin(public: APIClient, dataset: Dataset) -> None:
    for address in (LOG, f"{LOG}/checkpoint", f"{LOG}/entries"):
        assert public.get(address)["Access-Control-Allow-Origin"] == "*"
