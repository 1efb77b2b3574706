"""nginx of Debian: one daemon a town, whose server blocks are composed here."""

from __future__ import annotations

from collections.abc import Mapping

from tests.lab.model import Headers
from tests.lab.real.model import Daemon
from tests.lab.towns.parts import HARDENED

#: Mozilla's guideline 5.7 for a server of OpenSSL 3.0.
_AEAD = (
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305"
)
_CBC = (
    "ECDHE-ECDSA-AES128-SHA256:ECDHE-RSA-AES128-SHA256:ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES128-SHA:ECDHE-ECDSA-AES256-SHA384:"
    "ECDHE-RSA-AES256-SHA384:ECDHE-ECDSA-AES256-SHA:ECDHE-RSA-AES256-SHA:AES128-GCM-SHA256:AES256-GCM-SHA384:AES128-SHA256:"
    "AES256-SHA256:AES128-SHA:AES256-SHA"
)
MODERN = "ssl_protocols TLSv1.3;\nssl_prefer_server_ciphers off;\n"
INTERMEDIATE = f"ssl_protocols TLSv1.2 TLSv1.3;\nssl_ciphers {_AEAD};\nssl_prefer_server_ciphers off;\n"
OLD = f"ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3;\nssl_ciphers @SECLEVEL=0:{_AEAD}:{_CBC};\nssl_prefer_server_ciphers on;\n"

REDIRECT = "return 301 https://$host$request_uri;\n"
FILES = "root {dir}/www;\n"
#: Debian's OpenSSL refuses short keys and SHA-1 even for a server's own certificate; old machines did not.
LENIENT_OPENSSL = """
openssl_conf = start
[start]
ssl_conf = all
[all]
system_default = lenient
[lenient]
MinProtocol = TLSv1
CipherString = DEFAULT:@SECLEVEL=0
"""

_MAIN = """
user www-data;
worker_processes 1;
daemon off;
pid {dir}/pid;
error_log stderr;
events { worker_connections 128; }
http {
access_log off;
server_tokens off;
default_type text/html;
types { text/html html; text/plain txt; }
charset utf-8;
keepalive_timeout 20s;
server_names_hash_bucket_size 128;
client_body_temp_path {dir}/body;
proxy_temp_path {dir}/proxy;
fastcgi_temp_path {dir}/fastcgi;
uwsgi_temp_path {dir}/uwsgi;
scgi_temp_path {dir}/scgi;
SERVERS
}
"""


def plain(lines: str = REDIRECT, *names: str, headers: Headers = ()) -> str:
    """A server on port 80; the first one of an address answers for every name that no other claims."""
    return _server("PLAIN", names, _added(headers) + lines)


def secure(stem: str, lines: str = FILES, *names: str, tls: str = INTERMEDIATE, headers: Headers = HARDENED) -> str:
    """A server on port 443 with the certificate `stem`. nginx takes the versions of TLS from the address's first one."""
    pair = f"ssl_certificate {{pki}}/{stem}.crt;\nssl_certificate_key {{pki}}/{stem}.key;\n" if stem else ""
    return _server("SECURE", names, pair + tls + _added(headers) + lines)


def nginx(
    name: str, places: tuple[str, ...], *servers: str, files: Mapping[str, str | bytes] | None = None, lenient: bool = False
) -> Daemon:
    """One nginx on these addresses. `files` are relative to its folder; its pages lie under `www/`."""
    ports = [port for port, kind in ((80, "LISTEN PLAIN"), (443, "LISTEN SECURE")) if any(kind in text for text in servers)]
    text = "".join(servers)
    for kind, port in (("PLAIN", "80"), ("SECURE", "443 ssl")):
        text = text.replace(f"LISTEN {kind}", "".join(f"listen {_shown(place)}:{port};\n" for place in places))
    given = {"openssl.cnf": LENIENT_OPENSSL} if lenient else {}
    return Daemon(
        f"nginx-{name}",
        ("/usr/sbin/nginx", "-c", "{dir}/nginx.conf", "-e", "stderr"),
        files={"nginx.conf": _MAIN.replace("SERVERS", text), "www/.keep": "", **given, **(files or {})},
        wait=tuple((place, port) for place in places for port in ports),
        env={"OPENSSL_CONF": "{dir}/openssl.cnf"} if lenient else {},
        packages=("nginx-light",),
    )


def _server(kind: str, names: tuple[str, ...], lines: str) -> str:
    named = f"server_name {' '.join(names)};\n" if names else ""
    return f"server {{\nLISTEN {kind}\n{named}{lines}\n}}\n"


def _added(headers: Headers) -> str:
    return "".join(f'add_header {name} "{_quoted(value)}" always;\n' for name, value in headers)


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')


def _shown(place: str) -> str:
    return f"[{place}]" if ":" in place else place
