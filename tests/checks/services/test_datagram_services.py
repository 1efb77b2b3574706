"""SNMP, TFTP and open resolvers: what an answer by UDP proves, and what it does not."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.services import resolver, snmp, tftp
from checks.services.greetings.ber import element
from checks.services.resolver import Recursion, open_resolver
from checks.services.snmp import SnmpAgent, snmp_exposed
from checks.services.tftp import TftpServer, tftp_exposed
from scanner.model import Absent, Proof, Reason, Severity, Status, Unobserved
from tests.judging import Row, row

CLOSED = Absent(Proof.REFUSED, "port unreachable")
SILENT = Unobserved(Reason.SILENT, "no answer to 2 datagrams")
NUMBER = 0x41424344
ASKED = resolver.question(77, "beffroi-0123.example")


def response(
    version: int = 1, community: bytes = b"public", number: int = NUMBER, value: bytes = element(4, b"Switch 48")
) -> bytes:
    """A Response (RFC 3416 3) with one variable, sysDescr.0."""
    pair = element(0x30, element(6, bytes.fromhex("2b06010201010100")) + value)
    fields = element(2, number.to_bytes(4, "big")) + element(2, b"\0") + element(2, b"\0") + element(0x30, pair)
    return element(0x30, element(2, bytes((version,))) + element(4, community) + element(0xA2, fields))


def answer(flags: int, answers: int = 0, asked: bytes = ASKED) -> bytes:
    """A header with the question after it."""
    return asked[:2] + struct.pack(">5H", 0x8000 | flags, 1, answers, 0, 0) + asked[12:]


ROWS = [
    row(snmp_exposed, Status.PASS, agent=CLOSED),
    row(snmp_exposed, Status.UNKNOWN, agent=SILENT),
    row(tftp_exposed, Status.PASS, server=CLOSED),
    row(tftp_exposed, Status.UNKNOWN, server=SILENT),
    row(snmp_exposed, Status.FAIL, severity=Severity.MEDIUM, agent=SnmpAgent("2c", "Switch 48")),
    row(snmp_exposed, Status.FAIL, severity=Severity.LOW, agent=SnmpAgent("1", "")),
    row(tftp_exposed, Status.FAIL, severity=Severity.LOW, server=TftpServer("ERROR 1 File not found")),
    row(open_resolver, Status.PASS, found=CLOSED),
    row(open_resolver, Status.UNKNOWN, found=SILENT),
    row(open_resolver, Status.FAIL, severity=Severity.LOW, found=Recursion(True, False, resolver.NXDOMAIN, 0)),
    row(open_resolver, Status.FAIL, found=Recursion(True, False, resolver.NOERROR, 1)),
    row(open_resolver, Status.PASS, found=Recursion(True, False, resolver.REFUSED, 0)),
    row(open_resolver, Status.PASS, found=Recursion(False, False, resolver.REFUSED, 0)),
    row(open_resolver, Status.PASS, found=Recursion(False, True, resolver.NXDOMAIN, 0)),
    row(open_resolver, Status.PASS, found=Recursion(False, False, resolver.NOERROR, 0)),
    row(open_resolver, Status.UNKNOWN, found=Recursion(True, False, resolver.SERVFAIL, 0)),
    row(open_resolver, Status.UNKNOWN, found=Recursion(True, False, resolver.NOERROR, 0)),
    row(open_resolver, Status.UNKNOWN, found=Recursion(True, True, resolver.NXDOMAIN, 0)),
]


@pytest.mark.parametrize("line", ROWS, ids=str)
def test_each_row_holds(line: Row) -> None:
    line.hold()


def test_the_question_of_snmp_is_the_one_that_net_snmp_answers() -> None:
    assert snmp.question(1, 0x01020304).hex() == (
        "302902010104067075626c6963a01c02040102030402010002 0100300e300c06082b060102010101000500".replace(" ", "")
    )


@pytest.mark.parametrize(
    ("data", "agent"),
    [
        (response(), SnmpAgent("2c", "Switch 48")),
        (response(version=0), SnmpAgent("1", "Switch 48")),
        (response(value=element(0x80, b"")), SnmpAgent("2c", "")),  # noSuchObject: a view hides it
        (response(value=element(4, b"a\x1b[2Jb\n" + b"c" * 60)), SnmpAgent("2c", "a [2Jb " + "c" * 60)),
        (response(version=3), None),
        (response(community=b"private"), None),
        (response(number=7), None),
        (b"HTTP/1.1 400 Bad Request", None),
        (b"", None),
    ],
)
def test_only_a_response_to_our_request_proves_an_agent(data: bytes, agent: SnmpAgent | None) -> None:
    assert snmp.read_response(data, NUMBER) == agent


@pytest.mark.parametrize(
    ("data", "server"),
    [
        (b"\0\5\0\1File not found\0", TftpServer("ERROR 1 File not found")),
        (b"\0\5\0\2\0", TftpServer("ERROR 2")),
        (b"\0\3\0\1Bonjour", TftpServer("DATA")),
        (b"\0\6tsize\x007\0", TftpServer("OACK")),
        (b"\0\1name\0octet\0", None),  # our own question, sent back
        (b"\0\5", None),
        (b"hello", None),
    ],
)
def test_only_the_answers_of_a_server_prove_tftp(data: bytes, server: TftpServer | None) -> None:
    assert tftp.read_answer(data) == server


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (answer(0x0183), Recursion(True, False, 3, 0)),
        (answer(0x0180, 1), Recursion(True, False, 0, 1)),
        (answer(0x0105), Recursion(False, False, 5, 0)),
        (answer(0x0405), Recursion(False, True, 5, 0)),
        (ASKED[:2] + struct.pack(">5H", 0x8005, 0, 0, 0, 0), Recursion(False, False, 5, 0)),  # no question sent back
        (b"\xff\xff" + answer(0x0183)[2:], None),  # another number
        (ASKED, None),  # our own question, sent back
        (answer(0x0183, asked=resolver.question(77, "another.example")), None),
        (b"", None),
    ],
)
def test_only_an_answer_to_our_question_tells_of_recursion(data: bytes, found: Recursion | None) -> None:
    assert resolver.read_answer(data, ASKED) == found


@given(st.binary(max_size=200), st.sampled_from([b"", response(), answer(0x0183), b"\0\5\0\1x\0"]), st.integers(0, 80))
def test_no_datagram_makes_a_reader_fail(noise: bytes, start: bytes, at: int) -> None:
    data = start[:at] + noise
    agent, server = snmp.read_response(data, NUMBER), tftp.read_answer(data)
    resolver.read_answer(data, ASKED)
    assert agent is None or len(agent.description) <= 200
    assert server is None or len(server.answer) <= 140
