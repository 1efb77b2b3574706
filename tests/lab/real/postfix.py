"""Postfix of Debian: one instance a mail server, with a queue of its own."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from tests.lab.real.model import Daemon
from tests.lab.real.nginx import LENIENT_OPENSSL

_MASTER = """
smtp inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
local unix - n n - - local
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""

#: What every instance has; a town's settings may replace any line.
_SETTINGS: Mapping[str, str] = {
    "compatibility_level": "3.6",
    "queue_directory": "{dir}/spool",
    "data_directory": "{dir}/data",
    "mail_owner": "postfix",
    "setgid_group": "postdrop",
    "maillog_file": "/dev/stdout",
    "smtputf8_enable": "no",
    "mynetworks": "127.0.0.0/8",
    "alias_maps": "",
    "alias_database": "",
    "local_recipient_maps": "",
    "smtpd_banner": "$myhostname ESMTP",
    "smtpd_tls_security_level": "may",
    "smtpd_tls_protocols": ">=TLSv1.2",
    "smtpd_relay_restrictions": "reject_unauth_destination",
    "smtpd_tls_dh1024_param_file": "auto",
}
#: For instances that speak what Debian's OpenSSL refuses by default.
OLD_TLS: Mapping[str, str] = {
    "smtpd_tls_protocols": "TLSv1",
    "smtpd_tls_ciphers": "low",
    "tls_low_cipherlist": "ALL:@SECLEVEL=0",
    "import_environment": "MAIL_CONFIG TZ LANG OPENSSL_CONF={dir}/openssl.cnf",
}


def postfix(
    name: str, address: str, domain: str, *, settings: Mapping[str, str] | None = None, tls: bool = True, stem: str = ""
) -> Daemon:
    """The mail server `name` on port 25 of an address; its certificate is `stem` (or `name`), none without `tls`."""
    stem = stem or name
    pair = {"smtpd_tls_cert_file": f"{{pki}}/{stem}.crt", "smtpd_tls_key_file": f"{{pki}}/{stem}.key"} if tls else {}
    own = {"myhostname": name, "mydestination": domain, "inet_interfaces": address, "inet_protocols": "ipv4"}
    given = {**_SETTINGS, **own, **pair, **({} if tls else {"smtpd_tls_security_level": "none"}), **(settings or {})}
    return Daemon(
        f"postfix-{name}",
        ("/usr/sbin/postfix", "-c", "{dir}", "start-fg"),
        files={
            "main.cf": "".join(f"{key} = {value}\n" for key, value in given.items()),
            "master.cf": _MASTER,
            "openssl.cnf": LENIENT_OPENSSL,
        },
        wait=((address, 25),),
        packages=("postfix",),
        prepare=_folders,
    )


def _folders(folder: Path) -> None:
    """Queue of root, data of Postfix's own user; `postfix start` makes the rest."""
    (folder / "spool").mkdir()
    (folder / "data").mkdir(mode=0o700)
    shutil.chown(folder / "data", "postfix", "postfix")
