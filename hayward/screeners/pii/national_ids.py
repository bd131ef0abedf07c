"""The person numbers of the world that can be checked: how they are written, and what they are called.

Checks are python-stdnum's where it has them. A form that needs no word has a check over letters, a check and a
possible date, two check digits, or a check and a grouping that telephones and prices do not have; `shape` then holds
the date's month and day. A bare run of digits with one check digit and no more needs its word: of such numbers in
tables and catalogues a tenth would pass.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hayward.screeners.pii.id_checks import (
    ends_like_fodselsnummer,
    ends_like_tckimlik,
    has_icao_digit,
    has_nine_digits,
    is_dni,
    is_frn,
    is_grouped_nhs,
    is_hetu,
    is_itin,
    is_kvnr,
    is_mbi,
    is_medicare,
    is_nie,
    is_nin,
    is_nino,
    is_nric,
    is_pan,
    is_pesel,
    is_rvnr,
    is_short_dni,
    is_snils,
    repeats_one_digit,
)
from hayward.screeners.pii.written import WrittenNumber, by_stdnum, number

KIND = "national_id"

YMD = r"\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
DMY = r"(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d\d"
# Month or day are raised where the plain ones have run out, or to tell people apart.
RAISED_MONTH = r"\d\d(?:[0257][1-9]|[1368][0-2])(?:0[1-9]|[12]\d|3[01])"
RAISED_BY_TWENTY = r"\d\d(?:[02468][1-9]|[13579][0-2])(?:0[1-9]|[12]\d|3[01])"


def _id(
    key: str,
    *,
    is_checked: bool = True,
    options: dict[str, Any] | None = None,
    sieve: Callable[[str], bool] | None = None,
    check: Callable[[str], bool] | None = None,
    **written: str,
) -> WrittenNumber:
    """A number of a country (ISO 3166 alpha-2) and the name that stdnum gives it; `check` agrees with stdnum's."""
    country, name = key.split(".")
    folder = country + "_" if country in {"in", "is"} else country
    label = name.rstrip("_")
    validator = f"stdnum {country}.{label}" if is_checked else None
    check = check or by_stdnum(f"{folder}.{name}", **(options or {}))
    return number(KIND, f"national-id.{country}-{label}/1", validator, check, sieve=sieve, **written)


def _own(key: str, validator: str | None, check: Callable[[str], bool], **written: str) -> WrittenNumber:
    """A number that stdnum does not know."""
    return number(KIND, f"national-id.{key.replace('.', '-')}/1", validator, check, sieve=None, **written)


# No vowels, and no letters that look like digits.
GERMAN_CARD = "[CFGHJKLMNPRTVWXYZ][0-9CFGHJKLMNPRTVWXYZ]{8}"
_CARD_DE = (
    "personalausweis personalausweisnummer 'personalausweis nr' 'personalausweis nummer' ausweis ausweisnummer "
    "'ausweis nr' ausweisnr perso dokumentennummer"
)
_CARD_EN = "'german id card' 'german identity card' 'identity card' 'identity card number' 'id card' 'id card number'"

# Where a number could be of several countries, the one named first has it.
NATIONAL_IDS: tuple[WrittenNumber, ...] = (
    _id("ar.cuit", alone="99-99999999-9", called="99999999999", shape=r"2[03-7]\d{9}",
        es="cuit cuil 'clave única de identificación'"),
    _id("at.vnr", called="9999999999 9999_999999", shape=r"\d{4}" + DMY,
        de="svnr sozialversicherungsnummer versicherungsnummer vsnr 'sv nummer' 'sv nr'"),
    _id("at.tin", called="99-999/9999 999999999", de="abgabenkontonummer steuernummer"),
    _id("au.tfn", called="999_999_999 999-999-999 999999999 99999999", en="tfn 'tax file number' 'tax file no'"),
    _own("au.medicare", "weights 1, 3, 7, 9", is_medicare, weak="9999_99999_9 9999-99999-9", called="9999999999",
        en="medicare 'medicare number' 'medicare card'"),
    _id("be.nn", alone="99.99.99-999.99", called="99999999999 999999-999-99 99_99_99_999_99 999999_999_99",
        shape=r"\d\d(?:0\d|1[0-2])(?:[0-2]\d|3[01])\d{5}",
        fr="niss 'numéro national' 'registre national'", nl="rijksregisternummer insz rijksregister",
        de="nationalregisternummer", en="'belgian national number'"),
    _id("be.bis", called="99.99.99-999.99 99999999999 99_99_99_999_99", nl="bisnummer 'bis nummer'", fr="'numéro bis'",
        en="'bis number'"),
    _id("bg.egn", called="9999999999", shape=r"\d\d(?:[024][1-9]|[135][0-2])(?:0[1-9]|[12]\d|3[01])\d{4}",
        bg="егн 'единен граждански номер'", en="egn"),
    _id("bg.pnf", called="9999999999 9999_999_999", bg="лнч 'личен номер на чужденец'", en="pnf lnch"),
    _id("br.cpf", alone="999.999.999-99", called="99999999999 999999999-99 999_999_999_99",
        pt="cpf 'cadastro de pessoas físicas' 'cadastro de pessoa física'"),
    _id("ca.sin", weak="999-999-999", called="999_999_999 999999999", shape=r"[1-79]\d{8}",
        en="sin 'social insurance' 'social insurance number'", fr="nas 'assurance sociale'"),
    _id("ca.bc_phn", called="9999_999_999 9999999999", en="phn 'personal health number' 'care card'"),
    _id("ch.ssn", alone="999.9999.9999.99 9999999999999", shape=r"756\d{10}",
        de="ahv 'ahv nummer' ahvn13 'ahv nr' sozialversicherungsnummer", fr="avs 'numéro avs' navs13",
        it="avs 'numero avs'"),
    _id("cl.rut", alone="99.999.999-X 9.999.999-X", called="99999999-X 9999999-X 999999999 99999999A",
        es="rut run 'rol único tributario' 'rol único nacional'"),
    _id("cn.ric", alone="99999999999999999X", shape=r"[1-9]\d{5}(?:1[89]|20)" + YMD + r"\d{3}[\dX]",
        zh="身份证 身份證 身份证号 公民身份号码", en="'resident identity card' 'resident id'"),
    _id("co.nit", called="999.999.999-9 9999999999 999999999-9", es="nit 'número de identificación tributaria'"),
    _id("cu.ni", called="99999999999", shape=YMD + r"\d{5}", is_checked=False,
        es="'carné de identidad' 'carnet de identidad' 'número de identidad'"),
    _id("cz.rc", alone="999999/9999", called="9999999999",
        shape=r"\d\d(?:[0257][1-9]|[1368][0-2])(?:0[1-9]|[12]\d|3[01])\d{4}",
        cs="'rodné číslo' rč 'rodného čísla' 'rodne cislo'", sk="'rodného čísla'"),
    _id("de.idnr", weak="99999999999", called="99_999_999_999", shape=r"[1-9]\d{10}", sieve=repeats_one_digit,
        de="idnr steueridentifikationsnummer 'steuer id' 'steuerliche identifikationsnummer' identifikationsnummer "
        "steuernummer 'steuer identifikationsnummer' 'steuer idnr' steueridnr steuerid tin",
        en="'german tax id' 'tax id' 'tax identification number'"),
    _id("dk.cpr", called="999999-9999 9999999999 999999_9999", shape=DMY + r"\d{4}", is_checked=False,
        da="cpr cprnummer 'cpr nummer' 'cpr nr'", en="cpr"),
    _id("do.cedula", alone="999-9999999-9", called="99999999999", es="cédula cedula 'cédula de identidad'"),
    _id("ec.ci", called="9999999999 999999999-9", es="cédula cedula ci 'cédula de identidad'"),
    _id("ee.ik", called="99999999999", shape=r"[1-8]" + YMD + r"\d{4}", et="isikukood isikukoodi",
        en="'personal code'"),
    _id("es.dni", alone="99999999A 99999999-A", called="99_999_999_A 99.999.999-A 99.999.999A 99999999_A",
        check=is_dni, shape=r"\d{8}[A-HJ-NP-TV-Z]", es="dni nif 'documento nacional de identidad'", en="dni nif"),
    _own("es.dni-short", "stdnum es.dni", is_short_dni, called="9999999A 9999999-A",
        es="dni nif 'documento nacional de identidad'", en="dni nif"),
    _id("es.nie", alone="A9999999A A-9999999-A A9999999-A", called="A_9999999_A A-9999999A",
        check=is_nie, shape=r"[XYZ]\d{7}[A-HJ-NP-TV-Z]",
        es="nie 'número de identidad de extranjero' 'número de identificación de extranjero'", en="nie"),
    # PAuswG § 2 (8): nine characters, of them no check digit; as the tenth it stands in the machine-readable zone.
    _own("de.card", None, lambda _: True, called="AXXXXXXXX", shape=GERMAN_CARD, de=_CARD_DE, en=_CARD_EN),
    _own("de.card-checked", "ICAO 9303", has_icao_digit, called="AXXXXXXXX9", shape=GERMAN_CARD + r"\d",
        de=_CARD_DE, en=_CARD_EN),
    _own("de.kvnr", "weights 1, 2", is_kvnr, weak="A999999999", called="A999_999_999", shape=r"[A-Z]\d{9}",
        de="krankenversichertennummer versichertennummer kvnr krankenkasse krankenversicherung gesundheitskarte",
        en="'health insurance number'"),
    _own("de.rvnr", "weights 2, 1, 2, 5, 7", is_rvnr, alone="99_999999_A_999 99999999A999",
        shape=r"\d\d(?:0[1-9]|[12]\d|3[01]|[5-8]\d)(?:0[1-9]|1[0-2])\d\d[A-Z]\d{3}",
        de="rentenversicherungsnummer sozialversicherungsnummer rvnr rentenversicherung svnr"),
    _own("fi.hetu", "mod 31", is_hetu, alone="999999-999X 999999A999X 999999+999X",
        shape=DMY + r"[A-FU-Y]?\d{3}[0-9A-FHJ-NPR-Y]", fi="henkilötunnus hetu henkilötunnuksen", sv="personbeteckning",
        en="'finnish id'"),
    _id("fi.veronumero", called="999999999999", fi="veronumero"),
    _id("fr.nir", alone="9_99_99_99_999_999_99 999999999999999 9_99_99_9A_999_999_99 999999A99999999",
        called="9_99_99_99_999_999",
        shape=r"[12]\d\d(?:0[1-9]|1[0-2]|[2-9]\d)(?:\d\d|2[AB])\d{8}",
        fr="nir 'numéro de sécurité sociale' 'sécurité sociale' insee 'securite sociale'"),
    _id("fr.nif", called="9999999999999 99_99_999_999_999", shape=r"[0-3]\d{12}",
        fr="nif 'numéro fiscal' spi 'numéro d immatriculation fiscale' 'référence fiscale'"),
    _own("gb.nino", "HMRC prefixes", is_nino, weak="AA999999A AA_99_99_99_A AA-99-99-99-A", called="AA_999999_A",
        en="nino 'national insurance' ni 'ni number' 'national insurance number' 'insurance number'"),
    _own("gb.nhs-grouped", "mod 11", is_grouped_nhs, weak="999_999_9999", en="nhs"),
    _id("gb.nhs", called="999_999_9999 999-999-9999 9999999999",
        en="nhs 'nhs number' 'national health service' 'nhs no'"),
    _id("gb.upn", called="A999999999999", en="upn 'unique pupil number'"),
    _id("gb.utr", called="9999999999 99999_99999", en="utr 'unique taxpayer reference' 'tax reference'"),
    _id("gr.amka", called="99999999999", shape=DMY + r"\d{5}",
        el="αμκα 'αριθμός μητρώου κοινωνικής ασφάλισης'", en="amka"),
    _id("gt.nit", called="9999999-X 999999-X 99999999 9999999A", es="nit 'número de identificación tributaria'"),
    _id("hr.oib", called="99999999999", hr="oib 'osobni identifikacijski broj'", en="oib"),
    _id("id.nik", called="9999999999999999", is_checked=False, id="nik ktp 'nomor induk kependudukan'", en="nik"),
    _id("ie.pps", alone="9999999AA", called="9999999A 9999999_A 9999999_AA", shape=r"\d{7}[A-W][A-IW]?",
        en="pps ppsn 'personal public service' 'pps no' 'pps number'", ga="psp 'uimhir psp'"),
    _id("il.idnr", called="999999999 99999999-9 9999999-9 9-9999999-9", he="'ת ז' 'תעודת זהות' 'מספר זהות'",
        en="'teudat zehut' 'israeli id' 'mispar zehut'", ar="'رقم الهوية'"),
    _id("in.aadhaar", weak="9999_9999_9999 9999-9999-9999", called="999999999999",
        en="aadhaar aadhar uidai uid adhaar", hi="आधार"),
    _id("in.vid", called="9999999999999999 9999_9999_9999_9999",
        en="'virtual id' vid 'aadhaar vid'", hi="'वर्चुअल आईडी'"),
    _own("in.pan", "holder types", is_pan, weak="AAAAA9999A", shape=r"[A-Z]{3}[ABCFGHJLPT][A-Z]\d{4}[A-Z]",
        en="pan 'permanent account number' 'pan card' 'income tax'", hi="पैन"),
    _id("in.epic", weak="AAA9999999", en="epic 'voter id' 'voter card' 'electoral photo'", hi="मतदाता"),
    _id("is.kennitala", alone="999999-9999", called="9999999999",
        shape=r"(?:[04][1-9]|[1256]\d|[37][01])(?:0[1-9]|1[0-2])\d{5}[089]", is_="kennitala kt kennitölu"),
    _id("it.codicefiscale", alone="AAAAAA99A99A999A", shape=r"[A-Z]{6}\d\d[A-EHLMPR-T][0-7]\d[A-Z]\d{3}[A-Z]",
        it="'codice fiscale' cf 'cod fisc'", en="'fiscal code' 'italian tax code'"),
    _id("jp.in_", called="999999999999 9999_9999_9999 9999-9999-9999", ja="個人番号 マイナンバー", en="'my number'"),
    _id("kr.rrn", alone="999999-9999999", weak="9999999999999", shape=YMD + r"[0-9]\d{6}",
        ko="주민등록번호 주민번호", en="rrn 'resident registration number'"),
    _own("kr.frn", "mod 11", is_frn, weak="999999-9999999 9999999999999", shape=YMD + r"[5-8]\d{6}",
        ko="외국인등록번호", en="frn 'alien registration' 'foreigner registration'"),
    _id("lt.asmens", called="99999999999", shape=r"[1-6]" + YMD + r"\d{4}|9\d{10}",
        lt="'asmens kodas' 'asmens kodo' 'a k'"),
    _id("lv.pvn", alone="999999-99999", called="99999999999", shape=r"(?:" + DMY + r"[0-2]|32\d{5})\d{4}",
        lv="'personas kods' 'personas kodu'", en="'personal code'"),
    _id("mu.nid", called="A999999999999X", shape=r"[A-Z]" + DMY + r"\d{6}[0-9A-Z]",
        en="nid 'national id' 'identity card'"),
    _id("mx.curp", alone="AAAA999999AAAAAAX9", shape=r"[A-Z]{4}" + YMD + r"[HMX][A-Z]{5}[0-9A-Z]\d",
        es="curp 'clave única de registro de población'"),
    _id("mx.rfc", called="AAAA999999XXX AAAA-999999-XXX", shape=r"[A-Z]{4}" + YMD + r"[0-9A-Z]{3}",
        options={"validate_check_digits": True}, es="rfc 'registro federal de contribuyentes'"),
    _id("my.nric", called="999999-99-9999 999999999999", is_checked=False, shape=YMD + r"\d{6}",
        ms="mykad 'kad pengenalan' 'no k p'", en="nric mykad 'ic no' 'identity card'"),
    _own("ng.nin", "Verhoeff", is_nin, called="99999999999", en="nin 'national identification number' nimc"),
    _id("nl.bsn", called="999999999 9999.99.999 999.999.999 9999_99_999", shape=r"\d{9}",
        nl="bsn burgerservicenummer sofinummer 'sofi nummer' 'burger service nummer'", en="bsn"),
    _id("nl.onderwijsnummer", called="999999999 9999.99.999", nl="onderwijsnummer 'onderwijs nummer'"),
    _id("no.fodselsnummer", alone="999999_99999 99999999999",
        shape=r"[0-7]\d(?:[048][1-9]|[159][0-2])\d{7}", sieve=ends_like_fodselsnummer,
        no="fødselsnummer fødselsnr 'f nr' 'fødsels og personnummer' fodselsnummer"),
    _id("nz.ird", called="99-999-999 999-999-999 99999999 999999999 9999999-9", en="ird 'ird number' 'inland revenue'"),
    _id("pe.cui", called="99999999-X 99999999A", es="dni cui 'documento nacional de identidad'"),
    _own("ph.tin", None, has_nine_digits, called="999-999-999-999 999-999-999 999999999 999999999999",
        en="tin 'bir tin' 'tin no' 'taxpayer identification'"),
    _id("pk.cnic", called="99999-9999999-9 9999999999999", is_checked=False, en="cnic nicop", ur="شناختی"),
    _id("pl.pesel", alone="99999999999", shape=RAISED_BY_TWENTY + r"\d{5}", check=is_pesel,
        pl="pesel peselu 'numer pesel'", en="pesel"),
    _id("pt.cc", alone="99999999_9_AA9 999999999AA9", called="99999999-9-AA9 99999999_9AA9",
        pt="'cartão de cidadão' cc 'número de documento'"),
    _id("pt.nif", called="999999999 999_999_999", shape=r"[123]\d{8}|45\d{7}",
        pt="nif contribuinte 'número de contribuinte' 'identificação fiscal'"),
    _id("py.ruc", called="9999999-9 999999-9 99999999-9 9999999", es="ruc 'registro único de contribuyentes'"),
    _id("ro.cnp", alone="9999999999999", shape=r"[1-8]" + YMD + r"(?:0[1-9]|[1-4]\d|5[12]|70|80)\d{4}",
        ro="cnp 'cod numeric personal' 'codul numeric personal'", en="cnp"),
    _id("ru.inn", called="999999999999", ru="инн 'идентификационный номер налогоплательщика'", en="inn"),
    _own("ru.snils", "mod 101", is_snils, alone="999-999-999_99", called="999-999-999-99 99999999999",
        ru="снилс 'страховой номер' 'страховое свидетельство'", en="snils"),
    _id("se.personnummer", alone="999999-9999 99999999-9999 999999+9999 999999999999",
        weak="9999999999",
        shape=r"(?:19|20)?\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{4}",
        sv="personnummer personnumret samordningsnummer 'person nr' pnr", en="'personal identity number'"),
    _own("sg.nric", "mod 11", is_nric, alone="A9999999A", shape=r"[STFGM]\d{7}[A-Z]",
        en="nric fin 'nric no' 'ic number' 'identity card'"),
    _id("si.emso", alone="9999999999999", shape=r"(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])[09]\d\d\d{6}",
        sl="emšo 'enotna matična številka občana'", hr="jmbg 'matični broj'", sr="јмбг"),
    _id("sk.rc", called="999999/9999 9999999999 999999/999 999999999", shape=RAISED_MONTH + r"\d{3,4}",
        sk="'rodné číslo' rč 'rodného čísla'", cs="'rodné číslo' 'rodného čísla'"),
    _id("sv.nit", alone="9999-999999-999-9", called="99999999999999", shape=r"[019]\d{13}", es="nit"),
    _id("th.pin", alone="9-9999-99999-99-9", weak="9_9999_99999_99_9", called="9999999999999", shape=r"[1-8]\d{12}",
        th="บัตรประชาชน เลขประจำตัวประชาชน", en="'thai national id' 'thai id' tnin 'citizen id'"),
    _id("tr.tckimlik", weak="99999999999", shape=r"[1-9]\d{9}[02468]", sieve=ends_like_tckimlik,
        tr="tckn 'tc kimlik' kimlik 'kimlik no' 't c kimlik' tcno 'tc no' 'vatandaşlık numarası' 'kimlik numarası'",
        en="'turkish id' tckn"),
    _id("ua.rntrc", called="9999999999", uk="рнокпп іпн 'ідентифікаційний номер' 'ідентифікаційний код'", ru="инн"),
    _own("us.itin", "IRS ranges", is_itin, weak="999-99-9999", called="999999999 999_99_9999", shape=r"9\d{8}",
        en="itin 'individual taxpayer' 'taxpayer id' 'taxpayer identification'"),
    _own("us.mbi", "CMS positions", is_mbi, alone="9AX9-AX9-AA99 9AX9AX9AA99", en="mbi medicare 'medicare number'"),
    _id("ve.rif", called="A-99999999-9 A999999999 A-999999999", shape=r"[VE]\d{9}",
        es="rif cédula 'registro de información fiscal'"),
    _id("vn.mst", called="9999999999", vi="mst 'mã số thuế'"),
    _id("za.idnr", alone="999999_9999_999 999999_9999_99_9 9999999999999", shape=YMD + r"\d{4}[0-2]\d\d",
        en="'south african id' 'sa id' 'rsa id' 'identity number' 'id number'", af="identiteitsnommer 'id nommer'"),
)  # fmt: skip
