import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.services.greetings.dialogues import BANNERS, DIALOGUES, LISTEN, NMAP_NAMES, recognise, wants_tls
from checks.services.greetings.greeting import Greeting, clean, evidence
from checks.services.greetings.stores import bson_scalars
from checks.services.ports import EXPECTED, PORTS, RISKY_PORTS, SERVICES
from tests.checks.services.answers import KNOWN


@pytest.mark.parametrize(("expected", "data", "greeting"), KNOWN, ids=lambda value: value if isinstance(value, str) else "")
def test_an_answer_is_read_as_its_protocol_says(expected: str, data: bytes, greeting: Greeting | None) -> None:
    assert recognise(expected, data) == greeting


@given(st.sampled_from(sorted(EXPECTED.values())), st.binary(max_size=300))
def test_no_bytes_make_a_reader_fail(expected: str, data: bytes) -> None:
    bounded(recognise(expected, data))
    wants_tls(data)
    evidence(data)


@given(st.sampled_from(KNOWN), st.integers(0, 200), st.binary(max_size=8))
def test_no_damaged_answer_makes_a_reader_fail(known: tuple[str, bytes, Greeting | None], at: int, damage: bytes) -> None:
    expected, data, _ = known
    bounded(recognise(expected, data[:at] + damage + data[at + len(damage) :]))
    bounded(recognise(expected, data[:at] + damage))


@given(st.sampled_from([b"SSH-2.0-", b"HTTP/1.1 200 ", b"220 ftp ", b"fox a ", b"+OK ", b"\x04\x01"]), st.binary(max_size=9_000))
def test_what_is_kept_is_bounded(start: bytes, rest: bytes) -> None:
    for read in (*BANNERS, LISTEN.read, *(dialogue.read for dialogue in DIALOGUES.values())):
        bounded(read(start + rest))


def bounded(greeting: Greeting | None) -> None:
    if greeting is not None:
        assert greeting.service in SERVICES
        assert len(greeting.product) <= 60
        assert len(greeting.version) <= 40
        assert (greeting.product + greeting.version).isprintable()


@given(st.binary(max_size=400))
def test_no_bson_makes_its_reader_fail(data: bytes) -> None:
    assert len(bson_scalars(data)) <= 100


def test_evidence_shows_only_printable_ascii() -> None:
    assert evidence(b"\x1b[2J\xffok") == "\\x1b[2J\\xffok"
    assert len(evidence(b"\x00" * 5_000)) == 300
    assert clean("a\x1b[31m\n b", 20) == "a [31m b"


def test_a_host_costs_at_most_48_knocks_and_no_port_twice() -> None:
    assert len(set(RISKY_PORTS)) == len(RISKY_PORTS) <= 46
    assert all(risky.why for risky in PORTS)


def test_every_port_expects_a_service_that_we_can_name() -> None:
    assert set(EXPECTED.values()) | set(NMAP_NAMES.values()) | set(DIALOGUES) <= set(SERVICES)


def test_plain_http_that_complains_about_tls_is_asked_again_inside_tls() -> None:
    assert wants_tls(b"HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n")
    assert wants_tls(b"\x15\x03\x01\x00\x02\x02\x16")
    assert wants_tls(b"")
    assert not wants_tls(b"HTTP/1.1 200 OK\r\n\r\nWelcome")
