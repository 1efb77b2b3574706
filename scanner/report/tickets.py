"""One message to each who must act: self-contained, in the town's name, under an id that stays from month to month."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from scanner.catalogue import Catalogue
from scanner.dossier import Dossier, Role
from scanner.report.duties import Charge, Duty, charges
from scanner.report.ticket_text import Context, compose, read, signature
from scanner.report.values import Worded
from scanner.report.words import words
from scanner.suppliers.recognise import Supplier

#: Crockford's 32 letters and digits: none is taken for another when read over the telephone.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
#: Whom a draft is from while nobody said it: an address that cannot exist (RFC 2606), so that it is never sent by mistake.
_UNSAID = "expediteur@a-completer.invalid"


@dataclass(frozen=True, slots=True)
class Ticket:
    """One message, not yet sent. `role` is None for the town's own; `supplier` is None where nobody is known.

    `author` is the (name, address) that the mail is from; the address is "" where the settings give none.
    """

    id: str
    role: Role | None
    supplier: Supplier | None
    subject: str
    body: str
    lang: str
    domain: str
    moment: datetime
    author: tuple[str, str]

    def to_text(self) -> str:
        """The message with its subject above, as a file to copy from."""
        return f"{words(self.lang)('ticket.subject_label', subject=Worded(self.subject))}\n\n{self.body}\n"

    def to_eml(self, to: str = "") -> bytes:
        """A draft that a mail client opens for sending; the same bytes for the same ticket. Raises ValueError on a header
        that could become another.

        The lines are as they shall stand, so it is not format=flowed: a client that joins lines would break the commands.
        """
        name, address = self.author
        message = EmailMessage(policy=SMTP)
        message["Subject"] = header(self.subject)
        message["From"] = Address(header(name), addr_spec=header(address or _UNSAID))
        if to:
            message["To"] = Address(addr_spec=header(to))
        message["Date"] = format_datetime(self.moment)
        message["Message-ID"] = f"<{self.id}.{self.moment:%Y%m%d%H%M%S}@{header(self.domain)}>"
        message["References"] = f"<{self.id}@{self.domain}>"
        message["X-Unsent"] = "1"
        message.set_content(f"{self.body}\n", charset="utf-8", cte="quoted-printable")
        message["Content-Language"] = self.lang
        return message.as_bytes()


def tickets(dossier: Dossier, catalogue: Catalogue, lang: str) -> tuple[Ticket, ...]:
    """One ticket to each who must act, the most urgent first; what could not be seen is in none."""
    context = read(dossier, catalogue, lang)
    return tuple(_ticket(charge, context) for charge in charges(context.report, context.suppliers))


def ticket_id(domain: str, duty: Duty) -> str:
    """`BEF-7K2M-9QXD`: always the same for one domain and one duty, whoever the supplier is."""
    return reference(f"{domain}\n{duty.value}")


def reference(seed: str) -> str:
    """A reference of this form, always the same for one seed."""
    number = int.from_bytes(hashlib.sha256(seed.encode("utf-8", "replace")).digest()[:5])
    code = "".join(_ALPHABET[number >> shift & 31] for shift in range(35, -1, -5))
    return f"BEF-{code[:4]}-{code[4:]}"


def header(text: str) -> str:
    """Text fit for a mail header. Raises ValueError on a control character, a line end, or what a client would decode."""
    if not text.isprintable() or "=?" in text:
        raise ValueError(f"this cannot stand in a mail header: {ascii(text)[:80]}")
    return text


def _ticket(charge: Charge, context: Context) -> Ticket:
    domain, lang, dossier = context.report.domain, context.lang, context.dossier
    id = ticket_id(domain, charge.duty)
    topic = words(lang)(f"ticket.subject.{charge.duty}")
    return Ticket(
        id=id,
        role=charge.duty.role,
        supplier=charge.supplier,
        subject=f"[{id}] {domain} – {topic}",
        body=compose(charge, id, context),
        lang=lang,
        domain=domain,
        moment=dossier.result.started_at,
        author=(signature(charge.duty, dossier, lang), dossier.sender.email),
    )
