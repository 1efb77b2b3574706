"""What a relay's own log says of mails in doubt: Postfix, by Message-ID and queue number. Pure, but for the clock's zone."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

MAX_LINE = 8_192  # characters that are looked at
_POSTFIX = re.compile(r"postfix[\w.-]*/(?:[\w.-]+/)*([\w.-]+)\[\d+\]: (?:([0-9A-Za-z]{5,24}): )?(.*)")
_MESSAGE_ID = re.compile(r"(?:resent-)?message-id=(<[^<>]*>)")
_STATUS = re.compile(r"to=<[^>]*>,.* dsn=([245]\.\d{1,3}\.\d{1,3}), status=(\w+) ?(.*)")
_ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)")
_CLASSIC = re.compile(r"([A-Z][a-z]{2}) +(\d{1,2}) (\d\d):(\d\d):(\d\d) ")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(slots=True)
class Fate:
    """What the log knows of one mail: whether the relay took it, and the status and text with which it came back."""

    taken: bool = False
    returned: tuple[str, str] | None = None


@dataclass(slots=True)
class MailLog:
    """The fates of the mails that were asked for, and from when to when the log speaks."""

    fates: dict[str, Fate] = field(default_factory=dict)
    first: datetime | None = None
    last: datetime | None = None

    def covers(self, start: datetime, end: datetime) -> bool:
        """Whether the log speaks of all that time, so that its silence about a mail means something."""
        return self.first is not None and self.last is not None and self.first <= start and end <= self.last


def read_log(lines: Iterable[str], wanted: Collection[str], now: datetime) -> MailLog:
    """Follow these Message-IDs (with their angle brackets) through a Postfix log.

    A Message-ID alone proves nothing: cleanup(8) notes it while the content still comes in. The queue manager's line,
    or a delivery's, does. `now` gives the year that classic syslog lines lack, and its zone theirs.
    """
    log = MailLog()
    queued: dict[str, Fate] = {}
    for line in lines:
        line = line[:MAX_LINE].rstrip("\r\n")
        if moment := _moment(line, now):
            log.first = min(log.first or moment, moment)
            log.last = max(log.last or moment, moment)
        if (found := _POSTFIX.search(line)) is None or found[2] is None:
            continue
        daemon, number, text = found.groups()
        if daemon == "cleanup" and (named := _MESSAGE_ID.match(text)):
            queued.pop(number, None)  # short queue numbers come back, with another mail
            if named[1] in wanted:
                queued[number] = log.fates.setdefault(named[1], Fate())
        elif number in queued:
            _note(queued[number], daemon, text)
    return log


def _note(fate: Fate, daemon: str, text: str) -> None:
    if daemon == "qmgr" and text.startswith("from=<"):
        fate.taken = True
    elif status := _STATUS.search(text):
        fate.taken = True
        if status[2] == "bounced":
            fate.returned = (status[1], status[3])


def _moment(line: str, now: datetime) -> datetime | None:
    """The time at the start of a line (RFC 3339, or classic syslog in local time and without a year)."""
    if iso := _ISO.match(line):
        try:
            return datetime.fromisoformat(iso[0]).astimezone(UTC)
        except ValueError:
            return None
    if (classic := _CLASSIC.match(line)) is None or classic[1] not in _MONTHS:
        return None
    month, day, hour, minute, second = _MONTHS.index(classic[1]) + 1, *map(int, classic.groups()[1:])
    local = now.astimezone()
    for year in (local.year, local.year - 1):  # in January the log still speaks of December
        try:
            moment = datetime(year, month, day, hour, minute, second).astimezone()
        except ValueError:
            continue
        if moment <= local + timedelta(days=1):
            return moment.astimezone(UTC)
    return None
