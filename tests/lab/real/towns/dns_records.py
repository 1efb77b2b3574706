"""Towns whose records are missing, many, or answer for every name."""

from __future__ import annotations

from tests.lab.real.model import RealTown
from tests.lab.real.towns.parts import NO_CERTIFICATE, name_only

CAA = frozenset({"dns.caa-missing"})
_NOBODY = "198.18.254.200"  # an address where no port is open

#: More than a datagram of 1,232 bytes takes.
_MANY_TEXTS = "".join(f'@ 3600 IN TXT "verification-{number}={"x" * 100}"\n' for number in range(30))
_WILDCARD = f"""
@ 3600 IN A {_NOBODY}
* 3600 IN A {_NOBODY}
* 3600 IN TXT "ce nom n'est pas utilise"
@ 3600 IN MX 10 mx
mx 3600 IN A {_NOBODY}
@ 3600 IN TXT "v=spf1 mx -all"
"""
_DANGLING = "www 3600 IN CNAME ancien-site.dns-nulle-part.fr.\n"

TOWNS: tuple[RealTown, ...] = (
    name_only("dns-sans-caa", "no CAA record", must=CAA, records=""),
    name_only(
        "dns-caa-sans-issue", "CAA that restricts nothing", must=CAA, records='@ 3600 IN CAA 0 iodef "mailto:a@dns-signe.fr"\n'
    ),
    name_only("dns-longues-reponses", "answers that only TCP carries", records=NO_CERTIFICATE + _MANY_TEXTS),
    name_only("dns-alias-perdu", "www is an alias of a name that does not exist", records=NO_CERTIFICATE + _DANGLING),
    name_only(
        "dns-joker",
        "a wildcard answers for every name; nothing listens",
        mail="",
        records=NO_CERTIFICATE + _WILDCARD,
        must=frozenset({"mail.dmarc-missing", "web.unreachable"}),
        may_fail=frozenset({"mail.mta-sts-missing", "mail.tls-rpt-missing", "web.ipv6-missing"}),
        unknown=frozenset({"mail.dkim-*", "mail.starttls-*", "services.*", "web.*", "tls.*"}),
    ),
    name_only(
        "dns-sans-courriel-sans-le-dire",
        "no MX, an address, and nothing that says no mail",
        mail='@ 3600 IN TXT "verification=1"\n',
        records=NO_CERTIFICATE + f"@ 3600 IN A {_NOBODY}\n",
        must=frozenset({"mail.null-mx-missing", "mail.spf-missing", "mail.dmarc-missing", "web.unreachable"}),
        may_fail=frozenset({"web.ipv6-missing", "mail.dkim-missing", "mail.tls-rpt-missing", "mail.mta-sts-missing"}),
        unknown=frozenset({"services.*", "web.*", "tls.*"}),
    ),
)
