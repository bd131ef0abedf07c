"""Names behind words that introduce one: "my name is", "Ich heiße", "Author:", "Dear", "Hi"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from hayward.screeners.base import Example
from hayward.screeners.names.page import Finder, Page, Row
from hayward.screeners.names.people import KIND, Person, person_at, person_in_any_case
from hayward.screeners.names.phrases import Phrase, Phrases
from hayward.screeners.pii.spans import Evidence


@dataclass(frozen=True)
class Introduction:
    """Phrases, what may stand between them and the name, and what the name must show to be believed.

    `plain` is the score of a capitalised name that is in no list (0: never), `full` that of one of several words,
    `family` that of one of several words the last of which is listed, `listed` that of one that begins with a listed
    given name, `small` that of a listed one in small letters.
    """

    rule: str
    phrases: Phrases
    between: re.Pattern[str]
    plain: float
    full: float
    listed: float
    small: float = 0.0
    family: float = 0.0

    def find(self, page: Page) -> Iterator[Row]:
        for phrase in self.phrases.finditer(page):
            gap = self.between.match(page.text, phrase.end)
            if gap is not None:
                yield from self._after(page.text, phrase, gap.end())

    def _after(self, text: str, phrase: Phrase, place: int) -> Iterator[Row]:
        person, score = person_at(text, place), 0.0
        if person is not None:
            score = self._score(person)
        elif self.small:
            person, score = person_in_any_case(text, place), self.small
        if person is not None and score:
            yield person.start, person.end, score, self._evidence(phrase, person)

    def _score(self, person: Person) -> float:
        if person.begins_listed:
            return self.listed
        if not person.is_full:
            return self.plain
        return max(self.full, self.family if person.ends_listed else 0.0)

    def _evidence(self, phrase: Phrase, person: Person) -> Evidence:
        return Evidence(KIND, self.rule, None, phrase.context(person.start))


# Only a name can follow these.
CALLED = Introduction(
    "name.introduced/2",
    Phrases(
        en="my name is|my name's|my full name is|they call me|i am called|i'm called|name on the account is"
        "|name on the card is|her name is|his name is|her name was|his name was|everyone calls me|maiden name is"
        "|maiden name was|last name is|family name is|surname is|first name is|given name is|middle name is",
        de="ich heiße|ich heisse|mein name ist|mein name lautet|er heißt|sie heißt|namens",
        fr="je m'appelle|je m’appelle|mon nom est|il s'appelle|elle s'appelle|il s’appelle|elle s’appelle",
        es="me llamo|mi nombre es|se llama",
        it="mi chiamo|il mio nome è|si chiama",
        pt="meu nome é|me chamo|chamo-me|o nome dele é|o nome dela é",
        nl="mijn naam is|ik heet|hij heet|zij heet",
        pl="nazywam się|mam na imię|moje imię to",
        tr="benim adım|adım|ismim",
        ru="меня зовут|моё имя|мое имя|его зовут|её зовут|ее зовут",
    ),
    re.compile(r":?[ \u00a0]{1,2}[\"“„«']?"),
    plain=0.7, full=0.85, listed=0.92, small=0.7,
)  # fmt: skip
# The answer, maybe behind who speaks: "What's your name?\nUser: Ann Lee".
ASKED = Introduction(
    "name.asked/1",
    Phrases(
        en="your name|your full name|your first name|your last name|your surname|name on the account|name on the card"
        "|name of the account holder|who am i speaking to|who am i speaking with|who is calling|who's calling",
        de="ihr name|dein name|ihren namen|deinen namen|wie heißen sie|wie heißt du|mit wem spreche ich",
        fr="votre nom|ton nom|comment vous appelez-vous|comment tu t'appelles",
        es="su nombre|tu nombre|cómo se llama|cómo te llamas",
        it="il suo nome|il tuo nome|come si chiama|come ti chiami",
        pt="seu nome|teu nome|como se chama",
        nl="uw naam|je naam|hoe heet u|hoe heet je",
    ),
    re.compile(r"(?:, please)?\?[\"”]?(?:[ \u00a0]{1,2}|[ ]?\r?\n{1,2})(?:[A-Z][a-z]{1,15}:[ \u00a0])?[\"“]?"),
    plain=0.0, full=0.6, listed=0.85, family=0.8,
)  # fmt: skip
# Other things follow these as often: the name must begin with a listed one.
PERHAPS = Introduction(
    "name.introduced-listed/2",
    Phrases(
        en="this is|call me|i am|i'm|i’m|it's|named|my boss|my partner|my friend|my neighbour|my neighbor|my colleague"
        "|my partner's name|under the name|speak to|speak with|talk to|regards from|in the name of|follow up with"
        "|meet with|met with|spoke to|spoke with|check with|ask for|reach out to",
        de="ich bin|hier ist|hier spricht",
        fr="je suis|c'est",
        es="soy",
        it="sono",
        pt="eu sou|sou o|sou a",
        nl="ik ben",
        pl="jestem",
        ru="я",
    ),
    re.compile(r",?[ \u00a0]"),
    plain=0.0, full=0.0, listed=0.75, family=0.6,
)  # fmt: skip
# Peoples and places follow these too ("my son Finnish"), but seldom.
KIN = Introduction(
    "name.kin/1",
    Phrases(
        en="my wife|my husband|my son|my daughter|my brother|my sister|my mother|my father|my mom|my dad|my kid"
        "|my child|my aunt|my uncle|my cousin|my nephew|my niece|my grandmother|my grandfather|my girlfriend"
        "|my boyfriend|my fiancé|my fiancée",
        de="meine frau|mein mann|mein sohn|meine tochter|mein bruder|meine schwester",
        fr="ma femme|mon mari|mon fils|ma fille|mon frère|ma sœur",
        es="mi esposa|mi marido|mi hijo|mi hija|mi hermano|mi hermana",
        it="mia moglie|mio marito|mio figlio|mia figlia|mio fratello|mia sorella",
        pt="minha esposa|meu marido|meu filho|minha filha|meu irmão|minha irmã",
        nl="mijn vrouw|mijn man|mijn zoon|mijn dochter|mijn broer|mijn zus",
        pl="moja żona|mój mąż|mój syn|moja córka",
    ),
    re.compile(r",?[ \u00a0]"),
    plain=0.5, full=0.6, listed=0.75, family=0.7,
)  # fmt: skip
GREETED = Introduction(
    "name.greeted/1",
    Phrases(
        before=r"(?:(?<=[\n\0\"“.!?>])|(?<=[\n\0.!?] ))",
        en="dear|hi|hello|hey|good morning|good afternoon|good evening|thanks|thank you|cheers",
        de="liebe|lieber|hallo|guten tag|guten morgen|moin|danke",
        fr="cher|chère|bonjour|salut|bonsoir|merci",
        es="estimado|estimada|querido|querida|hola|buenos días|buenas tardes|gracias",
        it="caro|cara|gentile|ciao|buongiorno|grazie",
        pt="caro|cara|prezado|prezada|olá|oi|bom dia|boa tarde|obrigado|obrigada",
        nl="beste|hoi|dag|geachte|bedankt",
        pl="drogi|droga|cześć|witaj|szanowny|szanowna",
        tr="merhaba|sevgili|selam",
        ru="привет|здравствуйте|дорогой|дорогая|уважаемый|уважаемая|спасибо",
    ),
    re.compile(r",?[ \u00a0]"),
    plain=0.0, full=0.0, listed=0.8,
)  # fmt: skip
# Fields of forms and headers; firms and programs stand there too.
LABELLED = Introduction(
    "name.labelled/2",
    Phrases(
        en="name|full name|first name|last name|family name|surname|given name|middle name|maiden name|contact"
        "|contact person|contact name|customer|customer name|patient|patient name|employee|employee name|author"
        "|author name|authors|written by|directed by|signed by|signed|reviewed by|reported by|posted by|created by"
        "|submitted by|prepared by|approved by|attn|attention|recipient|sender|cardholder|account holder|ship to"
        "|bill to|tenant|landlord|applicant|witness|defendant|plaintiff|maintainer|from|user|full_name|first_name"
        "|last_name|spouse|next of kin|emergency contact",
        de="vorname|nachname|familienname|ansprechpartner|ansprechpartnerin|verfasser|autor|autorin|kunde|kundin"
        "|patientin|kontakt|inhaber|kontoinhaber|geschäftsführer|empfänger|absender|von|z. hd.|verantwortlich",
        fr="nom|prénom|nom et prénom|auteur|rédigé par|écrit par|contact|destinataire|expéditeur|client|titulaire",
        es="nombre|nombre completo|apellido|apellidos|autora|cliente|paciente|contacto|remitente|destinatario|titular",
        it="nome|cognome|nome e cognome|autore|autrice|cliente|paziente|contatto|mittente|destinatario|intestatario",
        pt="nome completo|sobrenome|apelido|contato|contacto|remetente",
        nl="naam|voornaam|achternaam|auteur|contactpersoon|klant|afzender|geachte",
        pl="imię|nazwisko|imię i nazwisko|autor|klient|nadawca|odbiorca",
        tr="ad soyad|adı soyadı|ad|soyad|yazar|müşteri|gönderen|alıcı",
        ru="имя|фамилия|фио|автор|клиент|отправитель|получатель|контактное лицо",
    ),
    re.compile(r"[\"'*_]{0,2}[ \u00a0]?[:=][*_]{0,2}[ \u00a0\t]{0,8}[\"“'*]{0,2}"),
    plain=0.0, full=0.0, listed=0.8, small=0.6, family=0.7,
)  # fmt: skip
BYLINE = Introduction(
    "name.byline/1",
    Phrases(before=r"(?:^|(?<=\0))", en="by|written by|words by|photo by|story by", fr="par", it="di", de="von",
            es="por", nl="door"),
    re.compile(r"[ \u00a0]"),
    plain=0.0, full=0.0, listed=0.75,
)  # fmt: skip
INTRODUCTIONS = (CALLED, ASKED, PERHAPS, KIN, GREETED, LABELLED, BYLINE)


def find(page: Page) -> Iterator[Row]:
    for introduction in INTRODUCTIONS:
        yield from introduction.find(page)


EXAMPLES = (
    Example("Hello, my name is Adaeze Okonkwo and I write from Lagos.", ((KIND, 18, 32),)),
    Example("my name is ann lee, thanks", ((KIND, 11, 18),)),
    Example("Ich heiße Jürgen van der Berg.", ((KIND, 10, 29),)),
    Example("Je m'appelle Zoé.", ((KIND, 13, 16),)),
    Example("Me llamo María de los Ángeles Ruiz.", ((KIND, 9, 34),)),
    Example("Mi chiamo Giulia Bianchi; o meu nome é Tiago Souza", ((KIND, 10, 24), (KIND, 39, 50))),
    Example("Nazywam się Zofia Kowalska.", ((KIND, 12, 26),)),
    Example("Меня зовут Сергей Иванов.", ((KIND, 11, 24),)),
    Example("I'm Katherine from the second floor", ((KIND, 4, 13),)),
    Example("Dear Katherine,\nthank you", ((KIND, 5, 14),)),
    Example("Patient name: Katherine Jones\nWard: 3", ((KIND, 14, 29),)),
    Example("Name:  katherine jones", ((KIND, 7, 22),)),
    Example("\U0001f600 My name is Rene\u0301e Dupont", ((KIND, 13, 26),)),
    Example("Her maiden name is Zhqwe", ((KIND, 19, 24),)),
    Example("What's the name on the account?\nUser: Zhqwe Kowalska", ((KIND, 38, 52),)),
    Example("Name:    Zhqwe B Jansen", ((KIND, 9, 23),)),
    Example("I went with my daughter Zhqwe today", ((KIND, 24, 29),)),
    Example("What's your name? It depends. Is it your name? Python. Author: Zhqwe Systems"),
    Example("my name is not important, I'm German, I am Batman, Dear Customer, Name: Django, name: Foo Bar"),
    Example("Author: Example Software Foundation\nContact: Support Team\nBy Design\nthis is Python"),
)

FINDER = Finder(KIND, find, EXAMPLES)
