"""Our hellos put to OpenSSL itself, in memory; and to no bytes whatever does the reader raise."""

import ssl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.net.cipher_suites import Weakness, suite_name, suites_of, weakness_of
from scanner.net.client_hello import MAX_SUITES, ClientHello, everything_up_to
from scanner.net.server_flight import FlightReader, ServerHello, TlsAlert, Trouble
from scanner.net.tls_version import TlsVersion
from tests.lab.pki import Pki
from tests.net.memory_server import NAME, flight, serving

EVERYTHING = everything_up_to(TlsVersion.TLS1_2)


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    return Pki(tmp_path_factory.mktemp("pki"))


def read(data: bytes, hello: ClientHello, step: int = 65_536) -> FlightReader:
    reader = FlightReader(hello)
    for place in range(0, len(data), step):
        if not reader.done:
            reader.feed(data[place : place + step])
    return reader


@pytest.mark.parametrize("asked", [TlsVersion.TLS1_0, TlsVersion.TLS1_1, TlsVersion.TLS1_2, TlsVersion.TLS1_3])
@pytest.mark.parametrize(("lowest", "highest"), [(0, 0), (0, 1), (1, 1), (0, 2), (2, 2), (2, 3), (3, 3), (0, 3)])
def test_the_highest_common_version_is_chosen_and_below_it_comes_an_alert(
    pki: Pki, asked: TlsVersion, lowest: int, highest: int
) -> None:
    hello = everything_up_to(asked)
    answer = read(flight(serving(pki, lowest, highest), hello), hello).answer
    if asked < 0x0301 + lowest:
        assert answer == TlsAlert(70)
        assert answer.refuses
    else:
        assert isinstance(answer, ServerHello)
        assert answer.version == min(asked, 0x0301 + highest)
        assert bool(answer.leaf) is (answer.version < TlsVersion.TLS1_3)


def test_a_hole_below_the_version_that_was_asked_for_is_jumped_over(pki: Pki) -> None:
    """OpenSSL with 1.0 and 1.2 answers a hello of 1.1 with 1.0."""
    server = serving(pki, 0, 2)
    with pytest.warns(DeprecationWarning, match="deprecated"):
        server.options |= ssl.OP_NO_TLSv1_1
    hello = everything_up_to(TlsVersion.TLS1_1)
    answer = read(flight(server, hello), hello).answer
    assert isinstance(answer, ServerHello)
    assert answer.version is TlsVersion.TLS1_0


def test_an_empty_key_share_makes_a_server_name_its_group(pki: Pki) -> None:
    hello = everything_up_to(TlsVersion.TLS1_3)
    answer = read(flight(serving(pki, 3, 3), hello), hello).answer
    assert isinstance(answer, ServerHello)
    assert answer.group == 0x001D
    assert answer.label == "TLS 1.3, TLS_AES_256_GCM_SHA384, group 0x001D"


def test_weak_families_are_found_one_after_the_other_until_an_alert(pki: Pki) -> None:
    server, found, left = serving(pki, 2, 3, "ECDHE+AESGCM:eNULL:AECDH:@SECLEVEL=0"), [], list(Weakness)
    while left:
        hello = ClientHello(TlsVersion.TLS1_2, suites_of(*left))
        answer = read(flight(server, hello), hello).answer
        if isinstance(answer, TlsAlert):
            break
        assert isinstance(answer, ServerHello)
        family = weakness_of(answer.suite)
        assert family is not None
        found.append(family)
        left.remove(family)
    assert sorted(found) == [Weakness.ANONYMOUS, Weakness.NULL]
    hello = ClientHello(TlsVersion.TLS1_2, suites_of(*Weakness))
    assert read(flight(serving(pki, 2, 3, "ECDHE+AESGCM"), hello), hello).answer == TlsAlert(40)


@pytest.mark.parametrize("step", [1, 7, 65_536])
def test_bytes_may_come_in_any_pieces(pki: Pki, step: int) -> None:
    data = flight(serving(pki, 2, 2), EVERYTHING)
    assert read(data, EVERYTHING, step).answer == read(data, EVERYTHING).answer
    assert not read(data[:-1], EVERYTHING, step).done


def records(data: bytes) -> bytes:
    """The handshake messages without their records."""
    messages = b""
    while data:
        length = int.from_bytes(data[3:5], "big")
        messages, data = messages + data[5 : 5 + length], data[5 + length :]
    return messages


@pytest.mark.parametrize("size", [1, 3, 50, 16_384])
def test_a_message_may_be_spread_over_records_and_records_may_hold_many(pki: Pki, size: int) -> None:
    data = flight(serving(pki, 2, 2), EVERYTHING)
    messages = records(data)
    cut = b"".join(
        b"\x16\x03\x03" + len(piece).to_bytes(2, "big") + piece
        for piece in (messages[place : place + size] for place in range(0, len(messages), size))
    )
    assert read(cut, EVERYTHING).answer == read(data, EVERYTHING).answer


ALERT = b"\x15\x03\x01\x00\x02"
#: SSL 3.0, no session, RC4, ServerHelloDone; as tlslite-ng and IIS 6 answer.
SSL3_FLIGHT = b"\x16\x03\x00\x00\x2e\x02\x00\x00\x26\x03\x00" + bytes(32) + b"\x00\x00\x05\x00" + b"\x0e\x00\x00\x00"
SSL2_HELLO = ClientHello(TlsVersion.SSL2)


def ssl2_answer(specs: int) -> bytes:
    body = b"\x04\x00\x01\x00\x02" + b"\x00\x04" + specs.to_bytes(2, "big") + b"\x00\x10" + b"cert" + bytes(specs) + bytes(16)
    return (0x8000 | len(body)).to_bytes(2, "big") + body


@pytest.mark.parametrize(
    ("data", "hello", "answer"),
    [
        (SSL3_FLIGHT, EVERYTHING, ServerHello(TlsVersion.SSL3, 5)),
        (ALERT + b"\x01\x70" + SSL3_FLIGHT, EVERYTHING, ServerHello(TlsVersion.SSL3, 5)),  # a warning about the name
        (SSL3_FLIGHT[:-4], EVERYTHING, None),
        (ALERT + b"\x02\x28", EVERYTHING, TlsAlert(40)),
        (ALERT + b"\x01\x00", EVERYTHING, TlsAlert(0)),
        (SSL3_FLIGHT[:4] + b"\x2a" + SSL3_FLIGHT[5:-4] + ALERT + b"\x02\x50", EVERYTHING, TlsAlert(80)),  # it could not after all
        (ssl2_answer(3), SSL2_HELLO, ServerHello(TlsVersion.SSL2, 0)),
        (ssl2_answer(0), SSL2_HELLO, TlsAlert(70)),
        (ALERT + b"\x02\x46", SSL2_HELLO, TlsAlert(70)),
    ],
)
def test_answers_of_old_servers(data: bytes, hello: ClientHello, answer: ServerHello | TlsAlert | None) -> None:
    assert read(data, hello).answer == answer
    assert read(data, hello, 1).answer == answer


@pytest.mark.parametrize(
    ("data", "hello", "trouble"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n", EVERYTHING, Trouble.NOT_TLS),
        (b"220 mx ESMTP\r\n", SSL2_HELLO, Trouble.NOT_TLS),
        (b"\x16\x03\x03\xff\xff", EVERYTHING, Trouble.NOT_TLS),
        (b"\x16\x03\x03\x00\x00", EVERYTHING, Trouble.NOT_TLS),
        (SSL3_FLIGHT, everything_up_to(TlsVersion.SSL3), None),
        (SSL3_FLIGHT, ClientHello(TlsVersion.TLS1_2, suites_of(Weakness.NULL)), Trouble.UNASKED),
        (SSL3_FLIGHT.replace(b"\x26\x03\x00", b"\x26\x03\x03"), everything_up_to(TlsVersion.TLS1_1), Trouble.UNASKED),
        (b"\x16\x03\x01\x00\x04\x0e\x00\x00\x00", EVERYTHING, Trouble.MALFORMED),
        (b"\x16\x03\x01\x00\x08\x02\x00\x00\x04\x03\x03\x00\x00", EVERYTHING, Trouble.MALFORMED),
        (b"\x16\x03\x01\x40\x00\x0b\x0f\xff\xff" + bytes(16_380), EVERYTHING, Trouble.MALFORMED),
        ((b"\x16\x03\x01\x40\x00" + b"\x04\x00\x3f\xfc" + bytes(16_380)) * 17, EVERYTHING, Trouble.TOO_LARGE),
    ],
)
def test_what_is_no_answer(data: bytes, hello: ClientHello, trouble: Trouble | None) -> None:
    assert read(data, hello).trouble is trouble


@given(
    st.sampled_from([EVERYTHING, SSL2_HELLO, everything_up_to(TlsVersion.TLS1_3)]),
    st.lists(
        st.binary(max_size=80)
        | st.sampled_from([SSL3_FLIGHT, SSL3_FLIGHT[:40], b"\x16\x03\x01\x00\x40\x02", ALERT, ssl2_answer(3)])
    ),
)
def test_no_bytes_make_the_reader_raise(hello: ClientHello, pieces: list[bytes]) -> None:
    reader = FlightReader(hello)
    for piece in pieces:
        reader.feed(piece)
    assert not (reader.answer is not None and reader.trouble is not None)


@pytest.mark.parametrize("version", sorted(TlsVersion))
def test_a_hello_stays_small_whatever_it_asks(version: TlsVersion) -> None:
    hello = everything_up_to(version)
    assert len(hello.offered) < MAX_SUITES
    assert hello.offered == hello.suites
    assert not 256 <= len(hello.encode(NAME, bytes(64))) - 5 < 512  # where old load balancers hang
    assert len(hello.encode("a" * 250, bytes(64))) < 1_200


def test_every_suite_has_a_name_and_stands_once() -> None:
    for version in TlsVersion:
        suites = everything_up_to(version).suites
        assert len(set(suites)) == len(suites)
        assert not any(suite_name(suite).startswith("0x") for suite in suites)
    weak = suites_of(*Weakness)
    assert len(set(weak)) == len(weak) < MAX_SUITES
    assert suite_name(0xFFFF) == "0xFFFF"
