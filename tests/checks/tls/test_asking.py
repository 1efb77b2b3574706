"""The probes of versions and suites, put to OpenSSL itself: what they learn, and with how few questions."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable

import pytest

from checks.tls.certificate import CertificateFact, SiteCertificate
from checks.tls.ciphers import WeakSuites, weak_suites
from checks.tls.protocols import BestVersion, OldProtocols, best_version, old_protocols
from checks.tls.stapling import Staple, staple
from scanner.because import Because
from scanner.model import Absent, Domain, Observation, Reason, Site, Unobserved
from scanner.net import ClientHello, Net, NetFailure, ServerHello, TlsAlert, TlsVersion, Trust, Weakness
from scanner.net.server_flight import FlightReader
from tests.judging import NOW
from tests.lab.pki import Pki
from tests.net.memory_server import NAME, flight, serving

SITE = Site(NAME, Domain("mairie-exemple.fr"))
V = TlsVersion
Answer = Callable[[ClientHello], ServerHello | TlsAlert]


class Asked:
    """A Tls that puts each hello to a server in memory, and remembers the versions that were asked for."""

    def __init__(self, answer: Answer) -> None:
        self.answer, self.versions = answer, list[TlsVersion]()
        self.net = Net(None, None, self, None, None, None, NOW)  # type: ignore[arg-type]

    async def ask(self, name: str, hello: ClientHello, port: int = 443) -> ServerHello | TlsAlert:
        self.versions.append(hello.version)
        return self.answer(hello)


def openssl(server: ssl.SSLContext) -> Asked:
    def answer(hello: ClientHello) -> ServerHello | TlsAlert:
        reader = FlightReader(hello)
        reader.feed(flight(server, hello))
        if reader.answer is None or (isinstance(reader.answer, TlsAlert) and not reader.answer.refuses):
            raise NetFailure(Reason.RESET)
        return reader.answer

    return Asked(answer)


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    return Pki(tmp_path_factory.mktemp("pki"))


def best(protocol: TlsVersion) -> BestVersion:
    return BestVersion(protocol, protocol.label)


def old(asked: Asked, protocol: TlsVersion) -> OldProtocols:
    return asyncio.run(old_protocols(SITE, best(protocol), asked.net))


def weak(asked: Asked, seen: OldProtocols | Unobserved) -> WeakSuites:
    return asyncio.run(weak_suites(SITE, best(V.TLS1_2), seen, asked.net))


@pytest.mark.parametrize(
    ("lowest", "highest", "accepted", "questions"),
    [
        (2, 3, (), [V.TLS1_1]),
        (3, 3, (), [V.TLS1_1]),
        (0, 3, (V.TLS1_0, V.TLS1_1), [V.TLS1_1, V.TLS1_0, V.SSL3, V.SSL2]),
        (1, 2, (V.TLS1_1,), [V.TLS1_1, V.TLS1_0, V.SSL2]),
        (0, 1, (V.TLS1_0, V.TLS1_1), [V.TLS1_0, V.SSL3, V.SSL2]),
        (0, 0, (V.TLS1_0,), [V.SSL3, V.SSL2]),
    ],
)
def test_each_old_version_is_proved_with_as_few_questions_as_can_be(
    pki: Pki, lowest: int, highest: int, accepted: tuple[TlsVersion, ...], questions: list[TlsVersion]
) -> None:
    asked = openssl(serving(pki, lowest, highest))
    seen = old(asked, TlsVersion(0x0301 + highest))
    assert seen.accepted == accepted
    assert asked.versions == questions
    assert all(offer.offered is not None for offer in seen.offers if offer.protocol > V.SSL2)


def failing_below(version: TlsVersion) -> Answer:
    def answer(hello: ClientHello) -> ServerHello | TlsAlert:
        if hello.version < version:
            raise NetFailure(Reason.RESET, "cut")
        return ServerHello(hello.version, 0x0005)

    return answer


def test_what_failed_is_unseen_and_hides_nothing_that_was_proved() -> None:
    seen = old(Asked(failing_below(V.TLS1_1)), V.TLS1_2)
    assert [(offer.protocol, offer.offered) for offer in seen.offers] == [
        (V.SSL2, None), (V.SSL3, None), (V.TLS1_0, None), (V.TLS1_1, True),
    ]  # fmt: skip


def test_after_a_first_failure_nothing_more_is_asked() -> None:
    asked = Asked(failing_below(V.TLS1_3))
    assert {offer.offered for offer in old(asked, V.TLS1_3).offers} == {None}
    assert asked.versions == [V.TLS1_1]


@pytest.mark.parametrize(
    ("ciphers", "families", "questions"),
    [
        ("ECDHE+AESGCM", [], 1),
        ("ECDHE+AESGCM:aECDSA+eNULL:@SECLEVEL=0", [Weakness.NULL], 2),
        ("ECDHE+AESGCM:AECDH+AES:aECDSA+eNULL:@SECLEVEL=0", [Weakness.ANONYMOUS, Weakness.NULL], 3),
    ],
)
def test_each_unfit_family_is_named_and_then_left_out(pki: Pki, ciphers: str, families: list[Weakness], questions: int) -> None:
    asked = openssl(serving(pki, 2, 3, ciphers))
    seen = weak(asked, Unobserved(Reason.TIMEOUT))
    assert sorted(one.weakness for one in seen.accepted) == sorted(families)
    assert seen.reason is None
    assert len(asked.versions) == questions


def test_export_is_asked_again_where_it_had_its_place(pki: Pki) -> None:
    """As Java answers: it closes at TLS 1.2, and takes EXPORT at 1.0."""

    def answer(hello: ClientHello) -> ServerHello | TlsAlert:
        if hello.version > V.TLS1_0 or 0x0003 not in hello.suites:
            raise NetFailure(Reason.RESET, "closed")
        return ServerHello(V.TLS1_0, 0x0003)

    asked = Asked(answer)
    seen = weak(asked, old(openssl(serving(pki, 0, 2)), V.TLS1_2))
    assert [one.weakness for one in seen.accepted] == [Weakness.EXPORT]
    assert seen.reason is Reason.RESET
    assert asked.versions == [V.TLS1_2, V.TLS1_0, V.TLS1_0]


def look(asked: Asked, shown: SiteCertificate | Absent | Unobserved) -> Observation | Absent | Unobserved:
    return asyncio.run(best_version(SITE, shown, asked.net))


FAILED = Unobserved(Reason.TLS_FAILURE, "handshake failed: TLSV1_ALERT_INSUFFICIENT_SECURITY")


@pytest.mark.parametrize(
    ("highest", "questions"), [(0, [V.TLS1_2]), (1, [V.TLS1_2]), (2, [V.TLS1_2, V.TLS1_3]), (3, [V.TLS1_2, V.TLS1_3])]
)
def test_without_a_handshake_hellos_tell_the_highest_version(pki: Pki, highest: int, questions: list[TlsVersion]) -> None:
    asked = openssl(serving(pki, 0, highest))
    seen = look(asked, FAILED)
    assert isinstance(seen, BestVersion)
    assert seen.protocol == 0x0301 + highest
    assert asked.versions == questions


def test_a_handshake_that_succeeded_costs_nothing_and_what_was_not_seen_stays_so() -> None:
    asked = Asked(failing_below(V.SSL2))
    shown = SiteCertificate(CertificateFact(), (), Trust.TRUSTED, "", V.TLS1_2, "X", "203.0.113.7")
    assert look(asked, shown) == BestVersion(V.TLS1_2, "TLS 1.2, X")
    assert look(asked, Unobserved(Reason.SILENT)) == Unobserved(Reason.SILENT)
    assert asked.versions == []
    assert look(Asked(lambda hello: TlsAlert(40)), FAILED) == FAILED


PROMISING = SiteCertificate(
    CertificateFact(fingerprint="e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", must_staple=True),
    (), Trust.TRUSTED, "", V.TLS1_3, "", "203.0.113.7",
)  # fmt: skip


@pytest.mark.parametrize(
    ("answers", "seen"),
    [
        ([ServerHello(V.TLS1_2, 1, stapled=True)], Staple(True)),
        ([ServerHello(V.TLS1_2, 1), ServerHello(V.TLS1_2, 1, stapled=True)], Staple(True)),  # nginx fetches it after the first
        ([ServerHello(V.TLS1_2, 1), ServerHello(V.TLS1_2, 1)], Staple(False)),
        ([TlsAlert(70)], Unobserved(Reason.UNDETERMINED, because=Because.OCSP_ENCRYPTED)),
        (
            [ServerHello(V.TLS1_2, 1, leaf=b"x")],
            Unobserved(Reason.UNDETERMINED, because=Because.OTHER_CERTIFICATE),
        ),
    ],
)
def test_a_staple_is_asked_for_twice_at_the_most(
    answers: list[ServerHello | TlsAlert], seen: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("checks.tls.stapling.SECOND_LOOK", 0.0)
    waiting = iter(answers)
    assert asyncio.run(staple(SITE, PROMISING, Asked(lambda hello: next(waiting)).net)) == seen
    assert next(waiting, None) is None


def test_a_certificate_that_promises_nothing_costs_no_question() -> None:
    asked = Asked(failing_below(V.SSL2))
    plain = SiteCertificate(CertificateFact(must_staple=False), (), Trust.TRUSTED, "", V.TLS1_3, "", "")
    assert isinstance(asyncio.run(staple(SITE, plain, asked.net)), Absent)
    unread = SiteCertificate(CertificateFact(), (), Trust.TRUSTED, "", V.TLS1_3, "", "")
    assert isinstance(asyncio.run(staple(SITE, unread, asked.net)), Unobserved)
    assert asked.versions == []
