"""E-mail addresses: what each disguise and each kind of address is called, and what is none."""

import pytest

from hayward.screeners.pii.email import DETECTOR
from hayward.screeners.pii.hostname import host_name, top_level_domains
from hayward.screeners.pii.role import role
from tests.hayward.screeners.pii.looking import look, rules


@pytest.mark.parametrize(
    ("text", "address", "rule"),
    [
        ("ann@parish.de", "ann@parish.de", "email.address/1"),
        ("at the end ann@example.org", "ann@example.org", "email.documentation-domain/1"),
        ("ANN@PARISH.DE", "ANN@PARISH.DE", "email.address/1"),
        ("анна@почта.рф", "анна@почта.рф", "email.address/1"),
        ("अन्ना@उदाहरण.भारत", "अन्ना@उदाहरण.भारत", "email.address/1"),
        ("ann@bücher.example", "ann@bücher.example", "email.documentation-domain/1"),
        ("ann@example.org.Next day", "ann@example.org", "email.documentation-domain/1"),
        ("ann@parish.de.Dann", "ann@parish.de", "email.address/1"),
        ("ann@parish.de.notazone", "ann@parish.de", "email.address/1"),
        ("git@parish.de:a/b", "git@parish.de", "email.machine/1"),
        ("https://ann@parish.de/x", "ann@parish.de", "email.userinfo/1"),
        ("Message-ID: <2019.abc@parish.de>", "2019.abc@parish.de", "email.message-id/1"),
        ("xxxx@parish.de", "xxxx@parish.de", "email.placeholder/1"),
        ("postmaster@parish.de", "postmaster@parish.de", "role.rfc2142/1"),
        ("Kontakt@parish.de", "Kontakt@parish.de", "role.usual/1"),
        ("info+web@example.org", "info+web@example.org", "role.documentation-domain/1"),
        ("ann at parish dot de", "ann at parish dot de", "email.written-out/1"),
        ("ANN AT PARISH DOT DE", "ANN AT PARISH DOT DE", "email.written-out/1"),
        ("ann dot baker [at] parish [dot] de", "ann dot baker [at] parish [dot] de", "email.written-out/1"),
        ("ann[@]parish.de", "ann[@]parish.de", "email.written-out/1"),
        ("ann(at)mail.parish.de", "ann(at)mail.parish.de", "email.written-out/1"),
        ("ana arroba parroquia punto es", "ana arroba parroquia punto es", "email.written-out/1"),
        ("sales (at) parish (dot) de", "sales (at) parish (dot) de", "role.written-out/1"),
        ("ann&#64;parish.de", "ann&#64;parish.de", "email.encoded/1"),
        ("ann&#x40;parish&#46;de", "ann&#x40;parish&#46;de", "email.encoded/1"),
        ("?to=ann%40parish.de&x=1", "ann%40parish.de", "email.encoded/1"),
        ("?to=ann%2Bnews%40parish.de", "ann%2Bnews%40parish.de", "email.encoded/1"),
    ],
)
def test_address_is_found_by_its_rule(text: str, address: str, rule: str) -> None:
    assert rules(DETECTOR, text) == [(address, rule)]


@pytest.mark.parametrize(
    "text",
    [
        "photo@2x.png",
        "ann@parish",
        "ann@parish.notazone",
        "x@w.to(device)",
        "archive@old.zip",
        "look at the dot com bubble",
        "we met at dot org at last",
        "available at parish.de (at last)",
        "React@18.2.0",
        "@media.screen",
        "a%40b and 5&#64;6",
        "ann@.parish.de",
        "ann@-parish.de",
        "ann.@parish.de",
    ],
)
def test_what_only_looks_like_an_address_is_none(text: str) -> None:
    assert rules(DETECTOR, text) == []


def test_every_letter_may_be_coded() -> None:
    coded = "".join(f"&#{ord(character)};" for character in "ann@parish.de")

    assert rules(DETECTOR, f"<{coded}>") == [(coded, "email.encoded/1")]


def test_addresses_of_machines_and_messages_score_low() -> None:
    found = look(DETECTOR, "git@parish.de Message-ID: <a.1@parish.de> ssh://ann@parish.de ann@parish.de")

    assert [one.score for one in found] == [0.3, 0.3, 0.3, 0.95]


def test_evidence_names_the_list_that_knows_the_domain() -> None:
    found = look(DETECTOR, "ann@parish.de ann@example.org ann@parish.test")

    assert [one.evidence.validator for one in found] == ["IANA root zone", "RFC 2606", "RFC 2606"]


@pytest.mark.parametrize(
    ("local", "rule"),
    [
        ("info", "role.rfc2142/1"),
        ("No-Reply", "role.usual/1"),
        ("customer.service", "role.usual/1"),
        ("support+de", "role.rfc2142/1"),
        ("ann", None),
        ("info.berlin", None),
        ("annfo", None),
    ],
)
def test_role_is_told_by_the_whole_local_part(local: str, rule: str | None) -> None:
    assert role(local) == rule


def test_top_level_domains_are_those_of_the_root_zone_in_both_spellings() -> None:
    known = top_level_domains()

    assert {"org", "museum", "xn--p1ai", "рф", "भारत"} <= known
    assert not {"png", "zip", "notazone", "", "#"} & known
    assert 1_400 < len(known) < 2_000


@pytest.mark.parametrize(
    ("window", "name"),
    [
        (b"example.org/x", "example.org"),
        (b"example.org.", "example.org"),
        (b"example.org.Next", "example.org"),
        (b"a.b.parish.de,", "a.b.parish.de"),
        (b"parish.Next", "parish.Next"),
        (b"org", None),
        (b"-parish.de", None),
        (b"parish..de", None),
        (b"x" * 64 + b".de", None),
        (b"", None),
    ],
)
def test_host_name_is_the_longest_known_beginning(window: bytes, name: str | None) -> None:
    host = host_name(window)

    assert (host.name if host else None) == name
