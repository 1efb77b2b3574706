"""What a relay answers, and where a connection breaks, decides what is said of the mail: never more than is known."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path
from time import sleep

import pytest

from scanner.delivery.mail import Deferred, Delivered, InDoubt, Mail, Rejected, Unusable
from scanner.delivery.relay import MAX_TEXT, Relay
from scanner.delivery.session import MAX_REPLY, Patience
from tests.delivery.servers import SHORT, Handler, Peer, accept, aiosmtpd_server, mail, scripted, settings
from tests.lab.model import Certificate, Tls
from tests.lab.pki import Pki

NAMES = ("localhost", "127.0.0.1")


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    return Pki(tmp_path_factory.mktemp("pki"))


def test_a_mail_arrives_as_it_is_with_its_leading_dots() -> None:
    handler = Handler()
    content = b"Subject: essai\r\n\r\n.un point\r\n..\r\n.\r\nfin\r\n"
    with aiosmtpd_server(handler) as port, Relay(settings(port)) as relay:
        result = relay.deliver(mail(content))
    assert result == Delivered("250 2.0.0 Ok: queued as 4XyZ")
    envelope = handler.delivered[0]
    assert envelope.original_content == content
    assert (envelope.mail_from, envelope.rcpt_tos) == ("audit@syndicat-exemple.fr", ["mairie@saint-exemple.fr"])
    assert handler.greeted == ["syndicat-exemple.fr"]


def test_several_mails_share_one_connection_and_a_refusal_does_not_spoil_it() -> None:
    handler = Handler({"RCPT": ["250 Ok", "550 5.1.1 User unknown", "250 Ok", "451 4.7.1 Later", "250 Ok"]})
    with aiosmtpd_server(handler) as port, Relay(settings(port)) as relay:
        results = [relay.deliver(mail(to=f"m{number}@saint-exemple.fr")) for number in range(5)]
    assert [type(result) for result in results] == [Delivered, Rejected, Delivered, Deferred, Delivered]
    assert handler.connections == 1
    assert [envelope.rcpt_tos for envelope in handler.delivered] == [[f"m{number}@saint-exemple.fr"] for number in (0, 2, 4)]


@pytest.mark.parametrize(
    ("command", "reply", "expected"),
    [
        ("MAIL", "451 4.3.0 Later", Deferred(451, "4.3.0 Later")),
        ("MAIL", "552 5.3.4 Too big", Rejected(552, "5.3.4 Too big")),
        ("MAIL", "550 5.1.0 Sender refused", Unusable(550, "5.1.0 Sender refused")),
        ("MAIL", "530 5.7.0 Authenticate first", Unusable(530, "5.7.0 Authenticate first")),
        ("RCPT", "450 4.2.0 Greylisted", Deferred(450, "4.2.0 Greylisted")),
        ("RCPT", "421 4.3.2 Closing", Deferred(421, "4.3.2 Closing")),
        ("RCPT", "530 5.7.0 Authenticate first", Unusable(530, "5.7.0 Authenticate first")),
        ("RCPT", "550 5.1.1 User unknown", Rejected(550, "5.1.1 User unknown")),
        ("DATA", "452 4.3.1 Disk full", Deferred(452, "4.3.1 Disk full")),
        ("DATA", "554 5.7.1 Refused", Rejected(554, "5.7.1 Refused")),
    ],
)
def test_a_refusal_is_what_its_code_says(command: str, reply: str, expected: object) -> None:
    handler = Handler({command: reply})
    with aiosmtpd_server(handler) as port, Relay(settings(port)) as relay:
        assert relay.deliver(mail()) == expected
    assert handler.delivered == []


def cut_before_the_greeting(peer: Peer) -> None:
    peer.reset()


def cut_after_the_greeting(peer: Peer) -> None:
    peer.say("220 relais")
    peer.hear()


def cut_after_ehlo(peer: Peer) -> None:
    peer.say("220 relais")
    peer.answer("250 relais")
    peer.hear()
    peer.reset()


def cut_after_mail(peer: Peer) -> None:
    peer.say("220 relais")
    peer.answer("250 relais")
    peer.answer("250 Ok")
    peer.hear()


def cut_instead_of_354(peer: Peer) -> None:
    peer.say("220 relais")
    for _ in range(3):
        peer.answer("250 Ok")
    peer.hear()


def cut_in_the_content(peer: Peer) -> None:
    peer.until_data()
    peer.hear(b"x" * 900)
    peer.reset()


def data_answered_with_250(peer: Peer) -> None:
    peer.say("220 relais")
    for _ in range(4):
        peer.answer("250 Ok")


BIG = b"Subject: essai\r\n\r\n" + (b"x" * 900 + b"\r\n") * 10_000


@pytest.mark.parametrize(
    "script",
    [
        cut_before_the_greeting,
        cut_after_the_greeting,
        cut_after_ehlo,
        cut_after_mail,
        cut_instead_of_354,
        cut_in_the_content,
        data_answered_with_250,
    ],
)
def test_a_cut_before_the_final_dot_has_handed_nothing_over(script: Callable[[Peer], None]) -> None:
    with scripted(script) as port, Relay(settings(port), patience=SHORT) as relay:
        result = relay.deliver(mail(BIG))
    assert isinstance(result, Deferred)
    assert result.code == 0
    assert isinstance(result, Unusable) == (script in (cut_before_the_greeting, cut_after_the_greeting))


def test_a_refusal_before_the_final_dot_is_heard_and_the_dot_is_not_sent() -> None:
    heard: list[bytes] = []

    def script(peer: Peer) -> None:
        peer.until_data()
        peer.say("552 5.3.4 Too big")
        peer.sock.settimeout(2)
        try:
            peer.hear(b"\r\n.\r\n")
        except OSError:
            heard.append(bytes(peer.heard))

    with scripted(script) as port, Relay(settings(port), patience=SHORT) as relay:
        session_mail = mail(b"Subject: essai\r\n\r\n" + b"x\r\n" * 400_000)
        result = relay.deliver(session_mail)
    assert result == Rejected(552, "5.3.4 Too big")
    assert b"\r\n.\r\n" not in heard[0]


def no_reply_and_a_reset(peer: Peer) -> None:
    peer.until_data()
    peer.hear(b"\r\n.\r\n")
    peer.reset()


def no_reply_and_an_end(peer: Peer) -> None:
    peer.until_data()
    peer.hear(b"\r\n.\r\n")


def no_reply_at_all(peer: Peer) -> None:
    peer.until_data()
    peer.hear(b"\r\n.\r\n")
    peer.hear(b"never")


def half_a_reply(peer: Peer) -> None:
    peer.until_data()
    peer.hear(b"\r\n.\r\n")
    peer.say(b"250 2.0.0 O")


def another_protocol(peer: Peer) -> None:
    peer.until_data()
    peer.hear(b"\r\n.\r\n")
    peer.say("HTTP/1.1 200 OK")


def a_reply_that_asks_for_more(peer: Peer) -> None:
    peer.until_data()
    peer.hear(b"\r\n.\r\n")
    peer.say("354 Go on")


@pytest.mark.parametrize(
    "script",
    [
        no_reply_and_a_reset,
        no_reply_and_an_end,
        no_reply_at_all,
        half_a_reply,
        another_protocol,
        a_reply_that_asks_for_more,
    ],
)
def test_a_cut_after_the_final_dot_is_in_doubt(script: Callable[[Peer], None]) -> None:
    patience = Patience(connect=5, reply=5, content=5, final=1, mail=60)
    with scripted(script) as port, Relay(settings(port), "en", patience) as relay:
        result = relay.deliver(mail())
    assert isinstance(result, InDoubt)
    assert ("in time" in result.text) == (script is no_reply_at_all)


@pytest.mark.parametrize(
    ("after", "expected"), [("451 4.3.0 Queue file write error", Deferred), ("554 5.6.0 Virus", Rejected), ("250 Ok", Delivered)]
)
def test_a_reply_to_the_final_dot_leaves_no_doubt_even_if_the_connection_ends_there(after: str, expected: type) -> None:
    def script(peer: Peer) -> None:
        peer.until_data()
        peer.hear(b"\r\n.\r\n")
        peer.say(after)

    with scripted(script) as port, Relay(settings(port), patience=SHORT) as relay:
        assert type(relay.deliver(mail())) is expected


def test_a_connection_that_ended_between_two_mails_is_made_again_without_a_word() -> None:
    def one_mail(peer: Peer) -> None:
        peer.until_data()
        peer.hear(b"\r\n.\r\n")
        peer.say("250 Ok")

    with scripted(one_mail, one_mail, one_mail) as port, Relay(settings(port), patience=SHORT) as relay:
        results = [relay.deliver(mail()) for _ in range(3)]
    assert [type(result) for result in results] == [Delivered] * 3


def test_a_kept_connection_that_fell_silent_is_given_up_for_a_new_one() -> None:
    def one_mail(peer: Peer) -> None:
        peer.until_data()
        peer.hear(b"\r\n.\r\n")
        peer.say("250 Ok")
        peer.hear(b"QUIT\r\n")

    patience = Patience(connect=5, reply=60, content=60, final=60, mail=60, prompt=0.3)
    with scripted(one_mail, one_mail) as port, Relay(settings(port), patience=patience) as relay:
        assert [type(relay.deliver(mail())) for _ in range(2)] == [Delivered] * 2


def endless_lines(peer: Peer) -> None:
    while True:
        peer.say("220-relais")


def endless_line(peer: Peer) -> None:
    while True:
        peer.say(b"220 " + b"x" * 4_000)


def drip(peer: Peer) -> None:
    while True:
        peer.say(b"2")
        sleep(0.05)


@pytest.mark.parametrize(("script", "why"), [(endless_lines, "not SMTP"), (endless_line, "not SMTP"), (drip, "in time")])
def test_a_hostile_relay_takes_neither_memory_nor_time(script: Callable[[Peer], None], why: str) -> None:
    patience = Patience(connect=5, reply=1, content=1, final=1, mail=60)
    with scripted(script) as port, Relay(settings(port), "en", patience) as relay:
        result = relay.deliver(mail())
    assert isinstance(result, Unusable)
    assert why in result.text


def test_a_relay_that_answers_just_in_time_for_ever_is_left_all_the_same() -> None:
    def one_line_at_a_time(peer: Peer) -> None:
        while True:
            peer.say("220 relais" if not peer.heard else "250-relais")
            if not peer.heard:
                peer.hear()
            sleep(0.3)

    patience = Patience(connect=5, reply=60, content=60, final=60, mail=1)
    with scripted(one_line_at_a_time) as port, Relay(settings(port), "en", patience) as relay:
        result = relay.deliver(mail())
    assert isinstance(result, Unusable)
    assert "in time" in result.text


def test_what_a_relay_says_is_cut_and_made_visible() -> None:
    hostile = "550-\x1b[31m rouge\x9b \u202e\r\n550 " + "x" * (MAX_REPLY - 100)

    def script(peer: Peer) -> None:
        peer.say("220 relais")
        peer.answer("250 relais")
        peer.answer("250 Ok")
        peer.answer(hostile)

    with scripted(script) as port, Relay(settings(port), patience=SHORT) as relay:
        result = relay.deliver(mail())
    assert isinstance(result, Rejected)
    assert result.text.isprintable()
    assert "\\x1b[31m rouge" in result.text
    assert len(result.text) < MAX_TEXT + 50


def test_no_relay_is_said_once_for_every_mail() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert isinstance(Relay(settings(port)).deliver(mail()), Unusable)
    unknown = Relay(settings(port, relay="relais.invalid"), "en").deliver(mail())
    assert isinstance(unknown, Unusable)
    assert unknown.text.startswith("No address was found")


def test_starttls_is_used_and_its_certificate_verified(pki: Pki) -> None:
    handler = Handler()
    context = pki.context(Certificate.GOOD, NAMES, Tls())
    wanted = {"relay": "localhost", "security": "starttls", "ca_file": pki.ca_file}
    with aiosmtpd_server(handler, tls_context=context, require_starttls=True) as port, Relay(settings(port, **wanted)) as relay:
        assert isinstance(relay.deliver(mail()), Delivered)
        assert isinstance(relay.deliver(mail()), Delivered)
    assert handler.encrypted
    assert handler.connections == 1


@pytest.mark.parametrize("kind", [Certificate.WRONG_NAME, Certificate.EXPIRED, Certificate.SELF_SIGNED])
@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_that_is_not_the_relays_own_ends_it(pki: Pki, kind: Certificate, security: str) -> None:
    handler = Handler()
    context = pki.context(kind, NAMES, Tls())
    by_command = context if security == "starttls" else None
    with (
        aiosmtpd_server(handler, context if security == "tls" else None, tls_context=by_command) as port,
        Relay(settings(port, relay="localhost", security=security, ca_file=pki.ca_file)) as relay,
    ):
        result = relay.deliver(mail())
    assert isinstance(result, Unusable)
    assert "ca_file" in result.text
    assert handler.delivered == []


def test_the_system_roots_do_not_know_the_laboratory(pki: Pki) -> None:
    context = pki.context(Certificate.GOOD, NAMES, Tls())
    with aiosmtpd_server(Handler(), tls_context=context) as port:
        assert isinstance(Relay(settings(port, relay="localhost", security="starttls")).deliver(mail()), Unusable)


def test_a_relay_without_starttls_gets_nothing_in_clear() -> None:
    handler = Handler()
    with aiosmtpd_server(handler) as port, Relay(settings(port, security="starttls")) as relay:
        result = relay.deliver(mail())
    assert result == Unusable(0, "Le relais ne propose pas le chiffrement (STARTTLS) que les réglages exigent.")
    assert handler.delivered == []


def test_words_in_clear_after_starttls_are_never_believed() -> None:
    heard: list[bytes] = []

    def script(peer: Peer) -> None:
        peer.say("220 relais")
        peer.hear()
        peer.say("250-relais\r\n250 STARTTLS")
        peer.hear()
        peer.say("220 Go\r\n250-relais\r\n250 AUTH PLAIN")
        try:
            peer.hear(b"never")
        except OSError:
            heard.append(bytes(peer.heard))

    wanted = {"security": "starttls", "username": "audit", "password": "secret"}
    with scripted(script) as port, Relay(settings(port, **wanted), patience=SHORT) as relay:
        result = relay.deliver(mail())
    assert isinstance(result, Unusable)
    assert heard[0].endswith(b"STARTTLS\r\n")


def test_tls_from_the_first_byte(pki: Pki) -> None:
    handler = Handler()
    context = pki.context(Certificate.GOOD, NAMES, Tls())
    wanted = {"relay": "localhost", "security": "tls", "ca_file": pki.ca_file}
    with aiosmtpd_server(handler, context) as port, Relay(settings(port, **wanted)) as relay:
        assert isinstance(relay.deliver(mail()), Delivered)
        assert isinstance(relay.deliver(mail()), Delivered)
    assert handler.connections == 1


@pytest.mark.parametrize("other", ["PLAIN", "LOGIN"])
def test_a_password_that_is_not_ascii_is_given_in_the_way_that_the_relay_offers(pki: Pki, other: str, tmp_path: Path) -> None:
    handler = Handler()
    secret = tmp_path / "secret"
    secret.write_text("clé à 2 tours\n", "utf-8")
    context = pki.context(Certificate.GOOD, NAMES, Tls())
    checked = accept("audit", "clé à 2 tours")
    wanted = {"relay": "localhost", "security": "starttls", "ca_file": pki.ca_file, "username": "audit"}
    with aiosmtpd_server(
        handler, auth_exclude_mechanism=[other], tls_context=context, authenticator=checked, auth_required=True
    ) as port:
        with Relay(settings(port, password_file=secret, **wanted)) as relay:
            assert isinstance(relay.deliver(mail()), Delivered)
        refused = Relay(settings(port, password="faux", **wanted)).deliver(mail())
    assert isinstance(refused, Unusable)
    assert refused.code == 535
    assert len(handler.delivered) == 1


def test_settings_that_cannot_work_are_said_in_one_line(tmp_path: Path) -> None:
    nothing = tmp_path / "vide.pem"
    nothing.write_text("", "utf-8")
    result = Relay(settings(1, security="tls", ca_file=nothing)).deliver(mail())
    assert isinstance(result, Unusable)
    assert "vide.pem" in result.text
    no_auth = Handler()
    with aiosmtpd_server(no_auth) as port:
        answer = Relay(settings(port, username="audit", password="x")).deliver(mail())
    assert isinstance(answer, Unusable)
    assert answer.code == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("to", "a@b.fr>\r\nRCPT TO:<x@y.fr"),
        ("to", "é@saint-exemple.fr"),
        ("to", "a b@saint-exemple.fr"),
        ("sender", "audit@syndicat-exemple.fr\n"),
        ("content", b"Subject: x\r\n\r\nun\n.\nMAIL FROM:<x@y.fr>\r\n"),
        ("content", b"Subject: x\r\n\r\nun\r.\r"),
        ("content", "Subject: é\r\n\r\n".encode()),
        ("content", b"Subject: x\r\n\r\n" + b"y" * 999 + b"\r\n"),
    ],
)
def test_a_mail_that_could_say_something_else_to_a_relay_is_never_made(field: str, value: object) -> None:
    good = {"message_id": "<1@x.fr>", "sender": "a@x.fr", "to": "b@y.fr", "subject": "s", "content": b"Subject: s\r\n\r\n"}
    with pytest.raises(ValueError, match=r"mail|line"):
        Mail(**{**good, field: value})  # type: ignore[arg-type]
