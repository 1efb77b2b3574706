"""The settings that `beffroi init` writes explain every setting there is, and mean what they say."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from scanner.registry import Register
from scanner.settings import Settings, load_settings
from scanner.store.engine import open_store
from scanner.store.errors import StoreError
from scanner.workspace import WorkspaceError, make_workspace
from scanner.workspace.initial import settings_text

LANGUAGES = ("fr", "en")
NAMED_FILES = ("autorite.pem", "autorite-interne.pem", "mot-de-passe", "dkim.pem", "secret-passerelle")


def uncommented(text: str) -> str:
    """Every example taken at its word."""
    return re.sub(r"^#(?=\S)", "", text, flags=re.MULTILINE)


def settings_there_are(model: type[BaseModel] = Settings, above: str = "") -> Iterator[str]:
    """`network.resolvers`, `mail.dkim.selector`…, as a file writes them."""
    for name, field in model.model_fields.items():
        key = f"{above}{field.alias or name}"
        inner = next((each for each in _models(field.annotation)), None)
        if inner is None:
            yield key
        else:
            yield from settings_there_are(inner, f"{key}.")


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in getattr(annotation, "__args__", ()):
        yield from _models(part)


def settings_written(content: Any, above: str = "") -> Iterator[str]:
    if isinstance(content, dict) and not above.endswith(("ports.", "suppliers.", "rdap.")):
        for key, value in content.items():
            yield from settings_written(value, f"{above}{key}.")
    elif isinstance(content, list) and content and isinstance(content[0], dict):
        yield from settings_written(content[0], above)
    else:
        yield above.rstrip(".")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_setting_stands_in_the_file(lang: str) -> None:
    assert set(settings_written(tomllib.loads(uncommented(settings_text(lang))))) == set(settings_there_are())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_group_of_settings_has_a_word_of_explanation(lang: str) -> None:
    for group in settings_text(lang).split("\n\n"):
        lines = group.splitlines()
        if any(re.match(r"#?[a-z_]+ = ", line) for line in lines):
            assert any(line.startswith("# ") and "──" not in line for line in lines), group


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_file_as_it_is_changes_nothing(lang: str, tmp_path: Path) -> None:
    path = tmp_path / "beffroi.toml"
    path.write_text(settings_text(lang), "utf-8")
    written = load_settings(path)
    path.write_text("", "utf-8")
    assert written == load_settings(path)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_example_is_accepted(lang: str, tmp_path: Path) -> None:
    for name in NAMED_FILES:
        (tmp_path / name).write_text("un secret assez long", "utf-8")
    path = tmp_path / "beffroi.toml"
    path.write_text(uncommented(settings_text(lang)), "utf-8")
    settings = load_settings(path)
    assert settings.mandate is not None
    assert settings.mail.dkim is not None
    assert settings.authority[0].recipients


def test_both_languages_set_the_same() -> None:
    french, english = (tomllib.loads(uncommented(settings_text(lang))) for lang in LANGUAGES)
    english["store"], english["mail"]["letter"] = french["store"], french["mail"]["letter"]
    assert french == english


def test_a_workspace_is_for_its_owners_eyes_alone(tmp_path: Path) -> None:
    config = make_workspace(tmp_path / "nouveau" / "espace", "fr")
    folder = config.parent
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()} == {"beffroi.toml": 0o600, "beffroi.db": 0o600}
    assert load_settings(config).store.url == f"sqlite:///{folder / 'beffroi.db'}"


@pytest.mark.parametrize("name", ["beffroi.toml", "beffroi.db"])
def test_what_is_there_is_never_written_over(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("à moi", "utf-8")
    with pytest.raises(WorkspaceError) as refused:
        make_workspace(tmp_path, "fr")
    assert (refused.value.kind, refused.value.path) == ("exists", tmp_path / name)
    assert [(path.name, path.read_text("utf-8")) for path in tmp_path.iterdir()] == [(name, "à moi")]


def test_an_empty_store_becomes_the_workspaces_own(tmp_path: Path) -> None:
    open_store(f"sqlite:///{tmp_path / 'beffroi.db'}").close()
    config = make_workspace(tmp_path, "fr")
    with open_store(load_settings(config).store.url) as store:
        assert Register(store).authorities() == ()


def test_a_store_with_a_row_is_left_to_its_owner(tmp_path: Path) -> None:
    with open_store(f"sqlite:///{tmp_path / 'beffroi.db'}") as store:
        Register(store).consent.opt_out("saint-exemple.fr", None, "")
    with pytest.raises(WorkspaceError):
        make_workspace(tmp_path, "fr")
    assert not (tmp_path / "beffroi.toml").exists()


def test_a_link_that_leads_nowhere_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "beffroi.toml").symlink_to(tmp_path / "ailleurs")
    with pytest.raises(WorkspaceError):
        make_workspace(tmp_path, "fr")
    assert not (tmp_path / "ailleurs").exists()


def test_a_store_that_cannot_be_made_leaves_no_settings_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from scanner.store.errors import Trouble
    from scanner.workspace import initial

    def full(address: str) -> None:
        raise StoreError(Trouble.FULL, address)

    monkeypatch.setattr(initial, "open_store", full)
    with pytest.raises(StoreError):
        make_workspace(tmp_path / "espace", "fr")
    assert list((tmp_path / "espace").iterdir()) == []


def test_a_place_that_is_no_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "fichier").write_text("", "utf-8")
    with pytest.raises(WorkspaceError) as refused:
        make_workspace(tmp_path / "fichier" / "espace", "fr")
    assert refused.value.kind == "disk"
