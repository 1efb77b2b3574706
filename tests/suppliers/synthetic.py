"""Results made by hand, with names that no town published: they prove the rules, not the accuracy of the table."""

from __future__ import annotations

from dataclasses import dataclass

from checks.mail.spf import Spf
from checks.mail.spf_evaluation import SpfAnswer
from checks.mail.starttls import SmtpSession
from scanner.catalogue import Catalogue
from scanner.discovery import Addresses, Exchange, Mx, NameServer, Ns
from scanner.model import MailServer, Outcome, Site
from scanner.result import ScanResult
from tests.judging import DOMAIN, SUBJECTS
from tests.report.sample import result

WWW = SUBJECTS[Site]
SERVER = SUBJECTS[MailServer]


@dataclass(frozen=True)
class Zone:
    """What the DNS and a mail server say of a town; "" and () stand for what was not looked at."""

    mx: tuple[str, ...] = ()
    ns: tuple[str, ...] = ()
    spf: str = ""
    greeting: str = ""
    cname: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    mail_addresses: tuple[str, ...] = ()

    def result(self, catalogue: Catalogue, judged: tuple[Outcome, ...] = ()) -> ScanResult:
        """A result that saw this zone and judged so."""
        made = result(catalogue, judged)
        if self.mx:
            made.seen.record(DOMAIN, Mx, Mx(tuple(Exchange(10 * place, name) for place, name in enumerate(self.mx, 1))))
        if self.ns:
            made.seen.record(DOMAIN, Ns, Ns(tuple(NameServer(name, ()) for name in self.ns)))
        if self.spf:
            made.seen.record(DOMAIN, Spf, Spf((SpfAnswer(DOMAIN.name, "TXT", (self.spf,)),)))
        if self.greeting:
            made.seen.record(SERVER, SmtpSession, SmtpSession("203.0.113.7", self.greeting, (), True))
        made.seen.record(WWW, Addresses, Addresses(self.addresses or ("203.0.113.7",), (), self.cname))
        if self.mail_addresses:
            made.seen.record(SERVER, Addresses, Addresses(self.mail_addresses, ()))
        return made


OVH = Zone(mx=("mx1.mail.ovh.net",), ns=("dns10.ovh.net", "ns10.ovh.net"), addresses=("213.186.33.5",))
GANDI = Zone(mx=("spool.mail.gandi.net",), ns=("ns-12-a.gandi.net", "ns-34-b.gandi.net"))
FILTERED = Zone(
    mx=("mx1.mailinblack.com",), ns=("dns10.ovh.net", "ns10.ovh.net"),
    spf="v=spf1 include:spf.protection.outlook.com include:spf.brevo.com ~all",
)  # fmt: skip
