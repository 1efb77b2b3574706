"""`[sender]`, `[[authority]]`, `[mail]` and `[store]`: who writes, to whom, by which relay, and where it is remembered."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, StringConstraints, field_validator, model_validator

from scanner.dossier import Role, Sender, Town
from scanner.settings.table import Table, readable, wrong

#: One address, without a display name: nothing in it can end a header or add a recipient.
Address = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,253}$")]
#: Words on one line, as they are printed.
Line = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*$")]
Document = Literal["letter", "technical", "tickets"]


class SenderSettings(Table):
    """`[sender]`: whom the reader can call, printed at the foot of every document."""

    name: Line = ""
    phone: Line = ""
    email: Address | Literal[""] = ""

    def sender(self) -> Sender:
        """As the documents take it."""
        return Sender(self.name, self.phone, self.email)


class RecipientSettings(Table):
    """One person of an authority, and the documents that this person receives."""

    to: Address
    documents: tuple[Document, ...] = ("letter",)


class AuthoritySettings(Table):
    """`[[authority]]`: how the documents address the owner of a domain, and who receives which."""

    domain: str
    name: Line = ""
    salutation: Line = ""
    departement: str = Field(default="", pattern=r"^(\d{2}|2[AB]|9[78]\d)?$")
    suppliers: dict[Role, str] = Field(default_factory=dict)
    recipients: tuple[RecipientSettings, ...] = ()

    @field_validator("domain")
    @classmethod
    def _plain(cls, value: str) -> str:
        from scanner.names import NotADomain, read_domain

        try:
            return read_domain(value).ascii
        except NotADomain as problem:
            raise wrong("no_domain", value=problem.typed) from problem

    def town(self) -> Town:
        """As the documents take it."""
        return Town(self.name, self.salutation, self.departement, tuple(self.suppliers.items()))


class DkimSettings(Table):
    """`[mail.dkim]`: our own signature (RFC 6376), where the relay does not sign."""

    domain: str = Field(pattern=r"^[a-z0-9.-]{1,253}$")
    selector: str = Field(pattern=r"^[a-z0-9._-]{1,63}$")
    key_file: Path

    @field_validator("key_file")
    @classmethod
    def _there(cls, value: Path) -> Path:
        return readable(value)


class MailSettings(Table):
    """`[mail]`: the relay and the form of what it carries. Without a relay every mail is written to a file instead."""

    relay: str = Field(default="", pattern=r"^([A-Za-z0-9.-]{1,253}|\[[0-9a-fA-F:]{2,45}\])?$")
    port: int = Field(default=587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    ca_file: Path | None = None
    username: str = ""
    password: SecretStr | None = None
    password_file: Path | None = None
    sender: Address | Literal[""] = Field(default="", alias="from")
    reply_to: Address | Literal[""] = ""
    unsubscribe: str = Field(default="", pattern=r"^(mailto:[^\s<>]{3,200}|https://[^\s<>]{4,300})?$")
    letter: Literal["attached", "body", "notice"] = "attached"
    per_minute: int = Field(default=60, ge=1, le=6_000)
    dkim: DkimSettings | None = None

    @field_validator("ca_file", "password_file")
    @classmethod
    def _there(cls, value: Path | None) -> Path | None:
        return None if value is None else readable(value)

    @model_validator(mode="after")
    def _complete(self) -> MailSettings:
        if self.relay and not self.sender:
            raise wrong("relay_needs_from")
        if self.username and self.security == "none" and not re.match(r"^(127\.|\[::1\]|localhost$)", self.relay):
            raise wrong("password_needs_starttls")
        return self

    def secret(self) -> str:
        """The password, "" where there is none; the file wins, without its line end."""
        if self.password_file is not None:
            return self.password_file.read_text("utf-8").rstrip("\r\n")
        return self.password.get_secret_value() if self.password else ""


class StoreSettings(Table):
    """`[store]`: an SQLAlchemy address; a relative SQLite file stands beside the settings file."""

    url: str = "sqlite:///beffroi.db"
