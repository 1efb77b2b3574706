"""Apache of Debian: one daemon a town, with the modules that its configuration names."""

from __future__ import annotations

from collections.abc import Mapping

from tests.lab.model import Headers
from tests.lab.real.model import Daemon
from tests.lab.real.nginx import LENIENT_OPENSSL
from tests.lab.towns.parts import HARDENED

_MODULES = (
    "mpm_event", "authz_core", "mime", "dir", "alias", "rewrite", "headers", "setenvif", "socache_shmcb", "ssl", "autoindex",
    "env", "filter", "deflate", "negotiation",
)  # fmt: skip
INTERMEDIATE = "SSLProtocol -all +TLSv1.2 +TLSv1.3\nSSLHonorCipherOrder off\n"
LENIENT = "SSLCipherSuite DEFAULT:@SECLEVEL=0\n"
REDIRECT = "RewriteEngine on\nRewriteRule ^ https://%{HTTP_HOST}%{REQUEST_URI} [R=301,L]\n"

_MAIN = """
ServerRoot {dir}
ServerName localhost
PidFile {dir}/pid
DefaultRuntimeDir {dir}
Mutex file:{dir} default
User www-data
Group www-data
ErrorLog /dev/stderr
StartServers 1
MinSpareThreads 5
MaxSpareThreads 25
ThreadsPerChild 25
MaxRequestWorkers 25
TypesConfig /etc/mime.types
AddDefaultCharset utf-8
DirectoryIndex index.html
SSLSessionCache shmcb:{dir}/sessions(65536)
SSLRandomSeed startup builtin
<Directory {dir}/www>
Require all granted
</Directory>
"""


def plain(lines: str = REDIRECT, *names: str) -> str:
    """A virtual host on port 80."""
    return f"<VirtualHost PLAIN>\n{_named(names)}DocumentRoot {{dir}}/www\n{lines}\n</VirtualHost>\n"


def secure(stem: str, lines: str = "", *names: str, tls: str = INTERMEDIATE, headers: Headers = HARDENED) -> str:
    """A virtual host on port 443 with the certificate `stem`. `lines` may add to or replace the headers."""
    added = "".join(f'Header always set {name} "{value}"\n' for name, value in headers)
    pair = f"SSLEngine on\nSSLCertificateFile {{pki}}/{stem}.crt\nSSLCertificateKeyFile {{pki}}/{stem}.key\n"
    return f"<VirtualHost SECURE>\n{_named(names)}DocumentRoot {{dir}}/www\n{pair}{tls}{added}{lines}\n</VirtualHost>\n"


def apache(
    name: str,
    places: tuple[str, ...],
    *hosts: str,
    files: Mapping[str, str | bytes] | None = None,
    tokens: str = "ServerTokens Prod\nServerSignature Off\n",
    lenient: bool = False,
) -> Daemon:
    """One Apache on these addresses; `tokens` say how much its banner tells."""
    text = "".join(hosts)
    ports = [port for port, word in ((80, "PLAIN"), (443, "SECURE")) if f"VirtualHost {word}>" in text]
    listen = "".join(f"Listen {_shown(place)}:{port}{' https' if port == 443 else ''}\n" for place in places for port in ports)
    for word, port in (("PLAIN", 80), ("SECURE", 443)):
        text = text.replace(f"VirtualHost {word}>", f"VirtualHost {' '.join(f'{_shown(place)}:{port}' for place in places)}>")
    modules = "".join(f"LoadModule {module}_module /usr/lib/apache2/modules/mod_{module}.so\n" for module in _MODULES)
    given = {"openssl.cnf": LENIENT_OPENSSL} if lenient else {}
    return Daemon(
        f"apache-{name}",
        ("/usr/sbin/apache2", "-f", "{dir}/apache.conf", "-D", "FOREGROUND"),
        files={"apache.conf": modules + _MAIN + tokens + listen + text, "www/.keep": "", **given, **(files or {})},
        wait=tuple((place, port) for place in places for port in ports),
        env={"OPENSSL_CONF": "{dir}/openssl.cnf"} if lenient else {},
        packages=("apache2",),
    )


def _named(names: tuple[str, ...]) -> str:
    first, *others = names or ("any.invalid",)
    return f"ServerName {first}\n" + (f"ServerAlias {' '.join(others)}\n" if others else "")


def _shown(place: str) -> str:
    return f"[{place}]" if ":" in place else place
