"""From a real register and a real history, on each database, to the same portfolio as without one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from scanner.campaign.campaigns import Campaigns
from scanner.catalogue import Catalogue
from scanner.cli.portfolio import portfolio_command
from scanner.dossier import WaiverKind
from scanner.history import History
from scanner.model import Domain, Severity, Site
from scanner.portfolio import Choice, Examined, GradeMovement, Portfolio, assemble, gather
from scanner.registry import Authority, MandateRow, Register, RegisteredDomain, Waiver
from scanner.registry.model import KnownSupplier, Origin, Source
from scanner.store.engine import Store, open_store
from scanner.suppliers.recognise import Certainty
from tests.portfolio.parks import HEADING, MONTH, NOW, OWN, Parks
from tests.store.stores import NewAddress

SOURCE = Source(Origin.FILE, date(2026, 1, 1))
COUNT = 24


@pytest.fixture
def store(new_address: NewAddress) -> Iterator[Store]:
    with open_store(new_address()) as opened:
        yield opened


def registered(examined: Examined) -> Authority:
    """The authority behind a domain of a park."""
    member = examined.member
    return Authority(
        member.authority,
        member.kind,
        population=member.population,
        departement=member.departement,
        epci_name=member.epci,
        domains=(RegisteredDomain(member.domain, SOURCE), RegisteredDomain(f"autre-{member.domain}", SOURCE, scanned=False)),
        tags=("partage-prestataires",) if member.shares_with_suppliers else (),
        suppliers=tuple(KnownSupplier(role, name, Certainty.CONFIRMED, SOURCE) for role, name in examined.town.suppliers),
    )


def filled(store: Store, parks: Parks, count: int = COUNT) -> list[Examined]:
    """A register and a history of so many domains; what they were filled with."""
    chosen = [parks.member(number) for number in range(count)] + [parks.member(39)]
    Register(store, clock=lambda: NOW, who="essai").save_all(map(registered, chosen))
    history = History(store, parks.catalogue)
    for each in chosen:
        for result in (each.previous, each.result):
            if result is not None:
                history.keep(result)
    return chosen


def gathered(store: Store, catalogue: Catalogue, choice: Choice = Choice()) -> Portfolio:  # noqa: B008 - frozen
    register, history = Register(store, clock=lambda: NOW, who="essai"), History(store, catalogue)
    examined = gather(register, history, choice, lambda authority: "partage-prestataires" in authority.tags)
    return assemble(examined, catalogue, HEADING, own=(OWN,))


def by_domain(portfolio: Portfolio) -> Iterable[object]:
    """What must not depend on where a result came from."""
    for row in sorted(portfolio.rows, key=lambda row: row.member.domain):
        latest = replace(row.latest, criteria=(), levels=()) if row.latest else None  # type: ignore[arg-type]
        yield row.member.domain, row.member.epci, row.member.shares_with_suppliers, latest, row.moved


def test_the_store_changes_nothing_of_what_is_said(store: Store, parks: Parks, catalogue: Catalogue) -> None:
    chosen = filled(store, parks)
    direct = assemble(chosen, catalogue, HEADING, own=(OWN,))
    found = gathered(store, catalogue)
    assert list(by_domain(found)) == list(by_domain(direct))
    assert [(cause.key, cause.won, cause.own, cause.clients) for cause in found.causes] == [
        (cause.key, cause.won, cause.own, cause.clients) for cause in direct.causes
    ]
    assert found.causes


def test_a_domain_that_is_not_scanned_is_no_row_and_one_without_a_result_is(
    store: Store, parks: Parks, catalogue: Catalogue
) -> None:
    filled(store, parks, 4)
    rows = {row.member.domain: row for row in gathered(store, catalogue).rows}
    assert set(rows) == {"commune-0000.fr", "commune-0001.fr", "commune-0002.fr", "commune-0003.fr", "commune-0039.fr"}
    assert rows["commune-0039.fr"].moved.movement is GradeMovement.NO_RESULT


def test_the_curve_comes_from_the_history(store: Store, parks: Parks, catalogue: Catalogue) -> None:
    filled(store, parks, 1)
    row = next(row for row in gathered(store, catalogue).rows if row.latest)
    assert [point.moment for point in row.trend] == [row.latest.moment - MONTH, row.latest.moment] if row.latest else False
    assert row.trend[-1].value == (row.grade.value if row.grade else None)


def test_a_campaign_is_its_own_members_and_results(store: Store, parks: Parks, catalogue: Catalogue) -> None:
    chosen = filled(store, parks, 4)
    campaign = Campaigns(store).create("2026-12", ["commune-0000.fr", "commune-0001.fr"], planned=NOW)
    later = chosen[0].result
    assert later is not None
    History(store, catalogue).keep(replace(later, started_at=later.started_at + MONTH), campaign.id)
    choice = Choice(campaign=campaign.id, domains=frozenset(("commune-0000.fr", "commune-0001.fr")))
    rows = {row.member.domain: row for row in gathered(store, catalogue, choice).rows}
    assert set(rows) == {"commune-0000.fr", "commune-0001.fr"}
    first, other = rows["commune-0000.fr"], rows["commune-0001.fr"]
    assert first.latest is not None
    assert first.latest.moment == later.started_at + MONTH
    assert first.moved.before_at == later.started_at
    assert other.latest is None  # an older result is not the campaign's


def shared_faults(portfolio: Portfolio, domain: str) -> set[Severity]:
    """How grave what this domain shares with others is."""
    mine = (share for cause in portfolio.causes for share in cause.shares if share.row.member.domain == domain)
    return {fault.severity for share in mine for fault in share.tie.faults}


def test_both_grades_stand_where_a_finding_is_waived(store: Store, parks: Parks, catalogue: Catalogue) -> None:
    filled(store, parks, 12)
    register = Register(store, clock=lambda: NOW, who="essai")
    portfolio = gathered(store, catalogue)
    before = {row.member.domain: row for row in portfolio.rows}["commune-0001.fr"]
    assert shared_faults(portfolio, "commune-0001.fr") - {Severity.CRITICAL}
    marks = before.latest.marks if before.latest else ""
    today = NOW.date()
    for spec, mark in zip(catalogue.checks, marks, strict=True):
        if mark in "hml":
            end = today + timedelta(days=90)
            register.add_waiver(Waiver("commune-0001.fr", spec.id, WaiverKind.ACCEPTED_RISK, "motif", "M. le Maire", today, end))
    portfolio = gathered(store, catalogue)
    row = {row.member.domain: row for row in portfolio.rows}["commune-0001.fr"]
    assert shared_faults(portfolio, "commune-0001.fr") <= {Severity.CRITICAL}  # nobody is asked for what is accepted
    assert row.relief is not None
    assert row.relief.accepted >= 1
    assert row.grade == before.grade
    assert row.relief.grade is not None
    assert row.grade is not None
    assert row.relief.grade.value > row.grade.value


def test_a_waiver_that_covers_two_findings_is_one_waiver(parks: Parks, catalogue: Catalogue) -> None:
    examined = parks.member(1)
    assert examined.result is not None
    found = next(each for each in examined.result.outcomes if each.findings)
    twice = replace(found, subject=Site("autre.fr", Domain(examined.member.domain)))
    today = NOW.date()
    waiver = Waiver(examined.result.domain.name, found.check, WaiverKind.DISPUTE, "motif", "M. le Maire", today, today, id=7)
    result = replace(examined.result, outcomes=(*examined.result.outcomes, twice))
    (row,) = assemble([replace(examined, result=result, waivers=(waiver,))], catalogue, HEADING).rows
    assert row.relief is not None
    assert (row.relief.accepted, row.relief.disputed) == (0, 1)


# --- the command ----------------------------------------------------------------------------------

APP = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
APP.command("portfolio")(portfolio_command)


@pytest.fixture
def config(tmp_path: Path, parks: Parks) -> Path:
    """Settings and a store with two dozen domains; half a dozen mandates are in force."""
    place = tmp_path / "beffroi.toml"
    place.write_text('[store]\nurl = "sqlite:///beffroi.db"\n', "utf-8")
    with open_store(f"sqlite:///{tmp_path / 'beffroi.db'}") as store:
        filled(store, parks)
        register = Register(store, who="essai")
        for number in (10, 16, 19, 22):
            name = parks.member(number).member.domain
            mandate = MandateRow("Mme la Maire", (name,), date(2020, 1, 1), date(2099, 1, 1))
            register.add_mandate(name, mandate)
    return place


def portfolio(config: Path, *arguments: str) -> str:
    ran = CliRunner().invoke(APP, ["--config", str(config), *arguments])
    assert ran.exit_code == 0, ran.output
    return ran.output


def test_the_command_leaves_a_page_a_table_and_messages(config: Path, tmp_path: Path) -> None:
    out = tmp_path / "documents"
    said = portfolio(config, "--out", str(out))
    pages, tables = list(out.glob("parc-*.html")), list(out.glob("parc-*.csv"))
    assert len(pages) == len(tables) == 1
    assert str(pages[0].name) in said.replace("\n", "")
    assert "OVHcloud" in pages[0].read_text("utf-8")
    for path in out.rglob("*"):
        if path.is_file():
            assert path.stat().st_mode & 0o777 == 0o600, path
    internal = next(out.glob("parc-*-interne"))
    assert list(internal.glob("BEF-*.txt"))
    assert not list(internal.glob("*.eml"))  # nothing that a mail client would send
    page = pages[0].read_text("utf-8")
    for path in out.glob("parc-*/BEF-*.txt"):
        assert f'href="{path.parent.name}/{path.name}"' in page


def test_only_who_agreed_and_has_a_mandate_is_named_to_a_supplier(config: Path, tmp_path: Path) -> None:
    out = tmp_path / "documents"
    portfolio(config, "--out", str(out))
    sent = "".join(path.read_text("utf-8") for path in out.glob("parc-*-a-envoyer/*.txt"))
    named = {f"commune-{number:04}.fr" for number in range(COUNT) if f"commune-{number:04}.fr" in sent}
    assert named <= {f"commune-{number:04}.fr" for number in (10, 16, 19, 22)}


def test_a_message_that_may_not_leave_any_more_is_gone_the_next_time(config: Path, tmp_path: Path) -> None:
    out = tmp_path / "documents"
    portfolio(config, "--out", str(out))
    name = next(out.glob("parc-*-interne")).name.removesuffix("-interne")
    stale = out / f"{name}-a-envoyer"
    stale.mkdir(exist_ok=True)
    (stale / "BEF-0000-0000.eml").write_text("Objet : retiré", "utf-8")
    portfolio(config, "--out", str(out))
    assert not (stale / "BEF-0000-0000.eml").exists()


def test_a_version_without_names_stands_beside_the_other_and_brings_no_message(config: Path, tmp_path: Path) -> None:
    out = tmp_path / "documents"
    portfolio(config, "--out", str(out), "--hide-suppliers", "--lang", "en")
    assert sorted(path.suffix for path in out.iterdir()) == [".csv", ".html"]
    for path in out.iterdir():
        assert path.stem.endswith("-without-names")
        assert "OVHcloud" not in path.read_text("utf-8")


def test_a_report_that_stands_there_is_linked(config: Path, tmp_path: Path, parks: Parks) -> None:
    out = tmp_path / "documents"
    result = parks.member(0).result
    assert result is not None
    report = out / "commune-0000.fr" / f"commune-0000.fr-{result.started_at.date()}-rapport-technique.html"
    report.parent.mkdir(parents=True)
    report.write_text("rapport", "utf-8")
    portfolio(config, "--out", str(out))
    page = next(out.glob("parc-*.html")).read_text("utf-8")
    assert f'href="commune-0000.fr/{report.name}"' in page
    assert page.count("rapport-technique.html") == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--campaign", "2020-01"], "2020-01"), (["--tag", "personne"], "Aucun domaine"), (["--lang", "de"], "fr ou en"),
        (["--out", "/nulle/part/ici"], "/nulle/part"),
    ],
)  # fmt: skip
def test_what_cannot_be_made_is_one_line(config: Path, tmp_path: Path, arguments: list[str], words: str) -> None:
    ran = CliRunner().invoke(APP, ["--config", str(config), "--out", str(tmp_path / "documents"), *arguments])
    assert ran.exit_code == 2
    assert words in ran.output
    assert len(ran.output.strip().splitlines()) == 1
