"""The mail servers of the laboratory, met by smtplib and by a client that cheats."""

from __future__ import annotations

import smtplib
import socket
import ssl
import time

import pytest

from tests.lab.clients import trusting
from tests.lab.lab import Lab


def test_the_exemplary_mail_server_encrypts(lab: Lab) -> None:
    with smtplib.SMTP("127.66.1.25", lab.ports[25], timeout=3) as link:
        link._host = "mx1.courriel-laboratoire.fr"  # type: ignore[attr-defined]
        assert link.starttls(context=trusting(lab))[0] == 220
        assert link.noop()[0] == 250
        assert not link.has_extn("starttls")


def test_a_good_mail_server_forgets_what_came_before_tls(lab: Lab) -> None:
    assert _inject(lab, "127.66.1.25") == (b"220 2.0.0 Ready to start TLS\r\n", b"")


def test_the_hostile_mail_server_obeys_what_came_before_tls(lab: Lab) -> None:
    clear, hidden = _inject(lab, "127.66.5.25")
    assert clear.count(b"\r\n") == 2
    assert hidden.startswith(b"250")


def _inject(lab: Lab, address: str) -> tuple[bytes, bytes]:
    """What came in clear text after STARTTLS with a command behind it, and what came inside TLS unasked."""
    raw = socket.create_connection((address, lab.ports[25]), 2)
    raw.recv(1_000)
    raw.sendall(b"STARTTLS\r\nNOOP\r\n")
    time.sleep(0.1)
    clear = raw.recv(1_000)
    with ssl._create_unverified_context().wrap_socket(raw) as link:
        link.settimeout(0.3)
        try:
            return clear, link.recv(1_000)
        except TimeoutError:
            return clear, b""


def test_the_others_do_not_encrypt_or_do_not_even_greet(lab: Lab) -> None:
    with smtplib.SMTP("127.66.3.1", lab.ports[25], timeout=3) as link:
        link.ehlo()
        assert not link.has_extn("starttls")
    with pytest.raises(smtplib.SMTPConnectError) as busy:
        smtplib.SMTP("127.66.4.25", lab.ports[25], timeout=3)
    assert busy.value.smtp_code == 421
