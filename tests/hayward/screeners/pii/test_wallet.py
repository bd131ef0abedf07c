"""Addresses of wallets against the vectors that the specifications print."""

import hashlib

import pytest

from hayward.screeners.pii.base58 import RIPPLE, base58check, cryptonote
from hayward.screeners.pii.bech32 import witness_version
from hayward.screeners.pii.keccak import LONGEST, keccak_256
from hayward.screeners.pii.wallet import DETECTOR
from tests.hayward.screeners.pii.looking import look, rules

GENESIS = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"
EIP_55 = [
    "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
    "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
    "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
]
# BIP 173 and BIP 350, test vectors for addresses of the main network.
SEGWIT = {
    "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4": 0,
    "bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kt5nd6y": 1,
    "BC1SW50QGDZ25J": 16,
    "bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs": 2,
    "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0": 1,
}
NOT_SEGWIT = [
    "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd",  # checksum of the other kind
    "BC1S0XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ54WELL",
    "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kemeawh",
    "bc1p38j9r5y49hruaue7wxjce0updqjuyyx0kh56v8s25huc6995vvpql3jow4",  # o is not in the alphabet
    "BC130XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ7ZWS8R",  # version 17
    "bc1pw5dgrnzv",  # one byte
    "BC1QR508D6QEJXTDG4Y5R3ZARVARYV98GJ9P",  # 16 bytes in version 0
    "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v07qwwzcrf",  # padding of five
    "bc1gmk9yu",
    "bc1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",  # mixed case
]
# The donation address that Monero's own documentation prints.
MONERO = "888tNkZrPN6JsEgekjMnABU4TBzc2Dt29EPAvkRxbANsAnjyPbb3iQ1YBRk1UXcdRsiKc9dhwMVgN5S9cQUiyoogDavup3H"


@pytest.mark.parametrize("size", [0, 1, 40, 135])
def test_keccak_with_the_padding_of_the_standard_is_sha3(size: int) -> None:
    message = bytes(range(size))

    assert keccak_256([message], padding=0x06) == [hashlib.sha3_256(message).digest()]


def test_keccak_of_many_is_that_of_each() -> None:
    messages = [bytes([size % 256]) * (size % (LONGEST + 1)) for size in range(1_100)]

    assert keccak_256(messages, padding=0x06) == [hashlib.sha3_256(message).digest() for message in messages]
    assert keccak_256([]) == []
    assert keccak_256([b""])[0].hex() == "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"


@pytest.mark.parametrize(("address", "version"), SEGWIT.items())
def test_witness_version_of_the_vectors(address: str, version: int) -> None:
    assert witness_version(address, "bc") == version


@pytest.mark.parametrize("address", NOT_SEGWIT)
def test_invalid_vectors_are_no_witness_programs(address: str) -> None:
    assert witness_version(address, "bc") is None


def test_base58check_is_exact() -> None:
    wrong = [GENESIS[:-1] + "b", "1" + GENESIS, "0" + GENESIS[1:], "z" * 35]

    assert base58check([GENESIS, *wrong]) == [
        bytes.fromhex("0062e907b15cbf27d5425399ebf6f0fb50ebb88f18"),
        *[None] * len(wrong),
    ]
    assert base58check(["rrrrrrrrrrrrrrrrrrrrrhoLvTp"], alphabet=RIPPLE) == [bytes(21)]
    assert base58check([]) == []


def test_cryptonote_blocks_are_exact() -> None:
    decoded = cryptonote(MONERO)

    assert decoded is not None
    assert decoded[1] == keccak_256([decoded[0]])[0][:4]
    assert cryptonote("z" * 95) is None
    assert cryptonote("1111") is None


@pytest.mark.parametrize(
    ("address", "rule"),
    [
        (GENESIS, "wallet.bitcoin/1"),
        ("3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy", "wallet.bitcoin-script/1"),
        ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "wallet.bitcoin-segwit/1"),
        ("DH5yaieqoZN36fDVciNyRueRGvGLR3mr7L", "wallet.dogecoin/1"),
        ("LM2WMpR1Rp6j3Sa59cMXMs1SPzj9eXpGc1", "wallet.litecoin/1"),
        ("TJRabPrwbZy45sbavfcjinPJC18kjpRTv8", "wallet.tron/1"),
        ("rrrrrrrrrrrrrrrrrrrrrhoLvTp", "wallet.ripple/1"),
        (MONERO, "wallet.monero/1"),
        *((address, "wallet.ethereum/1") for address in EIP_55),
    ],
)
def test_address_of_each_currency_is_found(address: str, rule: str) -> None:
    assert rules(DETECTOR, f"send to ({address}).") == [(address, rule)]


@pytest.mark.parametrize(
    "text",
    [
        GENESIS[:-1] + "b",
        "16Yeky6GMjeNkAiNcBY7ZhrLoMSgg1BoyZ2",
        EIP_55[0][:-1] + "D",
        EIP_55[0].lower(),
        "0x" + "0" * 40,
        MONERO[:-1] + "J",
        "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5",
        "x" + GENESIS,
        "internationalisation_of_everything",
    ],
)
def test_address_with_a_wrong_checksum_is_none(text: str) -> None:
    assert rules(DETECTOR, text) == []


def test_ether_address_without_a_checksum_needs_a_word_nearby() -> None:
    (found,) = look(DETECTOR, f"кошелёк {EIP_55[0].lower()}")

    assert (found.score, found.evidence.validator, found.evidence.context) == (0.6, None, "ru:кошелёк@-1")
