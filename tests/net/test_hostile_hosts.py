"""The door on hosts that hurt careless clients: a typed failure or a capped answer, in bounded time and memory."""

from __future__ import annotations

import asyncio
import gzip
import io
import tracemalloc
from collections.abc import Awaitable, Callable, Iterator
from typing import TypeVar

import pytest
import requests
import urllib3

from scanner.model import Domain, Level, Reason
from scanner.net.budget import Budget
from scanner.net.client_hello import everything_up_to
from scanner.net.door import Door, Premises
from scanner.net.gate import Connection, Gate
from scanner.net.server_flight import ServerHello, TlsAlert
from scanner.net.tls_version import TlsVersion
from scanner.net.types import Net, NetFailure, NotTls, Records, Response
from scanner.net.wire import RAW_MARGIN, read_answer
from scanner.settings import load_settings
from tests.lab import faults
from tests.lab.lab import Lab
from tests.lab.towns import TRAPS

T = TypeVar("T")
SECONDS = 4.0
MAX_BODY = 100_000


@pytest.fixture(scope="module")
def traps() -> Iterator[Lab]:
    with Lab(TRAPS) as served:
        yield served


def through_the_door(lab: Lab, name: str, work: Callable[[Net], Awaitable[T]]) -> T:
    """Run `work` with a Net of four seconds, as a probe would."""
    premises = Premises(load_settings(lab.config_path).network)

    async def run() -> T:
        door = Door(premises, Domain(name))
        try:
            async with asyncio.timeout(3 * SECONDS):  # the guard of the test, far above the budget
                return await work(door.net(Level.PASSIVE, Domain(name), SECONDS))
        finally:
            await door.close()

    try:
        return asyncio.run(run())
    finally:
        premises.close()


def home(lab: Lab, name: str) -> Response:
    return through_the_door(lab, name, lambda net: net.http.get(f"https://{name}/", max_body=MAX_BODY))


@pytest.mark.parametrize(
    ("name", "reasons"),
    [
        ("goutte", {Reason.TIMEOUT}),
        ("entetes-sans-fin", {Reason.MALFORMED}),
        ("encodages", {Reason.MALFORMED}),
        ("charabia", {Reason.MALFORMED, Reason.RESET}),
        ("muet-apres-requete", {Reason.TIMEOUT}),
        ("trop-de-requetes", {Reason.THROTTLED}),
        ("coupe", {Reason.RESET}),
        ("silence", {Reason.TIMEOUT}),
        ("injoignable", {Reason.SILENT, Reason.TIMEOUT}),
    ],
)
def test_a_host_that_gives_no_answer_is_unobserved_for_its_own_reason(name: str, reasons: set[Reason], traps: Lab) -> None:
    with pytest.raises(NetFailure) as caught:
        home(traps, f"piege-{name}.fr")
    assert caught.value.reason in reasons


def test_a_connection_that_is_reset_before_tls_begins_leaves_no_socket_open(traps: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    dial = Gate.dial_any

    async def dial_and_dawdle(gate: Gate, addresses: tuple[str, ...], port: int, budget: Budget) -> Connection:
        connection = await dial(gate, addresses, port, budget)
        await asyncio.sleep(0.2)  # the reset arrives
        return connection

    monkeypatch.setattr(Gate, "dial_any", dial_and_dawdle)
    with pytest.raises(NetFailure) as caught:
        home(traps, "piege-coupe.fr")
    assert caught.value.reason is Reason.RESET  # a socket left open would fail the test as a ResourceWarning


@pytest.mark.parametrize("name", ["bombe", "corps-sans-fin"])
def test_a_body_without_end_is_cut_at_the_cap(name: str, traps: Lab) -> None:
    answer = home(traps, f"piege-{name}.fr")
    assert answer.truncated
    assert len(answer.body) == MAX_BODY


@pytest.mark.parametrize(("name", "reason"), [("dnssec", Reason.DNSSEC_BOGUS), ("panne-de-dns", Reason.DNS_FAILURE)])
def test_a_resolver_that_fails_is_not_read_as_one_that_rejects_signatures(name: str, reason: Reason, traps: Lab) -> None:
    with pytest.raises(NetFailure) as caught:
        through_the_door(traps, f"piege-{name}.fr", lambda net: net.dns.lookup(f"piege-{name}.fr", "SOA"))
    assert caught.value.reason is reason


def test_an_authority_that_comes_back_meanwhile_has_answered(traps: Lab) -> None:
    name = "piege-panne-passagere.fr"
    answer = through_the_door(traps, name, lambda net: net.dns.lookup(name, "MX"))
    assert isinstance(answer, Records)
    assert answer.texts == ("0 .",)


@pytest.mark.parametrize(("name", "body"), [("gzip-et-apres", b"hi"), ("gzip-sans-contenu", b"")])
def test_compressed_bytes_without_end_are_not_read_to_the_end(name: str, body: bytes, traps: Lab) -> None:
    assert home(traps, f"piege-{name}.fr").body == body


@pytest.mark.parametrize(
    ("sent", "most", "reusable"),
    [
        (faults.gzip_then_junk, 16_384 * 2, False),
        (faults.gzip_endless_name, MAX_BODY + RAW_MARGIN + 16_384, False),
        (faults.gzip_bomb, MAX_BODY + RAW_MARGIN + 16_384, False),
        (lambda: iter([b"\r\n\r\n", gzip.compress(b"hi")]), 100, True),
        (lambda: iter([b"\r\n\r\n", gzip.compress(b"hi") + b"junk"]), 100, False),
    ],
)
def test_no_more_bytes_are_read_than_the_caps_allow(sent: Callable[[], Iterator[bytes]], most: int, reusable: bool) -> None:
    raw = Counted(sent())
    answer = requests.Response()
    answer.status_code = 200
    answer.raw = urllib3.HTTPResponse(raw, {"content-encoding": "gzip"}, 200, preload_content=False)
    assert read_answer(answer, MAX_BODY).reusable is reusable
    assert raw.given <= most


class Counted(io.RawIOBase):
    """The body of an answer as a file, which counts what is read of it."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self.given = 0
        self._pieces = pieces
        self._rest = b""
        while b"\r\n\r\n" not in self._rest:
            self._rest += next(pieces)
        self._rest = self._rest.partition(b"\r\n\r\n")[2]

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while len(self._rest) < size and (piece := next(self._pieces, b"")):
            self._rest += piece
        given, self._rest = self._rest[:size], self._rest[size:]
        self.given += len(given)
        return given


@pytest.mark.parametrize("name", ["bombe", "bombe-en-redirection"])
def test_a_bomb_costs_no_memory(name: str, traps: Lab) -> None:
    tracemalloc.start()
    try:
        home(traps, f"piege-{name}.fr")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 20_000_000  # the laboratory's own buffers, in this process, included


@pytest.mark.parametrize(
    ("name", "word", "asked"),
    [("boucle", "circle", 2), ("boucle-a-temoin", "cookies", 2), ("metadonnees", "blocked", 1), ("schema", "scheme", 1)],
)
def test_a_redirect_that_leads_nowhere_good_is_not_followed(name: str, word: str, asked: int, traps: Lab) -> None:
    answer = home(traps, f"piege-{name}.fr")
    assert answer.stopped == word
    assert len(answer.hops) == asked


HELLO = everything_up_to(TlsVersion.TLS1_1)


@pytest.mark.parametrize(
    ("name", "reason"), [("coupe", Reason.RESET), ("silence", Reason.TIMEOUT), ("injoignable", Reason.SILENT)]
)
def test_a_hello_without_an_answer_is_never_a_no(name: str, reason: Reason, traps: Lab) -> None:
    with pytest.raises(NetFailure) as caught:
        through_the_door(traps, f"piege-{name}.fr", lambda net: net.tls.ask(f"piege-{name}.fr", HELLO))
    assert caught.value.reason is reason


def test_a_hello_to_what_is_no_tls_says_so(traps: Lab) -> None:
    with pytest.raises(NotTls):
        through_the_door(traps, "piege-bannieres.fr", lambda net: net.tls.ask("piege-bannieres.fr", HELLO, 22))


def test_only_an_alert_is_a_no_and_a_server_hello_a_yes(traps: Lab) -> None:
    refused = through_the_door(traps, "piege-bombe.fr", lambda net: net.tls.ask("piege-bombe.fr", HELLO))
    assert refused == TlsAlert(70)
    accepted = through_the_door(traps, "piege-vieux-tls.fr", lambda net: net.tls.ask("piege-vieux-tls.fr", HELLO))
    assert isinstance(accepted, ServerHello)
    assert accepted.version is TlsVersion.TLS1_1
    assert accepted.leaf
