"""Addresses of continental Europe, Latin America and Turkey: street words by language, the number mostly last."""

from __future__ import annotations

import re

from hayward.screeners.base import Example
from hayward.screeners.names.letters import CAPITAL, CAPITALISED, INITIAL, LETTER
from hayward.screeners.names.page import Finder
from hayward.screeners.names.streets import CITY, COMMA, JOINT, KIND, SPACE, Grammar, Near, Numbers

_BEGIN = r"(?<![\w.@/#-])"
_HOUSE = r"(?P<number>\d{1,4})(?:[ ]?[a-zA-Z](?!\w))?(?:[-–/]\d{1,4}[a-z]?)?(?![\w%°]|[.,:]\d)"


def _codes(form: str) -> str:
    """A joint, a postcode of this form, the city."""
    return rf"(?P<place>{JOINT}(?:[A-Z]{{1,2}}-)?(?:{form}){SPACE}{{1,2}}{CITY})?"


def _names(particles: str, most: int = 4) -> str:
    """Capitalised words, initials and the language's particles; a capitalised word or a date is last."""
    part = rf"(?:(?i:{particles}){SPACE}|{INITIAL}{SPACE}?|{CAPITALISED}[ -]|\d{{1,2}}{SPACE})"
    return rf"(?:{part}){{0,{most}}}(?:[dlDL]['’])?{CAPITALISED}"


_STEM = rf"[{CAPITAL}](?:{LETTER}|[\u0300-\u036f]|[.-]){{1,30}}?"
GERMAN = Grammar(
    "address.de/1",
    re.compile(
        rf"{_BEGIN}(?:(?:{CAPITALISED}{SPACE}|{_STEM}-?)(?:[Ss]tra(?:ß|ss)e|[Ss]tr\.|[Gg]asse|[Aa]llee|[Cc]haussee)"
        rf"|(?P<weak>(?:{_STEM}|{CAPITALISED}{SPACE})(?:[Ww]eg|[Pp]latz|[Dd]amm|[Uu]fer|[Rr]ing|[Ww]all|[Mm]arkt"
        rf"|[Gg]raben|[Ss]teig|[Bb]erg|[Hh]of|[Ff]eld|[Pp]ark|[Ss]tieg|[Bb]rücke|[Kk]amp|[Tt]or)))"
        rf"{SPACE}{_HOUSE}(?P<unit>{JOINT}\d{{1,2}}\.{SPACE}(?:OG|Stock|Etage))?{_codes('[0-9]{4,5}')}"
    ),
    bare=0.65,
    near=Near(
        "straße|strasse|str.|gasse|allee|chaussee|weg|platz|damm|ufer|ring|wall|markt|graben|steig|berg|hof"
        "|feld|park|stieg|brücke|kamp|tor",
        leads=False,
    ),
)
GERMAN_AT = Grammar(
    "address.de-at/1",
    re.compile(
        rf"{_BEGIN}(?:(?:Am|An der|An den|Auf dem|Auf der|Im|In der|In den|Zum|Zur|Unter den|Hinter dem|Vor dem)"
        rf"(?:{SPACE}{CAPITALISED}){{1,2}}|(?:Straße|Platz)(?:{SPACE}(?:des|der|am|an|\d{{1,2}}\.)){{1,2}}{SPACE}{CAPITALISED})"
        rf"{SPACE}{_HOUSE}{_codes('[0-9]{4,5}')}"
    ),
    bare=0.0,
    near=Near(
        "am|an der|an den|auf dem|auf der|im|in der|in den|zum|zur|unter den|hinter dem|vor dem|straße|platz",
        leads=True,
        back=1,
    ),
)
NORDIC = Grammar(
    "address.nordic/1",
    re.compile(
        rf"{_BEGIN}(?:{CAPITALISED}{SPACE})?{_STEM}(?:gatan|vägen|gränd|gade|vej|gata|gate|veien|vegen|katu|tie|kuja)"
        rf"{SPACE}{_HOUSE}{_codes('[0-9]{3}[ ]?[0-9]{2}|[0-9]{4}')}"
    ),
    bare=0.65,
    near=Near("gatan|vägen|gränd|gade|vej|gata|gate|veien|vegen|katu|tie|kuja", leads=False),
)
HUNGARIAN = Grammar(
    "address.hu/1",
    re.compile(
        rf"{_BEGIN}(?P<place>(?:\d{{4}}{SPACE})?{CITY},{SPACE})?(?:{CAPITALISED}{SPACE}){{1,3}}(?:utca|út|útja|u\.|tér|tere|körút|krt\.|sétány|köz|rakpart)"
        rf"{SPACE}(?P<number>\d{{1,4}})(?:/[A-Za-z])?\.?(?!\w)"
    ),
    bare=0.75,
    near=Near("utca|út|útja|u.|tér|tere|körút|krt.|sétány|köz|rakpart", leads=False),
)
DUTCH = Grammar(
    "address.nl/1",
    re.compile(
        rf"{_BEGIN}(?:(?:{CAPITALISED}{SPACE}){{0,2}}{_STEM}(?:straat|laan|gracht|kade|singel|dijk|plein)"
        rf"|(?P<weak>{_STEM}(?:weg|steeg|hof|pad|park|markt|haven|dreef)))"
        rf"{SPACE}{_HOUSE}{_codes('[1-9][0-9]{3}[ ]?[A-Z]{2}')}"
    ),
    bare=0.65,
    near=Near(
        "straat|laan|gracht|kade|singel|dijk|plein|weg|steeg|hof|pad|park|markt|haven|dreef", leads=False
    ),
)
_FR = r"de la|de l['’]|du|des|de|d['’]|la|le|les|l['’]|aux|au|et|en"
FRENCH = Grammar(
    "address.fr/1",
    re.compile(
        rf"{_BEGIN}(?P<number>\d{{1,4}})(?:{SPACE}?(?:bis|ter|quater|[A-D](?!\w)))?,?{SPACE}"
        rf"(?i:rue|avenue|boulevard|bd|bld|impasse|quai|chemin|allée|allées|faubourg"
        rf"|(?P<weak>av\.|place|route|cours|square|passage|sentier|villa|esplanade|promenade|rond-point|résidence|cité)){SPACE}"
        rf"(?:(?i:{_FR}){SPACE}?){{0,3}}{_names(_FR, 3)}"
        rf"(?P<unit>{JOINT}(?:[Aa]ppartement|[Aa]ppt?\.?|[Bb]âtiment|[Bb]ât\.?){SPACE}\w{{1,4}})?{_codes('[0-9]{5}|[0-9]{4}')}"
    ),
    bare=0.75,
    at=Numbers(rf"\d{{1,4}}(?:{SPACE}?(?:bis|ter|quater|[A-D](?!\w)))?,?{SPACE}(?i:[abcefipqrsv])"),
)
_ES = r"de la|de los|de las|del|de|la|los|las|el|y|san|santa"
SPANISH = Grammar(
    "address.es/1",
    re.compile(
        rf"{_BEGIN}(?:(?i:calle|c/|avda\.?|avenida|paseo|travesía)|(?P<weak>(?i:plaza|pza\.|camino|carrera|ronda|glorieta|av\.|pº)))"
        rf"{SPACE}?(?:(?i:{_ES}){SPACE}){{0,2}}{_names(_ES)}(?:,{SPACE}?|{SPACE})(?:(?:n\.?[º°]|[Nn]úm\.|No\.|#){SPACE}?)?{_HOUSE}"
        rf"(?P<unit>,{SPACE}?(?:\d{{1,2}}[ºª°](?:{SPACE}?[A-Z](?!\w)|{SPACE}(?:izq|dcha|derecha|izquierda)\.?)?|piso{SPACE}\d{{1,2}}))?{_codes('[0-9]{5}')}"
    ),
    bare=0.65,
    near=Near(
        "calle|c/|avda|avenida|paseo|travesía|plaza|pza.|camino|carrera|ronda|glorieta|av.|pº",
        leads=True,
        back=1,
    ),
)
_IT = r"della|delle|degli|del|dei|di|da|dal|dell['’]|d['’]|la|e|san|santa"
ITALIAN = Grammar(
    "address.it/1",
    re.compile(
        rf"{_BEGIN}(?:(?i:viale|v\.le|piazza|p\.zza|piazzale|vicolo|c\.so|lungotevere)"
        rf"|(?P<weak>[Vv]ia|VIA|(?i:corso|largo|strada|contrada|borgo|salita|vico)))"
        rf"{SPACE}(?:(?i:{_IT}){SPACE}?){{0,2}}{_names(_IT)}(?:,{SPACE}?|{SPACE})(?:n\.{SPACE}?|n[º°]{SPACE}?)?{_HOUSE}"
        rf"(?P<place>{JOINT}(?:I-)?\d{{5}}{SPACE}{{1,2}}{CITY}(?:{SPACE}\([A-Z]{{2}}\))?)?"
    ),
    bare=0.65,
    near=Near(
        "via|viale|v.le|piazza|p.zza|piazzale|vicolo|c.so|lungotevere|corso|largo|strada|contrada|borgo|salita|vico",
        leads=True,
        back=1,
    ),
)
_PT = r"da|das|do|dos|de|e|d['’]|são|santa|santo|dr\.|dr\.ª"
PORTUGUESE = Grammar(
    "address.pt/1",
    re.compile(
        rf"{_BEGIN}(?:(?i:rua|r\.|travessa|alameda|rodovia)|(?P<weak>(?i:avenida|av\.|praça|largo|estrada|calçada|beco|quadra)))"
        rf"{SPACE}(?:(?i:{_PT}){SPACE}){{0,2}}{_names(_PT)}(?:,{SPACE}?|{SPACE})(?:n\.?[º°]?{SPACE}?)?{_HOUSE}"
        rf"(?P<unit>{COMMA}(?:apto?\.?|ap\.|sala|bloco|andar){SPACE}\w{{1,5}}|,{SPACE}?\d{{1,2}}[.]?[º°ª](?:{SPACE}(?:[A-Z](?!\w)|esq|dto|Esq|Dto)\.?)?)?"
        rf"(?P<place>(?:{COMMA}{CITY}){{0,3}}(?:{JOINT}[A-Z]{{2}})?{JOINT}(?:CEP:?{SPACE})?(?:\d{{5}}-\d{{3}}|\d{{4}}-\d{{3}})(?!\w)(?:{SPACE}{CITY})?)?"
    ),
    bare=0.65,
    near=Near(
        "rua|r.|travessa|alameda|rodovia|avenida|av.|praça|largo|estrada|calçada|beco|quadra",
        leads=True,
        back=1,
    ),
)
_PL_NAMES = _names(r"i|św\.|gen\.|ks\.", 3)
POLISH = Grammar(
    "address.pl/1",
    re.compile(
        rf"{_BEGIN}(?i:ul\.|al\.|pl\.|os\.|ulica|ulicy|aleja|aleje|plac|osiedle){SPACE}?(?:\d{{1,2}}{SPACE})?{_PL_NAMES}"
        rf"{SPACE}(?P<number>\d{{1,4}})[A-Za-z]?(?:/\d{{1,4}})?(?:{SPACE}m\.{SPACE}?\d{{1,4}})?(?!\w)(?P<place>{JOINT}\d{{2}}-\d{{3}}{SPACE}{CITY})?"
    ),
    bare=0.75,
    near=Near("ul.|al.|pl.|os.|ulica|ulicy|aleja|aleje|plac|osiedle", leads=True, back=1),
)
TURKISH = Grammar(
    "address.tr/1",
    re.compile(
        rf"{_BEGIN}(?:(?:{CAPITALISED}{SPACE}){{1,3}}(?i:mahallesi|mah\.|mh\.),?{SPACE})?(?:{CAPITALISED}{SPACE}|\d{{1,5}}\.?{SPACE}){{1,3}}"
        rf"(?i:sokağı|sokak|sok\.|sk\.|caddesi|cad\.|cd\.|bulvarı|blv\.),?{SPACE}(?i:no)[:.]{{0,2}}{SPACE}?(?P<number>\d{{1,4}})[A-Z]?(?:/\d{{1,4}})?"
        rf"(?P<unit>,?{SPACE}(?:D|Daire|Kat)[:.]{{0,2}}{SPACE}?\d{{1,3}})?(?P<place>{JOINT}(?:\d{{5}}{SPACE})?{CITY}(?:/{CITY})?)?"
    ),
    bare=0.85,
    near=Near("sokağı|sokak|sok.|sk.|caddesi|cad.|cd.|bulvarı|blv.", leads=True),
)
RUSSIAN = Grammar(
    "address.ru/1",
    re.compile(
        rf"{_BEGIN}(?P<place>(?:\d{{6}},{SPACE})?(?:г\.{SPACE}?{CITY},{SPACE}))?(?i:ул\.|улица|улице|просп\.|пр-т|проспект|пер\.|переулок|пл\.|наб\.|шоссе)"
        rf"{SPACE}?(?:\d{{1,2}}-?[а-я]{{0,2}}{SPACE})?{CAPITALISED}(?:{SPACE}{CAPITALISED}){{0,2}},?{SPACE}(?:(?:д\.|дом){SPACE}?)?(?P<number>\d{{1,4}})[а-я]?"
        rf"(?:,?{SPACE}(?:корп\.|к\.|стр\.){SPACE}?\d{{1,3}})?(?P<unit>,?{SPACE}(?:кв\.|квартира|офис|оф\.){SPACE}?\d{{1,4}})?(?!\w)"
    ),
    bare=0.8,
    near=Near("ул.|улица|улице|просп.|пр-т|проспект|пер.|переулок|пл.|наб.|шоссе", leads=True, back=50),
)
GRAMMARS = (
    GERMAN,
    GERMAN_AT,
    NORDIC,
    HUNGARIAN,
    DUTCH,
    FRENCH,
    SPANISH,
    ITALIAN,
    PORTUGUESE,
    POLISH,
    TURKISH,
    RUSSIAN,
)

EXAMPLES = (
    Example("Ich wohne in der Musterstraße 12a, 10115 Berlin.", ((KIND, 17, 47),)),
    Example(
        "Karl-Marx-Str. 5, Berliner Allee 99; Am Alten Markt 7, 24103 Kiel",
        ((KIND, 0, 16), (KIND, 18, 35), (KIND, 37, 65)),
    ),
    Example("Keizersgracht 174-2, 1016 DW Amsterdam", ((KIND, 0, 38),)),
    Example("12 bis, rue de la République, 69002 Lyon", ((KIND, 0, 40),)),
    Example("Calle de Alcalá, 45, 3º B, 28014 Madrid", ((KIND, 0, 39),)),
    Example(
        "Viale Giuseppe Verdi 12, 20121 Milano (MI); Via Roma 3, 00184 Roma", ((KIND, 0, 42), (KIND, 44, 66))
    ),
    Example("Rua das Flores, 123, apto 45, São Paulo - SP, 01310-100", ((KIND, 0, 55),)),
    Example("Rua Augusta 5, 1100-048 Lisboa", ((KIND, 0, 30),)),
    Example("ul. Marszałkowska 10/5, 00-590 Warszawa", ((KIND, 0, 39),)),
    Example("Atatürk Mah. Gül Sokak No: 5 D: 3, 34750 Ataşehir/İstanbul", ((KIND, 0, 58),)),
    Example("г. Москва, ул. Тверская, д. 12, кв. 34", ((KIND, 0, 38),)),
    Example(
        "Storgatan 12, 111 23 Stockholm; Ringvej 144; Mannerheimintie 5",
        ((KIND, 0, 30), (KIND, 32, 43), (KIND, 45, 62)),
    ),
    Example("1051 Budapest, Nádor utca 15.", ((KIND, 0, 29),)),
    Example("\U0001f600 Mu\u0308llerstraße 3", ((KIND, 2, 17),)),
    Example(
        "Arbeitsplatz 3, Lösungsweg 2, Via Bluetooth 5, 2 cours de Python, Speicherplatz 10, Carrera 911, Largo 2"
    ),
)

FINDER = Finder(KIND, lambda page: (row for grammar in GRAMMARS for row in grammar.find(page)), EXAMPLES)
