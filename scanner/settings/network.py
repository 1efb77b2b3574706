"""`[network]` and `[mandate]`: how the world is reached, and what an authority allowed."""

from __future__ import annotations

import ipaddress
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, IPvAnyAddress, IPvAnyNetwork, field_validator

from scanner.dossier import Visitor
from scanner.settings.table import Table, readable, wrong

Port = Annotated[int, Field(ge=1, le=65535)]


class OptOut(Table):
    """A domain whose owner asked not to be looked at, until a date (included); for ever without one."""

    domain: str
    until: date | None = None

    def covers(self, name: str, today: date) -> bool:
        """Whether a name is that domain or below it, and the date has not passed."""
        named = name == self.domain or name.endswith("." + self.domain)
        return named and (self.until is None or today <= self.until)


class NetworkSettings(Table):
    """`[network]`: how we reach the world. `allow`, `ports` and `ca_file` are for laboratories.

    `beffroi doctor` tests this machine with what stands here: `canary` is a domain of ours whose site and mail answer,
    `bogus_name` a name whose signatures are wrong on purpose, `outside_resolver` a resolver that our own network does
    not influence. `sources` are our public addresses, named in the messages that ask a host to let us look.
    """

    resolvers: tuple[str, ...] = ()
    validating: bool = False
    allow: tuple[IPvAnyNetwork, ...] = ()
    deny: tuple[IPvAnyNetwork, ...] = ()
    ca_file: Path | None = None
    ports: dict[Port, Port] = Field(default_factory=dict)
    contact: str = "https://beffroi.example/contact"
    ehlo_name: str = Field(default="beffroi.invalid", pattern=r"^[A-Za-z0-9.-]{1,200}$")
    connections_per_address: int = Field(default=2, ge=1, le=2)
    starts_per_second: float = Field(default=10.0, gt=0, le=50)
    opt_out: tuple[OptOut, ...] = ()
    canary: str = ""
    bogus_name: str = ""
    outside_resolver: str = ""
    sources: tuple[IPvAnyAddress, ...] = ()

    def visitor(self) -> Visitor:
        """How the messages to hosts name our connections."""
        return Visitor(self.user_agent, self.contact, tuple(map(str, self.sources)))

    @property
    def user_agent(self) -> str:
        """Names the project and a contact, without the words that some shields answer 429 to."""
        return f"Mozilla/5.0 (compatible; Beffroi/0.1; +{self.contact})"

    @field_validator("contact")
    @classmethod
    def _one_line(cls, value: str) -> str:
        if not value.isascii() or not value.isprintable():
            raise wrong("one_ascii_line")
        return value

    @field_validator("resolvers")
    @classmethod
    def _addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for text in value:
            _resolver(text)
        return value

    @field_validator("outside_resolver")
    @classmethod
    def _address(cls, value: str) -> str:
        if value:
            _resolver(value)
        return value

    @field_validator("canary", "bogus_name")
    @classmethod
    def _domain(cls, value: str) -> str:
        from scanner.names import NotADomain, read_domain

        try:
            return read_domain(value).ascii if value else ""
        except NotADomain as problem:
            raise wrong("no_domain", value=problem.typed) from problem

    @field_validator("ca_file")
    @classmethod
    def _readable(cls, value: Path | None) -> Path | None:
        return None if value is None else readable(value)


class MandateSettings(Table):
    """`[mandate]`: a lasting mandate. `dedicated` names addresses, or is `all`."""

    authority: str
    signatory: str
    domains: tuple[str, ...]
    levels: tuple[Literal["active", "intrusive"], ...] = ("active",)
    dedicated: tuple[str, ...] = ()
    valid_from: date | None = Field(default=None, alias="from")
    valid_until: date | None = Field(default=None, alias="until")

    @field_validator("dedicated")
    @classmethod
    def _literals(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for text in value:
            try:
                _ = text == "all" or ipaddress.ip_address(text)
            except ValueError as error:
                raise wrong("no_address", value=text[:80]) from error
        return value


def _resolver(text: str) -> None:
    try:
        host, port = parse_resolver(text)
        ipaddress.ip_address(host)
    except ValueError as error:
        raise wrong("no_resolver", value=text[:80]) from error
    if not 1 <= port <= 65535:
        raise wrong("no_resolver", value=text[:80])


def parse_resolver(text: str) -> tuple[str, int]:
    """(address, port) from `address`, `address:port` or `[v6]:port`; the port is 53 where none is given."""
    if text.startswith("["):
        address, _, port = text[1:].partition("]")
        return address, int(port.lstrip(":") or 53)
    if text.count(":") == 1:
        address, _, port = text.partition(":")
        return address, int(port)
    return text, 53
