"""The register keeps its promises on every database that the settings may name."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, insert, inspect, select, text, update
from sqlalchemy.exc import DBAPIError

from scanner.registry import Register, RegisterError
from scanner.registry.model import Kind, RegisteredDomain
from scanner.store import register_tables as tables
from scanner.store.engine import Store
from scanner.store.migration import HEAD, move_to
from tests.registry.conftest import NOW
from tests.registry.samples import BY_HAND, FROM_FILE, LAB, MANDATE, OTHER, TODAY, TOWN, WAIVER, town

EPOCH = "0001"


def test_an_authority_comes_back_as_it_was_kept(register: Register) -> None:
    saved = register.save(TOWN)
    assert saved.id is not None
    assert register.authority("saint-exemple.fr") == saved
    assert replace(saved, id=None) == TOWN


def test_an_authority_is_kept_again_in_place_of_what_it_was(register: Register) -> None:
    saved = register.save(TOWN)
    changed = register.save(replace(saved, name="Saint-Exemple-sur-Loire", contacts=(), tags=("sud",)))
    assert register.authorities() == (changed,)
    assert changed.id == saved.id


@pytest.mark.parametrize(
    "key", [TOWN.siren, "saint-exemple.fr", "https://www.saint-exemple.fr/", "paie.saint-exemple.fr", "49007", "saint exemple"]
)
def test_an_authority_is_found_by_its_codes_its_domains_and_its_name(register: Register, key: str) -> None:
    saved = register.save_all((TOWN, OTHER))[0]
    assert register.authority(key) == saved


def test_two_of_one_name_are_never_taken_for_each_other(register: Register) -> None:
    register.save_all((town("Saint-Martin", departement="49"), town("Saint-Martin", departement="53")))
    with pytest.raises(RegisterError) as refused:
        register.authority("Saint-Martin")
    assert (refused.value.kind, refused.value.facts["places"]) == ("ambiguous", "49, 53")


def test_nobody_is_found_where_nobody_is_registered(register: Register) -> None:
    with pytest.raises(RegisterError, match="unknown"):
        register.authority("nulle-part.fr")
    assert register.owner_of("nulle-part.fr") is None
    assert register.town("nulle-part.fr").name == ""
    assert register.declared("nulle-part.fr") == {}


def test_authorities_are_chosen_by_tag_departement_epci_and_kind(register: Register) -> None:
    one, other = register.save_all((TOWN, OTHER))
    assert register.authorities(tag="Pilote") == (one,)
    assert register.authorities(departement="53") == (other,)
    assert register.authorities(epci="cc de l exemple") == register.authorities(epci=TOWN.epci_siren) == (one,)
    assert register.authorities(kind=Kind.CCAS) == ()


def test_a_domain_is_one_authoritys(register: Register) -> None:
    register.save(TOWN)
    thief = town("Voisine", domains=(RegisteredDomain("saint-exemple.fr", BY_HAND),))
    with pytest.raises(RegisterError) as refused:
        register.save_all((OTHER, thief))
    assert (refused.value.kind, refused.value.facts["owner"]) == ("taken", "Saint-Exemple")
    assert [each.name for each in register.authorities()] == ["Saint-Exemple"], "all or none"


@pytest.mark.parametrize("name", ["orange.fr", "gmail.com", "facebook.com", "mairie.wixsite.com", "gouv.fr"])
def test_a_name_that_is_never_a_towns_is_refused(register: Register, name: str) -> None:
    with pytest.raises(RegisterError, match="never_town"):
        register.save(town("Bourg", domains=(RegisteredDomain(name, BY_HAND),)))


def test_one_siren_is_one_authority_and_an_unknown_one_is_nobodys(register: Register) -> None:
    register.save_all((TOWN, town("A"), town("B")))
    with pytest.raises(RegisterError, match="siren_taken"):
        register.save(town("C", siren=TOWN.siren))


def test_only_confirmed_suppliers_are_named_to_the_town(register: Register) -> None:
    register.save(TOWN)
    assert register.town("saint-exemple.fr").suppliers == (("web_host", "ovhcloud"),)


# --- the log, and erasure ---------------------------------------------------------------------------


def test_the_log_tells_who_did_what_under_which_mandate(register: Register) -> None:
    saved = register.save(TOWN)
    mandate = register.add_mandate("saint-exemple.fr", MANDATE, LAB)
    register.audit("campagne 2026-11", "scan", about="saint-exemple.fr", mandate=mandate)
    line = register.audit_log(saved.id)[0]
    assert (line.at, line.who, line.what, line.about, line.mandate, line.document) == (
        NOW, "campagne 2026-11", "scan", "saint-exemple.fr", mandate.id, "ab" * 32,
    )  # fmt: skip
    assert [each.what for each in register.audit_log()] == ["scan", "mandate.add", "authority.add"]


@pytest.mark.parametrize(
    "statement",
    [
        update(tables.audit).values(who="personne"), delete(tables.audit), text("UPDATE audit SET at = NULL WHERE id = 1"),
        insert(tables.audit).values(id=1, at=datetime(2026, 1, 1, tzinfo=UTC), who="x", what="x", document=""),
    ],
    ids=["update", "delete", "a column", "the same number again"],
)  # fmt: skip
def test_a_line_of_the_log_is_neither_changed_nor_taken_away(register: Register, store: Store, statement: object) -> None:
    register.save(TOWN)
    before = register.audit_log()
    with pytest.raises(DBAPIError), store.write() as connection:
        connection.execute(statement)  # type: ignore[call-overload]
    assert register.audit_log() == before


def test_a_line_is_not_replaced_in_the_way_of_each_database(register: Register, store: Store) -> None:
    register.save(TOWN)
    before = register.audit_log()
    with store.read() as connection:
        replacing = {
            "sqlite": "INSERT OR REPLACE INTO audit (id, at, who, what, document) VALUES (1, '2026-01-01', 'x', 'x', '')",
            "postgresql": "TRUNCATE audit",
        }[connection.dialect.name]
    with pytest.raises(DBAPIError), store.write() as connection:
        connection.execute(text(replacing))
    assert register.audit_log() == before


def test_what_is_erased_is_gone_from_every_table(register: Register, store: Store) -> None:
    kept, saved = register.save_all((OTHER, TOWN))
    mandate = register.add_mandate("saint-exemple.fr", MANDATE, LAB)
    register.add_waiver(WAIVER)
    register.audit("agent", "scan", about="saint-exemple.fr", mandate=mandate)
    register.erase("saint-exemple.fr")
    assert register.authorities() == (kept,)
    with store.read() as connection:
        for table in inspect(connection).get_table_names():
            content = " ".join(str(tuple(row)) for row in connection.execute(text(f'SELECT * FROM "{table}"')))
            assert not [word for word in ("saint-exemple", "Saint-Exemple", "Martin", TOWN.siren) if word in content], table
    lines = register.audit_log(saved.id)
    assert [(line.what, line.about) for line in lines] == [
        ("authority.erase", ""), ("scan", ""), ("waiver.add", ""), ("mandate.add", ""), ("authority.add", ""),
    ]  # fmt: skip
    assert lines[1].document == MANDATE.document, "the paper still proves what was allowed"


def test_a_number_of_the_log_never_means_another_authority(register: Register) -> None:
    erased = register.save(TOWN).id
    register.erase("saint-exemple.fr")
    assert register.save(OTHER).id != erased


def test_who_asked_to_be_left_alone_stays_so_after_everything_is_erased(register: Register) -> None:
    register.save(TOWN)
    register.consent.opt_out("saint-exemple.fr", None, "")
    register.erase("saint-exemple.fr")
    assert [each.domain for each in register.opt_outs(TODAY)] == ["saint-exemple.fr"]


def test_the_schema_goes_down_before_the_register_and_up_again(store: Store) -> None:
    with store.write() as connection:
        move_to(connection, EPOCH)
        assert set(inspect(connection).get_table_names()) == {"outbox", "beffroi_version"}
    with store.write() as connection:
        move_to(connection, HEAD)
        assert connection.execute(select(tables.authorities)).all() == []


def test_three_thousand_members_are_read_in_a_handful_of_questions(register: Register, store: Store) -> None:
    members = [town(f"Commune {n}", domains=(RegisteredDomain(f"commune-{n}.fr", FROM_FILE),)) for n in range(1_200)]
    register.save_all(members)
    asked: list[str] = []
    from sqlalchemy import event

    engine = store._engine
    event.listen(engine, "before_cursor_execute", lambda *arguments: asked.append(arguments[2]))
    assert len(register.authorities()) == 1_200
    assert len([each for each in asked if each.startswith("SELECT")]) <= 1 + 6 * 3
