from dataclasses import replace

import pytest

from scanner.model import MailServer, Outcome, Reason, Status
from scanner.scan import own_port_25

FIRST, SECOND = MailServer("mx1.hebergeur.example"), MailServer("mx2.hebergeur.example")
SILENT = tuple(Outcome("mail.starttls-missing", server, Status.UNKNOWN, reason=Reason.SILENT) for server in (FIRST, SECOND))


def test_when_every_mail_server_is_silent_it_is_said_to_be_on_our_side() -> None:
    assert {outcome.reason for outcome in own_port_25(SILENT)} == {Reason.OURS}


ANSWERED = replace(SILENT[1], status=Status.PASS, reason=None)


@pytest.mark.parametrize("other", [ANSWERED, replace(SILENT[1], reason=Reason.THROTTLED)])
def test_when_one_mail_server_answers_the_silence_is_theirs(other: Outcome) -> None:
    assert own_port_25((SILENT[0], other)) == (SILENT[0], other)
