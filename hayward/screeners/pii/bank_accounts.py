"""Bank accounts in their countries' own forms, those that hold a check or are hardly written without their name."""

from __future__ import annotations

from collections.abc import Sequence

from hayward.screeners.pii.written import WrittenNumber, by_stdnum, number

KIND = "bank_account"


def _digits(written: str) -> list[int]:
    return [int(character) for character in written if character.isdigit()]


def _weighted(digits: Sequence[int], weights: Sequence[int]) -> int:
    return sum(digit * weight for digit, weight in zip(digits, weights, strict=True))


def is_clabe(written: str) -> bool:
    """Mexico's CLABE: weights 3, 7, 1 over seventeen digits, modulo ten (Banco de México, Circular 3/2012)."""
    digits = _digits(written)
    weighted = (digit * weight % 10 for digit, weight in zip(digits[:17], (3, 7, 1) * 6, strict=False))
    return len(digits) == 18 and -sum(weighted) % 10 == digits[17]


def is_dutch(written: str) -> bool:
    """The elfproef of nine- and ten-digit Dutch accounts: digits weighted 9 or 10 down to 1, modulo 11 (NEN 5810)."""
    digits = _digits(written)
    return len(digits) in {9, 10} and _weighted(digits, range(len(digits), 0, -1)) % 11 == 0


def is_polish(written: str) -> bool:
    """NRB: the Polish IBAN without its country (ISO 13616, ISO 7064 mod 97)."""
    digits = "".join(map(str, _digits(written)))
    return len(digits) == 26 and int(digits[2:] + "2521" + digits[:2]) % 97 == 1


def is_belgian(written: str) -> bool:
    """Belgian accounts before IBAN: ten digits modulo 97, 97 for a remainder of nought (Febelfin)."""
    digits = "".join(map(str, _digits(written)))
    return len(digits) == 12 and (int(digits[:10]) % 97 or 97) == int(digits[10:])


def is_french(written: str) -> bool:
    """RIB in figures: 89, 15, 3 times bank, branch and account, modulo 97 (Banque de France)."""
    digits = "".join(map(str, _digits(written)))
    if len(digits) != 23:
        return False
    bank, branch, account, key = int(digits[:5]), int(digits[5:10]), int(digits[10:21]), int(digits[21:])
    return 97 - (89 * bank + 15 * branch + 3 * account) % 97 == key


def is_hungarian(written: str) -> bool:
    """GIRO: eight, and sixteen or eight more digits, weights 9, 7, 3, 1, each part modulo ten (MNB)."""
    digits = _digits(written)
    parts = digits[:8], digits[8:]
    return len(digits) in {16, 24} and all(
        _weighted(part, ((9, 7, 3, 1) * 4)[: len(part)]) % 10 == 0 for part in parts
    )


def _anything(_written: str) -> bool:
    return True


def _account(key: str, validator: str | None, check: object = None, **written: str) -> WrittenNumber:
    is_valid = check if callable(check) else by_stdnum(key) if validator else _anything
    return number(KIND, f"bank-account.{key.replace('.', '-')}/1", validator, is_valid, sieve=None, **written)


_ACCOUNT = "'account number' 'account no' 'bank account' account"

BANK_ACCOUNTS: tuple[WrittenNumber, ...] = (
    _account("us.rtn", "stdnum us.rtn", called="999999999 9999-9999-9",
        en="aba rtn routing 'routing number' 'routing no' 'aba number' 'bank routing' 'transit number'"),
    _account("es.ccc", "stdnum es.ccc", alone="9999-9999-99-9999999999 9999_9999_99_9999999999 9999-9999-99_9999999999",
        called="99999999999999999999", es="ccc cuenta 'cuenta corriente' 'número de cuenta' 'código cuenta cliente'"),
    _account("cz.bankaccount", "stdnum cz.bankaccount",
        called="999999-9999999999/9999 9999999999/9999 999999999/9999 99999-9999999999/9999 99-9999999999/9999",
        cs="účet účtu účtem účet 'číslo účtu' bankovní", sk="účet účtu 'číslo účtu'", en="account"),
    _account("no.kontonr", "stdnum no.kontonr", called="99999999999 9999.99.99999 9999_99_99999",
        no="konto kontonr kontonummer bankkonto", en="'norwegian account'"),
    _account("nz.bankaccount", "stdnum nz.bankaccount", called="99-9999-9999999-99 99-9999-9999999-999", en=_ACCOUNT),
    _account("ar.cbu", "stdnum ar.cbu", called="9999999999999999999999", es="cbu 'clave bancaria uniforme' cuenta"),
    _account("mx.clabe", "weights 3, 7, 1", is_clabe, called="999999999999999999",
        es="clabe 'clave bancaria estandarizada' cuenta"),
    _account("pl.nrb", "mod 97", is_polish,
        alone="99_9999_9999_9999_9999_9999_9999 99999999999999999999999999",
        pl="konto konta rachunek rachunku 'numer konta' 'numer rachunku' nrb"),
    _account("be.old", "mod 97", is_belgian, alone="999-9999999-99",
        nl="rekening rekeningnummer bankrekening", fr="compte 'numéro de compte'"),
    _account("fr.rib", "mod 97", is_french, alone="99999_99999_99999999999_99", called="99999999999999999999999",
        fr="rib compte 'relevé d identité bancaire' 'numéro de compte'"),
    _account("hu.giro", "weights 9, 7, 3, 1", is_hungarian, alone="99999999-99999999-99999999",
        called="99999999-99999999",        hu="bankszámla számlaszám bankszámlaszám számla"),
    _account("nl.elfproef", "elfproef", is_dutch, called="9999999999 99.99.99.999 999999999 99_99_99_999",
        nl="rekening rekeningnummer bankrekening bankrekeningnummer 'rek nr' girorekening"),
    _account("gb.sort-code", None, called="99-99-99 99_99_99 999999", en="'sort code' sortcode"),
)  # fmt: skip
