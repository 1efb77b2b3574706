"""One frozen Settings from a TOML file and the environment (`BEFFROI_NETWORK__VALIDATING=true`)."""

from __future__ import annotations

import errno
import re
import tomllib
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from scanner.dossier import Town
from scanner.settings.campaign import CampaignSettings
from scanner.settings.correspondence import CorrespondenceSettings
from scanner.settings.mail import AuthoritySettings, MailSettings, SenderSettings, StoreSettings
from scanner.settings.network import MandateSettings, NetworkSettings, OptOut, parse_resolver
from scanner.settings.portfolio import PortfolioSettings

__all__ = ["MandateSettings", "NetworkSettings", "OptOut", "Settings", "SettingsError", "load_settings", "parse_resolver"]

#: The keys that name a file; a relative one stands beside the settings file that names it.
_FILES = (
    ("network", "ca_file"),
    ("mail", "ca_file"),
    ("mail", "password_file"),
    ("mail", "dkim", "key_file"),
    ("correspondence", "webhook", "secret_file"),
)
_SQLITE = "sqlite:///"


class SettingsError(Exception):
    """The settings cannot be used. `kind` and `problem` are keys of the messages (`settings.<kind>`,
    `settings.problem.<problem>`), `place` is a file or a setting, `facts` fill the message."""

    def __init__(self, kind: str, place: str, problem: str = "", **facts: object) -> None:
        super().__init__(" ".join((kind, place, problem, *(f"{name}={value}" for name, value in facts.items()))))
        self.kind = kind
        self.place = place
        self.problem = problem
        self.facts = facts


class Settings(BaseSettings):
    """Everything that an installation may set."""

    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", env_prefix="BEFFROI_", env_nested_delimiter="__", populate_by_name=True
    )

    network: NetworkSettings = Field(default_factory=NetworkSettings)
    mandate: MandateSettings | None = None
    sender: SenderSettings = Field(default_factory=SenderSettings)
    authority: tuple[AuthoritySettings, ...] = ()
    mail: MailSettings = Field(default_factory=MailSettings)
    store: StoreSettings = Field(default_factory=StoreSettings)
    correspondence: CorrespondenceSettings = Field(default_factory=CorrespondenceSettings)
    campaign: CampaignSettings = Field(default_factory=CampaignSettings)
    portfolio: PortfolioSettings = Field(default_factory=PortfolioSettings)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment wins over the file."""
        return (env_settings, init_settings)

    def town(self, domain: str) -> Town:
        """How the owner of this domain is addressed; an empty Town where the settings do not say."""
        return next((authority.town() for authority in self.authority if authority.domain == domain), Town())


def load_settings(path: Path | None) -> Settings:
    """Read the file, then the environment. Raises SettingsError with one line."""
    content: dict[str, Any] = {}
    if path is not None:
        try:
            content = tomllib.loads(path.read_text("utf-8"))
        except OSError as error:
            raise SettingsError("unreadable", str(path), why=errno.errorcode.get(error.errno or 0, "?")) from error
        except UnicodeDecodeError as error:
            raise SettingsError("not_utf_8", str(path)) from error
        except tomllib.TOMLDecodeError as error:
            line = re.search(r"line (\d+)", str(error))  # it has no attribute before Python 3.14
            raise SettingsError("not_toml", str(path), line=line[1] if line else "?") from error
        _stand_beside(path.parent, content)
    try:
        return Settings(**content)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise SettingsError("value", place, first["type"], **_expected(first.get("ctx", {}))) from error


def _expected(context: dict[str, Any]) -> dict[str, Any]:
    """What the mistake says of itself; words that are allowed, without the library's own between them."""
    if isinstance(context.get("expected"), str):
        return {"expected": ", ".join(re.findall(r"'([^']*)'", context["expected"]))}
    return {name: value for name, value in context.items() if isinstance(value, str | int | float)}


def _stand_beside(folder: Path, content: dict[str, Any]) -> None:
    for *tables, key in _FILES:
        table: Any = content
        for name in tables:
            table = table.get(name) if isinstance(table, dict) else None
        if isinstance(table, dict) and isinstance(table.get(key), str):
            table[key] = str(folder / table[key])
    store = content.get("store")
    store = content.setdefault("store", {}) if store is None else store
    if isinstance(store, dict):
        url = store.get("url", StoreSettings().url)
        if isinstance(url, str) and url.startswith(_SQLITE):
            store["url"] = f"{_SQLITE}{folder / url.removeprefix(_SQLITE)}"
