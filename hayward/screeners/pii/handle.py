"""Names that people go by on platforms: @name, u/name, "Telegram: name", "Discord: name#1234"."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from hayward.screeners.base import Example
from hayward.screeners.pii import context
from hayward.screeners.pii.characters import DIGIT, WORD_BYTES, members
from hayward.screeners.pii.context import Words
from hayward.screeners.pii.entropy import is_placeholder
from hayward.screeners.pii.hostname import host_at, host_name
from hayward.screeners.pii.labels import Endings
from hayward.screeners.pii.needles import marks
from hayward.screeners.pii.spans import NOTHING, Detector, Evidence, Row, Spans
from hayward.screeners.pii.stretch import Positions, Stretch

KIND = "handle"
# After the name of a platform, as @user@host, or as a platform alone writes it.
LABELLED_SCORE = 0.85
NEAR_SCORE = 0.75
USERNAME_SCORE = 0.6
# A mention, which may be of a company or a function as well.
MENTION_SCORE = 0.4
MENTION = Evidence(KIND, "handle.mention/2")

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
NEXT_MENTION = re.compile(rb",?[ ](?:@|(?:and|und|et|y|e|en|i|ve|\xd0\xb8|&)[ ]@)[A-Za-z0-9_]{2}")
THANKS = re.compile(
    rb"(?:(?<![a-z])(?:thanks|thank you|thx|cc|hi|hey|hello|via|ping|rt|kudos|danke|merci|gracias|grazie|obrigad[oa]"
    rb"|bedankt|hallo|hola|ciao|salut|welcome|congrats|congratulations|contact|ask|message)(?: to)?[ ,:]{1,2}"
    rb"|(?:photo|photos|video|art|image|story|thread|post|posted|reported|written|contributed|requested|suggested|found)"
    rb" by |@[a-z0-9_]{2,30},?[ ](?:(?:and|und|et|y|e|en|i|ve|\xd0\xb8|&)[ ])?)\Z",
    re.IGNORECASE,
)
# The last words of that, without which there is no need to look.
THANKS_END = frozenset(
    b"thanks you thx cc hi hey hello via ping rt kudos danke merci gracias grazie obrigado obrigada bedankt hallo hola "
    b"ciao salut welcome congrats congratulations contact ask message to by".split()
)
_WORDS = bytes(byte if chr(byte) in string.ascii_letters else 32 for byte in range(256)).lower()
UUID = re.compile(rb"[0-9a-fA-F-]{32,36}")
REACH = 32

_MAY_PRECEDE = members(b" \t\r\n\0([{<>\"'*,;:|!?.-" + bytes(range(0x80, 0x100)))
_NAME_BYTES = members(WORD_BYTES)
_IN_NAME = members(WORD_BYTES + b".-")
_AT, _DIGITS = ord("@"), string.digits.encode()
_LONGEST_NAME = 32
_MOST_NAMES = 4096
# What follows paths, calls and the like.
_NOT_AFTER = members(b"/(=\\{[")
# With nothing else before it in its line, a mark of a comment or nothing may make a name a tag or a decorator.
_MAY_OPEN_CODE = members(b"*#/%-.>\0" + string.whitespace.encode())
# CSS at-rules, JavaDoc and JSDoc tags, Java, Python, Angular and test annotations.
CODE_WORDS = frozenset(
    b"""
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
    """.split()
)


def find(stretch: Stretch) -> Spans:
    """Names in `stretch`; not those of packages (@scope/name), hosts (@example.org), decorators and annotations."""
    signs, ends = _names(stretch)
    is_remote = stretch.codes[ends] == _AT
    others = [
        *_labelled(stretch),
        *_fediverse(stretch.text, signs[is_remote], ends[is_remote]),
        *_reddit(stretch),
    ]
    mentions = _mentions(stretch, signs[~is_remote], ends[~is_remote]) if len(signs) else NOTHING
    if not others:
        return mentions
    columns = mentions.starts.tolist(), mentions.ends.tolist(), mentions.scores.tolist(), mentions.evidence
    return Spans.of([*others, *zip(*columns, strict=True)])


def _names(stretch: Stretch) -> tuple[Positions, Positions]:
    """The `@` before what may be names, and the ends of those."""
    codes = stretch.codes
    signs = marks(stretch, b"@")
    signs = signs[_MAY_PRECEDE[codes[signs - 1]] & _NAME_BYTES[codes[signs + 1]]]
    parts = range(0, len(signs), _MOST_NAMES)
    ends = [_name_ends(codes, signs[place : place + _MOST_NAMES]) for place in parts]
    if not ends:
        return signs, signs
    found = np.concatenate(ends)
    sizes = found - signs - 1
    kept = np.flatnonzero((sizes >= FEWEST) & (sizes <= MOST) & ~_NOT_AFTER[codes[found]])
    return signs[kept], found[kept]


def _name_ends(codes: NDArray[np.uint8], signs: Positions) -> Positions:
    """Where the names after the signs end, behind a letter, digit or `_`; at once where they are numbers."""
    windows = np.ndarray((len(codes) - _LONGEST_NAME + 1, _LONGEST_NAME), np.uint8, codes, strides=(1, 1))
    following = windows[signs + 1]
    inside = np.logical_and.accumulate(_IN_NAME[following], axis=1)
    sizes = _LONGEST_NAME - np.argmax((inside & _NAME_BYTES[following])[:, ::-1], axis=1)
    is_number = (DIGIT[following] | (np.arange(_LONGEST_NAME) >= sizes[:, None])).all(axis=1)
    ends: Positions = signs + 1 + sizes * ~is_number
    return ends


def _mentions(stretch: Stretch, signs: Positions, ends: Positions) -> Spans:
    meant, near = _meant(stretch, signs, ends)
    signs, ends = signs[meant], ends[meant]
    places = zip(signs.tolist(), ends.tolist(), _may_open_code(stretch.codes, signs).tolist(), strict=True)
    kept = [
        place
        for place, (sign, end, opens) in enumerate(places)
        if not _is_code(stretch.text, sign, stretch.text[sign + 1 : end], may_open=opens)
    ]
    words = [near[place] for place in kept]
    scores = np.array([NEAR_SCORE if word else MENTION_SCORE for word in words], np.float32)
    evidence = tuple(MENTION._replace(context=word) if word else MENTION for word in words)
    return Spans(signs[kept], ends[kept], scores, evidence)


def _meant(stretch: Stretch, signs: Positions, ends: Positions) -> tuple[list[int], list[str | None]]:
    """Which of the names are called those of a platform or are spoken to, and the words that call them so."""
    text, codes = stretch.text, stretch.codes
    near = PLATFORM_WORDS.nearest(stretch, signs, ends, after=context.REACH_AFTER)
    is_followed = (codes[ends] == ord(" ")) & (codes[ends + 1] == _AT)
    is_followed &= _NAME_BYTES[codes[ends + 2]] & _NAME_BYTES[codes[ends + 3]]
    spans = list(zip(signs.tolist(), ends.tolist(), strict=True))
    told = enumerate(zip(near, is_followed.tolist(), spans, strict=True))
    meant = [
        place for place, (word, followed, span) in told if word or followed or _is_addressed(text, *span)
    ]
    return meant, [near[place] for place in meant]


def _may_open_code(codes: NDArray[np.uint8], signs: Positions) -> NDArray[np.bool_]:
    """Whether the signs may have nothing but a mark of a comment before them in their lines."""
    before = signs - 1
    for _ in range(2):
        before -= codes[before] == ord(" ")
    may: NDArray[np.bool_] = _MAY_OPEN_CODE[codes[before]]
    return may


def _fediverse(text: bytes, signs: Positions, ends: Positions) -> Iterator[Row]:
    for sign, end in zip(signs.tolist(), ends.tolist(), strict=True):
        host = host_at(text, end + 1)
        if host is not None:
            after = end + 1 + len(host.name.encode())
            yield sign, after, LABELLED_SCORE, Evidence(KIND, "handle.fediverse/1", host.validator)


def _is_addressed(text: bytes, sign: int, end: int) -> bool:
    """Whether somebody is spoken to or thanked: code has mentions of its own, with no such sign around them."""
    before, after = text[sign - 1], text[end]
    return (
        (before == 0 and REPLY_TO_ALL.match(text, end) is not None)
        or (before in b"\0\n" and REPLY.match(text, end) is not None)
        or (after in b" ," and NEXT_MENTION.match(text, end) is not None)
        or (text[end - 1] in _DIGITS and NUMBERED.fullmatch(text, sign + 1, end) is not None)
        or (before in b" ,:" and _is_thanked(text, sign))
    )


def _is_thanked(text: bytes, sign: int) -> bool:
    begin = max(0, sign - 24)
    window = text[begin:sign]
    likely = b"@" in window or not THANKS_END.isdisjoint(window.translate(_WORDS).split()[-1:])
    return likely and THANKS.search(text, begin, sign) is not None


def _is_code(text: bytes, sign: int, name: bytes, *, may_open: bool) -> bool:
    """Whether `@name` is an annotation, a decorator, a tag of a comment or a host."""
    if name.lower().partition(b".")[0] in CODE_WORDS or (b"." in name and host_name(name) is not None):
        return True
    if not may_open:
        return False
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
