"""Words that announce a phone number."""

from __future__ import annotations

from hayward.screeners.pii.context import Words

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
