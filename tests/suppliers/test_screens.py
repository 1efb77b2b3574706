import tomllib
from fnmatch import fnmatchcase
from importlib.resources import files

import pytest

from scanner.advice import Text, outline, texts
from scanner.catalogue import Catalogue
from scanner.dossier import Dossier, Role, Town
from scanner.report.writers import to_text
from scanner.suppliers.recognise import recognise, suppliers_of
from scanner.suppliers.screens import DNS_RECORD, action_for, actions, provider_hint, screen_for
from scanner.suppliers.table import entries
from tests.suppliers.synthetic import FILTERED, GANDI, OVH, Zone

SCREENS = tomllib.loads(files("scanner.suppliers").joinpath("screens.toml").read_text("utf-8"))["screen"]


def text_of(catalogue: Catalogue, check: str, variant: str = "", lang: str = "fr") -> Text:
    spec = catalogue.check(check)
    assert spec is not None
    return texts(spec, lang)[variant]


@pytest.mark.parametrize(
    ("zone", "lang", "sentence"),
    [
        (OVH, "fr", "Chez OVHcloud\u00a0: «\u00a0Web Cloud\u00a0», «\u00a0Zones DNS\u00a0», le nom de domaine,"),
        (OVH, "en", 'At OVHcloud: "Web Cloud", "DNS zones", the domain name,'),
        (GANDI, "fr", "Chez Gandi\u00a0: «\u00a0Nom de domaine\u00a0», le nom de domaine, «\u00a0Enregistrements DNS\u00a0»"),
        (GANDI, "en", 'At Gandi: "Domain", the domain name, "DNS records"'),
    ],
)
def test_the_zone_decides_in_which_menu_a_record_is_added(catalogue: Catalogue, zone: Zone, lang: str, sentence: str) -> None:
    suppliers = recognise(zone.result(catalogue))
    hint = provider_hint("mail.dmarc-missing", text_of(catalogue, "mail.dmarc-missing", lang=lang), suppliers, lang)
    assert hint is not None
    assert hint.startswith(sentence)


def test_a_filter_before_the_mail_host_hides_no_menu(catalogue: Catalogue) -> None:
    suppliers = recognise(FILTERED.result(catalogue))
    hint = provider_hint("mail.dkim-missing", text_of(catalogue, "mail.dkim-missing", "provider"), suppliers, "fr")
    assert hint is not None
    assert hint.startswith("Chez Microsoft 365")


def test_the_register_decides_before_the_zone(catalogue: Catalogue) -> None:
    town = Town(suppliers=((Role.DNS_HOST, "gandi"),))
    suppliers = suppliers_of(Dossier(OVH.result(catalogue), town=town))
    hint = provider_hint("dns.dnssec-missing", text_of(catalogue, "dns.dnssec-missing"), suppliers, "fr")
    assert hint is not None
    assert hint.startswith("Chez Gandi")


@pytest.mark.parametrize(("check", "zone"), [("mail.dmarc-missing", Zone()), ("web.hsts-missing", OVH), ("tls.key-weak", GANDI)])
def test_no_menu_is_invented(catalogue: Catalogue, check: str, zone: Zone) -> None:
    assert provider_hint(check, text_of(catalogue, check), recognise(zone.result(catalogue)), "fr") is None


def test_a_text_that_gives_a_record_to_paste_is_a_record_to_add(catalogue: Catalogue) -> None:
    for check in ("mail.spf-missing", "mail.mta-sts-missing", "dns.caa-missing", "web.ipv6-missing"):
        action = action_for(check, text_of(catalogue, check))
        assert action is not None
        assert action.id == DNS_RECORD, check


def test_every_screen_is_of_a_known_supplier_and_in_both_languages() -> None:
    ids, known = {entry.id for entry in entries()}, {action.id for action in actions()}
    for row in SCREENS:
        assert set(row) == {"supplier", "action", "source", "fr", "en"}
        assert row["supplier"] in ids
        assert row["action"] in known
        assert row["source"] in ("vendor", "zones", "memory")
        assert row["fr"].endswith(".") and row["en"].endswith(".")  # noqa: PT018
        assert "'" not in row["fr"]
        assert "\u00a0" not in row["fr"], "typed with ordinary spaces"
        assert screen_for(row["supplier"], row["action"], "en") == row["en"]
    assert len({(row["supplier"], row["action"]) for row in SCREENS}) == len(SCREENS)


def test_every_action_is_of_some_check(catalogue: Catalogue) -> None:
    for action in actions():
        for pattern in action.checks:
            assert any(fnmatchcase(spec.id, pattern) for spec in catalogue.checks), pattern
        assert any(row["action"] == action.id for row in SCREENS)


def test_the_menus_of_a_supplier_stand_in_one_place(catalogue: Catalogue) -> None:
    menus = ("Chez OVH", "At OVH", "Chez Gandi", "At Gandi", "OVHcloud :", "OVHcloud:", "Gandi :", "Gandi:")
    for spec in catalogue.checks:
        for lang in ("fr", "en"):
            for text in texts(spec, lang).values():
                fix = to_text(outline(text, lang).fix).replace("\u00a0", " ")
                assert not any(menu in fix for menu in menus), f"{spec.id} ({lang}): move the menu to screens.toml"
