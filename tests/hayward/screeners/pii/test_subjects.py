"""Every way of writing a value is spelled alike, and different values are not."""

import pytest

from hayward.screeners.pii.subjects import SUBJECT_KINDS, normalised


@pytest.mark.parametrize(
    ("kind", "written", "spelled"),
    [
        (
            "email_address",
            ("Ann@Example.ORG", "mailto:ann@example.org", "<ann@example.org>."),
            "ann@example.org",
        ),
        ("email_address", ("ann at example dot org", "ann (at) example [dot] org"), "ann@example.org"),
        ("email_address", ("ann [at] example . org", "ａｎｎ＠ｅｘａｍｐｌｅ．ｏｒｇ"), "ann@example.org"),
        ("email_address", ("ann@Müller.example", "ann@xn--mller-kva.example"), "ann@xn--mller-kva.example"),
        (
            "email_address",
            ("ann@mu\u0308ller.example", "an\u200bn@müller.example"),
            "ann@xn--mller-kva.example",
        ),
        (
            "phone_number",
            (
                "+44 20 7946 0958",
                "+44 (0)20-7946-0958",
                "0044 20 7946 0958",
                "+442079460958 ext. 12",
                "tel:+442079460958",
            ),
            "+442079460958",
        ),
        ("phone_number", ("+٤٤ ٢٠ ٧٩٤٦ ٠٩٥٨", "＋４４　２０　７９４６　０９５８"), "+442079460958"),
        ("phone_number", ("020 7946 0958", "(020) 7946.0958"), "02079460958"),
        ("credit_card", ("4111 1111 1111 1111", "4111-1111-1111-1111"), "4111111111111111"),
        ("us_ssn", ("078-05-1123", "078 05 1123"), "078051123"),
        ("iban", ("GB29 NWBK 6016 1331 9268 19", "gb29nwbk60161331926819"), "GB29NWBK60161331926819"),
        ("national_id", ("12345678-z", "12345678Z"), "12345678Z"),
        ("handle", ("@Ann_B", "ann_b"), "ann_b"),
        ("vehicle_plate", ("b-ab 1234", "B AB 1234"), "BAB1234"),
        (
            "crypto_wallet",
            ("0x52908400098527886E0F7030069857D2E4169EE7", "0x52908400098527886e0f7030069857d2e4169ee7"),
            "0x52908400098527886e0f7030069857d2e4169ee7",
        ),
        ("crypto_wallet", ("1BoatSLRHtKNngkdXEeobR76b53LETtpyT",), "1BoatSLRHtKNngkdXEeobR76b53LETtpyT"),
    ],
)
def test_value_has_one_spelling(kind: str, written: tuple[str, ...], spelled: str) -> None:
    assert {normalised(kind, value) for value in written} == {spelled}


def test_telephone_number_is_international_where_its_region_is_given() -> None:
    assert normalised("phone_number", "020 7946 0958", region="GB") == "+442079460958"
    assert normalised("phone_number", "(212) 555-0123", region="US") == "+12125550123"
    assert normalised("phone_number", "12345", region="GB") == "12345"


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("email_address", "ann"),
        ("email_address", "ann@example"),
        ("email_address", "@example.org"),
        ("email_address", "ann@" + "ü" * 80 + ".example"),
        ("phone_number", "call me"),
        ("national_id", "-"),
        ("handle", "@"),
        ("credit_card", "none"),
        ("email_address", "a" * 400 + "@example.org"),
        ("person_name", "Ann Baker"),
        ("role_address", "info@example.org"),
    ],
)
def test_value_that_is_none_of_the_kind_has_no_spelling(kind: str, value: str) -> None:
    assert normalised(kind, value) is None


def test_spelling_is_spelled_like_itself() -> None:
    values = {"email_address": "ann@example.org", "phone_number": "+442079460958", "handle": "ann"}

    for kind in SUBJECT_KINDS:
        value = values.get(kind, "12345678Z" if kind not in {"credit_card", "us_ssn"} else "123456789")
        assert normalised(kind, value) == value
