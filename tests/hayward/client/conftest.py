"""Gives the tests of the client a server to talk to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.hayward.client.peer import Peer, running_peer


@pytest.fixture
def peer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Peer]:
    # A proxy of the machine must not stand between the test and its own server.
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with running_peer() as running:
        yield running
