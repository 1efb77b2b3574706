"""What comes back is read as a real Postfix writes it, and whatever else comes back raises nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scanner.delivery.bounces import MAX_TEXT, Action, Bounce, read_bounce
from tests.delivery.bounced import CASES, MESSAGE_ID, RECORDED, Case, bounce
from tests.delivery.postfix import needs_postfix

RECORDINGS = sorted(path.read_bytes() for path in RECORDED.iterdir())


def expected(case: Case, found: Bounce | None) -> None:
    assert found is not None
    action, status, words = case.expected
    assert (found.message_id, found.recipient, found.action, found.status) == (MESSAGE_ID, case.to, action, status)
    assert words in found.diagnostic


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_recorded_bounce_says_which_mail_and_why(case: Case) -> None:
    expected(case, read_bounce((RECORDED / f"{case.name}.eml").read_bytes()))


@needs_postfix
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_bounce_of_this_machines_own_postfix_is_read_alike(case: Case) -> None:
    expected(case, read_bounce(bounce(case)))


def report(status: str, third: str = "Content-Type: message/rfc822\n\nMessage-ID: <1@x.fr>\n\nBonjour") -> bytes:
    """A report in the shape that other servers give it."""
    return (
        'From: <>\nMIME-Version: 1.0\nContent-Type: multipart/report;\n boundary="=b"; Report-Type="delivery-status"\n\n'
        f"--=b\nContent-Type: text/plain\n\nVotre message\n--=b\nContent-Type: message/delivery-status\n\n{status}\n\n"
        f"--=b\n{third}\n--=b--\n"
    ).encode("utf-8", "surrogateescape")


def test_of_several_recipients_the_one_that_fared_worst_is_told() -> None:
    found = read_bounce(
        report(
            "Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; a@x.fr\nAction: relayed\nStatus: 2.0.0\n\n"
            "Final-Recipient: rfc822;b@x.fr\nAction: FAILED\nStatus: 5.2.2 (mailbox full)\nDiagnostic-Code: smtp;552 full"
        )
    )
    assert found == Bounce("<1@x.fr>", "b@x.fr", Action.FAILED, "5.2.2", "552 full")


def test_the_address_that_we_wrote_to_is_told_rather_than_the_one_it_became() -> None:
    found = read_bounce(
        report("X: y\n\nOriginal-Recipient: rfc822;mairie@x.fr\nFinal-Recipient: rfc822; box7@y.fr\nAction: failed")
    )
    assert found == Bounce("<1@x.fr>", "mairie@x.fr", Action.FAILED, "", "")


def test_a_report_without_our_headers_is_still_a_report() -> None:
    found = read_bounce(report("X: y\n\nAction: delayed\nStatus: 4.4.1", "Content-Type: text/plain\n\nrien"))
    assert found == Bounce("", "", Action.DELAYED, "4.4.1", "")


@pytest.mark.parametrize(
    "other",
    [
        b"",
        b"Subject: bonjour\n\nMerci pour la lettre.\n",
        b"Content-Type: multipart/report; report-type=disposition-notification; boundary=b\n\n--b\n\nlu\n--b--\n",
        b"Content-Type: multipart/report; report-type=delivery-status\n\nsans parties",
        report("Reporting-MTA: dns; x"),
        report("X: y\n\nAction: perdu\nStatus: 5.0.0"),
    ],
)
def test_any_other_mail_is_no_bounce(other: bytes) -> None:
    assert read_bounce(other) is None


def test_what_the_last_server_said_is_cut_and_made_visible() -> None:
    hostile = "smtp; 550 \x1b[31m\u202e\x9b <script>\udce9\n\t" + "x" * 5_000
    found = read_bounce(report(f"X: y\n\nFinal-Recipient: rfc822; \x07@x.fr\nAction: failed\nDiagnostic-Code: {hostile}"))
    assert found is not None
    assert found.diagnostic.isprintable()
    assert found.recipient.isprintable()
    assert found.diagnostic.startswith("550 \\x1b[31m")
    assert len(found.diagnostic) < MAX_TEXT + 100


@given(st.binary(max_size=2_000))
def test_no_bytes_raise(content: bytes) -> None:
    assert read_bounce(content) is None


_KINDS = ("message/rfc822", "message/delivery-status", "text/rfc822-headers", "multipart/report; report-type=delivery-status")
_PIECES = st.sampled_from(
    [
        *(b"\n", b"\r", b"\n\n", b"--", b'"', b";", b"\xff", b"\0", b"\x1b", b"=?utf-8?b?", b"?="),
        *(b"boundary*0*=utf-8''%ff", b"charset=\xe9", b"report-type*99999999999999999999=x", b"boundary=\n\n"),
        *(f"Content-Type: {kind}\n\n".encode() for kind in _KINDS),
        *(b"Content-Transfer-Encoding: base64\n", b"Action: failed\n", b"Status: 5.9999.1\n", b"Message-ID: <\n"),
    ]
)


@given(st.sampled_from(RECORDINGS), st.lists(st.tuples(st.floats(0, 1), st.integers(0, 40), _PIECES), max_size=12))
@example(RECORDINGS[0], [])
def test_no_damage_to_a_bounce_raises(recorded: bytes, damages: list[tuple[float, int, bytes]]) -> None:
    damaged = bytearray(recorded)
    for place, cut, piece in damages:
        start = int(place * len(damaged))
        damaged[start : start + cut] = piece
    found = read_bounce(bytes(damaged))
    assert found is None or (found.diagnostic + found.recipient + found.message_id + found.status).isprintable()


@pytest.mark.parametrize(
    "content",
    [
        b"".join(b"Content-Type: multipart/mixed; boundary=%d\n\n--%d\n" % (depth, depth) for depth in range(20_000)),
        b"Content-Type: message/rfc822\n\n" * 50_000,
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n" + b"--b\n\n" * 200_000,
    ],
)
def test_parts_within_parts_without_end_are_no_bounce(content: bytes) -> None:
    assert read_bounce(content) is None


def test_the_recordings_are_the_cases() -> None:
    assert sorted(Path(path).stem for path in RECORDED.iterdir()) == sorted(case.name for case in CASES)
