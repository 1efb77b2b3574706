"""Through a real Postfix into a real Maildir, and out of it again."""

from __future__ import annotations

import email
from email.policy import default
from pathlib import Path

from scanner.catalogue import Catalogue
from scanner.delivery.mail import Delivered, Rejected, Unusable
from scanner.delivery.relay import Relay
from tests.delivery.postfix import local_postfix, needs_postfix
from tests.delivery.samples import EVERYBODY, MAYOR, composed, dossier
from tests.delivery.servers import settings
from tests.lab.model import Certificate, Tls
from tests.lab.pki import Pki

pytestmark = needs_postfix


def test_a_mail_is_in_the_mailbox_as_it_was_made(catalogue: Catalogue) -> None:
    forms = ("attached", "body", "notice")
    sent = {mail.subject: mail for mail in (composed(dossier(catalogue), catalogue, EVERYBODY, letter=form) for form in forms)}
    with local_postfix(("mairie",)) as postfix:
        with Relay(settings(postfix.port)) as relay:
            assert [type(relay.deliver(mail)) for mail in sent.values()] == [Delivered] * 3
        arrived = postfix.mails("mairie", 3)
    read = {email.message_from_bytes(each, policy=default)["Subject"]: each for each in arrived}
    assert len(read) == 3
    for subject, mail in sent.items():
        content = read[" ".join(subject.split())]
        before, _, after = content.partition(b"Content-Type: multipart/")
        assert b"Received: " in before
        assert (b"Content-Type: multipart/" + after).replace(b"\n", b"\r\n") == mail.content
        assert email.message_from_bytes(content, policy=default).defects == []


def test_postfix_refuses_at_once_whom_it_does_not_know(catalogue: Catalogue) -> None:
    stranger = MAYOR.model_copy(update={"to": "personne@saint-exemple.fr"})
    with local_postfix(("mairie",)) as postfix, Relay(settings(postfix.port)) as relay:
        refused = relay.deliver(composed(dossier(catalogue), catalogue, stranger))
        assert isinstance(refused, Rejected)
        assert refused.code == 550
        assert isinstance(relay.deliver(composed(dossier(catalogue), catalogue)), Delivered)
        assert len(postfix.mails("mairie")) == 1


def test_a_mail_beyond_the_relays_size_is_refused_before_it_is_sent(catalogue: Catalogue) -> None:
    with local_postfix(("mairie",), {"message_size_limit": "5000"}) as postfix, Relay(settings(postfix.port)) as relay:
        refused = relay.deliver(composed(dossier(catalogue), catalogue, EVERYBODY))
        assert isinstance(refused, Rejected)
        assert refused.code == 552


def test_a_postfix_that_demands_encryption_gets_it_or_nothing(catalogue: Catalogue, tmp_path: Path) -> None:
    pki = Pki(tmp_path)
    pki.context(Certificate.GOOD, ("localhost",), Tls())
    (chain,) = tmp_path.glob("[0-9]*.pem")
    demanding = {"smtpd_tls_security_level": "encrypt", "smtpd_tls_chain_files": str(chain)}
    mail = composed(dossier(catalogue), catalogue)
    with local_postfix(("mairie",), demanding) as postfix:
        with Relay(settings(postfix.port)) as relay:
            refused = relay.deliver(mail)
        with Relay(settings(postfix.port, relay="localhost", security="starttls", ca_file=pki.ca_file)) as relay:
            assert isinstance(relay.deliver(mail), Delivered)
        (arrived,) = postfix.mails("mairie")
    assert b"with ESMTPS " in arrived
    assert isinstance(refused, Unusable)
    assert refused.code == 530
