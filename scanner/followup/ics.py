"""Appointments as one iCalendar file (RFC 5545): whole days, identities that stay, no reminder of its own."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from icalendar import Calendar, Event

from scanner import __version__
from scanner.followup.agenda import Appointment
from scanner.report.values import Worded, day, visible
from scanner.report.words import words


def to_ics(appointments: Iterable[Appointment], lang: str) -> bytes:
    """The whole file; the same appointments give the same bytes."""
    say = words(lang)
    calendar = Calendar()
    calendar.add("prodid", f"-//Beffroi//{__version__}//{lang.upper()}")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", say("calendar.name"))
    for each in appointments:
        facts = {
            "domain": visible(each.domain, 260),
            "what": Worded(visible(each.what, 300)),
            "authority": Worded(_plain(each.authority)),
        }
        event = Event()
        event.add("uid", each.uid)
        event.add("dtstamp", each.seen)
        event.add("dtstart", each.on)
        event.add("dtend", each.on + timedelta(days=1))
        event.add("summary", say(f"calendar.{each.matter}.summary", **facts))
        event.add("description", say(f"calendar.{each.matter}.description", seen=day(each.seen, lang), **facts))
        event.add("categories", [say(f"calendar.{each.matter}.category")])
        event.add("class", "CONFIDENTIAL")
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _plain(text: str) -> str:
    return visible(" ".join(text.split()), 200)
