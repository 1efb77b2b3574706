"""nginx and php-fpm inside a chroot of another Debian suite: the ground of every real content manager."""

from __future__ import annotations

import http.client
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from tests.lab.real.chroots import Suite
from tests.lab.real.front import address, address6
from tests.lab.real.model import Daemon
from tests.lab.towns.parts import HARDENED, security_txt

PATIENCE = 40.0  # seconds that an installer may take, its database's start included

_START = """
/usr/sbin/php-fpm[0-9]* --nodaemonize --allow-to-run-as-root --fpm-config {dir}/fpm.conf -d expose_php=EXPOSE &
exec /usr/sbin/nginx -c {dir}/nginx.conf
"""

_FPM = """
[global]
error_log = {dir}/fpm.log
[www]
user = www-data
group = www-data
listen = {dir}/fpm.sock
listen.owner = www-data
pm = static
pm.max_children = 3
php_admin_value[session.save_path] = /tmp
php_admin_value[error_log] = {dir}/php.log
php_admin_flag[display_errors] = off
php_admin_flag[session.cookie_secure] = on
php_admin_flag[session.cookie_httponly] = on
"""

_NGINX = """
user www-data;
worker_processes 1;
daemon off;
pid {dir}/nginx.pid;
error_log {dir}/error.log;
events { worker_connections 64; }
http {
    include /etc/nginx/mime.types;
    access_log off;
    server_tokens TOKENS;
    client_body_temp_path {dir}/body;
    proxy_temp_path {dir}/proxy;
    fastcgi_temp_path {dir}/fastcgi;
    uwsgi_temp_path {dir}/uwsgi;
    scgi_temp_path {dir}/scgi;
    server {
        listen ADDRESS:80;
        listen [ADDRESS6]:80;
        return 301 https://$host$request_uri;
    }
    server {
        listen ADDRESS:443 ssl;
        listen [ADDRESS6]:443 ssl;
        server_name DOMAIN;
        ssl_certificate {pki}/DOMAIN.crt;
        ssl_certificate_key {pki}/DOMAIN.key;
        ssl_protocols TLSv1.2 TLSv1.3;
        root DOCUMENTS;
        index index.php index.html;
        HEADERS
        location = /.well-known/security.txt { alias {dir}/security.txt; }
        MORE
        location / { try_files $uri $uri/ /index.php?$args; }
        location ~ [.]php$ {
            try_files $uri =404;
            PHP
        }
    }
}
"""
_PHP = """include /etc/nginx/fastcgi_params;
            fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
            fastcgi_pass unix:{dir}/fpm.sock;"""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a site stands: the number of its address, its domain, the suite it is run from."""

    number: int
    domain: str
    suite: Suite


def php_site(
    place: Place,
    documents: str,
    *,
    hidden: bool = False,
    more: str = "",
    files: Mapping[str, str | bytes] | None = None,
    prepare: Callable[[Path], None] | None = None,
    finish: Callable[[Path], None] | None = None,
) -> Daemon:
    """A site of PHP below `documents`; `hidden` trims the versions of nginx and PHP, `more` are locations of nginx.

    `prepare` and `finish` get the daemon's folder; the chroot is its `root`, where DOMAIN in `files` is written too.
    """
    headers = "\n        ".join(f'add_header {name} "{value}" always;' for name, value in HARDENED)
    words = {
        "ADDRESS6": address6(place.number), "ADDRESS": address(place.number), "DOMAIN": place.domain, "DOCUMENTS": documents,
        "TOKENS": "off" if hidden else "on", "HEADERS": headers, "MORE": more, "PHP": _PHP,
    }  # fmt: skip
    text = _NGINX
    for word, value in words.items():
        text = text.replace(word, value)
    own: dict[str, str | bytes] = {
        "start.sh": _START.replace("EXPOSE", "0" if hidden else "1"),
        "fpm.conf": _FPM,
        "nginx.conf": text,
        "security.txt": security_txt(place.domain).body,
    }
    return Daemon(
        f"site-{place.domain}",
        ("/bin/sh", "{dir}/start.sh"),
        files={**own, **(files or {})},
        wait=((address(place.number), 443),),
        root=place.suite.folder,
        prepare=prepare,
        finish=finish,
    )


def submit(place: Place, path: str, form: Mapping[str, str] | None = None) -> tuple[int, str]:
    """POST a form to the site, GET without one; asked again while the site or its database is still starting."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            status, text = _ask(place, path, form)
        except (OSError, http.client.HTTPException) as error:
            status, text = 599, str(error)
        if status < 500 or time.monotonic() > deadline:
            return status, text
        time.sleep(0.3)


def _ask(place: Place, path: str, form: Mapping[str, str] | None) -> tuple[int, str]:
    link = http.client.HTTPSConnection(address(place.number), timeout=PATIENCE, context=ssl._create_unverified_context())
    headers = {"Host": place.domain}
    try:
        if form is None:
            link.request("GET", path, headers=headers)
        else:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            link.request("POST", path, urlencode(form), headers)
        answer = link.getresponse()
        return answer.status, answer.read(1_000_000).decode("utf-8", "replace")
    finally:
        link.close()
