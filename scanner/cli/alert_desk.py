"""What `beffroi alerts` and `beffroi calendar` show and do. Raises UsageError with one line that says what to do."""

from __future__ import annotations

import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

import typer

from scanner.campaign.alerting import AlertDesk
from scanner.campaign.alerts import Alert
from scanner.campaign.webhook import Taken, Webhook
from scanner.catalogue import load_catalogue
from scanner.cli.desk import Desk
from scanner.cli.exits import Exit
from scanner.cli.messages import say
from scanner.cli.post_desk import deliver
from scanner.cli.request import UsageError
from scanner.cli.workspace import plain_spaces
from scanner.cli.writing import FileWriter
from scanner.delivery.outbox import Outbox
from scanner.followup.agenda import Agenda
from scanner.followup.ics import to_ics
from scanner.history import History
from scanner.service.alarms import fresh_alerts

REGISTRY_SECONDS = 1.0  # between two questions to a registry


def run(desk: Desk) -> Exit:
    """PARTIAL while somebody could not be told, or where the settings name nobody."""
    catalogue, lang = load_catalogue(), desk.lang
    board = AlertDesk(desk.store, desk.register, catalogue, desk.settings)
    fresh = fresh_alerts(board, desk.register, catalogue, desk.settings)
    for kept in fresh:
        _print(desk, "line", day=kept.moment.date().isoformat(), domain=kept.alert.domain, title=_title(board, kept.alert, lang))
    told = desk.settings.correspondence
    if not told.alert_to and told.webhook is None:
        print(say(lang, "alerts.nobody", count=len(fresh)), file=sys.stderr)
        return Exit.PARTIAL
    code = _mail(desk, board)
    return max(code, _post(desk, board))


def print_alerts(desk: Desk, days: int) -> None:
    """The alerts of the last days, and who has been told."""
    board = AlertDesk(desk.store, desk.register, load_catalogue(), desk.settings)
    found = board.recent(desk.register.clock() - timedelta(days=days))
    for kept in found:
        facts = {
            "day": kept.moment.date().isoformat(),
            "domain": kept.alert.domain,
            "title": _title(board, kept.alert, desk.lang),
        }
        _print(desk, "line", **facts)
        if kept.alert.check:
            evidence, subjects = " · ".join(kept.alert.evidence[:3]), ", ".join(kept.alert.names)
            _print(desk, "detail", check=kept.alert.check, subject=subjects[:300], evidence=evidence[:300] or "–")
    if not found:
        _print(desk, "none")


def write_calendar(desk: Desk, path: Path, *, registries: bool) -> Exit:
    """PARTIAL where a registry did not say."""
    agenda = Agenda(desk.store, desk.register, History(desk.store, load_catalogue()))
    untold = 0
    if registries:
        agent = desk.settings.network.user_agent
        for domain, told in agenda.ask_registries(desk.settings.correspondence, agent, lambda: time.sleep(REGISTRY_SECONDS)):
            if not isinstance(told, datetime):
                untold += 1
                key = f"calendar.untold.{told.kind}"
                typer.echo(say(desk.lang, key, domain=domain, detail=told.detail), err=True)
    found = agenda.appointments()
    FileWriter(desk.lang).replace(path, to_ics(found, desk.lang))
    typer.echo(say(desk.lang, "calendar.written", count=len(found), path=path))
    return Exit.PARTIAL if untold else Exit.DONE


def _mail(desk: Desk, board: AlertDesk) -> Exit:
    if not desk.settings.correspondence.alert_to:
        return Exit.DONE
    if not desk.settings.mail.relay:
        _print(desk, "no_relay")
        return Exit.PARTIAL
    try:
        count = board.mail(Outbox(desk.store, clock=desk.register.clock), desk.lang)
    except ValueError as error:
        raise UsageError(say(desk.lang, "alerts.not_made", why=error)) from error
    return deliver(desk) if count else Exit.DONE


def _post(desk: Desk, board: AlertDesk) -> Exit:
    settings = desk.settings.correspondence.webhook
    if settings is None:
        return Exit.DONE
    code = Exit.DONE
    for kept, answer in board.post(Webhook(settings, desk.settings.network.user_agent), desk.lang):
        if answer.taken is not Taken.YES:
            facts = {"domain": kept.alert.domain, "answer": answer.status or answer.detail}
            print(say(desk.lang, f"alerts.webhook_{answer.taken.value}", **facts), file=sys.stderr)
            code = Exit.PARTIAL
    return code


def _title(board: AlertDesk, alert: Alert, lang: str) -> str:
    return plain_spaces(board.title(alert, lang))


def _print(desk: Desk, key: str, **facts: object) -> None:
    typer.echo(say(desk.lang, f"alerts.{key}", **facts))
