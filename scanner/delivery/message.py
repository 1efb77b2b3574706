"""A cover and its documents -> one mail in MIME. The same input gives the same bytes: they are stored before they leave."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.charset import QP, Charset
from email.header import Header
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime
from urllib.parse import quote

from scanner.delivery.cover import Cover, Enclosed, cover
from scanner.delivery.mail import Mail
from scanner.delivery.papers import Papers
from scanner.delivery.plain import to_plain
from scanner.dossier import Dossier
from scanner.report.templates import environment
from scanner.report.tickets import header
from scanner.report.words import words
from scanner.settings.mail import MailSettings, RecipientSettings

#: Where the recipient's address is put into the address of the settings that ends the mails.
_SLOT = "{recipient}"
_SPECIAL = re.compile(r'(["\\])')
_QUOTED = r"\\\1"
# EmailMessage would lose spaces between the encoded words of a long subject; the older policy writes what it is given.
_POLICY = compat32.clone(linesep="\r\n")


@dataclass(frozen=True, slots=True)
class Occasion:
    """When and in which language a campaign writes. `moment` is the mail's Date, with its zone."""

    campaign: str
    moment: datetime
    lang: str


def compose(
    dossier: Dossier, recipient: RecipientSettings, papers: Papers, settings: MailSettings, occasion: Occasion
) -> Mail | None:
    """The mail to one recipient; None where there is nothing that this one receives.

    Raises ValueError where a word of the settings cannot stand in a mail header.
    """
    said = cover(dossier, recipient, papers, settings, occasion.lang)
    if said is None:
        return None
    # What makes a mail the same mail: campaign, domain, recipient however spelt, and what this one receives.
    key = (occasion.campaign, dossier.result.domain.name, recipient.to.casefold(), *sorted(set(recipient.documents)))
    return written(said, key, dossier.sender.name, recipient.to, settings, occasion)


def written(said: Cover, key: tuple[str, ...], name: str, to: str, settings: MailSettings, occasion: Occasion) -> Mail:
    """Any words as a mail from `name` to one address; one `key` gives one Message-ID. Raises ValueError as `compose`."""
    digest = hashlib.sha256("\0".join(key).encode()).hexdigest()[:32]
    message_id = f"<beffroi.{digest}@{settings.sender.rpartition('@')[2]}>"
    message = _body(said, digest, occasion.lang)
    for header_name, value in _headers(said, name, to, settings, occasion):
        message[header_name] = value  # type: ignore[assignment]  # the older policy takes a Header
    message["Message-ID"] = message_id
    return Mail(message_id, settings.sender, to, str(said.subject), message.as_bytes(policy=_POLICY))


def _headers(said: Cover, name: str, to: str, settings: MailSettings, occasion: Occasion) -> Iterator[tuple[str, str | Header]]:
    yield "From", f"{_phrase(name)} <{settings.sender}>" if name else settings.sender
    if settings.reply_to:
        yield "Reply-To", settings.reply_to
    yield "To", to
    yield "Subject", _words(said.subject, "Subject")
    yield "Date", format_datetime(occasion.moment)
    yield "Content-Language", occasion.lang
    yield "Auto-Submitted", "auto-generated"  # RFC 3834: no out-of-office answers to it
    if settings.unsubscribe:
        yield "List-Unsubscribe", f"<{settings.unsubscribe.replace(_SLOT, quote(to))}>"
        # RFC 8058 3.1: one click is only for an address that tells who clicked.
        if settings.unsubscribe.startswith("https:") and _SLOT in settings.unsubscribe:
            yield "List-Unsubscribe-Post", "List-Unsubscribe=One-Click"


def _body(said: Cover, digest: str, lang: str) -> MIMEMultipart:
    say = words(lang)
    html = environment().get_template("mail.html.j2").render(cover=said, lang=lang, w=say)
    both = MIMEMultipart("alternative", _boundary(digest, "a"), [_text(to_plain(said, say), "plain"), _text(html, "html")])
    if not said.enclosed:
        return both
    del both["MIME-Version"]
    enclosed = [_attachment(each, said.marking, *said.notes) for each in said.enclosed]
    return MIMEMultipart("mixed", _boundary(digest, "m"), [both, *enclosed])


def _boundary(digest: str, which: str) -> str:
    """RFC 2045 6.7: `=_` occurs neither in quoted-printable nor in base64, hence in none of our parts."""
    return f"=_{which}_{digest}"


def _text(text: str, subtype: str) -> MIMEText:
    charset = Charset("utf-8")
    charset.body_encoding = QP
    part = MIMEText(text, subtype, charset)  # type: ignore[arg-type]
    del part["MIME-Version"]
    return part


def _attachment(each: Enclosed, *marking: str) -> MIMEBase:
    main, _, subtype = each.file.media_type.partition("/")
    part = MIMEBase(main, subtype)
    del part["MIME-Version"]
    if main == "text":
        part.set_param("charset", "utf-8")
    part.add_header("Content-Disposition", "attachment", filename=_file_name(each.file.name))
    part["Content-Description"] = _words(" ".join(marking), "Content-Description")  # type: ignore[assignment]
    part["Content-Transfer-Encoding"] = "base64"
    part.set_payload(base64.encodebytes(each.file.content).decode("ascii"))
    return part


def _file_name(name: str) -> str:
    if not name.isascii() or any(letter in name for letter in '"\\/:'):
        raise ValueError(f"not a file name for a mail: {ascii(name)[:80]}")
    return header(name)


def _words(text: str, name: str) -> Header:
    """Words in a header, on one line."""
    plain = _plain(text)
    return Header(plain, None if plain.isascii() else "utf-8", header_name=name)


def _phrase(name: str) -> str:
    """A display name (RFC 5322 3.4): encoded, or quoted, since Header leaves ASCII as it is."""
    plain = _plain(name)
    if plain.isascii():
        return f'"{_SPECIAL.sub(_QUOTED, plain)}"'
    return Header(plain, "utf-8", header_name="From").encode(linesep="\r\n")


def _plain(text: str) -> str:
    """Without no-break spaces, which not every client folds and shows. Raises ValueError on what is no word."""
    return header(" ".join(text.split()))
