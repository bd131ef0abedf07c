"""Passwords and other secrets that a text calls so: `password = …`, "the password is …", `Authorization: Basic …`."""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np

from hayward.screeners.base import Example
from hayward.screeners.pii.api_key import made_up
from hayward.screeners.pii.context import Words
from hayward.screeners.pii.entropy import bits, is_placeholder, looks_random
from hayward.screeners.pii.labels import Endings
from hayward.screeners.pii.places import places
from hayward.screeners.pii.spans import Detector, Evidence, Row, Spans
from hayward.screeners.pii.stretch import Stretch

KIND = "secret"
# Called a secret and random (see entropy.looks_random): made by a program.
RANDOM_SCORE = 0.9
# Called a password, and letters with digits or signs among them: made by a person.
PASSWORD_SCORE = 0.7

SHORTEST_PASSWORD = 6
SHORTEST_SECRET = 16
FEWEST_BITS = 2.0
REACH = 40

CALLED_PASSWORDS = (
    "pass(?:word|wd|phrase|code)|pwd|pass(?:wor)?t|kennwort|mot[ _-]de[ _-]passe|mdp|contrase[ñn]a|clave|senha|parola"
    "|wachtwoord|has[łl]o|[şs]ifre(?:si|niz)?|пароль|المرور|السر|पासवर्ड|密码|密碼|口令|パスワード|暗証番号"
)
CALLED_SECRETS = (
    "secret|token|(?:api|access|private|auth|account|encryption|signing|secret|master|session)[ _-]?key|credentials?"
    "|authorization"
)
NAME = re.compile(
    rf"(?<!:)(?:(?P<password>{CALLED_PASSWORDS})|(?P<secret>{CALLED_SECRETS}))[\"'`\]*]{{0,2}}[ \t]{{0,2}}\Z",
    re.IGNORECASE,
)
# Pages, locks and vocabularies have tokens that keep nothing secret.
HARMLESS = re.compile(
    r"(?:next|page|continuation|pagination|lock|sync|cancel|eos|bos|pad|mask|unk|stop)[ _-]?token",
    re.IGNORECASE,
)
PASSWORD_WORDS = Words(
    en="password passwd passphrase passcode pwd pass",
    de="passwort kennwort",
    fr="'mot de passe' mdp",
    es="contraseña contrasena clave",
    it="password parola",
    pt="senha",
    nl="wachtwoord",
    pl="hasło haslo",
    tr="şifre sifre şifresi parola",
    ru="пароль",
    ar="'كلمة المرور' 'كلمة السر'",
    hi="पासवर्ड",
    zh="密码 密碼 口令",
    ja="パスワード 暗証番号",
)
SECRET_WORDS = Words(en="secret token key credential credentials authorization")

ENDINGS = Endings(
    """
    word swd pwd ase ode sse ass wort mdp eña ena ave nha ola oord sło slo fre esi niz роль ور سر वर्ड 码 碼 令 ード 号
    ret ken key ial als ion
    """
)

# After the name: the separator, and a value in quotes or up to a space.
VALUE = re.compile(
    rb"(?::=|=>|:|=(?!=))[ \t]{0,3}(?:(?:Basic|Bearer|Token)[ ]{1,3})?"
    rb"(?:[brfu]{0,2}\"(?P<double>[^\"\0\r\n]{4,200})\"|[brfu]{0,2}'(?P<single>[^'\0\r\n]{4,200})'"
    rb"|(?P<bare>[^\s\0\"'`,;<>(){}\[\]|]{4,200}))",
    re.IGNORECASE,
)
WIDE_VALUE = re.compile(rb"\xef\xbc\x9a[ ]{0,3}(?P<bare>[!-~]{4,200})")
SAID = re.compile(
    rb"passw(?:ord|ort|d)[ ](?:is|was|ist|lautet|war)[: ]{1,2}(?:\"(?P<double>[^\"\0\r\n]{4,64})\""
    rb"|'(?P<single>[^'\0\r\n]{4,64})'|(?P<bare>[^\s\0\"'`,;<>(){}\[\]|]{4,64}))",
    re.IGNORECASE,
)
_PA, _SS, _SW = (np.uint16(int.from_bytes(pair, "little")) for pair in (b"pa", b"ss", b"sw"))
# self.password, os.environ, config-name, a/path/name.txt: a name of something, not a value.
CODE_NAME = re.compile(r"\$?[A-Za-z_][A-Za-z_-]*\d?(?:(?:[./]|::|->)[A-Za-z_$][\w-]*)*")


def find(stretch: Stretch) -> Spans:
    """Values in `stretch` that are called a secret and look like one; stand-ins such as `<token>` are none."""
    text = stretch.text
    called = (_called(text, separator) for separator in ENDINGS.before_signs(stretch, b":=").tolist())
    matches = (SAID.match(text, place) for place in _said(stretch))
    said = (_row(text, match, password=True) for match in matches if match)
    return Spans.of(row for rows in (called, said) for row in rows if row is not None)


def _said(stretch: Stretch) -> list[int]:
    """Where "passw" may begin, in any case, with a space behind the word and letters of a verb behind that."""
    codes, pairs = stretch.codes, stretch.lowered
    mask = pairs[:-1] == _PA
    mask &= pairs[1:] == _SS
    mask |= pairs[:-1] == _SW
    found = places(mask)
    starts = 2 * found - 3 * (pairs[found] == _SW)
    ends = starts + np.where(codes[starts + 6] == ord(" "), 6, 8)
    verbs = (codes[ends + 1] | 0x20, codes[ends + 2] | 0x20)
    is_said = (codes[ends] == ord(" ")) & np.isin(verbs[0], list(b"iwl")) & np.isin(verbs[1], list(b"sa"))
    likely: list[int] = starts[is_said].tolist()
    return likely


def _called(text: bytes, separator: int) -> Row | None:
    called = _name(text[max(0, separator - REACH) : separator])
    match = (VALUE.match(text, separator) or WIDE_VALUE.match(text, separator)) if called else None
    return _row(text, match, password=called == "password") if match else None


@lru_cache(maxsize=8192)
def _name(before: bytes) -> str | None:
    """Whether the text before a separator ends in the name of a "password" or of another "secret"."""
    name = NAME.search(before.decode(errors="ignore"))
    if name is None or HARMLESS.search(name.string):
        return None
    return name.lastgroup


def _row(text: bytes, match: re.Match[bytes], *, password: bool) -> Row | None:
    group = match.lastgroup or "bare"
    value = match.group(group).decode(errors="replace")
    start, end = match.span(group)
    if group == "bare":
        if text[end : end + 1] in {b"(", b"[", b"<", b"{"}:
            return None
        value = value.rstrip(".:")
        end = start + len(value.encode())
    score = _score(value, password=password, quoted=group != "bare")
    if score is None:
        return None
    near = (PASSWORD_WORDS if password else SECRET_WORDS).before(text, start, reach=REACH)
    rule = "secret.password/1" if password else "secret.named/1"
    return start, end, score, Evidence(KIND, rule, "entropy", near)


@lru_cache(maxsize=4096)
def _score(value: str, *, password: bool, quoted: bool) -> float | None:
    """How sure a value that is called a password or another secret is one; None if it is none."""
    if is_placeholder(value) or bits(value) < FEWEST_BITS or CODE_NAME.fullmatch(value) or " " in value:
        return None
    has_letter, has_digit = any(map(str.isalpha, value)), any(map(str.isdigit, value))
    if (
        len(value) >= SHORTEST_SECRET
        and has_letter
        and has_digit
        and looks_random(value)
        and "://" not in value
    ):
        return RANDOM_SCORE
    has_sign = quoted and any(character in "!@#$%^&*?~+" for character in value)
    if password and len(value) >= SHORTEST_PASSWORD and has_letter and (has_digit or has_sign):
        return PASSWORD_SCORE
    return None


_RANDOM = made_up(32)

EXAMPLES = (
    Example('password = "tr0ub4dor&3"', ((KIND, 12, 23),)),
    Example(f"API_KEY={_RANDOM}", ((KIND, 8, 40),)),
    Example(f'{{"client_secret": "{_RANDOM}"}}', ((KIND, 19, 51),)),
    Example("\U0001f511 Passwort: Gie7kanne!, Mot de passe : Arro5oir.", ((KIND, 12, 22), (KIND, 39, 47))),
    Example("my password is gie7kanne.", ((KIND, 15, 24),)),
    Example("пароль: lejka77x, 密码：shuihu42", ((KIND, 8, 16), (KIND, 21, 29))),
    Example("Authorization: Basic " + made_up(24), ((KIND, 21, 45),)),
    Example("AccountKey=" + made_up(86) + "==", ((KIND, 11, 99),)),
    Example(
        "password: required, password: str = None, password=get_password(1), pass: ${PASS1}, pwd=<token1>"
    ),
    Example(
        "api_key: your_api_key_1234567890, token = xxxxxxxxxxxxxxxxxxxx1, secret: see section 5 of the manual"
    ),
    Example(
        f"if password == 'a1b2c3d4': key: {_RANDOM}, tokens: 12345, password='********', password is 12 long"
    ),
    Example(
        "self.password = self.password2, PASSWORD=os.environ['PASSWORD_1'], token: https://example.org/a1b2c3d4e5f6"
    ),
)

DETECTOR = Detector((KIND,), find, EXAMPLES)
