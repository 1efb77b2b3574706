"""The relay is greeted, its certificate looked at, and no mail begun."""

from __future__ import annotations

import socket

import pytest

from scanner.doctor.findings import Verdict
from scanner.doctor.relaying import look_at_relay
from scanner.settings.mail import MailSettings
from tests.delivery.servers import SHORT, Handler, accept, aiosmtpd_server, settings
from tests.lab.model import Certificate, Tls
from tests.lab.pki import Pki

NAMES = ("localhost",)


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    return Pki(tmp_path_factory.mktemp("pki"))


def test_a_relay_with_starttls_and_its_own_certificate_is_good_and_gets_no_mail(pki: Pki) -> None:
    handler = Handler()
    tls = pki.context(Certificate.GOOD, NAMES, Tls())
    with aiosmtpd_server(handler, tls_context=tls) as port:
        relay = settings(port, relay="localhost", security="starttls", ca_file=pki.ca_file)
        found = look_at_relay(relay, "fr", SHORT)
    assert (found.case, found.verdict) == ("good", Verdict.GOOD)
    assert handler.encrypted
    assert handler.delivered == []


@pytest.mark.parametrize(
    ("kind", "words"),
    [(Certificate.WRONG_NAME, "localhost"), (Certificate.EXPIRED, "expired"), (Certificate.SELF_SIGNED, "self-signed")],
)
def test_a_relay_with_a_wrong_certificate_is_not_used(pki: Pki, kind: Certificate, words: str) -> None:
    with aiosmtpd_server(Handler(), tls_context=pki.context(kind, NAMES, Tls())) as port:
        relay = settings(port, relay="localhost", security="starttls", ca_file=pki.ca_file)
        found = look_at_relay(relay, "fr", SHORT)
    assert (found.case, found.verdict) == ("unusable", Verdict.TO_FIX)
    assert words in str(found.facts["answer"])


def test_a_relay_without_starttls_is_not_used() -> None:
    with aiosmtpd_server(Handler()) as port:
        found = look_at_relay(settings(port, security="starttls"), "fr", SHORT)
    assert (found.case, found.verdict) == ("unusable", Verdict.TO_FIX)


def test_a_password_that_the_relay_refuses_is_said(pki: Pki) -> None:
    tls = pki.context(Certificate.GOOD, NAMES, Tls())
    with aiosmtpd_server(Handler(), tls_context=tls, authenticator=accept("audit", "juste")) as port:
        given = {"relay": "localhost", "security": "starttls", "ca_file": pki.ca_file, "username": "audit"}
        assert look_at_relay(settings(port, password="juste", **given), "fr", SHORT).case == "good"
        found = look_at_relay(settings(port, password="faux", **given), "fr", SHORT)
    assert found.case == "unusable"
    assert str(found.facts["answer"]).startswith("535")
    assert "faux" not in str(found.facts)


def test_a_relay_that_is_down_says_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert look_at_relay(settings(port), "fr", SHORT).verdict is Verdict.TO_FIX


def test_clear_text_is_accepted_on_this_machine_only() -> None:
    with aiosmtpd_server(Handler()) as port:
        assert look_at_relay(settings(port), "fr", SHORT).case == "here"
        far = look_at_relay(settings(port, relay="0.0.0.0"), "fr", SHORT)  # Linux takes it here; its name does not say so
    assert (far.case, far.verdict) == ("plain", Verdict.TO_FIX)


def test_without_a_relay_nothing_is_tried() -> None:
    assert look_at_relay(MailSettings(), "fr").verdict is Verdict.UNVERIFIABLE
