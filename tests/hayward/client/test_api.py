"""The client against a real HTTP server: what it sends, what it makes of each answer."""

from __future__ import annotations

import socket

import httpx
import pytest

from hayward.client.api import Client
from hayward.client.errors import (
    ApiError,
    Busy,
    Conflict,
    Denied,
    Missing,
    Rejected,
    UnexpectedAnswer,
    Unreachable,
)
from hayward.log.errors import Tampered
from tests.hayward.client.peer import Answer, Asked, Peer, as_json, problem, release_shape
from tests.hayward.log.golden import make_log

QUICK = httpx.Timeout(5, read=0.2)


def test_a_release_is_registered_by_manifest(peer: Peer) -> None:
    peer.routes["POST /datasets/demo/releases"] = as_json(release_shape(), 201)
    shard = {"path": "part-0.jsonl.gz", "bytes": 12, "sha256": "ab" * 32}

    with Client(peer.url, token="hwd_secret") as client:
        release = client.register_release(
            dataset="demo", version="1.0", root="/data", screeners=["pii"], shards=[shard], fields=["text"]
        )

    assert (release.version, release.shards, release.screening.flagged) == ("1.0", 2, 2)
    (asked,) = peer.asked
    assert asked.headers["authorization"] == "Bearer hwd_secret"
    assert asked.body == {
        "version": "1.0",
        "root": "/data",
        "screeners": ["pii"],
        "fields": ["text"],
        "shards": [shard],
    }


def test_a_release_is_registered_by_a_place_that_the_server_reads(peer: Peer) -> None:
    peer.routes["POST /datasets/demo/releases"] = as_json(release_shape(state="registering"), 201)

    with Client(peer.url) as client:
        release = client.register_release(
            dataset="demo", version="1.0", root="/srv/demo", screeners=["pii"], source="/srv/demo/*.gz"
        )

    assert release.state == "registering"
    assert peer.asked[0].body["source"] == "/srv/demo/*.gz"
    assert "authorization" not in peer.asked[0].headers
    assert "shards" not in peer.asked[0].body


def test_a_dataset_is_registered_with_its_maintainers(peer: Peer) -> None:
    peer.routes["POST /datasets"] = as_json({"slug": "demo"}, 201)

    with Client(peer.url) as client:
        client.register_dataset(slug="demo", name="Demo", maintainers=["max"])

    assert peer.asked[0].body == {"slug": "demo", "name": "Demo", "description": "", "maintainers": ["max"]}


@pytest.mark.parametrize(
    ("changes", "finished"),
    [
        ({}, True),
        ({"shards_done": 1}, False),
        ({"shards_done": 1, "shards_failed": 1}, True),
        ({"shards_done": 0, "shards_total": 0}, False),
        ({"shards_done": 0, "shards_total": 0, "shards": 0}, True),
        ({"state": "registering"}, False),
        ({"state": "failed", "shards_done": 0, "shards_total": 0}, True),
    ],
)
def test_a_release_is_finished_when_nothing_is_left_to_wait_for(
    peer: Peer, changes: dict[str, object], finished: bool
) -> None:
    peer.routes["GET /datasets/demo/releases/1.0"] = as_json(release_shape(**changes))

    with Client(peer.url) as client:
        assert client.release(dataset="demo", version="1.0").is_finished is finished


def test_names_cannot_leave_their_place_in_the_address(peer: Peer) -> None:
    with Client(peer.url) as client, pytest.raises(Missing):
        client.release(dataset="../secret", version="a/b?c")

    assert peer.asked[0].path == "/api/v1/datasets/..%2Fsecret/releases/a%2Fb%3Fc"


def test_every_call_is_announced_before_it_is_made(peer: Peer) -> None:
    peer.keep_log(make_log(3))
    said: list[tuple[str, int]] = []

    with Client(peer.url, announce=lambda text: said.append((text, len(peer.asked)))) as client:
        client.log_info("demo")
        list(client.entries("demo", start=0, stop=3))
        with client.silent():
            client.log_info("demo")

    assert said == [
        (f"Asking {peer.url}/api/v1/datasets/demo/log …", 0),
        (f"Fetching entries 0 to 2 from {peer.url} …", 1),
    ]


def test_entries_are_fetched_as_far_as_the_server_has_them(peer: Peer) -> None:
    leaves = make_log(25)
    peer.keep_log(leaves, most=10)

    with Client(peer.url) as client:
        assert list(client.entries("demo", start=0, stop=25)) == leaves
        assert list(client.entries("demo", start=7, stop=9)) == leaves[7:9]
        assert list(client.entries("demo", start=20, stop=99)) == leaves[20:]


def test_the_first_call_for_entries_names_no_entry_before(peer: Peer) -> None:
    peer.keep_log(make_log(2))

    with Client(peer.url) as client:
        list(client.entries("demo", start=0, stop=2))
        list(client.entries("demo", start=1, stop=2))

    assert [asked.query for asked in peer.asked] == [{"limit": "2"}, {"after": "0", "limit": "1"}]


def test_an_endless_line_of_entries_is_refused(peer: Peer) -> None:
    peer.routes["GET /datasets/demo/log/entries"] = Answer(200, b"x" * 1_000_000)

    with Client(peer.url) as client, pytest.raises(Tampered):
        list(client.entries("demo", start=0, stop=2))


def test_all_pages_of_a_list_are_read(peer: Peer) -> None:
    def page(asked: Asked) -> Answer:
        if "cursor" in asked.query:
            return as_json({"next": None, "previous": None, "results": [{"slug": "b"}]})
        return as_json({"next": f"{peer.url}/api/v1/datasets?cursor=x", "results": [{"slug": "a"}]})

    peer.routes["GET /datasets"] = page

    with Client(peer.url, token="hwd_secret") as client:
        assert [dataset["slug"] for dataset in client.datasets()] == ["a", "b"]


def test_the_token_does_not_follow_a_page_to_another_server(peer: Peer) -> None:
    peer.routes["GET /datasets"] = as_json({"next": "http://localhost:9/api/v1/datasets", "results": []})

    with (
        Client(peer.url, token="hwd_secret") as client,
        pytest.raises(UnexpectedAnswer, match="another server"),
    ):
        list(client.datasets())


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, Rejected),
        (401, Denied),
        (403, Denied),
        (404, Missing),
        (409, Conflict),
        (412, Conflict),
        (422, Rejected),
        (429, Busy),
        (500, ApiError),
        (503, Busy),
    ],
)
def test_each_status_has_its_error_with_the_words_of_the_server(
    peer: Peer, status: int, kind: type[ApiError]
) -> None:
    peer.routes["GET /datasets/demo"] = problem(
        status,
        title="Short",
        detail="What is wrong.",
        errors=[{"pointer": "#/root", "detail": "It is taken."}],
    )

    with Client(peer.url) as client, pytest.raises(ApiError) as caught:
        client.dataset("demo")

    assert type(caught.value) is kind
    assert caught.value.status == status
    assert str(caught.value).startswith(f"What is wrong; #/root: It is taken. (HTTP {status}).")


def test_an_error_without_problem_details_is_still_named(peer: Peer) -> None:
    peer.routes["GET /datasets/demo"] = Answer(502, b"<html>Bad gateway</html>", "text/html")

    with Client(peer.url) as client, pytest.raises(Busy, match="Bad Gateway"):
        client.dataset("demo")


def test_words_of_the_server_cannot_steer_the_terminal(peer: Peer) -> None:
    peer.routes["GET /datasets/demo"] = problem(400, detail="\x1b[2Jgone\r\n" + "x" * 5000)

    with Client(peer.url) as client, pytest.raises(Rejected) as caught:
        client.dataset("demo")

    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 1100


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, b"<html></html>", "text/html"),
        Answer(200, b"[]"),
        Answer(200, b"[" * 100_000),
        as_json({"version": "1.0"}),
        as_json(release_shape(read="ten")),
        as_json(release_shape(shards=True)),
        Answer(302, b"", headers={"Location": "https://elsewhere.example.org/"}),
    ],
)
def test_what_is_no_answer_of_a_hayward_server_is_refused(peer: Peer, answer: Answer) -> None:
    peer.routes["GET /datasets/demo/releases/1.0"] = answer

    with Client(peer.url) as client, pytest.raises(UnexpectedAnswer):
        client.release(dataset="demo", version="1.0")


def test_an_oversized_checkpoint_is_not_read_to_its_end(peer: Peer) -> None:
    peer.routes["GET /datasets/demo/log/checkpoint"] = Answer(200, b"x" * 1_000_000, "text/plain")

    with Client(peer.url) as client, pytest.raises(UnexpectedAnswer, match="more than"):
        client.checkpoint("demo")


def test_a_server_that_is_down_is_unreachable() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"

        with Client(url) as client, pytest.raises(Unreachable, match="Is the server running"):
            client.dataset("demo")


def test_an_answer_that_breaks_off_is_unreachable(peer: Peer) -> None:
    peer.routes["GET /datasets/demo"] = Answer(200, b"{", length=500)

    with Client(peer.url) as client, pytest.raises(Unreachable):
        client.dataset("demo")


def test_a_server_that_says_nothing_is_unreachable() -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}"

        with Client(url, timeout=QUICK) as client, pytest.raises(Unreachable, match="in time"):
            client.dataset("demo")


def test_the_proxy_of_the_environment_is_used(peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_PROXY")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setenv("HTTP_PROXY", peer.url)
    monkeypatch.setenv("http_proxy", peer.url)

    with Client("http://data.example.org") as client, pytest.raises(Missing):
        client.dataset("demo")

    assert peer.asked[0].headers["host"] == "data.example.org"


@pytest.mark.parametrize(
    "server", ["", "data.example.org", "ftp://data.example.org", "http://", "http://[::1"]
)
def test_what_is_no_address_of_a_server_is_refused(server: str) -> None:
    with pytest.raises(Rejected, match="not the address of a server"):
        Client(server)


@pytest.mark.parametrize(
    "server", ["http://127.0.0.1:8000/", "http://127.0.0.1:8000/api/v1", "http://127.0.0.1:8000/api/v1/"]
)
def test_an_address_may_end_as_people_write_it(server: str) -> None:
    with Client(server) as client:
        assert client.server == "http://127.0.0.1:8000"


@pytest.mark.parametrize("token", ["two words", "tab\t", "naïve"])
def test_what_is_no_token_is_refused_without_being_shown(token: str) -> None:
    with pytest.raises(Rejected) as caught:
        Client("http://127.0.0.1", token=token)

    assert token not in str(caught.value)


def test_a_patch_is_handed_on_byte_for_byte(peer: Peer) -> None:
    body = b'{"format": "hayward-patch/1",\n "until": 3}'
    peer.routes["GET /datasets/demo/patch"] = Answer(200, body)

    with Client(peer.url) as client:
        assert client.patch("demo", release="1.0", since=2) == body

    assert peer.asked[0].query == {"since": "2", "release": "1.0"}
