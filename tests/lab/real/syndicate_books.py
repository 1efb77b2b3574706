"""What the two months of `syndicate.py` are held against: the members' list, the mails that arrived, the changes declared."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from dataclasses import asdict, dataclass
from email import message_from_bytes, policy
from pathlib import Path

from scanner.catalogue import load_catalogue
from scanner.diff import Change, Movement, compare
from scanner.history import History
from scanner.store.engine import open_store
from tests.lab.real.model import RealTown
from tests.lab.workspace import change, see_laboratory

COLUMNS = ("Nom de la commune", "Code INSEE", "Population", "Département", "EPCI", "Site internet", "Courriel du maire",
           "Courriel technicien", "Hébergeur")  # fmt: skip
#: What a mail is, by the number of files that are enclosed and whether one is a letter.
LETTER, SHEET, SHORT = "letter", "sheet", "short"
_NEW, _FIXED = Movement.NEW, Movement.FIXED


@dataclass(frozen=True, slots=True)
class Month:
    """One month: `to_tell` members to whom there is something to say, and the mails of three `review send` by kind."""

    members: int
    scanning: float
    to_tell: int
    at_once: dict[str, int]
    a_week_later: dict[str, int]
    once_more: dict[str, int]

    @property
    def right(self) -> bool:
        """Sheets at once, letters a week later, three lines to everybody else, and nothing a second time."""
        rest = {SHORT: self.members - self.to_tell} if self.members > self.to_tell else {}
        now, later = {SHEET: self.to_tell, **rest}, {LETTER: self.to_tell, **rest}
        return self.at_once == now and self.a_week_later == later and not self.once_more

    def write(self, path: Path) -> None:
        """As JSON."""
        path.write_text(json.dumps(asdict(self)), "utf-8")

    @classmethod
    def read(cls, path: Path) -> Month:
        """What `write` wrote."""
        return cls(**json.loads(path.read_text("utf-8")))


@dataclass(frozen=True, slots=True)
class Differences:
    """Changes between the two months, a line each; `seen` and `declared` agree where the other two are empty."""

    declared: int
    seen: int
    not_seen: tuple[str, ...]
    beyond: tuple[str, ...]

    @property
    def right(self) -> bool:
        """Exactly what was declared."""
        return self.declared > 0 and not self.not_seen and not self.beyond


def settings(folder: Path, laboratory: Path, port: int, *, canary: str) -> None:
    """For this laboratory, and a relay on this port."""
    see_laboratory(folder, laboratory, canary=canary)
    change(folder, "sender", {"name": "Syndicat numérique du Laboratoire", "email": "contact@syndicat-exemple.fr"})
    relay = {"relay": "127.0.0.1", "port": port, "security": "none", "from": "audit@syndicat-exemple.fr", "per_minute": 6_000}
    change(folder, "mail", relay)


def members_list(towns: tuple[RealTown, ...]) -> str:
    """A list as a syndicate keeps it: French headings, semicolons."""
    out = io.StringIO()
    sheet = csv.writer(out, delimiter=";", lineterminator="\r\n")
    sheet.writerow(COLUMNS)
    for index, town in enumerate(towns):
        name, number = f"Commune-du-Laboratoire-{index:04}", f"{index:04}"
        group = f"Communauté de communes n° {index // 50 + 1}"
        sheet.writerow((name, f"49{index + 1:03}", 300 + 13 * index, "49", group, f"https://{town.domain}/",
                        f"maire-{number}@syndicat-exemple.fr", f"agent-{number}@syndicat-exemple.fr", "OVHcloud"))  # fmt: skip
    return out.getvalue()


def posted(boxes: Path, before: frozenset[Path]) -> dict[str, int]:
    """Mails that arrived since, by kind. Raises AssertionError where one address has two of a kind."""
    kinds: Counter[tuple[str, str]] = Counter()
    for path in set(boxes.glob("all/new/*")) - before:
        mail = message_from_bytes(path.read_bytes(), policy=policy.default)
        names = [part.get_filename() or "" for part in mail.walk() if part.get_content_disposition() == "attachment"]
        kind = SHORT if not names else LETTER if all("lettre" in name for name in names) else SHEET
        kinds[kind, str(mail["To"])] += 1
    assert not (twice := [key for key, count in kinds.items() if count > 1]), twice
    return dict(Counter(kind for kind, _ in kinds))


def differences(store: Path, before: tuple[RealTown, ...], after: tuple[RealTown, ...]) -> Differences:
    """What the history says changed, held against what was changed."""
    declared, seen = set[str](), set[str]()
    with open_store(f"sqlite:///{store}") as opened:
        history = History(opened, load_catalogue())
        for old, new in zip(before, after, strict=True):
            declared |= {_line(old.domain, _NEW, *pair) for pair in new.must - old.must}
            declared |= {_line(old.domain, _FIXED, *pair) for pair in old.must - new.must}
            last = history.latest(old.domain)
            first = history.before(old.domain, last.started_at) if last else None
            if last is None or first is None:
                seen.add(f"{old.domain}: scanned once, or never")
                continue
            seen |= {line for change in compare(first, last).moved for line in _lines(old.domain, change)}
    return Differences(len(declared), len(seen), tuple(sorted(declared - seen)), tuple(sorted(seen - declared)))


def _lines(domain: str, change: Change) -> set[str]:
    return {_line(domain, change.movement, change.check, subject.key) for subject in change.subjects}


def _line(domain: str, movement: Movement, check: str, subject: str) -> str:
    return f"{domain}: {movement}: {check} on {subject}"


def render(months: tuple[Month, ...], seen: Differences, moved: int) -> str:
    """Everything, for the terminal."""
    lines = [f"{'':<38}{'first month':>14}{'second month':>14}"]
    rows = (
        ("members", [month.members for month in months]),
        ("seconds of the campaign", [round(month.scanning) for month in months]),
        ("sheets, at once", [month.at_once.get(SHEET, 0) for month in months]),
        ("letters, a week later", [month.a_week_later.get(LETTER, 0) for month in months]),
        ("three lines, at once", [month.at_once.get(SHORT, 0) for month in months]),
        ("three lines, a week later", [month.a_week_later.get(SHORT, 0) for month in months]),
        ("sent a second time", [sum(month.once_more.values()) for month in months]),
    )
    lines += [f"{title:<38}" + "".join(f"{value:>14}" for value in values) for title, values in rows]
    lines.append(f"towns that changed: {moved}; changes declared: {seen.declared}, seen: {seen.seen}")
    lines += [f"  not seen: {line}" for line in seen.not_seen] + [f"  beyond what was declared: {line}" for line in seen.beyond]
    lines += [f"  month {number}: the mails differ: {month}" for number, month in enumerate(months, 1) if not month.right]
    return "\n".join(lines)
