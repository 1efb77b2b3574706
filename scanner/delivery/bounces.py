"""A mail that came back (RFC 6522, RFC 3464): which one, why, and for how long."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, message_from_string
from email.message import Message
from enum import StrEnum

from scanner.report.values import visible

MAX_READ = 262_144  # bytes; what is asked for stands before the body of the returned mail
MAX_TEXT = 400
_REPORT_TYPE = re.compile(r"\breport-type\s*=\s*\"?delivery-status\b", re.IGNORECASE)
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,250}>")


class Action(StrEnum):
    """What the reporting server did (RFC 3464 2.3.3), the worst first."""

    FAILED = "failed"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    RELAYED = "relayed"
    EXPANDED = "expanded"


@dataclass(frozen=True, slots=True)
class Bounce:
    """`message_id` is that of our mail, "" where its headers were not returned; `status` as in RFC 3463; `diagnostic` is
    what the last server said, made visible and cut."""

    message_id: str
    recipient: str
    action: Action
    status: str
    diagnostic: str


def read_bounce(content: bytes) -> Bounce | None:
    """The report in a mail; None for any other mail. Of several recipients, the one that fared worst. Nothing raises."""
    try:
        report = next(_reports(message_from_bytes(content[:MAX_READ])), None)
    except RecursionError:  # parts in parts in parts: nothing that a mail server writes
        return None
    if report is None:
        return None
    blocks = [block for part in _parts(report) for block in _blocks(part)]
    worst = min(blocks, key=lambda block: list(Action).index(block[0]), default=None)
    if worst is None:
        return None
    action, fields = worst
    status = _STATUS.search(_field(fields, "Status"))
    return Bounce(
        message_id=next((found for part in _parts(report) for found in _message_ids(part)), ""),
        recipient=_typed(fields, "Original-Recipient") or _typed(fields, "Final-Recipient"),
        action=action,
        status=status.group() if status else "",
        diagnostic=_typed(fields, "Diagnostic-Code"),
    )


def _reports(message: Message) -> Iterator[Message]:
    for part in message.walk():
        if part.get_content_type() == "multipart/report" and _REPORT_TYPE.search(_field(part, "Content-Type")):
            yield part


def _blocks(part: Message) -> Iterator[tuple[Action, Message]]:
    """The fields of each recipient; those of the message as a whole have no action."""
    if part.get_content_type() == "message/delivery-status":
        for block in _parts(part):
            action = _field(block, "Action").lower()
            if action in list(Action):
                yield Action(action), block


def _message_ids(part: Message) -> Iterator[str]:
    """From the returned mail, or from its headers alone."""
    returned: list[Message] = []
    if part.get_content_type() == "message/rfc822":
        returned = _parts(part)
    elif part.get_content_type() == "text/rfc822-headers":
        returned = [message_from_string(str(part.get_payload()))]
    for each in returned[:1]:
        if found := _MESSAGE_ID.search(_field(each, "Message-ID")):
            yield found.group()


def _parts(message: Message) -> list[Message]:
    payload = message.get_payload()
    return [part for part in payload if isinstance(part, Message)] if isinstance(payload, list) else []


def _typed(fields: Message, name: str) -> str:
    """A field of the form `type; text` (RFC 3464 2.1.2): its text, on one line."""
    kind, separator, text = _field(fields, name).partition(";")
    return visible(" ".join((text if separator else kind).split()), MAX_TEXT)


def _field(fields: Message, name: str) -> str:
    return str(fields.get(name, "")).strip()
