"""The lists of given and family names (Faker's, MIT), and the words that end a name or deny one."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files


@dataclass(frozen=True)
class NameList:
    """Names in small letters; `words` are those of them that are words of a language or of a trade as well."""

    given: frozenset[str]
    family: frozenset[str]
    words: frozenset[str]

    def is_given(self, word: str) -> bool:
        """Whether the word, or the first part of a double name, is a given name and no other word."""
        folded = fold(word)
        return any(name in self.given and name not in self.words for name in (folded, folded.split("-")[0]))

    def is_known(self, word: str) -> bool:
        """Whether the word is a given or a family name and no other word."""
        folded = fold(word)
        return self.is_given(word) or (folded in self.family and folded not in self.words)


@lru_cache(maxsize=1)
def name_list() -> NameList:
    """The list in data/names.txt, which benchmarks/derive_names.py wrote."""
    given: set[str] = set()
    family: set[str] = set()
    words: set[str] = set()
    for line in (files(__package__) / "data" / "names.txt").read_text("utf-8").splitlines():
        name, _, roles = line.partition("\t")
        for role, kept in (("g", given), ("f", family), ("w", words)):
            if role in roles:
                kept.add(name)
    return NameList(frozenset(given), frozenset(family), frozenset(words))


def fold(word: str) -> str:
    """A word as the list spells it: small, composed, with straight apostrophes and hyphens."""
    composed = unicodedata.normalize("NFC", word) if not word.isascii() else word
    return composed.lower().replace("’", "'").replace("‐", "-")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# A name ends before these, and none begins with them: words of sentences, offices, days.
NEVER = _words(
    """a about after all also am an and any are as at be because been before but by can could dear did do does don't
    each every everyone everybody everything find first for friend friends from get go good got had has have he her
    here hers hi hello him his how i i'm i've if in into is it it's its just last let like made make many me more most
    much my never new next no nobody none not now of off on once one only or other our out over please re see she
    should since so some somebody someone something sorry still such sure thank thanks that that's the their them then
    there these they this those through to today together too two under until up upon us use used user very was we
    were what when where which while who why will with would yes yet you your yours
    admin administrator ambassador anonymous attorney author buyer captain chairman chairperson chancellor chef
    colleague colleagues commissioner constable counsel customer detective director doctor doe editor elder employee
    engineer everyman father god governor guest holmes hospital justice king lady ladies lord maam madam magistrate
    manager master mayor minister ministers moderator mother nobody null officer owner parent parents patient pope
    president prince princess principal professor queen reader readers reviewer robot seller senator sergeant sheriff
    sir student subscriber superintendent teacher team test tester undefined unknown user vice
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
    september october november december
    america universe world earth who pepper fix rate ratio excel
    und oder der die das ein eine ich sie er wir ist bin mit von für dem den des doktor kollege kollegin präsident
    kanzler kanzlerin minister ministerin richter bundeskanzler
    et ou le la les un une je tu il elle nous vous est suis président maire juge ministre docteur
    y o el los las uno una yo tú él ella nosotros es soy presidente alcalde juez ministro doctor
    e il lo gli sono è sindaco giudice dottore
    eu ele ela é sou en het een ik hij zij en zijn
    i oraz jest jestem ve bir ben bu и или я он она мы это"""
)
# Names of firms, teams and things: a candidate that holds one is nobody's name.
ORGANISED = _words(
    """academy account accounts agency airlines airport alliance api app archive army assembly association authority
    authors avenue award bank beach board bot boulevard branch bridge build building bureau capital care castle
    cathedral center central centre chapel church ci city cloud club co code collaboration college com commission
    committee community company conference consortium consulting contributors cooperative core corp corporation
    council county court creek customer data days department desk dev developer developers development digital
    directory district division docs document documentation drive editorial education electronics energy engineering
    enterprise enterprises entertainment europe event family federation festival field film firm floor force forest
    forum foundation framework free fund gallery games gateway general github gitlab global gmbh google government
    group guide hall health help helpdesk hill hospital hotel house inc industries information initiative institute
    institution insurance international internet island islands journal kernel lab laboratories laboratory labs lake
    language law league library licence license limited linux list lists llc llp logistics ltd magazine mail
    maintainers management market marketing media memorial method microsoft ministry model mount mountain museum
    music national net network networks news newsletter noreply notifications office online open operations org
    organisation organization outlet park parliament partners party payments people phone place plaza plc point police
    politics press prize product production products program programme project public publishing radio records
    recruitment region registry release report research resort resources restaurant review river road robot royal
    sales school science search secretary section security server service services shop sig society software solutions
    source square staff standard state states station store street studio studios summit support survey system systems
    team tech technical technologies technology telecom television theater theatre theorem times tool tools tower
    town trade training transport travel tribunal trust tv union unit united university valley village web website
    week working workshop zoo
    alley bay bypass canyon crescent desert falls glacier harbor harbour highway motorway parkway peak peninsula terrace
    trail
    ag kg ug ev verein verlag universität hochschule stiftung amt behörde schule straße strasse platz kunde kunden
    kundenservice société université mairie équipe universidad empresa equipo ayuntamiento università comune ufficio
    universidade universiteit stichting gemeente uniwersytet urząd üniversitesi"""
)
NO_NAMES = NEVER | ORGANISED
