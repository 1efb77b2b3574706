"""Towns that are well run in an unusual way: any finding that is not declared is a false alarm."""

from __future__ import annotations

from tests.lab.real import mail_provider
from tests.lab.real.model import Daemon, RealTown
from tests.lab.real.nginx import FILES, nginx, plain, secure
from tests.lab.real.remote_access import openssh
from tests.lab.real.web_town import addressed, folder_of, names, pages_of, places, site, web_town, web_zone

_PATCHED, _WITHOUT_MAIL, _HOSTER = "debian-suivie.fr", "sans-courriel.fr", "hebergement-mutualise.fr"
_NUMBER = 89  # of the machine that the hoster's customers share


def _shared_machine() -> tuple[Daemon, ...]:
    """The hoster's, which answers for the names of its customers alone."""
    domains = mail_provider.CUSTOMERS
    servers = (secure(domain, folder_of(domain), *names(domain)) for domain in domains)
    files = {path: content for domain in domains for path, content in pages_of(domain).items()}
    web = nginx(_HOSTER, places(_NUMBER), plain(), secure(_HOSTER, "return 421;\n"), *servers, files=files)
    return web, openssh(places(_NUMBER)[0]), *mail_provider.DAEMONS


_SHARED_MACHINE = _shared_machine()


def _customer(domain: str) -> RealTown:
    """Its mail servers and its site are machines of others; nobody may look for open ports there."""
    site_of_its_own = web_zone(domain, addressed(_NUMBER, "@", "www"), mail=mail_provider.customer(domain))
    return RealTown(
        domain.removesuffix(".fr"),
        domain,
        (site_of_its_own, mail_provider.ZONE),
        _SHARED_MACHINE,
        may_fail=frozenset({"mail.mta-sts-missing", "mail.tls-rpt-missing"}),
        may_be_unknown=frozenset({"services.*", "software.admin-tool-exposed"}),
        note="site and mail on machines that it shares with other towns",
    )


TOWNS = (
    web_town(
        88,
        _PATCHED,
        "versions that look old and that Debian keeps safe",
        *(site(88, _PATCHED, lines=FILES + "server_tokens build;\n"), openssh(places(88)[0])),
        must=("software.version-disclosed",),
        unknown=("software.server-end-of-life",),
    ),
    web_town(99, _WITHOUT_MAIL, "no mail at all, and it says so", site(99, _WITHOUT_MAIL)),
    *(_customer(domain) for domain in mail_provider.CUSTOMERS),
)
CERTIFICATES = (
    *((domain, "good", names(domain)) for domain in (_PATCHED, _WITHOUT_MAIL, *mail_provider.CUSTOMERS)),
    (_HOSTER, "good", (_HOSTER,)),
    *mail_provider.CERTIFICATES,
)
