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
from scanner.report.access_ticket import compose_access
from scanner.report.duties import Charge, Duty, charges, supplier_for
from scanner.report.obstacles import gatekeeper
from scanner.report.ticket_text import Context, compose, read, signature
from scanner.report.values import Worded, visible
from scanner.report.words import words
from scanner.suppliers.recognise import Supplier

#: Crockford's 32 letters and digits: none is taken for another when read over the telephone.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
#: Whom a draft is from while nobody said it: an address that cannot exist (RFC 2606), so that it is never sent by mistake.
_UNSAID = "expediteur@a-completer.invalid"


@dataclass(frozen=True, slots=True)
class Ticket:
    """One message, not yet sent. `role` is None for the town's own; `supplier` is None where nobody is known.

    `subject` names the fault, `topic` only the matter: what may stand in a mail in clear. `author` is the (name, address)
    that the mail is from; the address is "" where the settings give none.
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
    topic: str = ""

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
    """One ticket to each who must act, the most urgent first. What could not be seen is in none; where it cost the grade,
    the first asks whoever can to let us look."""
    context = read(dossier, catalogue, lang)
    asked = tuple(_ticket(charge, context) for charge in charges(context.report, context.suppliers, dossier.waivers))
    gate = gatekeeper(context.report)
    return asked if gate is None else (_access(gate, context), *asked)


def ticket_id(domain: str, duty: Duty) -> str:
    """`BEF-7K2M-9QXD`: always the same for one domain and one duty, whoever the supplier is."""
    return reference(f"{domain}\n{duty.value}")


def ticket_subject(domain: str, charge: Charge, lang: str) -> str:
    """What one point asks for in a few words, or how many there are; the id in front keeps a thread together."""
    say, findings = words(lang), charge.findings
    what = findings[0].decision if len(findings) == 1 else ""
    if len(findings) > 1 or not what:
        topic = say(f"ticket.subject.{charge.duty}")
        what = say("ticket.subject_points", topic=topic, n=len(findings)) if findings else topic
    return f"[{ticket_id(domain, charge.duty)}] {domain} – {visible(' '.join(what.split()), 150)}"


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


def _access(gate: Duty, context: Context) -> Ticket:
    domain, lang, dossier = context.report.domain, context.lang, context.dossier
    id, say = reference(f"{domain}\naccess"), words(lang)
    subject = f"[{id}] {domain} – {say('ticket.access.subject')}"
    supplier = supplier_for(gate, context.suppliers)
    return Ticket(
        id=id,
        role=gate.role,
        supplier=supplier,
        subject=subject,
        body=compose_access(gate, supplier, id, context),
        lang=lang,
        domain=domain,
        moment=dossier.result.started_at,
        author=(signature(gate, dossier, lang), dossier.sender.email),
        topic=subject,
    )


def _ticket(charge: Charge, context: Context) -> Ticket:
    domain, lang, dossier = context.report.domain, context.lang, context.dossier
    id = ticket_id(domain, charge.duty)
    return Ticket(
        id=id,
        role=charge.duty.role,
        supplier=charge.supplier,
        subject=ticket_subject(domain, charge, lang),
        topic=f"[{id}] {domain} – {words(lang)(f'ticket.subject.{charge.duty}')}",
        body=compose(charge, id, context),
        lang=lang,
        domain=domain,
        moment=dossier.result.started_at,
        author=(signature(charge.duty, dossier, lang), dossier.sender.email),
    )
