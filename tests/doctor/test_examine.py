"""The whole examination, and the part that campaigns ask for."""

from __future__ import annotations

import ast
import asyncio
import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from scanner.cli.doctor import as_document, as_page, exit_code, remedy_of, run_doctor, text_of
from scanner.doctor import Finding, Verdict, before_grading, grading_allowed
from scanner.doctor.domains import domains_to_ask
from scanner.doctor.telling import look_at_correspondence
from scanner.registry import Authority, Register, RegisteredDomain
from scanner.registry.model import Origin, Source
from scanner.settings import Settings, load_settings
from scanner.settings.correspondence import CorrespondenceSettings
from scanner.store.engine import open_store
from tests.doctor.places import NOON, around, canary, later, resolver, zone

ROOT = Path(__file__).parent.parent.parent
MAKERS = ("good", "to_fix", "stopping", "unverifiable", "problem", "verdict")


def texts(lang: str) -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads((ROOT / f"report_templates/locale/cli.{lang}.toml").read_text("utf-8"))["doctor"]
    return found


def cases_of_the_code() -> set[tuple[str, str]]:
    """Every (test, case) that a call in scanner/doctor names."""
    found = set()
    for path in (ROOT / "scanner/doctor").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MAKERS:
                words = [each.value for each in node.args if isinstance(each, ast.Constant)]
                if words:
                    found.add((str(words[0]), str(words[1]) if len(words) > 1 else "good"))
    return found


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_case_has_its_words_and_everything_that_is_not_good_says_what_to_do(lang: str) -> None:
    said = texts(lang)
    for test, case in cases_of_the_code():
        assert case in said[test], (test, case)
        assert case in ("good", "alone", "here", "server") or f"{case}_do" in said[test], (test, case)


def test_both_languages_say_the_same() -> None:
    def keys(table: dict[str, Any], above: str = "") -> set[str]:
        return {
            name for key, value in table.items()
            for name in (keys(value, f"{above}{key}.") if isinstance(value, dict) else {above + key})
        }  # fmt: skip

    assert keys(texts("fr")) == keys(texts("en"))


def workspace(folder: Path, *domains: str) -> Settings:
    """Settings, and a store with one member for each domain."""
    config = folder / "beffroi.toml"
    config.write_text(
        '[sender]\nemail = "contact@Syndicat-Exemple.fr"\n[mail]\nrelay = "smtp.relais-exemple.fr"\nfrom = "a@b.fr"\n'
    )
    settings = load_settings(config)
    source = Source(Origin.HAND, NOON.date())
    with open_store(settings.store.url) as store:
        register = Register(store)
        for name in domains:
            register.save(Authority(f"Commune de {name}", domains=(RegisteredDomain(name, source),)))
    return settings


def test_our_own_domains_are_asked_for_before_those_of_the_members(tmp_path: Path) -> None:
    settings = workspace(tmp_path, "saint-exemple.fr")
    assert domains_to_ask(settings) == ("syndicat-exemple.fr", "b.fr", "relais-exemple.fr", "saint-exemple.fr")


def test_without_a_store_only_our_own_domains_are_asked_for(tmp_path: Path) -> None:
    config = tmp_path / "beffroi.toml"
    config.write_text('[sender]\nemail = "contact@syndicat-exemple.fr"\n')
    assert domains_to_ask(load_settings(config)) == ("syndicat-exemple.fr",)
    assert [path.name for path in tmp_path.iterdir()] == ["beffroi.toml"]


def test_a_campaign_asks_only_for_what_may_stop_it() -> None:
    with around(canary(date=NOON)) as premises:
        found = asyncio.run(before_grading(("temoin-exemple.fr",), premises, lambda: NOON))
        late = asyncio.run(before_grading(("temoin-exemple.fr",), premises, lambda: later(days=3)))
    assert [each.test for each in found] == ["resolver", "dnssec", "dnssec_refusal", "horizon", "clock"]
    assert grading_allowed(found)
    assert not grading_allowed(late)


def test_the_same_campaign_from_inside_the_network_grades_nobody() -> None:
    with around(canary(date=NOON)) as premises, resolver(zone("saint-exemple.fr", "192.168.1.10")) as (host, port):
        inside = premises.settings.model_copy(update={"resolvers": (f"{host}:{port}",), "canary": "", "bogus_name": ""})
        premises.settings = inside
        assert not grading_allowed(asyncio.run(before_grading(("saint-exemple.fr",), premises)))


def test_the_page_says_each_verdict_in_words_and_what_to_do_below(tmp_path: Path) -> None:
    found = (
        Finding("nmap", "good", Verdict.GOOD),
        Finding("ipv6", "none", Verdict.UNVERIFIABLE),
        Finding("resolver", "silent", Verdict.TO_FIX, {"address": "192.0.2.1"}, stops=True),
    )
    page = as_page(found, "fr", 80).splitlines()
    assert page[0].startswith("bien            nmap")
    assert page[1].startswith("non vérifiable  Cette machine")
    assert any(line.startswith("à régler        Le résolveur 192.0.2.1") for line in page)
    assert any(line.strip().startswith("→ ") for line in page)
    assert "1 bien, 1 à régler, 1 non vérifiable(s)." in page
    assert max(map(len, page)) <= 80
    assert "personne" in page[-2] + page[-1]


def test_what_a_stranger_said_cannot_write_on_the_terminal() -> None:
    found = Finding("relay", "unusable", Verdict.TO_FIX, {"name": "r:25", "answer": "\x1b[2J\x07 non"})
    assert "\x1b" not in as_page((found,), "fr", 80)
    assert "\x07" not in text_of(found, "fr")
    assert remedy_of(found, "fr")


def test_a_fresh_workspace_is_examined_and_the_exit_code_follows(tmp_path: Path) -> None:
    with resolver(zone("saint-exemple.fr", "80.67.169.12")) as (host, port):
        config = tmp_path / "beffroi.toml"
        config.write_text(
            f'[network]\nresolvers = ["{host}:{port}"]\nvalidating = true\n[sender]\nemail = "a@saint-exemple.fr"\n'
        )
        config.chmod(0o644)
        settings = load_settings(config)
        open_store(settings.store.url).close()
        found = run_doctor(settings, config, "fr")
        assert exit_code(found) == 3
        config.chmod(0o600)
        tests = {each.test for each in run_doctor(settings, config, "fr") if each.verdict is Verdict.TO_FIX}
    assert tests - {"nmap", "pdf"} == {"exposure", "alerts"}  # this machine may lack the first; nobody is named for the others
    document = json.loads(as_document(found, "en"))
    assert document["grading_allowed"] is True
    assert {row["test"] for row in document["findings"]} >= {"resolver", "dnssec", "horizon", "port_25", "clock", "relay", "disk"}
    assert all(row["do"] for row in document["findings"] if row["verdict"] != "good")


def test_who_is_told_of_an_exposure_and_of_alerts_is_good() -> None:
    told = CorrespondenceSettings(exposure_contact="garde@syndicat-exemple.fr", alert_to=("astreinte@syndicat-exemple.fr",))
    assert {each.verdict for each in look_at_correspondence(told)} == {Verdict.GOOD}
    assert {remedy_of(each, "fr") for each in look_at_correspondence(CorrespondenceSettings())} == {
        "Renseignez [correspondence] exposure_contact.",
        "Renseignez [correspondence] alert_to ou [correspondence.webhook].",
    }
