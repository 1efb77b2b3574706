"""Dovecot of Debian: one instance a mail host, with IMAP and POP3, in clear with STARTTLS and inside TLS."""

from __future__ import annotations

import shutil
from enum import Enum
from pathlib import Path

from tests.lab.real.model import Daemon

_CONFIG = """
base_dir = {dir}/run
state_dir = {dir}/state
instance_name = NAME
log_path = /dev/stderr
protocols = imap pop3
listen = ADDRESS
mail_location = maildir:{dir}/mail/%u
SECURITY
passdb {
  driver = static
  args = password=laboratoire
}
userdb {
  driver = static
  args = uid=mail gid=mail home={dir}/mail/%u
}
"""
_PAIR = "ssl_cert = <{pki}/STEM.crt\nssl_key = <{pki}/STEM.key\n"


class Logins(Enum):
    """Which way a password may come in; the value are Dovecot's words for it."""

    ENCRYPTED = "ssl = required\n"  # after STARTTLS, or inside TLS
    EITHER = "ssl = yes\ndisable_plaintext_auth = no\n"  # STARTTLS is offered, and passwords in clear are taken all the same
    CLEAR = "ssl = no\ndisable_plaintext_auth = no\n"  # no TLS at all


def dovecot(name: str, address: str, logins: Logins = Logins.ENCRYPTED) -> Daemon:
    """The mailboxes of the host `name`, whose certificate is `name` too; 993 and 995 are closed where it has no TLS."""
    pair = "" if logins is Logins.CLEAR else _PAIR.replace("STEM", name)
    text = _CONFIG.replace("NAME", name).replace("ADDRESS", address).replace("SECURITY", logins.value + pair)
    ports = (110, 143) if logins is Logins.CLEAR else (110, 143, 993, 995)
    return Daemon(
        f"dovecot-{name}",
        ("/usr/sbin/dovecot", "-F", "-c", "{dir}/dovecot.conf"),
        files={"dovecot.conf": text, "mail/.keep": ""},
        wait=tuple((address, port) for port in ports),
        packages=("dovecot-imapd", "dovecot-pop3d"),
        prepare=_mailboxes,
    )


def _mailboxes(folder: Path) -> None:
    shutil.chown(folder / "mail", "mail", "mail")
