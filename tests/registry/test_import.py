"""A list in, a plan out: nothing is lost, nothing is doubled, and what is kept out is said."""

from __future__ import annotations

import gzip
from dataclasses import replace
from datetime import timedelta

import pytest

from scanner.registry import Authority
from scanner.registry.declared import declared
from scanner.registry.model import ContactRole, Kind, Origin, Source
from scanner.registry.planning import Wanted
from tests.registry.lists import ANCT_LINES, HEADINGS, TOWN, anct, csv_list, planned, service_public, sheet
from tests.registry.samples import BY_HAND, TODAY, siren

NUMBER = int(siren("21490007"))


def after(content: bytes, existing: tuple[Authority, ...] = ()) -> tuple[Authority, ...]:
    """The whole register after an import."""
    changes = planned(content, existing).changes
    replaced = {change.before.id: change.after for change in changes if change.before}
    kept = [replaced.get(each.id, each) for each in existing]
    fresh = [change.after for change in changes if change.before is None]
    return tuple(replace(each, id=number) for number, each in enumerate((*kept, *fresh), 1))


def problems(content: bytes, existing: tuple[Authority, ...] = ()) -> list[tuple[int, str]]:
    return [(each.line, each.kind) for each in planned(content, existing).problems]


def remarks(content: bytes, existing: tuple[Authority, ...] = ()) -> list[tuple[int, str]]:
    return [(each.line, each.kind) for each in planned(content, existing).remarks]


def test_every_cell_of_a_line_is_read() -> None:
    (town,) = after(csv_list(TOWN))
    assert (town.name, town.kind, town.siren, town.insee, town.departement) == (
        "Saint-Exemple", Kind.COMMUNE, siren("21490007"), "49007", "49",
    )  # fmt: skip
    assert (town.population, town.site, town.mail) == (1234, "https://www.saint-exemple.fr", "mairie@saint-exemple.fr")
    assert [domain.name for domain in town.domains] == ["saint-exemple.fr"]
    assert [(each.role, each.email, each.documents) for each in town.contacts] == [(ContactRole.MAYOR, "maire@x.fr", ("letter",))]
    assert [(each.role, each.supplier) for each in town.suppliers] == [("web_host", "ovhcloud")]
    assert town.sources["population"] == Source(Origin.FILE, TODAY)


@pytest.mark.parametrize(
    "content",
    [
        csv_list(TOWN), b"\xef\xbb\xbf" + csv_list(TOWN), csv_list(TOWN).decode().encode("cp1252"),
        csv_list(TOWN).decode().encode("utf-16"), gzip.compress(csv_list(TOWN)), b"sep=;\r\n" + csv_list(TOWN),
        csv_list(TOWN).replace(b";", b"\t"), csv_list(TOWN).replace(b";", b","), csv_list(TOWN).replace(b"\r\n", b"\n"),
        b"\r\n\r\n" + csv_list(TOWN),
        sheet(tuple(HEADINGS.split(";")), tuple(TOWN.split(";"))),
        sheet(tuple(HEADINGS.split(";")), ("Saint-Exemple", "commune", NUMBER, 49007.0, 1234, *TOWN.split(";")[5:])),
    ],
    ids=["utf-8", "BOM", "cp1252", "utf-16", "gzip", "sep=", "tab", "comma", "LF", "empty lines", "xlsx", "xlsx numbers"],
)  # fmt: skip
def test_one_list_is_the_same_in_every_form(content: bytes) -> None:
    assert after(content) == after(csv_list(TOWN))


def test_english_headings_are_understood_too() -> None:
    english = "Name;Kind;SIREN;INSEE code;Inhabitants;Website;Domain names;E-mail;Mayor email;Web host"
    assert after(csv_list(TOWN, headings=english)) == after(csv_list(TOWN))


def test_a_list_read_again_changes_nothing_on_a_later_day_either() -> None:
    content = csv_list(TOWN, "Bourg;commune;;49008;;;bourg.fr, bourg.bzh;;;", "Hameau;;;;;;;;;")
    again = planned(content, after(content), on=TODAY + timedelta(days=31))
    assert (again.changes, again.unchanged, again.problems) == ((), 3, ())


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("Bourg;commune;2,14E+08;49008;;;;;;", "scientific"), ("Bourg;commune;123456789;;;;;;;", "siren_key"),
        ("Bourg;commune;;20008;;;;;;", "insee_form"), (";commune;;49008;;;bourg.fr;;;", "no_name"),
        ("Bourg;commune;;49008;;;;;;;;de trop", "columns"), ('"Bourg;commune;;49008;;;;;;', "quote"),
        (f"CCAS de Bourg;ccas;{siren('21490008')};;;;;;;", "ccas_siren"),
        (f"CC Bourg;epci;{siren('21490007')};;;;;;;", "siren_taken"), ("Autre;commune;;49007;;;;;;", "contradiction"),
        (f"Autre;commune;{siren('21490009')};49007;;;;;;", "insee_taken"),
        (f"Saint-Exemple;commune;{siren('21490007')};49010;;;;;;", "merged"),
        (f"Saint-Exemple;commune;{siren('21490007')};49007;9;;;;;", "contradiction"),
    ],
)  # fmt: skip
def test_a_bad_line_is_kept_out_and_the_others_are_not_lost(line: str, kind: str) -> None:
    content = csv_list(TOWN, line, "Après;commune;;49099;;;apres.fr;;;")
    assert problems(content) == [(3, kind)]
    assert {"Saint-Exemple", "Après"} <= {each.name for each in after(content)}


def test_a_quote_left_open_at_the_end_of_the_file_costs_its_line_only() -> None:
    assert problems(csv_list(TOWN, 'Bourg;"commune')) == [(3, "quote")]


def test_a_cell_on_two_lines_is_one_cell_and_the_next_line_keeps_its_number() -> None:
    content = csv_list('Bourg;commune;;49008;;;"bourg.fr\r\nbourg.bzh";;;', ";x;;;;;;;;")
    assert [domain.name for domain in after(content)[0].domains] == ["bourg.fr", "bourg.bzh"]
    assert problems(content) == [(4, "no_name")]


@pytest.mark.parametrize("cell", ["néant", "Aucun", "-", "—", "N/A", "nc", "sans objet", "/", " "])
def test_nothing_is_written_in_many_ways(cell: str) -> None:
    (town,) = after(csv_list(f"Bourg;commune;;49008;{cell};{cell};{cell};{cell};{cell};{cell}"))
    assert (town.population, town.site, town.domains, town.mail, town.contacts, town.suppliers) == (None, "", (), "", (), ())


@pytest.mark.parametrize(
    "cell",
    [
        "bourg.fr;bourg.bzh", "bourg.fr, bourg.bzh", "https://www.bourg.fr / bourg.bzh", "bourg.fr et www.bourg.bzh",
        "bourg.fr (bourg.bzh)",
    ],
)  # fmt: skip
def test_several_domains_stand_in_one_cell(cell: str) -> None:
    (town,) = after(csv_list(f'Bourg;commune;;49008;;;"{cell}";;;'))
    assert [domain.name for domain in town.domains] == ["bourg.fr", "bourg.bzh"]


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("wanadoo.fr", "mail_provider"), ("https://www.facebook.com/bourg", "social"), ("bourg.wixsite.com", "builder"),
        ("https://sites.google.com/view/bourg", "builder"), ("www.service-public.fr", "portal"), ("gouv.fr", "suffix"),
    ],
)  # fmt: skip
def test_a_name_that_is_never_a_towns_is_not_scanned_and_the_reason_is_said(cell: str, kind: str) -> None:
    content = csv_list(f"Bourg;commune;;49008;;{cell};;;;")
    assert after(content)[0].domains == ()
    assert remarks(content) == [(2, f"never_town_{kind}")]


def test_a_page_on_the_epcis_site_is_not_the_towns_domain() -> None:
    content = csv_list("Bourg;commune;;49008;;http://www.cc-exemple.fr/bourg;;;;", "CC Exemple;epci;;;;www.cc-exemple.fr;;;;")
    towns = {each.name: [domain.name for domain in each.domains] for each in after(content)}
    assert towns == {"Bourg": [], "CC Exemple": ["cc-exemple.fr"]}
    assert remarks(content) == [(2, "page_elsewhere")]


def test_pages_of_two_towns_on_one_name_are_neithers() -> None:
    content = csv_list("Bourg;commune;;49008;;http://cc.fr/bourg;;;;", "Mont;commune;;49009;;http://cc.fr/mont;;;;")
    assert [each.domains for each in after(content)] == [(), ()]
    assert remarks(content) == [(2, "shared_page"), (3, "shared_page")]


def test_a_domain_goes_to_the_commune_before_its_ccas_and_to_whoever_has_it_already() -> None:
    content = csv_list("CCAS de Bourg;;;49008;;bourg.fr;;;;", "Bourg;commune;;49008;;bourg.fr;;;;")
    register = after(content)
    assert {each.kind: len(each.domains) for each in register} == {Kind.CCAS: 0, Kind.COMMUNE: 1}
    assert remarks(csv_list("CC Voisine;epci;;;;bourg.fr;;;;"), register) == [(2, "taken")]


def test_homonyms_are_told_apart_by_their_departement_or_kept_out() -> None:
    apart = csv_list("Saint-Martin;commune;;49308;;a.fr;;;;", "Saint-Martin;commune;;53308;;b.fr;;;;")
    assert len(after(apart)) == 2
    unclear = csv_list("Saint-Martin;commune;;;;a.fr;;;;", "Saint-Martin;commune;;;;b.fr;;;;")
    assert problems(unclear) == [(3, "homonym")]
    assert problems(csv_list("Saint-Martin;commune;;;;;;;;"), after(apart)) == [(2, "homonym")]


def test_what_a_person_has_entered_is_never_overwritten_by_a_list() -> None:
    (town,) = after(csv_list(TOWN))
    mine = replace(town, population=1_300, sources={**town.sources, "population": BY_HAND})
    assert planned(csv_list(TOWN), (mine,)).changes == ()


def test_a_new_technician_replaces_the_one_of_the_earlier_list() -> None:
    headings = "Nom;INSEE;Courriel technicien"
    register = after(csv_list("Bourg;49008;ancien@x.fr", headings=headings))
    (town,) = after(csv_list("Bourg;49008;nouveau@x.fr", headings=headings), register)
    assert [contact.email for contact in town.contacts] == ["nouveau@x.fr"]


def test_the_first_name_of_several_in_the_site_cell_is_the_declared_site() -> None:
    (town,) = after(csv_list("Bourg;commune;;49008;;bourg-ordinaire.fr / village-000.fr;;;;"))
    assert town.site == "bourg-ordinaire.fr"
    assert [domain.name for domain in town.domains] == ["bourg-ordinaire.fr", "village-000.fr"]
    assert declared(town)["1.2"]
    (page,) = after(csv_list("Bourg;commune;;49008;;https://www.bourg.fr/accueil?a=1,2;;;;"))
    assert page.site == "https://www.bourg.fr/accueil?a=1,2"


@pytest.mark.parametrize(
    ("lines", "kinds"),
    [
        (("Bourg;commune;;49008;;;;mairie(at)bourg.fr;;",), ["address"]),
        (("Bourg;commune;;49008;;;;;maire@bourg.fr, adjoint@;",), ["address"]),
        ((TOWN, TOWN), ["again"]),
    ],
)  # fmt: skip
def test_nothing_of_a_line_is_dropped_without_a_word(lines: tuple[str, ...], kinds: list[str]) -> None:
    assert [kind for _, kind in remarks(csv_list(*lines))] == kinds


@pytest.mark.parametrize(
    ("typed", "said"), [("499", True), ("53", True), ("49", False), ("049", True), ("Maine-et-Loire", False), ("", False)]
)
def test_a_departement_that_the_insee_code_contradicts_is_said(typed: str, said: bool) -> None:
    content = csv_list(f"Bourg;49008;{typed}", headings="Nom;INSEE;Département")
    assert after(content)[0].departement == "49"
    assert [kind for _, kind in remarks(content)] == (["departement_insee"] if said else [])


@pytest.mark.parametrize(
    ("name", "code", "kind"),
    [
        ("Bourg", "", Kind.COMMUNE), ("CCAS de Bourg", "", Kind.CCAS), ("CIAS du Bourg", "", Kind.CCAS),
        ("Caisse des écoles de Bourg", "", Kind.OTHER), ("Bourg solidaire", siren("26490008"), Kind.OTHER),
        ("Bourg nouveau", siren("20005600"), Kind.COMMUNE),
    ],
)  # fmt: skip
def test_a_commune_code_without_a_type_is_a_communes(name: str, code: str, kind: Kind) -> None:
    assert after(csv_list(f"{name};{code};49008", headings="Nom;SIREN;INSEE"))[0].kind is kind


def test_the_code_of_another_is_a_conflict_and_never_a_new_name() -> None:
    register = after(csv_list(TOWN))
    wrong = f"Bourg-Exemple;commune;{siren('21490007')};;;;;;;"
    assert problems(csv_list(wrong), register) == [(2, "renamed")]
    assert planned(csv_list(wrong), register).changes == ()
    assert problems(csv_list("Bourg-Exemple;commune;;49007;;;;;;"), register) == [(2, "renamed")]


@pytest.mark.parametrize("name", ["SAINT EXEMPLE", "Commune de Saint-Exemple", "Ville de St-Exemple", "Sàint-exemple"])
def test_the_same_name_written_differently_is_no_conflict(name: str) -> None:
    assert problems(csv_list(TOWN.replace("Saint-Exemple", name, 1)), after(csv_list(TOWN))) == []


def test_a_directory_that_calls_an_authority_otherwise_still_completes_it() -> None:
    register = after(csv_list(TOWN.replace("Saint-Exemple", "Val-Exemple", 1)))
    (change,) = planned(anct(ANCT_LINES[0]), register).changes
    assert (change.after.name, change.after.epci_name) == ("Val-Exemple", "CC de l'Exemple")


def test_a_list_of_many_domains_is_read_to_its_end() -> None:
    names = [f"un-domaine-assez-long-{number:02}.fr" for number in range(20)]
    (town,) = after(csv_list(f'Bourg;commune;;49008;;;"{", ".join(names)}";;;'))
    assert [domain.name for domain in town.domains] == names


# --- the two national lists -------------------------------------------------------------------------


def test_the_ancts_table_is_read_and_chosen_from_by_departement_and_epci() -> None:
    content = anct(*ANCT_LINES)
    assert [change.after.name for change in planned(content, wanted=Wanted(departement="49")).changes] == [
        "Saint-Exemple", "Bourg-Exemple",
    ]  # fmt: skip
    assert len(planned(content, wanted=Wanted(epci="cc de loin")).changes) == 1
    register = after(csv_list(TOWN))
    assert [change.after.name for change in planned(content, register, Wanted(known=True)).changes] == ["Saint-Exemple"]


def test_a_directory_tells_what_was_declared_and_a_members_list_does_not() -> None:
    first, second, _ = after(anct(*ANCT_LINES))
    assert declared(first) == {"1.1": True, "1.2": True, "1.8": False, "2.1": True, "2.2": False, "2.3": False}
    assert declared(second) == {"1.1": False, "2.1": False}
    (ours,) = after(csv_list(TOWN))
    assert declared(ours) == {"1.2": True, "1.8": True, "2.2": True, "2.3": True}


def test_a_directory_says_what_is_declared_even_where_the_members_list_says_otherwise() -> None:
    (town,) = after(anct(ANCT_LINES[0]), after(csv_list(TOWN)))
    assert (town.site, town.mail) == ("http://www.saint-exemple.fr", "mairie@orange.fr")
    assert planned(csv_list(TOWN), (town,)).changes == (), "and the members' list does not turn it back"


@pytest.mark.parametrize("texts", [True, False])
def test_service_publics_directory_is_read_without_its_delegated_town_halls(texts: bool) -> None:
    register = after(service_public(texts=texts))
    assert [(each.name, each.kind) for each in register] == [
        ("Saint-Exemple", Kind.COMMUNE), ("Bourg-Exemple", Kind.COMMUNE), ("CC de l’Exemple", Kind.EPCI),
    ]  # fmt: skip
    assert (register[0].mail, register[0].insee, register[2].insee) == ("a@saint-exemple.fr", "49007", "")
    assert declared(register[1]) == {"1.1": False, "2.1": False}


def test_the_directory_completes_a_member_by_its_insee_code() -> None:
    register = after(service_public(), after(csv_list(TOWN)))
    assert [each.siren for each in register if each.name == "Saint-Exemple"] == [siren("21490007")]
