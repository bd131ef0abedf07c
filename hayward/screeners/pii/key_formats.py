"""The forms of services' keys and tokens, each with its source, and with its checksum where it has one."""

from __future__ import annotations

import json
import re
import string
import zlib
from base64 import urlsafe_b64decode
from binascii import Error as NotBase64
from collections import defaultdict
from collections.abc import Callable, Iterable
from itertools import product
from typing import NamedTuple

_BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase
_BASE64 = string.ascii_letters + string.digits + "-_"


def crc32_base62(body: str) -> str:
    """The six characters that follow `body` in a token: its CRC32 in base 62, noughts before it.

    Source: GitHub, "Behind GitHub's new authentication token formats" (2021); npm took over the same form.
    """
    rest, digits = zlib.crc32(body.encode()), ""
    while rest:
        rest, digit = divmod(rest, 62)
        digits = _BASE62[digit] + digits
    return digits.rjust(6, "0")


def ends_in_crc32(token: str) -> bool:
    """Whether the last six characters are the checksum of those between them and the prefix of four."""
    return crc32_base62(token[4:-6]) == token[-6:]


def is_json_web_token(token: str) -> bool:
    """Whether the first part is a JSON object that names an algorithm (RFC 7515, 4.1.1)."""
    head = token.partition(".")[0]
    try:
        header = json.loads(urlsafe_b64decode(head + "=" * (-len(head) % 4)))
    except (NotBase64, ValueError, RecursionError):
        return False
    return isinstance(header, dict) and "alg" in header


def is_pypi_macaroon(token: str) -> bool:
    """Whether the token is a macaroon of version 2 whose location is PyPI or its test index (warehouse, macaroons)."""
    return urlsafe_b64decode(token[5:45]).startswith((b"\x02\x01\x08pypi.org", b"\x02\x01\x0dtest.pypi.org"))


def is_mixed(token: str) -> bool:
    """Whether digits stand among letters, as in no name of a package or a class."""
    body = token[3:]
    return sum(character.isdigit() for character in body) >= len(body) // 16 + 1 and not body.isdigit()


class Format(NamedTuple):
    """A service's form of key.

    `source`: where the form is published. `begins`: the first two characters that it can have. `heads`: with how many
    letters, digits and underscores it begins, and `then`: what follows those, where that tells keys that begin like
    words or numbers from them; None for any. `check` confirms what the form says, under the name `validator`; with
    `must_pass` a key that fails it is none, otherwise only doubtful. `revision` grows when the form changes.
    """

    name: str
    source: str
    pattern: re.Pattern[bytes]
    begins: frozenset[str]
    check: Callable[[str], bool] | None
    validator: str | None
    must_pass: bool
    heads: range | None
    then: bytes | None
    revision: int


def _format(
    name: str,
    source: str,
    begins: str | Iterable[str],
    pattern: bytes,
    *,
    check: Callable[[str], bool] | None = None,
    validator: str | None = None,
    must_pass: bool = False,
    heads: range | None = None,
    then: bytes | None = None,
    revision: int = 1,
) -> Format:
    """`pattern` may not go on with a letter, a digit or an underscore."""
    pairs = frozenset(begins.split() if isinstance(begins, str) else begins)
    whole = re.compile(rb"(?:%s)(?![A-Za-z0-9_])" % pattern)
    return Format(name, source, whole, pairs, check, validator, must_pass, heads, then, revision)


def _crossed(first: str, second: str) -> list[str]:
    return ["".join(pair) for pair in product(first, second)]


_TOKEN = rb"[A-Za-z0-9_-]"
LONGEST_HEAD = 63  # and more
_LONG = range(LONGEST_HEAD, LONGEST_HEAD + 1)
# Where the forms are published, as read in 2026. Where keys of other lengths are seen than a source gives, as with
# Discord, Heroku and Facebook, the form takes them too. Stripe's whsec_ and Square's sq0csp- are as keys are shown.
AWS = "AWS, IAM User Guide, IAM identifiers (prefixes); gitleaks (the rest)"
GITHUB = (
    "GitHub, Behind GitHub's new authentication token formats (2021), changelog of 2026-04-24 and 2026-05-15"
)
GITLEAKS = "gitleaks/gitleaks, config/gitleaks.toml, commit 009e025"
TRUFFLEHOG = "trufflesecurity/trufflehog, pkg/detectors"
DETECT_SECRETS = "Yelp/detect-secrets, detect_secrets/plugins"
BOTH = f"{GITLEAKS}; {TRUFFLEHOG}"
RFC = "RFC 7515, RFC 7519"
# Nothing published was found: what the keys that people show have in common.
SHOWN = "keys as they are shown"
FORMATS = (
    _format("aws", AWS, "AK AS AB AC", rb"(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}", heads=range(20, 21)),
    _format(
        "github", GITHUB, "gh", rb"gh[pousr]_[A-Za-z0-9]{36}",
        check=ends_in_crc32, validator="CRC32", heads=range(40, 41),
    ),
    _format("github-fine-grained", GITHUB, "gi", rb"github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}", heads=_LONG),
    _format(
        "github-stateless", GITHUB, "gh",
        rb"ghs_\d{1,12}_eyJ%s{8,400}\.%s{4,2000}\.%s{20,1000}" % (_TOKEN, _TOKEN, _TOKEN),
    ),
    _format(
        "gitlab", GITLEAKS, "gl",
        rb"gl(?:pat|ptt|rt|dt|ft|soat|cbt|agent|imt|oas|ffct)-[A-Za-z0-9_=-][A-Za-z0-9_=.-]{19,300}",
        revision=2,
    ),
    _format(
        "slack", GITLEAKS, "xo",
        rb"xox[abeoprs]-(?:\d-)?[A-Za-z0-9]{8,14}-[A-Za-z0-9-]{10,200}"
        rb"|xox[ar]-(?:\d-)?[A-Za-z0-9]{16,48}|(?:xoxe\.)?xox[bep]-\d-[A-Za-z0-9]{146,166}",
        revision=2,
    ),
    _format("slack-app", GITLEAKS, "xa", rb"xapp-\d-[A-Z0-9]{9,14}-\d{10,16}-[a-f0-9]{64}"),
    _format(
        "slack-webhook", GITLEAKS, "ho",
        rb"hooks\.slack\.com/(?:services/T[A-Z0-9]{8,12}/B[A-Z0-9]{8,12}/[A-Za-z0-9]{24}"
        rb"|(?:workflows|triggers)/[A-Za-z0-9/+]{43,56})",
        then=b".", revision=2,
    ),
    _format(
        "discord-webhook", TRUFFLEHOG, "di", rb"discord(?:app)?\.com/api/webhooks/\d{17,20}/%s{60,80}" % _TOKEN,
        then=b".",
    ),
    _format(
        "discord", DETECT_SECRETS, _crossed("MNO", _BASE64),
        rb"[MNO]%s{23,27}\.%s{6}\.%s{27,38}" % (_TOKEN, _TOKEN, _TOKEN),
    ),
    _format(
        "telegram", DETECT_SECRETS, _crossed(string.digits, string.digits), rb"\d{8,10}:AA%s{33}" % _TOKEN,
        heads=range(8, 11), then=b":",
    ),
    _format("stripe", GITLEAKS, "sk rk wh", rb"(?:[sr]k_(?:live|test|prod)|whsec)_[A-Za-z0-9]{24,250}", revision=2),
    _format("google", GITLEAKS, "AI", rb"AIza%s{35}" % _TOKEN),
    _format("google-oauth", SHOWN, "GO", rb"GOCSPX-%s{28}" % _TOKEN),
    _format("google-access", TRUFFLEHOG, "ya", rb"ya29\.%s{40,400}" % _TOKEN),
    _format("anthropic", GITLEAKS, "sk", rb"sk-ant-[a-z]{3,5}\d\d-%s{80,120}" % _TOKEN),
    _format(
        "openai", GITLEAKS, "sk", rb"sk-(?:(?:proj|svcacct|admin)-)?%s{20,100}T3BlbkFJ%s{20,100}" % (_TOKEN, _TOKEN),
    ),
    _format(
        "sk", SHOWN, "sk", rb"sk-(?=[A-Za-z_-]{0,40}\d)(?:or-v1-|proj-)?%s{32,180}" % _TOKEN,
        check=is_mixed, validator="digits and letters", must_pass=True,
    ),
    _format("hugging-face", GITLEAKS, "hf ap", rb"(?:hf|api_org)_[A-Za-z]{34}", revision=2),
    _format("replicate", TRUFFLEHOG, "r8", rb"r8_%s{37}" % _TOKEN, revision=2),
    _format("groq", TRUFFLEHOG, "gs", rb"gsk_[A-Za-z0-9]{52}"),
    _format("perplexity", GITLEAKS, "pp", rb"pplx-[A-Za-z0-9]{48}"),
    _format("npm", GITLEAKS, "np", rb"npm_[A-Za-z0-9]{36}", check=ends_in_crc32, validator="CRC32"),
    _format(
        "pypi", DETECT_SECRETS, "py", rb"pypi-AgE(?:IcHlwaS5vcmc|NdGVzdC5weXBpLm9yZw)%s{68,1000}" % _TOKEN,
        check=is_pypi_macaroon, validator="macaroon", revision=2,
    ),
    _format("rubygems", GITLEAKS, "ru", rb"rubygems_[a-f0-9]{48}"),
    _format("docker", TRUFFLEHOG, "dc", rb"dckr_[po]at_%s{27,32}" % _TOKEN, revision=2),
    _format("sendgrid", GITLEAKS, "SG", rb"SG\.%s{22}\.%s{43}" % (_TOKEN, _TOKEN)),
    _format("mailgun", GITLEAKS, "ke", rb"key-[a-f0-9]{32}", then=b"-"),
    _format(
        "mailchimp", DETECT_SECRETS, _crossed("0123456789abcdef", "0123456789abcdef"), rb"[a-f0-9]{32}-us\d{1,2}",
        heads=range(32, 33), then=b"-",
    ),
    _format("twilio", DETECT_SECRETS, "SK AC", rb"(?:SK|AC)[a-f0-9]{32}"),
    _format("digitalocean", GITLEAKS, "do", rb"do[opr]_v1_[a-f0-9]{64}"),
    _format("heroku", GITLEAKS, "HR", rb"HRKU-%s{36,60}" % _TOKEN),
    _format("shopify", GITLEAKS, "sh", rb"shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}", heads=range(38, 39)),
    _format("square", GITLEAKS, "sq", rb"sq0(?:atp|csp)-%s{22,60}" % _TOKEN, then=b"-"),
    _format("databricks", GITLEAKS, "da", rb"dapi[a-f0-9]{32}(?:-\d)?"),
    _format("vault", GITLEAKS, "hv", rb"hv[sb]\.%s{90,300}" % _TOKEN),
    _format(
        "grafana", GITLEAKS, "gl", rb"glsa_[A-Za-z0-9]{32}_[a-fA-F0-9]{8}|glc_[A-Za-z0-9+/]{32,400}={0,3}",
        revision=2,
    ),
    _format("linear", GITLEAKS, "li", rb"lin_api_[A-Za-z0-9]{40}"),
    _format("notion", BOTH, "se nt", rb"secret_[A-Za-z0-9]{43}|ntn_\d{11}[A-Za-z0-9]{35}", revision=2),
    _format("postman", GITLEAKS, "PM", rb"PMAK-[a-f0-9]{24}-[a-f0-9]{34}"),
    _format("new-relic", GITLEAKS, "NR", rb"NRAK-[A-Z0-9]{27}"),
    _format("atlassian", GITLEAKS, "AT", rb"ATATT3[A-Za-z0-9_=-]{60,250}"),
    _format("dropbox", TRUFFLEHOG, "sl", rb"sl\.(?:u\.)?%s{130,2000}" % _TOKEN, revision=2),
    _format("facebook", GITLEAKS, "EA", rb"EAA[A-Z][A-Za-z0-9]{80,300}"),
    _format("age", GITLEAKS, "AG", rb"AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}"),
    _format(
        "json-web-token", RFC, "ey", rb"eyJ%s{8,2000}\.%s{4,8000}\.%s{20,1000}" % (_TOKEN, _TOKEN, _TOKEN),
        check=is_json_web_token, validator="JSON", must_pass=True,
    ),
)  # fmt: skip


def formats_by_beginning() -> dict[str, tuple[Format, ...]]:
    """For two first characters the formats that keys beginning with them can have, in the order of FORMATS."""
    found: dict[str, list[Format]] = defaultdict(list)
    for form in FORMATS:
        for pair in form.begins:
            found[pair].append(form)
    return {pair: tuple(forms) for pair, forms in found.items()}
