"""`[correspondence]`: who hears of a campaign when, who is alerted, how often a supplier is reminded. docs/correspondance.md."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, StringConstraints, field_validator, model_validator

from scanner.settings.mail import Address
from scanner.settings.table import Table, readable, wrong

#: The base of a registry's RDAP service (RFC 9082), or the address of a webhook.
WebAddress = Annotated[str, StringConstraints(pattern=r"^https?://[^\s<>\"]{3,300}$")]
LEAST_SECRET = 16  # characters
#: From the bootstrap registry of IANA (RFC 9224).
AFNIC = "https://rdap.nic.fr/"


class WebhookSettings(Table):
    """`[correspondence.webhook]`: a service of ours that takes alerts, such as an SMS gateway or a chat.

    `secret` signs what is sent. `details` adds the check, the subject and the evidence to the title.
    """

    url: WebAddress
    secret: SecretStr | None = None
    secret_file: Path | None = None
    details: bool = False
    seconds: float = Field(default=10.0, gt=0, le=60)

    @field_validator("secret_file")
    @classmethod
    def _there(cls, value: Path | None) -> Path | None:
        return None if value is None else readable(value)

    @model_validator(mode="after")
    def _signed(self) -> WebhookSettings:
        if len(self.key()) < LEAST_SECRET:
            raise wrong("webhook_needs_secret", least=LEAST_SECRET)
        return self

    def key(self) -> bytes:
        """What signs; the file wins, without its line end."""
        if self.secret_file is not None:
            return self.secret_file.read_bytes().rstrip(b"\r\n")
        return self.secret.get_secret_value().encode() if self.secret else b""


class CorrespondenceSettings(Table):
    """`[correspondence]`. Days count from the approval of a campaign; `rdap` is the base address by ending of the name."""

    mayor_after_days: int = Field(default=7, ge=0, le=60)
    exposure_contact: Address | Literal[""] = ""
    grade_when_unchanged: bool = False
    alert_to: tuple[Address, ...] = ()
    alert_days: tuple[Annotated[int, Field(ge=1, le=90)], ...] = (14, 7, 1)
    webhook: WebhookSettings | None = None
    remind_every_days: int = Field(default=14, ge=1, le=120)
    reminders: int = Field(default=3, ge=0, le=12)
    rdap: dict[str, WebAddress] = Field(default_factory=lambda: {"fr": AFNIC})
