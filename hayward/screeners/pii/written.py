"""What a table of checked numbers says of each: how it is written, how it is checked and what it is called."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import cache, partial
from itertools import product
from typing import Any


class Standing(IntEnum):
    """How well a written form stands without a word for it: see WrittenNumber."""

    CALLED = 0
    WEAK = 1
    ALONE = 2


@dataclass(frozen=True, eq=False)
class WrittenNumber:
    """One kind of number of one country.

    A template spells a written form: 9 is a digit, A a letter, X either, _ a space. `alone` are the forms that hardly
    anything else has, reported without a word for them; `weak` are those reported so with a low score; `called` are
    those that need one of `words` nearby: one check digit lets a tenth of all numbers pass. `shape` is what the letters
    and digits without separators match, `sieve` lets through all that are valid and few others, for little.
    """

    kind: str
    rule: str
    validator: str | None  # None where the number holds no check, only a form
    alone: str
    weak: str
    called: str
    words: dict[str, str]
    shape: re.Pattern[str] | None
    sieve: Callable[[str], bool] | None
    is_valid: Callable[[str], bool]

    def forms(self) -> Iterator[tuple[bytes, Standing]]:
        """All templates, each X once as a digit and once as a letter, but none of letters only."""
        for standing in Standing:
            for template in getattr(self, standing.name.lower()).split():
                for spelled in product(*("9A" if character == "X" else character for character in template)):
                    if "9" in spelled:
                        yield "".join(spelled).encode(), standing

    def fits(self, plain: str) -> bool:
        """Whether letters, in upper case, and digits without separators may be such a number."""
        has_shape = self.shape is None or self.shape.fullmatch(plain) is not None
        return has_shape and (self.sieve is None or self.sieve(plain))


def number(
    kind: str,
    rule: str,
    validator: str | None,
    is_valid: Callable[[str], bool],
    *,
    alone: str = "",
    weak: str = "",
    called: str = "",
    shape: str | None = None,
    sieve: Callable[[str], bool] | None = None,
    **words: str,
) -> WrittenNumber:
    """A line of a table; a language whose code is a keyword of Python has a low line behind it."""
    pattern = re.compile(shape) if shape else None
    by_language = {language.rstrip("_"): listed for language, listed in words.items()}
    return WrittenNumber(kind, rule, validator, alone, weak, called, by_language, pattern, sieve, is_valid)


def by_stdnum(name: str, **options: Any) -> Callable[[str], bool]:
    """The check of a module of python-stdnum, which is loaded when it is first asked."""
    return partial(_passes, f"stdnum.{name}", options)


def _passes(module: str, options: dict[str, Any], written: str) -> bool:
    try:
        _module(module).validate(written, **options)
    except ValueError:
        return False
    return True


@cache
def _module(name: str) -> Any:
    return importlib.import_module(name)
