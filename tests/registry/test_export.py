"""A register that is exported and imported again is the register that it was."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.dossier import Role
from scanner.registry import Authority
from scanner.registry.declared import DECLARABLE, declared
from scanner.registry.drafts import one_line
from scanner.registry.export import to_list
from scanner.registry.guard import guarded, unguarded
from scanner.registry.identity import departement_of
from scanner.registry.model import (
    FIELDS,
    Contact,
    ContactRole,
    Declared,
    Kind,
    KnownSupplier,
    Origin,
    RegisteredDomain,
    Source,
)
from scanner.registry.open_data import read_list
from scanner.registry.people import read_people
from scanner.registry.planning import Plan, Wanted, plan
from scanner.suppliers.recognise import Certainty
from tests.registry.lists import csv_list, planned
from tests.registry.samples import BY_HAND, TODAY, TOWN, siren

LANGS = st.sampled_from(["fr", "en"])
SOURCES = st.sampled_from([Source(origin, TODAY) for origin in Origin])
WORDS = st.text("abcdeéèœ ’-'=+@;,|\"[]()<>«»§\t\n\u00a00123456789", max_size=40).map(one_line)
NAMES = WORDS.filter(lambda text: any(letter.isalpha() for letter in text))
DOCUMENTS = st.permutations(["letter", "technical", "tickets"]).flatmap(
    lambda order: st.integers(0, 3).map(lambda count: tuple(order[:count]))
)
PEOPLE = st.lists(
    st.builds(
        Contact,
        st.sampled_from(list(ContactRole)),
        st.integers(0, 9).map(lambda number: f"a{number}@x.fr"),
        SOURCES,
        st.sampled_from(["", "Jeanne Martin", "M. Paul L’Hôte-Durand"]),
        DOCUMENTS,
    ),
    max_size=4,
    unique_by=lambda contact: (contact.role, contact.email),
)
DECLARATIONS = st.dictionaries(st.sampled_from(DECLARABLE), st.booleans()).flatmap(
    lambda said: SOURCES.map(lambda source: tuple(Declared(criterion, met, source) for criterion, met in sorted(said.items())))
)


@st.composite
def authorities(draw: st.DrawFn) -> tuple[Authority, ...]:
    """A few that have nothing in common."""
    return tuple(_authority(draw, number) for number in range(draw(st.integers(1, 3))))


def _authority(draw: st.DrawFn, number: int) -> Authority:
    origin = draw(SOURCES)
    insee = draw(st.sampled_from(["", f"4900{number}", f"2A00{number}", f"0100{number}"]))
    own = f"exemple-{number}.fr"
    tags = draw(st.sets(st.sampled_from(["nord", "pilote", "à suivre", "=1+1"])))
    return Authority(
        name=draw(NAMES),
        kind=draw(st.sampled_from(list(Kind))),
        siren=siren(f"2749000{number}"),
        insee=insee,
        departement=departement_of(insee) or draw(st.sampled_from(["", "49", "974"])),
        population=draw(st.none() | st.integers(1, 99_999_999)),
        epci_name=draw(st.sampled_from(["", "CC de l’Exemple", "@Exemple"])),
        salutation=draw(st.sampled_from(["", "Madame la Maire,", "=Madame"])),
        language=draw(st.sampled_from(["fr", "en"])),
        site=draw(st.sampled_from(["", f"https://www.{own}", f"http://{own}/", f"www.{own}"])),
        mail=draw(st.sampled_from(["", f"mairie@{own}", "mairie@orange.fr"])),
        domains=tuple(RegisteredDomain(name, origin) for name in (own, f"exemple-{number}.bzh")[: draw(st.integers(1, 2))]),
        contacts=tuple(draw(PEOPLE)),
        tags=tuple(sorted(tags)),
        suppliers=(KnownSupplier(Role.WEB_HOST, "=ovh", Certainty.CONFIRMED, origin),)[: draw(st.integers(0, 1))],
        declarations=draw(DECLARATIONS),
        sources=draw(st.dictionaries(st.sampled_from(["name", "site", "mail"]), SOURCES)),
        id=number + 1,
    )


def imported(text: str, existing: Iterable[Authority] = ()) -> Plan:
    listing, origin = read_list(text.encode())
    assert listing.ignored == ()
    return plan(existing, listing, Source(origin, TODAY), Wanted())


def _known(authority: Authority) -> tuple[object, ...]:
    """All that an authority is, but for who said it."""
    fields = tuple(getattr(authority, field) for field in FIELDS)
    people = sorted((each.role, each.email, each.name, each.documents) for each in authority.contacts)
    hosts = sorted((each.role, each.supplier) for each in authority.suppliers if each.certainty is Certainty.CONFIRMED)
    names = sorted(domain.name for domain in authority.domains)
    return *fields, authority.tags, people, hosts, names, declared(authority)


@settings(max_examples=150, deadline=None)
@given(authorities(), LANGS)
def test_an_export_that_is_imported_again_changes_nothing(register: tuple[Authority, ...], lang: str) -> None:
    again = imported(to_list(register, lang), register)
    assert (again.changes, again.problems, again.remarks, again.unchanged) == ((), (), (), len(register))


@settings(max_examples=150, deadline=None)
@given(authorities(), LANGS)
def test_an_export_makes_the_same_register_elsewhere(register: tuple[Authority, ...], lang: str) -> None:
    elsewhere = imported(to_list(register, lang))
    assert (elsewhere.problems, elsewhere.remarks) == ((), ())
    assert [_known(change.after) for change in elsewhere.changes] == [_known(each) for each in register]
    numbered = tuple(replace(change.after, id=number) for number, change in enumerate(elsewhere.changes, 1))
    assert imported(to_list(register, lang), numbered).changes == ()


@given(st.text())
def test_the_guard_of_a_cell_is_taken_away_again(text: str) -> None:
    assert unguarded(guarded(text)) == text


@given(st.text())
def test_any_cell_is_read_as_people_and_words(text: str) -> None:
    people, _ = read_people(text)
    assert all("@" in each.email and each.email.isascii() for each in people)


@pytest.mark.parametrize(
    ("cell", "people"),
    [
        ("a@x.fr", [("a@x.fr", "", None)]), ("a@x.fr b@x.fr", [("a@x.fr", "", None), ("b@x.fr", "", None)]),
        ("a@x.fr / b@x.fr", [("a@x.fr", "", None), ("b@x.fr", "", None)]),
        ("Jeanne Martin <a@x.fr> [Lettre, rapport technique]", [("a@x.fr", "Jeanne Martin", ("letter", "technical"))]),
        ("a@x.fr [aucun]; b@x.fr [messages]", [("a@x.fr", "", ()), ("b@x.fr", "", ("tickets",))]), ("néant", []),
    ],
)  # fmt: skip
def test_a_cell_may_say_who_receives_what(cell: str, people: list[tuple[str, str, tuple[str, ...] | None]]) -> None:
    found, unread = read_people(cell)
    assert ([(each.email, each.name, each.documents) for each in found], unread) == (people, ())


def test_the_mayor_does_not_begin_to_receive_tickets_by_an_export() -> None:
    moved = replace(TOWN, contacts=(replace(TOWN.contacts[1], documents=()), replace(TOWN.contacts[0], documents=("tickets",))))
    (change,) = imported(to_list([moved], "fr")).changes
    assert {each.role: each.documents for each in change.after.contacts} == {
        ContactRole.MAYOR: ("tickets",), ContactRole.TECHNICIAN: (),
    }  # fmt: skip


def test_a_domain_that_is_left_alone_is_not_looked_at_after_an_export() -> None:
    alone = RegisteredDomain("vieux-exemple.fr", BY_HAND, scanned=False)
    assert "vieux-exemple.fr" not in to_list([replace(TOWN, domains=(*TOWN.domains, alone))], "fr")


def test_a_list_changes_what_a_person_of_a_list_receives_and_not_what_a_hand_has_entered() -> None:
    headings = "Nom;INSEE;Courriel du maire"
    (first,) = planned(csv_list("Bourg;49008;a@x.fr", headings=headings)).changes
    ours = replace(first.after, id=1)
    said = csv_list("Bourg;49008;a@x.fr [lettre, messages]", headings=headings)
    (second,) = planned(said, (ours,)).changes
    assert second.after.contacts[0].documents == ("letter", "tickets")
    by_hand = replace(ours, contacts=(replace(ours.contacts[0], source=BY_HAND),))
    assert planned(said, (by_hand,)).changes == ()
