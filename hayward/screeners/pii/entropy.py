"""How random a string looks, and whether it only stands in for a secret."""

from __future__ import annotations

import math
import re
from functools import lru_cache

# Bits per character (Shannon). Twenty random letters and digits have about 4.0, words and names in code mostly below
# 3.5; hexadecimal digits have at most 4.0. detect-secrets and truffleHog use 4.5 and 3.0 for base64 and hexadecimal,
# which a string of twenty characters (at most 4.3) cannot reach.
RANDOM_BITS = 3.5
HEX_BITS = 3.0
PASSWORD_BITS = 2.3

# In small letters, which are found sooner than letters of any case.
_PLACEHOLDER = re.compile(
    r"""x{3,}|\*{3,}|\.{3}|…|_{3,}|-{4,}|\#{3,}|0{5,}|1{5,}
    |[<>{}$%\[\]()]                              # <token> ${TOKEN} {{ token }} %TOKEN% $(pass)
    |your|my[-_]?(?:secret|token|pass|key|api)|change[-_]?(?:me|it|this)|place[-_]?holder|example|sample|dummy|fake
    |insert|replace|enter[-_]|redacted|hidden|removed|masked|todo|fixme|foobar|lorem|default
    |deinpasswort|ihrpasswort|dein[-_]|votre[-_]|some[-_]?(?:secret|pass|token|key)|secret[-_]?key""",
    re.VERBOSE,
)
_WORDS = """
foo bar baz qux test demo
pass password passwd pwd secret token key apikey user username login admin root none null nil true false
string str value text bytes int object undefined empty required optional hidden passwort kennwort contraseña
contrasena motdepasse wachtwoord haslo hasło şifre пароль
"""
_STAND_INS = frozenset(_WORDS.split())


@lru_cache(maxsize=4096)
def bits(text: str) -> float:
    """Shannon entropy of the characters of `text`, in bits per character: -sum(p log2 p). Nought for no characters."""
    terms = _terms(len(text))
    return sum([terms[text.count(character)] for character in dict.fromkeys(text)]) + 0.0


@lru_cache(maxsize=512)
def _terms(size: int) -> tuple[float, ...]:
    """What a character adds to the entropy of `size` characters, by how often it stands there."""
    return 0.0, *(-count / size * math.log2(count / size) for count in range(1, size + 1))


def looks_random(text: str) -> bool:
    """Whether `text`, of a key's length, has the entropy of one: HEX_BITS for hexadecimal digits, else RANDOM_BITS."""
    hexadecimal = not text.lower().strip("0123456789abcdef")
    return bits(text) >= (HEX_BITS if hexadecimal else RANDOM_BITS)


@lru_cache(maxsize=4096)
def is_placeholder(value: str) -> bool:
    """Whether a value stands in for a secret: a word such as `password`, `<token>`, `${VAR}`, `xxxx`, `your-key`."""
    lowered = value.lower()
    return lowered in _STAND_INS or bits(value) < 1.5 or _PLACEHOLDER.search(lowered) is not None
