"""The well-run rest of a town whose subject is a service: signed zone, exemplary site, no mail. Data only."""

from __future__ import annotations

from tests.lab.model import Zone
from tests.lab.real.model import Daemon, RealTown
from tests.lab.towns.parts import HARDENED, page, security_txt

_NGINX = """
user www-data;
worker_processes 1;
daemon off;
pid {dir}/nginx.pid;
error_log {dir}/error.log;
events { worker_connections 64; }
http {
    access_log off;
    server_tokens off;
    default_type text/html;
    types { text/plain txt; }
    client_body_temp_path {dir}/body;
    proxy_temp_path {dir}/proxy;
    fastcgi_temp_path {dir}/fastcgi;
    uwsgi_temp_path {dir}/uwsgi;
    scgi_temp_path {dir}/scgi;
    charset utf-8;
    server {
        listen ADDRESS:80;
        listen [ADDRESS6]:80;
        return 301 https://$host$request_uri;
    }
    server {
        listen ADDRESS:443 ssl;
        listen [ADDRESS6]:443 ssl;
        ssl_certificate {pki}/DOMAIN.crt;
        ssl_certificate_key {pki}/DOMAIN.key;
        ssl_protocols TLSv1.2 TLSv1.3;
        root {dir}/www;
        HEADERS
    }
}
"""


def address(number: int) -> str:
    """The IPv4 address of the town with this number."""
    return f"198.19.{number}.10"


def address6(number: int) -> str:
    """Its IPv6 address."""
    return f"2001:db8:19:{number}::10"


def zone(domain: str, number: int, more: str = "") -> Zone:
    """A signed zone of a town that sends and receives no mail, with its site on the town's address."""
    return Zone(
        domain,
        f"@ 3600 IN A {address(number)}\n@ 3600 IN AAAA {address6(number)}\n"
        f"www 3600 IN A {address(number)}\nwww 3600 IN AAAA {address6(number)}\n"
        "@ 3600 IN MX 0 .\n"
        '@ 3600 IN TXT "v=spf1 -all"\n'
        f'_dmarc 3600 IN TXT "v=DMARC1; p=reject; rua=mailto:dmarc@{domain}"\n'
        '@ 3600 IN CAA 0 issue "letsencrypt.org"\n' + more,
        signed=True,
    )


def certificate(domain: str) -> tuple[str, str, tuple[str, ...]]:
    """What the site presents, for the CERTIFICATES of a module of towns."""
    return domain, "good", (domain, f"www.{domain}")


def site(domain: str, number: int) -> Daemon:
    """nginx with one page, security.txt, and every header in place."""
    headers = "\n        ".join(f'add_header {name} "{value}" always;' for name, value in HARDENED)
    text = _NGINX.replace("ADDRESS6", address6(number)).replace("ADDRESS", address(number)).replace("DOMAIN", domain)
    return Daemon(
        f"site-{domain}",
        ("/usr/sbin/nginx", "-c", "{dir}/nginx.conf", "-e", "{dir}/error.log"),
        files={
            "nginx.conf": text.replace("HEADERS", headers),
            "www/index.html": page(f"Commune de {domain}", "<p>Bienvenue.</p>").body,
            "www/.well-known/security.txt": security_txt(domain).body,
        },
        wait=((address(number), 443), (address6(number), 443)),
        packages=("nginx-light",),
    )


def town(
    number: int,
    domain: str,
    note: str,
    *daemons: Daemon,
    must: tuple[str, ...] = (),
    missed: tuple[str, ...] = (),
    may_be_unknown: tuple[str, ...] = (),
    firewall: str = "",
) -> RealTown:
    """A town where all is well but for `daemons` on its address; `must` and `missed` are checks of its host."""
    host = f"host:{address(number)}"
    return RealTown(
        domain.removesuffix(".fr"),
        domain,
        (zone(domain, number),),
        (site(domain, number), *daemons),
        dedicated=(address(number),),
        must=frozenset((check, host) for check in must),
        missed=frozenset((check, host) for check in missed),
        may_be_unknown=frozenset(may_be_unknown),
        firewall=firewall,
        note=note,
    )
