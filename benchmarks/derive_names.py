"""Derives hayward/screeners/names/data/names.txt: given and family names of Faker, without those that are words.

    pip install faker==40.54.0
    python -m benchmarks.derive_names PROSE_FOLDER > hayward/screeners/names/data/names.txt

PROSE_FOLDER holds technical prose (.rst, .md, .txt): a name that stands there in small letters is also a word.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
import sys
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

# A name of cased letters: the other scripts are not looked up in this list.
NAME = re.compile(r"[^\W\d_]{3,20}(?:[’'-][^\W\d_]{2,20})?")
LOWER_WORD = re.compile(r"(?<![^\s(\"'])[^\W\d_]{3,20}(?=[\s,;:.!?)\"'])")
# Seen so often in small letters it is a word; fewer are user names and slips.
SEEN = 2
# Written with a capital where they are no names either: places, peoples, months, programs, gods.
CAPITALISED_WORDS = frozenset(
    """america april asia august austin australia austria berlin boston brazil brittany brooklyn carolina chelsea
    chile china christ christian cuba dallas dane denver dutch easter egypt england english europe everest florence
    france french friday gallo geneva georgia german germany greece houston india indiana ireland israel italy
    jackson january japan java jersey jesus jordan july june kent kenya korea lincoln london lorraine madison madrid
    malaysia malta march may mexico milan monaco monday montana moscow norway orlando oxford paris persia phoenix
    adelaide alabama alberta arizona columbia cordoba dakota jerusalem manila melbourne mendoza montserrat nevada palau
    samara tennessee jan jul juli jun juni mai mar armani bentley chanel dell ferrari gregorian gucci mercedes porsche
    prada versace arab autumn danish florida gay holland louisiana missouri muslim oman roma santa scot spring turk
    winter
    poland rome russia sahara santiago savannah scotland sierra spain sunday sweden sydney syria texas trinity troy
    valencia venice victoria vienna virginia wales washington york zion
    ada alexa amazon ansible apache apollo ariel athena atlas basil cassandra chrome delta django docker echo eclipse
    elixir gradle hermes iris jenkins julia jupiter kafka kotlin kubernetes lisp luna mars maven neo nova oracle
    pascal perl puppet python ruby rust safari saturn scala siri spark swift titan venus viola zeus""".split()
)
# In small letters these are users of examples and accounts of their authors: names above all, and no words.
USERS = frozenset(
    """akira alejandro alex alice andrew bob chen daniel daryl diego doug eric evan giampaolo hafiz holger hughes ito
    james jane joe john julien lena marcia mary morton parker robertson ryan sato scott sean stefan surya timo
    vladimir""".split()
)
SUFFIXES = {".rst", ".md", ".txt"}


def listed(prefix: str) -> set[str]:
    """All names that Faker's locales keep in lists whose names begin with `prefix`."""
    from faker.providers import person

    found: set[str] = set()
    for module in pkgutil.iter_modules(person.__path__):
        provider = importlib.import_module(f"{person.__name__}.{module.name}").Provider
        for attribute in dir(provider):
            value = getattr(provider, attribute)
            if attribute.startswith(prefix) and isinstance(value, list | tuple | dict):
                found.update(name for name in value if isinstance(name, str))
    return {name.lower() for name in found if NAME.fullmatch(name) and name[0].isupper()}


def is_sample(path: Path) -> bool:
    """One half of the files, by name; the other half stays unseen, to measure false alarms on."""
    return path.suffix in SUFFIXES and zlib.crc32(path.name.encode()) % 2 == 0


def words(folder: Path) -> Counter[str]:
    """How many files hold each word in small letters."""
    seen: Counter[str] = Counter()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and is_sample(path):
            text = path.read_text("utf-8", errors="replace")[:1_000_000]
            seen.update({word for word in LOWER_WORD.findall(text) if word.islower()})
    return seen


def lines(prose: Counter[str]) -> Iterator[str]:
    roles: dict[str, str] = defaultdict(str)
    for role, prefix in (("g", "first"), ("f", "last")):
        for name in listed(prefix):
            roles[name] += role
    for name in sorted(roles):
        is_word = (prose[name] >= SEEN and name not in USERS) or name in CAPITALISED_WORDS
        yield f"{name}\t{roles[name]}{'w' if is_word else ''}"


if __name__ == "__main__":
    print("\n".join(lines(words(Path(sys.argv[1])))))
