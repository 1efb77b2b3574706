"""What falls due, as a calendar that other programs read; registries that answer in every wrong way."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from scanner.dossier import WaiverKind
from scanner.followup.agenda import Agenda, Appointment, Matter, seen_endings
from scanner.followup.ics import to_ics
from scanner.followup.rdap import MAX_BODY, NotTold, base_for, domain_end
from scanner.registry.model import MandateRow, Waiver
from scanner.result import ScanResult
from tests.followup.stage import MODEL, NEGLECTED, Stage, authority

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def events(content: bytes) -> list[dict[str, str]]:
    return [
        {name: str(event[name]) for name in ("uid", "summary", "description")} | {"on": event.decoded("dtstart").isoformat()}
        for event in Calendar.from_ical(content).walk("VEVENT")
    ]


_TEXT = st.text(max_size=200)


_DATES = st.dates(date(1990, 1, 1))
_APPOINTMENTS = st.builds(Appointment, st.sampled_from(list(Matter)), _TEXT, _TEXT, _TEXT, _DATES, st.just(NOW))


@given(st.lists(_APPOINTMENTS, max_size=5), st.sampled_from(["fr", "en"]))
def test_any_words_make_a_file_that_other_programs_read(appointments: list[Appointment], lang: str) -> None:
    content = to_ics(appointments, lang)
    read = events(content)
    assert [event["uid"] for event in read] == [each.uid for each in appointments]
    assert [event["on"] for event in read] == [each.on.isoformat() for each in appointments]
    assert content.endswith(b"END:VCALENDAR\r\n")
    lines = content.split(b"\r\n")
    assert max(map(len, lines)) <= 75  # RFC 5545 3.1: octets
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    assert sum(line == b"BEGIN:VEVENT" for line in lines) == len(appointments)


def test_an_appointment_that_moves_keeps_its_identity() -> None:
    first = Appointment(Matter.CERTIFICATE, "x.fr", "X", "www.x.fr, x.fr", NOW.date(), NOW)
    assert replace(first, on=date(2027, 2, 1), seen=NOW + timedelta(days=60)).uid == first.uid
    assert replace(first, matter=Matter.DOMAIN).uid != first.uid


def test_the_towns_show_when_their_certificates_and_their_software_end(scanned: dict[str, ScanResult]) -> None:
    found = {each.matter: each for each in seen_endings(scanned[NEGLECTED], "Val-Négligée", NOW)}
    assert found[Matter.CERTIFICATE].what == f"{NEGLECTED}, www.{NEGLECTED}"
    assert found[Matter.CERTIFICATE].on < scanned[NEGLECTED].started_at.date()
    assert "SPIP" in " ".join(each.what for each in seen_endings(scanned[NEGLECTED], "", NOW))


def test_mandates_and_waivers_that_end_are_there_and_what_is_long_over_is_not(
    stage: Stage, scanned: dict[str, ScanResult]
) -> None:
    stage.register.save_all([authority(MODEL), authority(NEGLECTED)])
    stage.register.add_mandate(MODEL, MandateRow("Jeanne Martin", (MODEL,), date(2026, 1, 1), date(2026, 12, 31)))
    gone = stage.register.add_mandate(MODEL, MandateRow("Paul", (MODEL,), date(2026, 1, 1), date(2026, 12, 30)))
    stage.register.consent.revoke(gone.id)
    waiver = Waiver(MODEL, "web.csp-missing", WaiverKind.ACCEPTED_RISK, "refonte", "Jeanne", date(2026, 11, 1), date(2027, 3, 31))
    stage.register.add_waiver(waiver)
    stage.campaign("2026-11", [scanned[MODEL]])
    found = Agenda(stage.store, stage.register, stage.history).appointments()
    assert [(each.matter, each.on) for each in found if each.matter in (Matter.MANDATE, Matter.WAIVER)] == [
        (Matter.MANDATE, date(2026, 12, 31)), (Matter.WAIVER, date(2027, 3, 31)),
    ]  # fmt: skip
    assert Matter.CERTIFICATE in {each.matter for each in found}
    stage.clock.pass_by(days=400)
    later = Agenda(stage.store, stage.register, stage.history).appointments()
    assert {each.matter for each in later} & {Matter.MANDATE, Matter.WAIVER} == set()


# --- registries, against a real server ------------------------------------------------------------


@dataclass
class Registry:
    """What it answers to each path: (status, headers, body)."""

    answers: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    base: str = ""


@pytest.fixture
def registry() -> Iterator[Registry]:
    made = Registry()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.asked.append(self.path)
            status, headers, body = made.answers.get(self.path, (404, {}, b"{}"))
            self.send_response(status)
            for name, value in ({"Content-Length": str(len(body))} | headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    made.base = f"http://127.0.0.1:{server.server_port}/rdap"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield made
    server.shutdown()
    server.server_close()
    thread.join()


def told(*dates: str, action: str = "expiration") -> bytes:
    """A body in the form of RFC 9083, as a registry gives it."""
    events = [{"eventAction": "registration", "eventDate": "2004-05-11T22:00:00Z"}]
    events += [{"eventAction": action, "eventDate": each} for each in dates]
    entity = {"objectClassName": "entity", "handle": "REG-1", "roles": ["registrar"]}
    return json.dumps({"objectClassName": "domain", "ldhName": "x.fr", "events": events, "entities": [entity]}).encode()


@pytest.mark.parametrize(
    ("date", "wanted"),
    [
        ("2027-05-11T22:00:00Z", "2027-05-11T22:00:00+00:00"),
        ("2027-05-11T23:30:00.123456+02:00", "2027-05-11T21:30:00.123456+00:00"),
    ],
)
def test_a_registry_says_when_a_domain_ends(registry: Registry, date: str, wanted: str) -> None:
    registry.answers["/rdap/domain/x.fr"] = (200, {}, told(date))
    assert domain_end("x.fr", registry.base, "essai").isoformat() == wanted


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ((404, {}, b"{}"), "status"), ((429, {}, b""), "status"), ((200, {}, b"<html>"), "unreadable"),
        ((200, {}, b"[1]"), "unreadable"), ((200, {}, told()), "unreadable"), ((200, {}, told("demain")), "unreadable"),
        ((200, {}, b'{"events": [3]}'), "unreadable"), ((200, {}, b"null"), "unreadable"),
        ((200, {}, b"[" * 100_000), "unreadable"), ((200, {}, b" " * (MAX_BODY + 1)), "too_large"),
        ((302, {"Location": "/rdap/domain/x.fr"}, b""), "hops"), ((302, {"Location": "ftp://x.fr/"}, b""), "downgrade"),
        ((200, {"Content-Length": "900"}, b"{}"), "network"),
    ],
)  # fmt: skip
def test_a_registry_that_does_not_say_is_named_and_nothing_else_is_raised(
    registry: Registry, answer: tuple[int, dict[str, str], bytes], kind: str
) -> None:
    registry.answers["/rdap/domain/x.fr"] = answer
    with pytest.raises(NotTold) as caught:
        domain_end("x.fr", registry.base, "essai")
    assert caught.value.kind == kind


def test_a_registry_out_of_reach_is_named() -> None:
    with pytest.raises(NotTold) as caught:
        domain_end("x.fr", "http://127.0.0.1:1/", "essai")
    assert caught.value.kind == "network"


def test_the_longest_ending_names_the_registry() -> None:
    bases = {"fr": "https://a/", "gouv.fr": "https://b/"}
    assert [base_for(name, bases) for name in ("x.fr", "x.gouv.fr", "x.bzh", "fr")] == ["https://a/", "https://b/", None, None]


def test_a_registry_is_asked_once_a_month_and_its_answer_is_an_appointment(stage: Stage, registry: Registry) -> None:
    stage.register.save_all([authority(MODEL), authority(NEGLECTED)])
    stage.correspond(rdap={"fr": registry.base})
    registry.answers[f"/rdap/domain/{MODEL}"] = (200, {}, told("2027-05-11T22:00:00Z"))
    agenda = Agenda(stage.store, stage.register, stage.history)
    pauses: list[None] = []

    def ask() -> dict[str, bool]:
        asked = agenda.ask_registries(stage.settings.correspondence, "essai", lambda: pauses.append(None))
        return {domain: isinstance(answer, datetime) for domain, answer in asked}

    assert ask() == {MODEL: True, NEGLECTED: False}
    assert len(pauses) == 1
    assert ask() == {}
    assert [(each.matter, each.domain, each.on) for each in agenda.appointments()] == [(Matter.DOMAIN, MODEL, date(2027, 5, 11))]
    stage.clock.pass_by(days=2)
    assert ask() == {NEGLECTED: False}
    stage.clock.pass_by(days=30)
    assert ask() == {MODEL: True, NEGLECTED: False}
