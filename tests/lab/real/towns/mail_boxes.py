"""Towns whose own mail host shows their mailboxes too: Dovecot beside Postfix."""

from __future__ import annotations

from tests.lab.real.dovecot import Logins, dovecot
from tests.lab.real.mail_town import mail_place, mail_town
from tests.lab.real.model import RealTown
from tests.lab.real.postfix import postfix

#: Dovecot says by LOGINDISABLED (RFC 9051), and by a CAPA without USER (RFC 2449), that it insists on encryption.
_CLEAR = "services.plain-text-exposed host:{place}"


def _town(number: int, name: str, note: str, logins: Logins, *, must: tuple[str, ...] = ()) -> RealTown:
    domain, place = f"boites-{name}.fr", mail_place(number)
    host = f"mx1.{domain}"
    servers = postfix(host, place, domain), dovecot(host, place, logins)
    found = tuple(check.replace("{place}", place) for check in must)
    return mail_town(number, domain, note, *servers, must=found)


TOWNS = (
    _town(145, "soignees", "Dovecot that takes passwords only once encrypted: nothing to say", Logins.ENCRYPTED),
    _town(146, "tolerantes", "Dovecot that offers STARTTLS and does not insist on it", Logins.EITHER, must=(_CLEAR,)),
    _town(147, "en-clair", "Dovecot without TLS", Logins.CLEAR, must=(_CLEAR,)),
)
CERTIFICATES = tuple(
    (f"{host}.{town.domain}", "good", (f"{host}.{town.domain}",)) for town in TOWNS for host in ("mx1", "mta-sts")
)
