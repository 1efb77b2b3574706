"""A dossier without a scan, its recipients, and mails made of them."""

from __future__ import annotations

import email
from datetime import datetime, timedelta, timezone
from email.message import EmailMessage, Message
from email.policy import compat32, default

from scanner.catalogue import Catalogue
from scanner.delivery.mail import Mail
from scanner.delivery.message import Occasion, compose
from scanner.delivery.papers import Paper, Papers
from scanner.dossier import Dossier, Sender, Town
from scanner.report.documents import File
from scanner.report.letter import fitted
from scanner.report.letter_view import compose as letter_of
from scanner.result import ScanResult
from scanner.settings.mail import MailSettings, RecipientSettings
from tests.report.sample import outcomes, result

SENDER = Sender("Syndicat numérique de l’Exemple", "02 00 00 00 00", "contact@syndicat-exemple.fr")
TOWN = Town("Saint-Exemple", "Madame la Maire", "49")
MAYOR = RecipientSettings(to="mairie@saint-exemple.fr")
AGENT = RecipientSettings(to="agent@saint-exemple.fr", documents=("technical", "tickets"))
EVERYBODY = RecipientSettings(to="mairie@saint-exemple.fr", documents=("tickets", "letter", "technical"))
#: 9 in the morning in France.
MOMENT = datetime(2026, 11, 24, 9, 0, tzinfo=timezone(timedelta(hours=1)))
PDF = b"%PDF-1.7 " + bytes(range(256)) * 20


def dossier(catalogue: Catalogue, scanned: ScanResult | None = None, *, sender: Sender = SENDER, town: Town = TOWN) -> Dossier:
    """One with findings of every kind, unless a result is given."""
    return Dossier(scanned or result(catalogue, outcomes(catalogue)), None, town, sender)


def papers(given: Dossier, catalogue: Catalogue, lang: str = "fr", form: str = "pdf") -> Papers:
    """Documents that stand for the real ones; the letter's words are the real ones."""
    media = "application/pdf" if form == "pdf" else "text/html"
    stem = f"{given.result.domain.name}-2026-11-24"
    return Papers(
        fitted(letter_of(given, catalogue, lang)),
        {
            "letter": (Paper(File(f"{stem}-lettre.{form}", media, PDF)),),
            "technical": (Paper(File(f"{stem}-rapport-technique.{form}", media, PDF)),),
            "tickets": (
                Paper(File(f"{stem}-ticket-BEF-1.txt", "text/plain", "Objet : é\n".encode()), "[BEF-1] sécurité du site"),
                Paper(File(f"{stem}-ticket-BEF-2.txt", "text/plain", b"b"), "[BEF-2] sécurité de la messagerie"),
            ),
        },
    )


def mail_settings(**changes: object) -> MailSettings:
    """Without a relay."""
    given = {"sender": "audit@syndicat-exemple.fr", "reply_to": "contact@syndicat-exemple.fr", **changes}
    return MailSettings.model_validate(given)


def composed(
    given: Dossier,
    catalogue: Catalogue,
    recipient: RecipientSettings = MAYOR,
    lang: str = "fr",
    campaign: str = "2026-11",
    **changes: object,
) -> Mail:
    """The mail to one recipient; `changes` are of the settings."""
    made = compose(given, recipient, papers(given, catalogue, lang), mail_settings(**changes), Occasion(campaign, MOMENT, lang))
    assert made is not None
    return made


def parsed(mail: Mail) -> EmailMessage:
    """As a mail program reads it."""
    return email.message_from_bytes(mail.content, policy=default)


def raw(mail: Mail) -> Message:
    """Its headers as they are written."""
    return email.message_from_bytes(mail.content, policy=compat32)


def bodies(mail: Mail) -> tuple[str, str]:
    """(text, HTML)."""
    message = parsed(mail)
    found = [message.get_body((kind,)) for kind in ("plain", "html")]
    assert all(part is not None for part in found)
    return tuple(part.get_content() for part in found if part is not None)
