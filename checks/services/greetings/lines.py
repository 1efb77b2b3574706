"""Services that speak in lines of text: SSH, FTP, SMTP, Telnet, rsync, VMware's authentication daemon."""

from __future__ import annotations

import re

from checks.services.greetings.greeting import Access, Greeting, first_match, product, text, version

_SSH = re.compile(r"\ASSH-\d\.\d{1,3}-([A-Za-z0-9.+]+?)(?:_([^\s]{1,40}))?(?: ([^\r\n]{1,40}))?\r?\n")
_FTP_PRODUCT = re.compile(
    r"(vsFTPd|ProFTPD|Pure-FTPd|FileZilla Server|Microsoft FTP Service|Serv-U FTP Server|Wing FTP Server)"
    r"[ ,]{0,3}v?(\d[\w.]{0,20})?",
    re.IGNORECASE,
)
_REPLY = re.compile(r"^([1-5]\d\d) ", re.MULTILINE)
MAIL_PRODUCT = re.compile(
    r"(Dovecot|Courier|Cyrus|Exim|Postfix|Microsoft|Zimbra|hMailServer)(?:[^\d\r\n]{0,20}(\d+\.[\w.-]{1,20}))?"
)
_PROMPT = re.compile(r"(login|username|user name|password)\s{0,3}:\s{0,3}\Z", re.IGNORECASE)
_RSYNC = re.compile(r"\A@RSYNCD: (\d{1,3}(?:\.\d{1,3})?)")
_VMWARE = re.compile(r"\A220 VMware Authentication Daemon Version ([\w.]{1,20})")

FTP_QUESTIONS = (b"", b"FEAT\r\n", b"AUTH TLS\r\n")
IAC, SB, DONT = 0xFF, 0xFA, 0xFE


def read_ssh(data: bytes) -> Greeting | None:
    """RFC 4253 4.2: `SSH-2.0-OpenSSH_9.2p1 Debian-2`; the comment holds the distribution's revision."""
    found = first_match(_SSH, text(data[:512]))
    if not found:
        return None
    name, release, comment = found
    return Greeting("ssh", product(name), version(f"{release} {comment}"), Access.GUARDED, tls=True)


def read_ftp(data: bytes) -> Greeting | None:
    """RFC 959 and 4217: the greeting, then the answers to FEAT and AUTH TLS where these were asked."""
    said = text(data)
    if not said.startswith(("220 ", "220-")) or read_smtp(data) or read_vmware(data):
        return None
    codes = _REPLY.findall(said)
    if "ftp" not in said.lower() and len(codes) < 2:
        return None
    name, release = first_match(_FTP_PRODUCT, said) or ("", "")
    return Greeting("ftp", product(name), version(release), Access.GUARDED, tls=_ftp_tls(said, codes))


def _ftp_tls(said: str, codes: list[str]) -> bool | None:
    """AUTH's own answer decides; FEAT may announce it before. A 4xx says nothing, a 5xx says no."""
    features = said.partition("\n211")[2].upper()
    if "AUTH TLS" in features or "AUTH SSL" in features or "234" in codes[2:3]:
        return True
    return False if codes[2:3] and codes[2].startswith("5") else None


def read_smtp(data: bytes) -> Greeting | None:
    """RFC 5321 4.2: a 220 that names SMTP."""
    first = text(data[:512]).split("\n", 1)[0]
    if not first.startswith(("220 ", "220-")) or "SMTP" not in first.upper():
        return None
    name, release = first_match(MAIL_PRODUCT, first) or ("", "")
    return Greeting("smtp", product(name), version(release))


def read_vmware(data: bytes) -> Greeting | None:
    """The authentication daemon of ESXi and Workstation, port 902."""
    found = first_match(_VMWARE, text(data[:512]))
    return Greeting("vmware", "VMware Authentication Daemon", version(found[0]), Access.GUARDED) if found else None


def read_telnet_negotiation(data: bytes) -> Greeting | None:
    """RFC 854: option negotiation, IAC then a command between SB and DONT."""
    start = data.find(IAC, 0, 64)
    if 0 <= start < len(data) - 2 and SB <= data[start + 1] <= DONT:
        return Greeting("telnet", access=Access.GUARDED, tls=False)
    return None


def read_telnet(data: bytes) -> Greeting | None:
    """Negotiation, or on its own port a bare prompt."""
    prompt = Greeting("telnet", access=Access.GUARDED, tls=False) if first_match(_PROMPT, text(data[:2_048])) else None
    return read_telnet_negotiation(data) or prompt


def read_rsync(data: bytes) -> Greeting | None:
    """The daemon's greeting; the number is its protocol, not its release."""
    return Greeting("rsync", tls=False) if _RSYNC.match(text(data[:64])) else None
