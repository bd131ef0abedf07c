"""Names that people go by on platforms: @name, u/name, "Telegram: name", "Discord: name#1234"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from hayward.screeners.base import Example
from hayward.screeners.pii.characters import WORD_BYTES, members
from hayward.screeners.pii.context import Words
from hayward.screeners.pii.entropy import is_placeholder
from hayward.screeners.pii.hostname import host_at, host_name
from hayward.screeners.pii.labels import Endings
from hayward.screeners.pii.needles import marks
from hayward.screeners.pii.spans import Detector, Evidence, Row, Spans
from hayward.screeners.pii.stretch import Stretch

KIND = "handle"
# After the name of a platform, as @user@host, or as a platform alone writes it.
LABELLED_SCORE = 0.85
NEAR_SCORE = 0.75
USERNAME_SCORE = 0.6
# A mention, which may be of a company or a function as well.
MENTION_SCORE = 0.4

PLATFORM_WORDS = Words(
    en="twitter tweet tweeted tweets instagram insta ig tiktok telegram mastodon fediverse threads bluesky bsky "
    "snapchat snap facebook fb reddit discord skype youtube twitch github linkedin pinterest tumblr venmo cashapp "
    "handle follow followed dm username weibo wechat vk line kik signal whatsapp soundcloud onlyfans steam",
    de="folge folgt benutzername nutzername",
    fr="suivez pseudo identifiant",
    es="sígueme sigue usuario seguir",
    it="seguimi segui utente",
    pt="siga usuário",
    nl="volg gebruikersnaam",
    pl="obserwuj użytkownik",
    tr="takip kullanıcı",
    ru="телеграм телеграмм инстаграм твиттер вконтакте вк ник подписывайтесь логин",
    ar="تويتر انستغرام تيليجرام تابعوني",
    hi="ट्विटर इंस्टाग्राम",
    zh="微信 微博 推特 抖音 小红书 电报 关注",
    ja="ツイッター インスタ フォロー",
)
NAME = re.compile(rb"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,30}[A-Za-z0-9_])?")
FEWEST, MOST = 2, 30
REDDIT = re.compile(rb"u/(?P<name>[A-Za-z0-9_-]{3,20})(?![A-Za-z0-9_/-])")

# "Platform: name": what stands before the colon, and after it.
PLATFORMS = re.compile(
    r"(?:(?P<platform>twitter|instagram|insta|tiktok|telegram|mastodon|bluesky|snapchat|skype|discord|wechat|facebook|weibo"
    r"|whatsapp|twitch|kik|icq|vk|tumblr|телеграм|инстаграм|微信号?|微博|推特|ツイッター)"
    r"|(?P<username>user ?name|screen ?name|nick ?name|nick|handle|benutzername|nutzername|nom d'utilisateur|pseudo"
    r"|usuario|nome utente|usuário|gebruikersnaam|nazwa użytkownika|kullanıcı adı|логин|ник|用户名|ユーザー名))"
    r"(?: (?:id|name|handle|account))?[\"'`\]*]{0,2} {0,2}\Z",
    re.IGNORECASE,
)
ENDINGS = Endings(
    """
    ter ram sta tok don sky hat ype ord ook ibo app tch kik icq lr mblr рам 信 号 博 特 ー ame nick dle pseudo ario nte
    ário naam ika adı гин ник 名 id unt
    """
)
VALUE = re.compile(
    rb"(?::|=|\xef\xbc\x9a)[ ]{0,3}[\"'`]?@?(?P<name>(?:live:)?[A-Za-z0-9_][A-Za-z0-9_.-]{1,36}(?:#\d{4})?)(?![\w/(@:])"
)
# A text that is nothing else, or that begins "@ann you are right"; a line that begins "@ann: you are right".
REPLY_TO_ALL = re.compile(rb"[ ][a-z]|\0")
REPLY = re.compile(rb"[,:!?][ ]")
# A name that was taken already: "@lena69". Not @python38, @base64, @sha256.
NUMBERED = re.compile(
    rb"(?!(?:base|sha|utf|int|uint|float|python|win|linux|intel|amd|arm|mips|riscv|sse|avx|iso|rfc|bug|issue|test|step|item"
    rb"|page|line|day|top|version|release|area|room|chapter|section|node|host|port|user|file|part)[0-9])"
    rb"[a-z]{3,20}(?:[._][a-z]{1,20})?[0-9]{2,4}"
)
NEXT_MENTION = re.compile(rb",?[ ](?:(?:and|und|et|y|e|en|i|ve|\xd0\xb8|&)[ ])?@[A-Za-z0-9_]{2}")
THANKS = re.compile(
    rb"(?:(?<![a-z])(?:thanks|thank you|thx|cc|hi|hey|hello|via|ping|rt|kudos|danke|merci|gracias|grazie|obrigad[oa]"
    rb"|bedankt|hallo|hola|ciao|salut|welcome|congrats|congratulations|contact|ask|message)(?: to)?[ ,:]{1,2}"
    rb"|(?:photo|photos|video|art|image|story|thread|post|posted|reported|written|contributed|requested|suggested|found)"
    rb" by |@[a-z0-9_]{2,30},?[ ](?:(?:and|und|et|y|e|en|i|ve|\xd0\xb8|&)[ ])?)\Z",
    re.IGNORECASE,
)
UUID = re.compile(rb"[0-9a-fA-F-]{32,36}")
REACH = 32

_MAY_PRECEDE = members(b" \t\r\n\0([{<>\"'*,;:|!?.-" + bytes(range(0x80, 0x100)))
_NAME_BYTES = members(WORD_BYTES)
# CSS at-rules, JavaDoc and JSDoc tags, Java, Python, Angular and test annotations.
CODE_WORDS = frozenset(
    """
    media import charset font-face keyframes supports page layer container namespace include mixin extend use forward
    if else each for while function return returns param params throws throw see since version author deprecated
    link inheritdoc code value type typedef template example todo private public protected internal static readonly
    override test before after beforeeach aftereach beforeclass afterclass autowired bean component service repository
    controller restcontroller entity table column id nullable notnull suppresswarnings functionalinterface safevarargs
    property staticmethod classmethod dataclass abstractmethod contextmanager cached_property lru_cache cache wraps
    pytest mock patch fixture overload final pure view yield async click app router injectable input output directive
    ngmodule pipe end interface implementation synthesize selector class protocol optional required objc available
    brief details file copyright license licence generated flow jsx internal note warning ingroup defgroup
    contextmanager asynccontextmanager total_ordering no_type_check runtime_checkable singledispatch typing functools
    main escaping autoclosure discardableresult published state binding environment viewbuilder everyone here channel
    all team you me home work
    """.split()  # noqa: SIM905
)


def find(stretch: Stretch) -> Spans:
    """Names in `stretch`; not those of packages (@scope/name), hosts (@example.org), decorators and annotations."""
    return Spans.of([*_labelled(stretch), *_mentions(stretch), *_reddit(stretch)])


def _mentions(stretch: Stretch) -> Iterator[Row]:
    text, codes = stretch.text, stretch.codes
    signs = marks(stretch, b"@")
    signs = signs[_MAY_PRECEDE[codes[signs - 1]] & _NAME_BYTES[codes[signs + 1]]]
    for sign in signs.tolist():
        row = _mention(text, sign)
        if row is not None:
            yield row


def _mention(text: bytes, sign: int) -> Row | None:
    match = NAME.match(text, sign + 1)
    if match is None or not FEWEST <= len(match.group()) <= MOST or match.group().isdigit():
        return None
    end, after = match.end(), text[match.end() : match.end() + 1]
    host = host_at(text, end + 1) if after == b"@" else None
    if host is not None:
        end += 1 + len(host.name.encode())
        return sign, end, LABELLED_SCORE, Evidence(KIND, "handle.fediverse/1", host.validator)
    if after in {b"/", b"(", b"@", b"=", b"\\", b"{", b"["} or _is_code(text, sign, match.group()):
        return None
    near = PLATFORM_WORDS.near(text, sign, end)
    if near is None and not _is_addressed(text, sign, end):
        return None
    return sign, end, NEAR_SCORE if near else MENTION_SCORE, Evidence(KIND, "handle.mention/2", None, near)


def _is_addressed(text: bytes, sign: int, end: int) -> bool:
    """Whether somebody is spoken to or thanked: code has mentions of its own, with no such sign around them."""
    return (
        (text[sign - 1] == 0 and REPLY_TO_ALL.match(text, end) is not None)
        or (text[sign - 1] in b"\0\n" and REPLY.match(text, end) is not None)
        or NUMBERED.fullmatch(text, sign + 1, end) is not None
        or NEXT_MENTION.match(text, end) is not None
        or THANKS.search(text, max(0, sign - 24), sign) is not None
    )


def _is_code(text: bytes, sign: int, name: bytes) -> bool:
    """Whether `@name` is an annotation, a decorator, a tag of a comment or a host."""
    head = name.lower().decode().partition(".")[0]
    if head in CODE_WORDS or (b"." in name and host_name(name) is not None):
        return True
    line = text[max(0, sign - 40) : sign].rpartition(b"\n")[2].rpartition(b"\0")[2]
    if line.strip(b" \t") in {b"*", b"#", b"//", b"///", b"/**", b"%", b"--", b"...", b">>>"}:
        return True
    # A decorator has its line to itself.
    rest = text[sign + 1 + len(name) : sign + 3 + len(name)]
    return (
        not line.strip() and sign > 0 and text[sign - 1 : sign] != b"\0" and rest[:1] in {b"\n", b"\r", b"."}
    )


def _reddit(stretch: Stretch) -> Iterator[Row]:
    text, codes = stretch.text, stretch.codes
    slashes = marks(stretch, b"/")
    slashes = slashes[codes[slashes - 1] == ord("u")]
    slashes = slashes[~_NAME_BYTES[codes[slashes - 2]]]
    for slash in slashes.tolist():
        match = REDDIT.match(text, slash - 1)
        if match is None or match.group("name").isdigit():
            continue
        start = slash - 2 if text[slash - 2 : slash - 1] == b"/" else slash - 1
        in_path = _NAME_BYTES[codes[start - 1]] or text[start - 1 : start] in {b"/", b".", b"-", b"~"}
        near = PLATFORM_WORDS.near(text, start, match.end()) if in_path else None
        if not in_path or (near and ":reddit@" in near):
            yield start, match.end(), NEAR_SCORE, Evidence(KIND, "handle.reddit/1", None, near)


def _labelled(stretch: Stretch) -> Iterator[Row]:
    text = stretch.text
    for sign in ENDINGS.before_signs(stretch, b":=").tolist():
        label = _label(text[max(0, sign - REACH) : sign])
        match = VALUE.match(text, sign) if label else None
        row = _named(text, match, is_platform=label == "platform") if match else None
        if row is not None:
            yield row


@lru_cache(maxsize=8192)
def _label(before: bytes) -> str | None:
    """Whether the text before a sign ends in the name of a "platform" or in a word for "username"."""
    label = PLATFORMS.search(before.decode(errors="ignore"))
    return label.lastgroup if label else None


def _named(text: bytes, match: re.Match[bytes], *, is_platform: bool) -> Row | None:
    name = match.group("name").rstrip(b".-")
    start = match.start("name")
    end = start + len(name)
    is_signed = text[start - 1 : start] == b"@"
    if is_placeholder(name.decode()) or host_name(name) is not None:
        return None
    # "Telegram: the" begins a sentence; a name that people choose has more than small letters.
    if not is_signed and not (re.search(rb"[0-9_.#:-]", name) and re.search(rb"[A-Za-z]", name)):
        return None
    if UUID.fullmatch(name):
        return None
    near = PLATFORM_WORDS.before(text, start, reach=REACH)
    score, rule = (LABELLED_SCORE, "platform") if is_platform else (USERNAME_SCORE, "username")
    return start - is_signed, end, score, Evidence(KIND, f"handle.{rule}/1", None, near)


EXAMPLES = (
    Example("thanks @ann_baker!", ((KIND, 7, 17),)),
    Example("Twitter: @annbaker, Telegram: ann_b77", ((KIND, 9, 18), (KIND, 30, 37))),
    Example("Discord: ann.b#1234 / Skype: live:ann.b_2", ((KIND, 9, 19), (KIND, 29, 41))),
    Example("\U0001f418 follow @ann@social.example or u/ann-baker", ((KIND, 9, 28), (KIND, 32, 43))),
    Example("微信：ann_77，关注 @小明 @annb", ((KIND, 3, 9), (KIND, 17, 22))),
    Example("username: ann.baker77", ((KIND, 10, 21),)),
    Example("npm i @scope/pkg, @media (print), mail me @ noon, @example.org, a@b, x @ y"),
    Example("@property\ndef x(self):\n@app.route('/x')\n * @param name the name\n@Override\n@"),
    Example("username: string, Telegram: see below, usr/u/0/x, menu/item, Discord: https://example.org/x"),
)

DETECTOR = Detector((KIND,), find, EXAMPLES)
