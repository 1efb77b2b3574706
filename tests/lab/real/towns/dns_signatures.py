"""Towns whose DNS is signed well, badly or not at all."""

from __future__ import annotations

from tests.lab.model import Zone
from tests.lab.real.model import Denial, RealTown, ZoneFault
from tests.lab.real.towns.parts import NO_CERTIFICATE, name_only

BOGUS = frozenset({"dns.dnssec-bogus"})
MISSING = frozenset({"dns.dnssec-missing"})
ALL = frozenset({"*"})  # where signatures are rejected, nothing below can be known

TOWNS: tuple[RealTown, ...] = (
    name_only("dns-signe", "a signed zone without a fault"),
    name_only("dns-non-signe", "no DNSSEC at all", must=MISSING, signed=False),
    name_only("dns-ds-absent", "signed, and the parent does not know", must=MISSING, fault=ZoneFault.NO_DS),
    name_only("dns-ds-faux", "the parent names another key", must=BOGUS, unknown=ALL, fault=ZoneFault.WRONG_DS),
    # A validating resolver that saw the NS rejected answers some questions with a plain SERVFAIL from then on.
    name_only("dns-signatures-fausses", "every signature is altered", must=BOGUS, unknown=ALL, fault=ZoneFault.BOGUS),
    name_only("dns-signatures-perimees", "signatures of last month", must=BOGUS, unknown=ALL, fault=ZoneFault.EXPIRED),
    name_only(
        "dns-une-signature-fausse",
        "only the signature over the address is altered: nobody who validates finds the site",
        must=BOGUS,
        may_fail=frozenset({"web.ipv6-missing"}),
        unknown=frozenset({"web.*", "tls.*", "services.*", "software.*"}),
        records=NO_CERTIFICATE + "@ 3600 IN A 198.18.254.200\n",
        fault=ZoneFault.ADDRESS_BOGUS,
    ),
    name_only(
        "dns-algorithme-inconnu",
        "signed by an algorithm that resolvers do not know",
        unknown=frozenset({"dns.dnssec-*"}),
        fault=ZoneFault.UNKNOWN_ALGORITHM,
    ),
    name_only("dns-mensonges-noirs", "signed at each answer, NOERROR for every name (RFC 9824)", denial=Denial.BLACK_LIES),
    name_only("dns-nsec3", "NSEC3 in place of NSEC: nothing to say", denial=Denial.NSEC3),
    name_only(
        "dns-nsec3-opt-out",
        "NSEC3 with opt-out, over a zone that is not signed: nothing to say",
        denial=Denial.NSEC3_OPT_OUT,
        others=(Zone("agents.dns-nsec3-opt-out.fr", "@ 3600 IN A 198.18.254.200\n"),),
    ),
)
