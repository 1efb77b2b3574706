"""`beffroi authorities import`: what would change is shown before a word of it is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import typer

from scanner.cli.desk import Desk
from scanner.cli.exits import Exit
from scanner.cli.request import UsageError
from scanner.cli.troubles import system_trouble
from scanner.names import shown_name
from scanner.registry.issues import Issue
from scanner.registry.model import FIELDS, Authority, Origin, Source
from scanner.registry.open_data import read_list
from scanner.registry.planning import Change, Plan, Wanted, plan

SHOWN = 20  # lines of each kind, without --all

ONLINE = {origin.value: origin for origin in (Origin.ANCT, Origin.SERVICE_PUBLIC)}


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """An import as asked for: a file, or the name of a list that is fetched."""

    place: str
    wanted: Wanted
    yes: bool
    everything: bool


def import_list(desk: Desk, request: ImportRequest) -> Exit:
    """Preview, then write where a person agrees. PARTIAL where lines were kept out."""
    listing, origin = read_list(_content(desk, request.place))
    planned = plan(desk.register.authorities(), listing, Source(origin, desk.today), request.wanted)
    _preview(desk, planned, origin, len(listing.records), request.everything)
    if planned.changes:
        if desk.agrees("import.question", request.yes, count=len(planned.changes)):
            desk.register.save_all((change.after for change in planned.changes), what="authority.import")
            desk.say("import.written", count=len(planned.changes))
        else:
            desk.say("import.not_written")
    return Exit.PARTIAL if planned.problems else Exit.DONE


def _content(desk: Desk, place: str) -> bytes:
    path = Path(place)
    if place in ONLINE and not path.exists():
        from scanner.registry.fetching import fetch_list

        return fetch_list(ONLINE[place], desk.settings.network.user_agent)
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(desk.text("import.not_readable", path=place, why=system_trouble(error, desk.lang))) from error


def _preview(desk: Desk, planned: Plan, origin: Origin, lines: int, everything: bool) -> None:
    new = [change for change in planned.changes if change.before is None]
    changed = [change for change in planned.changes if change.before is not None]
    desk.say("import.source", origin=desk.text(f"origin.{origin}"), lines=lines)
    desk.say("import.counts", new=len(new), changed=len(changed), same=planned.unchanged, out=len(planned.problems))
    limit = None if everything else SHOWN
    _listed(desk, "", [_created(desk, change) for change in new], limit)
    _listed(desk, "", [_modified(desk, change) for change in changed], limit)
    _listed(desk, "import.problems", [_issue(desk, each) for each in planned.problems], None)
    _listed(desk, "import.remarks", [_issue(desk, each) for each in planned.remarks], limit)
    if planned.ignored:
        desk.say("import.ignored", columns=", ".join(planned.ignored))


def _listed(desk: Desk, heading: str, lines: Sequence[str], limit: int | None) -> None:
    if lines and heading:
        desk.say(heading)
    for line in lines[:limit]:
        typer.echo(line)
    if limit is not None and len(lines) > limit:
        desk.say("import.more", count=len(lines) - limit)


def _issue(desk: Desk, found: Issue) -> str:
    return desk.text("import.line", line=found.line, text=desk.text(f"issue.{found.kind}", **dict(found.facts)))


def _created(desk: Desk, change: Change) -> str:
    after = change.after
    names = ", ".join(_names(after)) or desk.text("none_scanned")
    codes = ", ".join(code for code in (after.siren, after.insee) if code) or "–"
    return desk.text("import.created", name=after.name, kind=desk.text(f"kind.{after.kind}"), codes=codes, domains=names)


def _modified(desk: Desk, change: Change) -> str:
    before = change.before or change.after
    parts = [
        desk.text(
            "import.field",
            field=desk.text(f"field.{field}"),
            old=_shown(desk, before, field),
            new=_shown(desk, change.after, field),
        )
        for field in FIELDS
        if getattr(before, field) != getattr(change.after, field)
    ]
    parts += _added(desk, "domains", _names(before), _names(change.after))
    parts += _added(desk, "tags", before.tags, change.after.tags)
    parts += _added(desk, "contacts", [each.email for each in before.contacts], [each.email for each in change.after.contacts])
    hosts = [[each.supplier for each in side.suppliers] for side in (before, change.after)]
    parts += _added(desk, "suppliers", *hosts)
    apart = " ; " if desk.lang == "fr" else "; "
    return desk.text("import.modified", name=change.after.name, parts=apart.join(parts or [desk.text("import.source_only")]))


def _names(authority: Authority) -> list[str]:
    return [str(shown_name(domain.name)) for domain in authority.domains]


def _shown(desk: Desk, authority: Authority, field: str) -> str:
    value = getattr(authority, field)
    if field == "kind":
        return desk.text(f"kind.{value}")
    return "–" if value in (None, "") else str(value)


def _added(desk: Desk, field: str, before: Sequence[str], after: Sequence[str]) -> list[str]:
    signs = [f"+ {each}" for each in after if each not in before] + [f"– {each}" for each in before if each not in after]
    return [desk.text("import.list", field=desk.text(f"field.{field}"), values=", ".join(signs))] if signs else []
