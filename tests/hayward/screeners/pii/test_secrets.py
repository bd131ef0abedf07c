"""Keys, private keys and secrets: forms, checksums, entropy, and the stand-ins that are none.

Keys are put together here, so that no scanner of repositories takes one for real.
"""

import base64
import json

import pytest

from hayward.screeners.pii import api_key, private_key, secret
from hayward.screeners.pii.api_key import made_up
from hayward.screeners.pii.entropy import bits, is_placeholder, looks_random
from hayward.screeners.pii.key_formats import FORMATS, crc32_base62, is_json_web_token, is_pypi_macaroon
from tests.hayward.screeners.pii.looking import look, rules

HEX = "0123456789abcdef"
BODY = made_up(30)


def web_token(header: object) -> str:
    head = base64.urlsafe_b64encode(json.dumps(header).encode()).decode().rstrip("=")
    return ".".join((head, made_up(40), made_up(43)))


@pytest.mark.parametrize(
    ("key", "rule"),
    [
        ("ghp" + "_" + BODY + crc32_base62(BODY), "api-key.github/1"),
        ("npm" + "_" + BODY + crc32_base62(BODY), "api-key.npm/1"),
        ("github" + "_pat_" + made_up(22) + "_" + made_up(59), "api-key.github-fine-grained/1"),
        ("AKIA" + made_up(16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"), "api-key.aws/1"),
        ("glpat" + "-" + made_up(20), "api-key.gitlab/2"),
        ("xoxb" + "-" + made_up(12, "0123456789") + "-" + made_up(24), "api-key.slack/2"),
        ("sk" + "_live_" + made_up(24), "api-key.stripe/2"),
        ("AIza" + made_up(35), "api-key.google/1"),
        ("sk-ant" + "-api03-" + made_up(95), "api-key.anthropic/1"),
        ("sk-proj" + "-" + made_up(40) + "T3Blbk" + "FJ" + made_up(40), "api-key.openai/1"),
        ("hf" + "_" + made_up(34, "aBcDeFgHiJkLmNoPqRsTuVwXyZ"), "api-key.hugging-face/2"),
        ("SG" + "." + made_up(22) + "." + made_up(43), "api-key.sendgrid/1"),
        ("SK" + made_up(32, HEX), "api-key.twilio/1"),
        ("123456780" + ":AA" + made_up(33), "api-key.telegram/1"),
        ("M" + made_up(23) + "." + made_up(6) + "." + made_up(27), "api-key.discord/1"),
        ("dop" + "_v1_" + made_up(64, HEX), "api-key.digitalocean/1"),
        (made_up(32, HEX) + "-us12", "api-key.mailchimp/1"),
        (
            "ghs" + "_123456_eyJ" + made_up(40) + "." + made_up(200) + "." + made_up(86),
            "api-key.github-stateless/1",
        ),
        ("gloas" + "-" + made_up(64), "api-key.gitlab/2"),
        ("xoxe.xoxp" + "-1-" + made_up(163), "api-key.slack/2"),
        ("xoxe" + "-1-" + made_up(146), "api-key.slack/2"),
        ("xoxr" + "-" + made_up(40), "api-key.slack/2"),
        (
            "hooks.slack.com" + "/triggers/T0" + made_up(8).upper() + "/" + made_up(35),
            "api-key.slack-webhook/2",
        ),
        ("rk" + "_prod_" + made_up(24), "api-key.stripe/2"),
        ("api" + "_org_" + made_up(34, "aBcDeFgHiJkLmNoPqRsTuVwXyZ"), "api-key.hugging-face/2"),
        ("r8" + "_" + made_up(18) + "-" + made_up(18), "api-key.replicate/2"),
        ("pypi" + "-AgEIcHlwaS5vcmc" + made_up(120), "api-key.pypi/2"),
        ("dckr" + "_oat_" + made_up(32), "api-key.docker/2"),
        ("glc" + "_" + made_up(60), "api-key.grafana/2"),
        ("ntn" + "_12345098765" + made_up(35), "api-key.notion/2"),
        ("secret" + "_" + made_up(43), "api-key.notion/2"),
        ("sl" + ".u." + made_up(900), "api-key.dropbox/2"),
    ],
    ids=lambda value: value.removeprefix("api-key.") if value.startswith("api-key.") else "key",
)
def test_key_of_a_service_is_told_by_its_form(key: str, rule: str) -> None:
    assert rules(api_key.DETECTOR, f'KEY="{key}", next') == [(key, rule)]


def test_checksum_decides_how_sure_a_github_token_is() -> None:
    right, wrong = ("ghp" + "_" + BODY + check for check in (crc32_base62(BODY), "000000"))

    found = look(api_key.DETECTOR, f"{right} {wrong}")

    assert [(one.score, one.evidence.validator) for one in found] == [(0.98, "CRC32"), (0.5, "entropy")]


def test_checksum_is_the_one_that_github_gave_an_expired_token() -> None:
    assert crc32_base62("zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ") == "0mLq17"


def test_web_token_needs_a_header_that_is_json_and_names_an_algorithm() -> None:
    tokens = [web_token(header) for header in ({"alg": "none"}, {"typ": "JWT"}, ["alg"])]

    assert [is_json_web_token(token) for token in tokens] == [True, False, False]
    assert not is_json_web_token("eyJ!")
    assert [found.text for found in look(api_key.DETECTOR, " ".join(tokens))] == tokens[:1]


def test_pypi_token_names_its_index() -> None:
    body = base64.urlsafe_b64encode(b"\x02\x01\x08pypi.org\x02\x24" + b"0" * 60).decode().rstrip("=")

    assert is_pypi_macaroon("pypi-" + body)
    assert not is_pypi_macaroon("pypi-AgE" + made_up(60))


@pytest.mark.parametrize(
    "text",
    [
        "AKIA" + "IOSFODNN7EXAMPLE",
        "ghp" + "_" + "x" * 36,
        "sk" + "_live_your_key_goes_right_here",
        "x" + "AKIA" + made_up(16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"),
        "sk-learn-contrib-extension-library-of-helpers",
        made_up(40, HEX),
        "AIza" + made_up(30),
        "https://parish.de/" + made_up(60),
        "ntn" + "_" + made_up(46, "abcdefgHIJKLM"),
    ],
)
def test_stand_ins_and_other_strings_are_no_keys(text: str) -> None:
    assert rules(api_key.DETECTOR, text) == []


def test_every_format_names_its_source() -> None:
    assert [form.name for form in FORMATS if not form.source] == []


def test_names_of_formats_are_unique() -> None:
    names = [form.name for form in FORMATS]

    assert len(names) == len(set(names))


BASE64 = made_up(256)
LINES = "\n".join(BASE64[place : place + 64] for place in range(0, 256, 64))


def armoured(label: str, body: str) -> str:
    return f"-----BEGIN {label}-----\n{body}\n-----END {label}-----"


@pytest.mark.parametrize("label", ["PRIVATE" + " KEY", "RSA PRIVATE" + " KEY", "OPENSSH PRIVATE" + " KEY"])
def test_private_key_is_found_from_begin_to_end(label: str) -> None:
    key = armoured(label, LINES)

    assert rules(private_key.DETECTOR, f"a\n{key}\nb") == [(key, "private-key.armoured/1")]


def test_private_key_in_a_string_of_json_is_found() -> None:
    key = json.dumps(armoured("PRIVATE" + " KEY", LINES))[1:-1]

    assert rules(private_key.DETECTOR, f'{{"key": "{key}"}}') == [(key, "private-key.armoured/1")]


def test_private_key_that_is_cut_off_ends_with_its_last_full_line() -> None:
    cut = armoured("PRIVATE" + " KEY", LINES).partition("\n-----END")[0]

    assert rules(private_key.DETECTOR, f"{cut}\nand then the text goes on") == [
        (cut, "private-key.cut-off/1")
    ]


def test_encrypted_private_key_scores_lower() -> None:
    plain = armoured("PRIVATE" + " KEY", LINES)
    encrypted = armoured("ENCRYPTED PRIVATE" + " KEY", LINES)

    assert [found.score for found in look(private_key.DETECTOR, f"{plain}\n{encrypted}")] == [0.98, 0.8]


def test_putty_key_is_found() -> None:
    key = f"PuTTY-User-Key-File-3: ssh-rsa\nPrivate-Lines: 4\n{LINES}\nPrivate-MAC: {made_up(64, HEX)}"

    assert rules(private_key.DETECTOR, key) == [(key, "private-key.putty/1")]


@pytest.mark.parametrize("body", ["", "...", "MII…", "A" * 200], ids=["empty", "dots", "ellipsis", "alike"])
def test_private_key_without_a_body_is_none(body: str) -> None:
    assert rules(private_key.DETECTOR, armoured("PRIVATE" + " KEY", body)) == []


def test_public_key_is_none() -> None:
    assert rules(private_key.DETECTOR, armoured("PUBLIC KEY", LINES)) == []


@pytest.mark.parametrize(
    ("text", "value", "rule"),
    [
        ("password: gie7kanne", "gie7kanne", "secret.password/1"),
        ("DB_PASSWORD=gie7kanne\n", "gie7kanne", "secret.password/1"),
        ('"password": "gie7kanne!"', "gie7kanne!", "secret.password/1"),
        ("Kennwort: Gie7kanne.", "Gie7kanne", "secret.password/1"),
        ("contraseña: rega7dera", "rega7dera", "secret.password/1"),
        ("hasło: konew7ka", "konew7ka", "secret.password/1"),
        ("şifre: sula7ma", "sula7ma", "secret.password/1"),
        ("كلمة المرور: gie7kanne", "gie7kanne", "secret.password/1"),
        ("पासवर्ड: gie7kanne", "gie7kanne", "secret.password/1"),
        ("パスワード：jouro7ro", "jouro7ro", "secret.password/1"),
        ("the password is gie7kanne, she said", "gie7kanne", "secret.password/1"),
        (f"client_secret = '{made_up(32)}'", made_up(32), "secret.named/1"),
        (f"access-token: {made_up(32)}", made_up(32), "secret.named/1"),
        (f"Authorization: Bearer {made_up(40)}", made_up(40), "secret.named/1"),
    ],
)
def test_value_that_is_called_a_secret_is_found(text: str, value: str, rule: str) -> None:
    assert rules(secret.DETECTOR, text) == [(value, rule)]


@pytest.mark.parametrize(
    "text",
    [
        "password: required",
        "password: <password1>",
        "password=${PASSWORD_1}",
        "password: ********",
        "password = os.environ['PW1']",
        "password = get_password(8)",
        "password=self.password2",
        "password: your_password_1",
        "password: changeme1",
        "if password == 'gie7kanne'",
        "password: str = 'x'",
        "api_key: your_api_key_0123456789",
        "token: 12",
        f"next_token: {made_up(32)}",
        "secret: see section 5",
        "the secret of 1984",
        f"arn:aws:x:secret:{made_up(20)}",
    ],
)
def test_stand_in_or_code_is_no_secret(text: str) -> None:
    assert rules(secret.DETECTOR, text) == []


def test_secret_names_the_word_that_called_it_so() -> None:
    (found,) = look(secret.DETECTOR, "Passwort: gie7kanne")

    assert (found.evidence.validator, found.evidence.context) == ("entropy", "de:passwort@-2")


@pytest.mark.parametrize(
    ("text", "expected"), [("", 0.0), ("aaaa", 0.0), ("abab", 1.0), ("abcd", 2.0), (HEX, 4.0)]
)
def test_entropy_is_shannons(text: str, expected: float) -> None:
    assert bits(text) == expected


def test_random_strings_are_told_from_words() -> None:
    assert looks_random(made_up(24))
    assert looks_random(made_up(32, HEX))
    assert not looks_random("aaaaaaaaaaaabbbbbbbbbbbb")
    assert not looks_random("0" * 30 + "12")


@pytest.mark.parametrize(
    "value", ["password", "<token>", "${VAR}", "xxxx", "your-key", "EXAMPLE1", "aaaaaaaa"]
)
def test_placeholders_are_known(value: str) -> None:
    assert is_placeholder(value)
