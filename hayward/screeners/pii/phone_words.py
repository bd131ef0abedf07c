"""Words that announce a phone number."""

from __future__ import annotations

from hayward.screeners.pii.characters import ASCII_WORDS
from hayward.screeners.pii.context import REACH, Words

BESIDE_REACH = 12

PHONE_WORDS = Words(
    en="phone phones telephone telephones tel call calls called calling mobile cell cellphone fax whatsapp whats dial "
    "dialing dialling hotline reach reached contact ring sms text texted voicemail phonenumber",
    de="telefon telefonnummer telefonisch rufen anrufen handy handynummer mobilnummer rufnummer mobil telefonnr "
    "faxnummer festnetz erreichbar",
    fr="téléphone tél telephone portable appelez appeler appelle joindre télécopie",
    es="teléfono telefono móvil movil celular llamar llame llama llámame llámenos",
    it="cellulare chiamare chiama chiamami chiamate telefonare",
    pt="telefone telemóvel telemovel celular ligue ligar liga contacto contato",
    nl="telefoon telefoonnummer mobiel bellen bel gsm",
    pl="telefonu komórka komórkowy zadzwoń dzwonić komórkę",
    tr="arayın ara numaram cep telefonum",
    ru="телефон телефона телефону тел моб мобильный звоните звонить позвоните факс",
    ar="هاتف هاتفي تلفون جوال موبايل اتصل فاكس",
    hi="फ़ोन फोन मोबाइल दूरभाष कॉल",
    zh="电话 電話 手机 手機 致电 传真 联系方式",
    ja="電話 携帯 連絡先 ファックス",
)
# What stands behind a number to say which one it is.
BESIDE_WORDS = Words(
    en="mobile cell fax office home work tel phone mob whatsapp",
    de="handy mobil privat büro festnetz telefon",
    fr="portable fixe bureau domicile",
    es="móvil fijo oficina casa",
    it="cellulare ufficio casa",
    pt="telemóvel celular escritório",
    nl="mobiel thuis kantoor",
    pl="komórka dom praca",
    tr="cep ev iş",
    ru="моб раб дом",
    zh="手机 办公",
    ja="携帯 自宅",
)


def _names(words: Words) -> dict[bytes, str]:
    """The words in ASCII letters, as they stand in a text in lower case, each as "language:word"."""
    names: dict[bytes, str] = {}
    for language, listed in words.by_language.items():
        for word in listed.split():
            if word.isascii():
                names.setdefault(word.encode(), f"{language}:{word}")
    return names


_ANNOUNCING, _BESIDE = _names(PHONE_WORDS), _names(BESIDE_WORDS)
_ANNOUNCING_HEADS, _BESIDE_HEADS = frozenset(_ANNOUNCING), frozenset(_BESIDE)


def announcing(text: bytes, start: int) -> str | None:
    """The nearest of PHONE_WORDS before `start`, as `Words.before` names it; nearly free where there is none.

    Most windows hold ASCII words only, of which the last is listed or none.
    """
    window = text[start - REACH : start]
    if not window.isascii():
        return PHONE_WORDS.before(text, start)
    words = window.translate(ASCII_WORDS)
    told = words.rstrip()
    word = told[told.rfind(b" ") + 1 :]
    if word in _ANNOUNCING and word != told and b"\0" not in window[len(told) :]:
        return f"{_ANNOUNCING[word]}@{len(told) - REACH}"
    if _ANNOUNCING_HEADS.isdisjoint(words.split()):
        return None
    return _nearest(words[window.rfind(b"\0") + 1 :], text[start - REACH - 1 : start - REACH].isalpha())


def _nearest(words: bytes, is_cut: bool) -> str | None:
    """The last of the words that is listed; not the first of all if it `is_cut`."""
    listed = words.split()
    if is_cut and len(words) == REACH and words[0] != ord(" "):
        del listed[0]
    word = next((word for word in reversed(listed) if word in _ANNOUNCING), None)
    if word is None:
        return None
    end = (b" %b " % words).rfind(b" %b " % word) + len(word)
    return f"{_ANNOUNCING[word]}@{end - len(words)}"


def beside(text: bytes, end: int) -> str | None:
    """The nearest of BESIDE_WORDS just after `end`, as `Words.near` names it; nearly free where there is none."""
    window = text[end : end + BESIDE_REACH + 1]
    if window.isascii() and _BESIDE_HEADS.isdisjoint(window.translate(ASCII_WORDS).split()):
        return None
    return BESIDE_WORDS.near(text, end, end, before=0, after=BESIDE_REACH)
