"""Mails that a real Postfix sends back, one of each kind. `python -m tests.delivery.bounced FOLDER` records them again."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scanner.delivery.bounces import Action
from scanner.delivery.mail import Delivered
from scanner.delivery.relay import Relay
from tests.delivery.postfix import local_postfix
from tests.delivery.servers import Handler, aiosmtpd_server, mail, settings

RECORDED = Path(__file__).parent / "bounces"
MESSAGE_ID = "<beffroi.0f1e2d@syndicat-exemple.fr>"
CONTENT = f"Message-ID: {MESSAGE_ID}\r\nSubject: essai\r\n\r\nBonjour.\r\n".encode()


@dataclass(frozen=True, slots=True)
class Case:
    """To whom, under which settings of Postfix, with which answers of the next server; and what must be read.

    `{port}` in a setting is the next server's; without `answers` nothing listens there.
    """

    name: str
    to: str
    expected: tuple[Action, str, str]
    settings: Mapping[str, str]
    answers: Mapping[str, str] | None = None


_NEXT = {"transport_maps": "inline:{{ailleurs-exemple.fr=smtp:[127.0.0.1]:{port}}}"}
CASES = (
    Case(
        "unknown-user",
        "personne@saint-exemple.fr",
        (Action.FAILED, "5.1.1", "unknown user"),
        {"smtpd_reject_unlisted_recipient": "no"},
    ),
    Case(
        "refused-recipient",
        "mairie@ailleurs-exemple.fr",
        (Action.FAILED, "5.7.1", "550 5.7.1 Ce service n'accepte pas ce message"),
        _NEXT,
        {"RCPT": "550 5.7.1 Ce service n'accepte pas ce message"},
    ),
    Case(
        "refused-content-headers-only",
        "mairie@ailleurs-exemple.fr",
        (Action.FAILED, "5.6.0", "554 5.6.0 Contenu non conforme"),
        {**_NEXT, "bounce_size_limit": "1"},
        {"DATA": "554 5.6.0 Contenu non conforme"},
    ),
    Case(
        "expired",
        "mairie@ailleurs-exemple.fr",
        (Action.FAILED, "4.4.1", "Connection refused"),
        {**_NEXT, "maximal_queue_lifetime": "0"},
    ),
    Case(
        "delayed",
        "mairie@ailleurs-exemple.fr",
        (Action.DELAYED, "4.4.1", "Connection refused"),
        {**_NEXT, "delay_warning_time": "1s", "queue_run_delay": "1s", "minimal_backoff_time": "1s"},
    ),
)


def bounce(case: Case) -> bytes:
    """Send the mail, and wait for what comes back."""
    if case.answers is None:
        return _through(case, 1)  # nothing listens on port 1
    with aiosmtpd_server(Handler(dict(case.answers))) as port:
        return _through(case, port)


def _through(case: Case, port: int) -> bytes:
    given = {name: value.format(port=port) if "{port}" in value else value for name, value in case.settings.items()}
    with local_postfix(("audit",), given) as postfix:
        with Relay(settings(postfix.port)) as relay:
            assert isinstance(relay.deliver(mail(CONTENT, case.to)), Delivered)
        return postfix.mails("audit")[0]


if __name__ == "__main__":
    for each in CASES:
        (Path(sys.argv[1]) / f"{each.name}.eml").write_bytes(bounce(each))
