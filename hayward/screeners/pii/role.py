"""Role addresses: mailboxes of an office, not of a person, by the name before the `@`."""

from __future__ import annotations

# RFC 2142: names for business, network and service mailboxes.
RFC_2142 = """
info marketing sales support abuse noc security postmaster hostmaster usenet news webmaster www uucp ftp
"""
# What offices, shops and machines use besides, in the languages that the detectors know context words of.
USUAL = """
admin administrator accounts accounting ads advertising billing bookings booking careers contact contactus
customercare customerservice customersupport donotreply editor editorial enquiries enquiry events feedback finance
hello help helpdesk hr inquiries inquiry invoices it jobs legal listserv mail mailbox mailerdaemon majordomo media
members membership newsletter noreply notification notifications notreply office orders order partners payments
press privacy pr reception recruiting recruitment register registrar registration reservations returns root
secretariat secretary service services shop spam staff status subscribe subscriptions sysadmin team tech techsupport
test unsubscribe webadmin dmarc dpo gdpr
anfrage bestellung bewerbung buchhaltung datenschutz empfang hilfe kontakt kundenservice personal post presse
redaktion rechnung sekretariat verein vertrieb verwaltung vorstand
accueil administration aide commande commercial comptabilite courrier direction emploi facturation nepasrepondre
recrutement redaction reclamation reservation secretariat serviceclient
administracion atencion atencionalcliente ayuda comercial contacto correo empleo facturacion noresponder pedidos
prensa privacidad publicidad recepcion reservas secretaria soporte ventas
amministrazione assistenza clienti commerciale contatti direzione fatture lavoro ordini prenotazioni redazione
segreteria stampa ufficio ufficiostampa vendite
administracao ajuda atendimento comunicacao contato diretoria faleconosco financeiro imprensa naoresponda ouvidoria
suporte vagas vendas
administratie bestelling bestuur boekhouding klantenservice ledenadministratie pers receptie redactie secretariaat
verkoop vragen
biuro bok kontakt ksiegowosc nieodpowiadaj pomoc poczta praca rekrutacja reklamacje sekretariat sklep sprzedaz
zamowienia
bilgi destek iletisim insankaynaklari muhasebe reklam satis siparis yardim
buh otdelkadrov pochta podderzhka pressa priem reklama sekretar zakaz
инфо контакт поддержка почта продажи реклама
"""
RULES = {
    **dict.fromkeys(USUAL.split(), "role.usual/1"),
    **dict.fromkeys(RFC_2142.split(), "role.rfc2142/1"),
}


def role(local: str) -> str | None:
    """The rule by which this local part is a role's, whatever its case, separators and `+` tag; None if a person's.

    Sources: RFC 2142, and the usual names in English, German, French, Spanish, Italian, Portuguese, Dutch, Polish,
    Turkish and Russian. "info.berlin" and "team-anna" may be one person's and are none.
    """
    name = local.partition("+")[0].lower()
    return RULES.get(name.replace("-", "").replace(".", "").replace("_", ""))
