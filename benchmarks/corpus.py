"""A deterministic corpus like web text: invented people's data at known places among numbers that only look like it."""

from __future__ import annotations

import hashlib
import random
from calendar import month_name
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

MEAN_LOG_BYTES, SPREAD = 7.3, 0.75  # lognormal: mean about 2,000 bytes, as in web crawls
DATA_PER_DOCUMENT, LOOKALIKES_PER_DOCUMENT = 0.4, 1.0

COMMON = """
the of and to in a is that for it on with as was at by an be this from are or have not which but they his her
had were one all their there been has when who will more no if out so said what up its about into than them can
only other new some could time these two may then do first any my now such like our over man me even most made
after also did many before must through years where much your way well down should because each just those
people how too little state good very make world still own see men work long get here between both life being
under never day same another know while last might us great old year off come since against go came right used
take three
""".split()
RARER = """
meadow harbour lantern archive weather kitchen garden railway journey teacher market bridge village council
winter summer morning evening history language science music picture window letter number question answer
problem solution reason chapter author reader library museum festival farmer baker doctor engineer student
children parents neighbour company business service product customer delivery payment website article comment
newsletter password browser update release feature settings support community project volunteer meeting calendar
schedule station platform ticket passenger driver bicycle forest river mountain valley island coast beach storm
cloud thunder temperature pressure oxygen carbon energy battery signal network server database software hardware
keyboard monitor printer camera
""".split()
FIRST = [
    "ann",
    "bob",
    "carla",
    "deniz",
    "eve",
    "farid",
    "greta",
    "hugo",
    "ines",
    "jonas",
    "kemal",
    "lena",
    "maria",
]
LAST = [
    "baker",
    "clark",
    "dupont",
    "evans",
    "fischer",
    "garcia",
    "hansen",
    "ito",
    "keller",
    "lopez",
    "moreau",
]
DOMAINS = [
    "example.org",
    "example.com",
    "example.net",
    "mail.example.org",
    "post.example.co.uk",
    "example.museum",
]
IBAN_COUNTRIES = {"DE": 18, "NL": 14, "AT": 16, "BE": 12, "NO": 11}


@dataclass(frozen=True, slots=True)
class Planted:
    """One piece of invented personal data: where it stands, in code points."""

    document: int
    kind: str
    start: int
    end: int


@dataclass(frozen=True)
class Corpus:
    texts: list[str]
    planted: list[Planted]

    @property
    def bytes(self) -> int:
        return sum(len(text.encode()) for text in self.texts)

    def write(self, path: Path) -> None:
        """Writes the texts as a Parquet file (zstd) with the columns id and text."""
        table = pa.table({"id": pa.array(range(len(self.texts)), pa.int64()), "text": self.texts})
        pq.write_table(table, path, compression="zstd", row_group_size=10_000)


@dataclass(frozen=True, slots=True)
class Density:
    """Mean number of pieces per document: personal data, and what only looks like it."""

    data: float = DATA_PER_DOCUMENT
    lookalikes: float = LOOKALIKES_PER_DOCUMENT


# More than one piece of personal data per thousand bytes; and texts in which nothing is to be found.
DENSE = Density(data=2.2)
CLEAN = Density(data=0, lookalikes=0)


def make(documents: int, *, seed: int = 1, density: Density | None = None) -> Corpus:
    """The corpus of that many documents; the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - reproducible on purpose
    texts, planted = [], []
    for document in range(documents):
        text, found = _document(chance, density or Density())
        texts.append(text)
        planted += [Planted(document, *place) for place in found]
    return Corpus(texts, planted)


def _document(chance: random.Random, density: Density) -> tuple[str, list[tuple[str, int, int]]]:
    size = min(int(chance.lognormvariate(MEAN_LOG_BYTES, SPREAD)), 60_000)
    pieces: list[tuple[str | None, str]] = []
    length = 0
    while length < size:
        sentence = _sentence(chance)
        pieces.append((None, sentence))
        length += len(sentence) + 1
    makers_and_means = (
        (DATA if density == Density() else ALL_DATA, density.data),
        (LOOKALIKES, density.lookalikes),
    )
    for makers, mean in makers_and_means:
        for _ in range(_poisson(chance, mean)):
            kind, (frame, value) = _planted(chance, makers)
            before, after = frame
            place = chance.randrange(len(pieces) + 1)
            pieces[place:place] = [(None, before), (kind, value), (None, after)]
    return _joined(pieces)


def _joined(pieces: list[tuple[str | None, str]]) -> tuple[str, list[tuple[str, int, int]]]:
    parts: list[str] = []
    found = []
    length = 0
    for kind, piece in pieces:
        joint = (
            ""
            if not parts or parts[-1].endswith(("(", "<", ":", '"')) or piece.startswith((".", ")", ">", '"'))
            else " "
        )
        length += len(joint)
        if kind:
            found.append((kind, length, length + len(piece)))
        parts += [joint, piece] if joint else [piece]
        length += len(piece)
    return "".join(parts), found


def _sentence(chance: random.Random) -> str:
    words = [chance.choice(COMMON if chance.random() < 0.65 else RARER) for _ in range(chance.randint(6, 22))]
    if chance.random() < 0.15:
        words.insert(
            chance.randrange(len(words)), str(chance.choice((1984, 2007, 2019, 12, 3, 250, 40, 100)))
        )
    if chance.random() < 0.2:
        words[chance.randrange(len(words))] += ","
    if chance.random() < 0.05:
        words.append(chance.choice(("naïve café", "– so they say –", "“quoted”", "Übung", "東京")))
    return " ".join(words).capitalize() + chance.choice((".", ".", ".", "?", "!", ".\n"))


def _poisson(chance: random.Random, mean: float) -> int:
    count, left = 0, chance.expovariate(1)
    while left < mean:
        count, left = count + 1, left + chance.expovariate(1)
    return count


Maker = Callable[[random.Random], str]
Frame = tuple[str, str]


def _planted(
    chance: random.Random, makers: list[tuple[str | None, Maker, list[Frame]]]
) -> tuple[str | None, tuple[Frame, str]]:
    kind, maker, frames = chance.choice(makers)
    return kind, (chance.choice(frames), maker(chance))


def _digits(chance: random.Random, count: int) -> str:
    return "".join(chance.choice("0123456789") for _ in range(count))


def _email(chance: random.Random) -> str:
    name = chance.choice((".", "_", "", "-")).join((chance.choice(FIRST), chance.choice(LAST)))
    address = f"{name}{chance.choice(('', '', str(chance.randrange(99))))}@{chance.choice(DOMAINS)}"
    return address.upper() if chance.random() < 0.05 else address


def _phone(chance: random.Random) -> str:
    area, line = chance.choice(("212", "415", "312", "617", "206")), f"01{_digits(chance, 2)}"
    return chance.choice(
        (
            f"({area}) 555-{line}",
            f"{area}-555-{line}",
            f"+1 {area} 555 {line}",
            f"+1-{area}-555-{line}",
            f"+44 20 7946 0{_digits(chance, 3)}",
            f"020 7946 0{_digits(chance, 3)}",
            f"+33 1 99 00 {_digits(chance, 2)} {_digits(chance, 2)}",
            f"+4930{chance.randrange(2, 9)}{_digits(chance, 6)}",
        )
    )


def _card(chance: random.Random) -> str:
    body = chance.choice(("4", "51", "55", "2221")) + _digits(chance, 15)
    number = with_check_digit(body[:15])
    joint = chance.choice(("", " ", "-"))
    return joint.join(number[place : place + 4] for place in range(0, 16, 4))


def with_check_digit(body: str) -> str:
    """The digits with their Luhn check digit appended (ISO/IEC 7812-1 annex B)."""
    doubled = [int(digit) * 2 if place % 2 == 0 else int(digit) for place, digit in enumerate(reversed(body))]
    return body + str(-sum(value - 9 * (value > 9) for value in doubled) % 10)


def _iban(chance: random.Random) -> str:
    country, size = chance.choice(list(IBAN_COUNTRIES.items()))
    account = _digits(chance, size)
    if country == "NL":
        account = "ABNA" + account[4:]
    number = "".join(str(int(character, 36)) for character in f"{account}{country}00")
    iban = f"{country}{98 - int(number) % 97:02d}{account}"
    return (
        iban
        if chance.random() < 0.5
        else " ".join(iban[place : place + 4] for place in range(0, len(iban), 4))
    )


def _address(chance: random.Random) -> str:
    if chance.random() < 0.3:
        return f"2a01:4f8:{chance.randrange(1, 65535):x}::{chance.randrange(16, 65535):x}:1"
    octets = (
        chance.choice((81, 93, 145, 203)),
        chance.randrange(256),
        chance.randrange(256),
        chance.randrange(1, 255),
    )
    return ".".join(str(octet) for octet in octets)


def _ssn(chance: random.Random) -> str:
    return (
        f"{chance.randrange(100, 600):03d}-{chance.randrange(1, 100):02d}-{chance.randrange(1, 10_000):04d}"
    )


def _date(chance: random.Random) -> str:
    year, month, day = chance.randrange(1950, 2030), chance.randrange(1, 13), chance.randrange(1, 29)
    return chance.choice(
        (f"{year}-{month:02d}-{day:02d}", f"{day:02d}.{month:02d}.{year}", f"{month}/{day}/{year}")
    )


def _isbn(chance: random.Random) -> str:
    return f"978-{chance.randrange(10)}-{_digits(chance, 3)}-{_digits(chance, 5)}-{_digits(chance, 1)}"


def _hash(chance: random.Random) -> str:
    return "".join(chance.choice("0123456789abcdef") for _ in range(chance.choice((32, 40, 64))))


def _version(chance: random.Random) -> str:
    return "v" + ".".join(str(chance.randrange(20)) for _ in range(chance.choice((3, 4))))


def _bad_card(chance: random.Random) -> str:
    number = with_check_digit("4" + _digits(chance, 14))
    return number[:15] + str((int(number[15]) + 5) % 10)


def _mac(chance: random.Random) -> str:
    # The range that RFC 7042 section 2.1.2 keeps for documentation, and one with the local bit set.
    start = chance.choice(("00:00:5e:00:53", "02:42:ac:11:00"))
    return f"{start}:{chance.randrange(256):02x}"


def _url_credentials(chance: random.Random) -> str:
    secret = "".join(chance.choice("abcdefghkmnpqrstuvwxyz23456789") for _ in range(12))
    return f"https://{chance.choice(FIRST)}:{secret}@git.example.org/archive"


def _api_key(chance: random.Random) -> str:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    return "AKIA" + "".join(chance.choice(alphabet) for _ in range(16))


def _wallet(chance: random.Random) -> str:
    """A Bitcoin address (Base58Check, version 0) of twenty random bytes, of which nobody knows a key."""
    body = bytes([0, *(chance.randrange(256) for _ in range(20))])
    body += hashlib.sha256(hashlib.sha256(body).digest()).digest()[:4]
    number, digits = int.from_bytes(body, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        digits = BASE58[digit] + digits
    return "1" * (len(body) - len(body.lstrip(b"\0"))) + digits


def _national_id(chance: random.Random) -> str:
    return chance.choice((_pesel, _bsn, _dni))(chance)


def _pesel(chance: random.Random) -> str:
    """Poland's number, with its weights 1, 3, 7, 9."""
    body = f"{chance.randrange(40, 100)}{chance.randrange(1, 13):02d}{chance.randrange(1, 29):02d}{_digits(chance, 4)}"
    total = sum(weight * int(digit) for weight, digit in zip((1, 3, 7, 9) * 3, body, strict=False))
    return body + str(-total % 10)


def _bsn(chance: random.Random) -> str:
    """The Netherlands' number: nine digits, weights 9 to 2 and -1, divisible by 11."""
    while True:
        body = str(chance.randrange(1, 9)) + _digits(chance, 7)
        check = sum(weight * int(digit) for weight, digit in zip(range(9, 1, -1), body, strict=True)) % 11
        if check < 10:
            return body + str(check)


def _dni(chance: random.Random) -> str:
    """Spain's number: the letter is the remainder by 23."""
    number = chance.randrange(10_000_000, 99_999_999)
    return f"{number}{'TRWAGMYFPDXBNJZSQVHLCKE'[number % 23]}"


def _birth(chance: random.Random) -> str:
    day = date(chance.randrange(1940, 2008), chance.randrange(1, 13), chance.randrange(1, 29))
    return f"{day.day} {month_name[day.month]} {day.year}"


def _place(chance: random.Random) -> str:
    return f"{chance.uniform(36, 60):.5f}, {chance.uniform(1, 25):.5f}"


BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
PLAIN: list[Frame] = [("", "."), ("(", ")"), ("", "")]
DATA: list[tuple[str | None, Maker, list[Frame]]] = [
    ("email_address", _email, [("Write to", "."), ("Contact:", ""), ("<", ">"), ("", "")]),
    ("email_address", _email, [("Write to", "."), ("Contact:", ""), ("<", ">"), ("", "")]),
    ("phone_number", _phone, [("Call", "."), ("Tel.:", ""), ("Phone", "."), ("or", ".")]),
    ("credit_card", _card, [("Card", "."), ("paid with", "."), ("", "")]),
    ("iban", _iban, [("IBAN:", "."), ("to", ".")]),
    ("ip_address", _address, [("from", "."), ("host", ""), ("logged", ")")]),
    ("us_ssn", _ssn, [("SSN:", "."), ("number", ".")]),
]
# With the kinds that came later; the sparse corpus keeps to the six of DATA, so that its figures stay comparable.
ALL_DATA: list[tuple[str | None, Maker, list[Frame]]] = [
    *DATA,
    *DATA,
    ("mac_address", _mac, [("MAC address", "."), ("ether", "")]),
    ("url_credentials", _url_credentials, [("clone", "."), ("", "")]),
    ("api_key", _api_key, [("aws_access_key_id =", ""), ("key", ".")]),
    ("crypto_wallet", _wallet, [("send bitcoin to", "."), ("wallet", "")]),
    ("national_id", _national_id, [("national ID", "."), ("identity number:", ".")]),
    ("date_of_birth", _birth, [("born on", "."), ("date of birth:", ".")]),
    ("geo_coordinates", _place, [("coordinates", "."), ("at", ".")]),
]
LOOKALIKES: list[tuple[str | None, Maker, list[Frame]]] = [
    (None, _date, PLAIN),
    (None, _date, [("on", ","), ("since", ".")]),
    (None, _isbn, [("ISBN", "."), ("", "")]),
    (None, _hash, [("commit", "."), ("sha256:", "")]),
    (None, _version, [("version", "."), ("release", "")]),
    (None, _bad_card, [("item", ".")]),
    (
        None,
        lambda chance: _digits(chance, chance.choice((6, 8, 10, 12, 14))),
        [("order", "."), ("invoice no.", "")],
    ),
    (
        None,
        lambda chance: f"{chance.randrange(1, 99)},{_digits(chance, 3)}.{_digits(chance, 2)}",
        [("$", ".")],
    ),
    (None, lambda chance: f"https://www.example.org/{_digits(chance, 8)}/{_digits(chance, 10)}", PLAIN),
    (None, lambda chance: f"@{chance.choice(FIRST)}{chance.randrange(99)}", PLAIN),
    (
        None,
        lambda chance: f"{chance.randrange(24)}:{chance.randrange(10, 60)}:{chance.randrange(10, 60)}",
        PLAIN,
    ),
]
