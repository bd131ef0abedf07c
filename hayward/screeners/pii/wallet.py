"""Addresses of wallets: strings of a currency's alphabet and length whose checksum is right."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from hayward.screeners.base import Example
from hayward.screeners.pii.base58 import BITCOIN, RIPPLE, base58check, cryptonote
from hayward.screeners.pii.bech32 import LONGEST as LONGEST_SEGWIT
from hayward.screeners.pii.bech32 import witness_version
from hayward.screeners.pii.context import Words
from hayward.screeners.pii.keccak import keccak_256
from hayward.screeners.pii.spans import NOTHING, Detector, Evidence, Row, Spans
from hayward.screeners.pii.stretch import Stretch

KIND = "crypto_wallet"
SCORE = 0.95
# Forty hexadecimal digits in one case carry no checksum; only a word nearby makes them an address.
UNCHECKED_SCORE = 0.6

WALLET_WORDS = Words(
    en="wallet wallets address ethereum eth ether erc ens metamask token contract bitcoin btc crypto donate donation "
    "donations tip",
    de="adresse geldbörse spende spenden",
    fr="portefeuille adresse don",
    es="cartera billetera monedero dirección",
    it="portafoglio indirizzo",
    pt="carteira endereço",
    nl="portemonnee adres",
    pl="portfel adres",
    tr="cüzdan adresi",
    ru="кошелек кошелёк кошелька адрес",
    ar="محفظة عنوان",
    hi="वॉलेट",
    zh="钱包 地址 以太坊",
    ja="ウォレット アドレス",
)
SHORTEST, LONGEST, LONGEST_BASE58 = 25, 106, 35
# The null address and its like, 0xdead…, are nobody's.
FEWEST_DIFFERENT = 6

# Version bytes. Bitcoin, Litecoin, Dogecoin: base58Prefixes in each Core's chainparams.cpp; Tron: its documentation,
# "Account"; Ripple: XRP Ledger, "base58 encodings"; Monero: cryptonote_config.h (standard, integrated, subaddress).
BASE58_VERSIONS = {
    0x00: "bitcoin", 0x05: "bitcoin-script", 0x6F: "bitcoin-test", 0xC4: "bitcoin-test", 0x30: "litecoin",
    0x32: "litecoin", 0x1E: "dogecoin", 0x16: "dogecoin", 0x41: "tron", 0x4C: "dash", 0x10: "dash",
}  # fmt: skip
MONERO_VERSIONS = frozenset({18, 19, 42})
SEGWIT_PREFIXES = {"bc": "bitcoin-segwit", "ltc": "litecoin-segwit", "tb": "bitcoin-test"}

ETHER = re.compile(r"0[xX]([0-9a-fA-F]{40})")
ETHER_SIZE = 42
MONERO_SIZES = (95, 106)
_BASE58_BYTES = 25


def _base58_beginnings(version: int, alphabet: str) -> Iterator[tuple[str, int]]:
    """The first characters and lengths of addresses with this version byte."""
    least, most = version << 8 * (_BASE58_BYTES - 1), (version + 1) << 8 * (_BASE58_BYTES - 1)
    for size in range(SHORTEST, LONGEST_BASE58 + 1):
        step = 58 ** (size - 1)
        for value, first in enumerate(alphabet):
            if bool(value) == bool(version) and value * step < most and (value + 1) * step > least:
                yield first, size


def _beginnings() -> NDArray[np.bool_]:
    """Whether a word that begins with this byte and is so long may be an address."""
    may_be = np.zeros((256, LONGEST + 2), bool)
    for version in BASE58_VERSIONS:
        for first, size in _base58_beginnings(version, BITCOIN):
            may_be[ord(first), size] = True
    for first, size in _base58_beginnings(0, RIPPLE):
        may_be[ord(first), size] = True
    for prefix in SEGWIT_PREFIXES:
        for first in (prefix[0], prefix[0].upper()):
            may_be[ord(first), SHORTEST : LONGEST_SEGWIT + 1] = True
    may_be[ord("0"), ETHER_SIZE] = True
    for first in "48":
        may_be[ord(first), MONERO_SIZES] = True
    return may_be


_MAY_BE = _beginnings()


def find(stretch: Stretch) -> Spans:
    """Addresses in `stretch` of Bitcoin, Litecoin, Dogecoin, Dash, Tron, Ripple, Monero and Ethereum.

    All that need Keccak-256 have it at once, and all in base 58 are decoded at once.
    """
    starts, ends = stretch.tokens.word_runs
    likely = _MAY_BE[stretch.codes[starts], np.minimum(ends - starts, LONGEST + 1)]
    if not likely.any():
        return NOTHING
    places = list(zip(starts[likely].tolist(), ends[likely].tolist(), strict=True))
    addresses = [stretch.text[start:end].decode() for start, end in places]
    hashed = {address: message for address in addresses if (message := _hashed(address)) is not None}
    digests = dict(zip(hashed, keccak_256(list(hashed.values())), strict=True))
    payloads = _payloads(addresses)
    rows = (
        _row(stretch.text, start, end, digests.get(address, b""), payloads.get(address))
        for (start, end), address in zip(places, addresses, strict=True)
    )
    return Spans.of(row for row in rows if row is not None)


def _payloads(addresses: list[str]) -> dict[str, bytes | None]:
    """What short addresses hold in base 58, by Ripple's alphabet or all others'."""
    short = [address for address in addresses if len(address) <= LONGEST_BASE58]
    ripple = [address for address in short if address[0] == "r"]
    others = [address for address in short if address[0] != "r"]
    return {
        **dict(zip(ripple, base58check(ripple, alphabet=RIPPLE), strict=True)),
        **dict(zip(others, base58check(others), strict=True)),
    }


def _hashed(address: str) -> bytes | None:
    """What Keccak-256 must be known of to judge the address; None if nothing."""
    ether = ETHER.fullmatch(address) if address[0] == "0" else None
    if ether is not None:
        return ether.group(1).lower().encode()
    monero = cryptonote(address) if len(address) in MONERO_SIZES else None
    return monero[0] if monero else None


def _row(text: bytes, start: int, end: int, digest: bytes, payload: bytes | None) -> Row | None:
    address = text[start:end].decode()
    ether = ETHER.fullmatch(address) if address[0] == "0" else None
    if ether is not None:
        return _ether(text, start, end, ether.group(1), digest)
    currency, validator = _currency(address, digest, payload)
    return (start, end, SCORE, Evidence(KIND, f"wallet.{currency}/1", validator)) if currency else None


def _currency(address: str, digest: bytes, payload: bytes | None) -> tuple[str | None, str]:
    """Whose address this is, and what confirmed it; None if nobody's."""
    if len(address) in MONERO_SIZES:
        decoded = cryptonote(address)
        valid = decoded is not None and decoded[0][0] in MONERO_VERSIONS and decoded[1] == digest[:4]
        return ("monero" if valid else None), "Keccak-256"
    prefix = address[:4].lower().partition("1")[0]
    if prefix in SEGWIT_PREFIXES:
        version = witness_version(address, prefix)
        return (None if version is None else SEGWIT_PREFIXES[prefix]), "bech32m" if version else "bech32"
    if payload is None:
        return None, ""
    if address[0] == "r":
        return ("ripple" if payload[0] == 0 else None), "base58check"
    return BASE58_VERSIONS.get(payload[0]), "base58check"


def _ether(text: bytes, start: int, end: int, digits: str, digest: bytes) -> Row | None:
    if len(set(digits)) < FEWEST_DIFFERENT:
        return None
    if digits in {digits.lower(), digits.upper()}:
        near = WALLET_WORDS.near(text, start, end)
        why = Evidence(KIND, "wallet.ethereum-unchecked/1", None, near)
        return (start, end, UNCHECKED_SCORE, why) if near else None
    valid = has_mixed_case_checksum(digits, digest)
    return (start, end, SCORE, Evidence(KIND, "wallet.ethereum/1", "EIP-55")) if valid else None


def has_mixed_case_checksum(digits: str, digest: bytes) -> bool:
    """Whether each letter is a capital just where the Keccak-256 of the small letters has a digit above 7 (EIP-55)."""
    return all(
        character.isdigit() or character.isupper() == (check > "7")
        for character, check in zip(digits, digest.hex(), strict=False)
    )


# Addresses that the specifications print: BIP 173, BIP 350, EIP-55, Bitcoin's genesis block, XRP Ledger's black hole.
EXAMPLES = (
    Example("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", ((KIND, 0, 34),)),
    Example("pay 3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy.", ((KIND, 4, 38),)),
    Example("\U0001fa99 bitcoin:BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4?amount=1", ((KIND, 10, 52),)),
    Example("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0", ((KIND, 0, 62),)),
    Example("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", ((KIND, 0, 42),)),
    Example("my eth wallet 0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed", ((KIND, 14, 56),)),
    Example("rrrrrrrrrrrrrrrrrrrrrhoLvTp", ((KIND, 0, 27),)),
    Example("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb, bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5"),
    Example("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1Beaed, 0x0000000000000000000000000000000000000000"),
    Example("blob 0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed, 16Yeky6GMjeNkAiNcBY7ZhrLoMSgg1BoyZ2"),
)

DETECTOR = Detector((KIND,), find, EXAMPLES)
