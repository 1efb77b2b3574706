import ipaddress
import tomllib
from datetime import date
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.catalogue import Catalogue
from scanner.dossier import Dossier, Role, Town
from scanner.model import Actor, Reason, Trace, TraceKind, Unobserved
from scanner.report.values import CUT
from scanner.suppliers.recognise import Certainty, Supplier, recognise, suppliers_of
from scanner.suppliers.table import Kind, entries, named
from tests.judging import DOMAIN
from tests.suppliers.synthetic import FILTERED, GANDI, OVH, Zone

OWN = ("mx1.mairie-exemple.fr",)
MAIL, DNS, WEB, CMS = Role.MAIL_HOST, Role.DNS_HOST, Role.WEB_HOST, Role.CMS_MAINTAINER

#: (what the zone says, who serves the town: role, id, how it stands to the town)
TABLE = [
    (OVH, [(WEB, "ovhcloud", Kind.HOST), (MAIL, "ovhcloud", Kind.HOST), (DNS, "ovhcloud", Kind.HOST)]),
    (GANDI, [(MAIL, "gandi", Kind.HOST), (DNS, "gandi", Kind.HOST)]),
    (Zone(mx=("mx00.ionos.fr",), ns=("ns1045.ui-dns.com",)), [(MAIL, "ionos", Kind.HOST), (DNS, "ionos", Kind.HOST)]),
    (
        Zone(mx=("mta-gw.infomaniak.ch",), ns=("ns11.infomaniak.com",)),
        [(MAIL, "infomaniak", Kind.HOST), (DNS, "infomaniak", Kind.HOST)],
    ),
    (Zone(mx=("mairie-exemple-fr.mail.protection.outlook.com",)), [(MAIL, "microsoft-365", Kind.HOST)]),
    (Zone(mx=("ASPMX.L.GOOGLE.COM", "alt1.aspmx.l.google.com")), [(MAIL, "google-workspace", Kind.HOST)]),
    (Zone(mx=("smtp-in.orange.fr",)), [(MAIL, "orange", Kind.HOST)]),
    (Zone(mx=("mx.mailo.com",), spf="v=spf1 include:mailo.com -all"), [(MAIL, "mailo", Kind.HOST)]),
    (Zone(ns=("ns-1.awsdns-12.co.uk", "ns-2.awsdns-3.net")), [(DNS, "amazon-aws", Kind.HOST)]),
    (Zone(cname=("d1.cloudfront.net",)), [(WEB, "amazon-cloudfront", Kind.FRONT)]),
    (Zone(cname=("cdn1.wixdns.net",)), [(WEB, "wix", Kind.HOST), (CMS, "wix", Kind.HOST)]),
    (
        Zone(cname=("cluster.reseaudescommunes.fr",)),
        [(WEB, "reseau-des-communes", Kind.HOST), (CMS, "reseau-des-communes", Kind.HOST)],
    ),
    (Zone(addresses=("213.186.33.24",)), [(WEB, "ovhcloud", Kind.HOST)]),
    (Zone(mx=OWN), []),
    (Zone(mx=OWN, greeting="mail.mairie-exemple.fr ESMTP Zimbra"), [(MAIL, "zimbra", Kind.SOFTWARE)]),
    (Zone(mx=OWN, greeting="bluemind.mairie-exemple.fr ESMTP Postfix"), [(MAIL, "bluemind", Kind.SOFTWARE)]),
    (Zone(mx=OWN, spf="v=spf1 mx include:_spf.google.com ~all"), []),
    (Zone(mx=OWN, spf="v=spf1 mx include:spf.mailjet.com ~all"), [(MAIL, "mailjet", Kind.SENDER)]),
    (Zone(mx=OWN, spf="v=spf1 redirect=spf.mailjet.com"), [(MAIL, "mailjet", Kind.SENDER)]),
    (Zone(mx=OWN, spf="v=spf1 -include:spf.mailjet.com ~all"), []),
    (
        FILTERED,
        [
            (MAIL, "mailinblack", Kind.FRONT), (MAIL, "microsoft-365", Kind.HOST), (MAIL, "brevo", Kind.SENDER),
            (DNS, "ovhcloud", Kind.HOST),
        ],
    ),
    # A machine that a customer rents is no service of the house that owns its name or address.
    (Zone(ns=("ns312345.ovh.net", "snds2.ovh.net")), []),
    (Zone(mx=("vps-1a2b.vps.ovh.net",)), []),
    (Zone(addresses=("51.75.1.1",)), []),
    (Zone(mx=("mail.ovh.net.mairie-exemple.fr", "notmail.ovh.net")), []),
    (Zone(mail_addresses=("213.186.33.5",)), []),
]  # fmt: skip


@pytest.mark.parametrize(("zone", "expected"), TABLE)
def test_a_zone_names_those_who_serve_the_town(catalogue: Catalogue, zone: Zone, expected: list[tuple[Role, str, Kind]]) -> None:
    found = recognise(zone.result(catalogue))
    assert [(supplier.role, supplier.id, supplier.kind) for supplier in found] == expected
    assert all(supplier.certainty is Certainty.DEDUCED and supplier.evidence for supplier in found)


def test_the_evidence_says_which_record_gave_the_name_away(catalogue: Catalogue) -> None:
    evidence = {(each.role, each.id): each.evidence for each in recognise(FILTERED.result(catalogue))}
    assert evidence[MAIL, "mailinblack"] == ("MX mx1.mailinblack.com",)
    assert evidence[MAIL, "microsoft-365"] == ("SPF include spf.protection.outlook.com",)
    assert evidence[DNS, "ovhcloud"] == ("NS dns10.ovh.net",)


def test_what_was_not_seen_names_nobody(catalogue: Catalogue) -> None:
    made = OVH.result(catalogue)
    for kind in ("Mx", "Ns"):
        made.seen.record(DOMAIN, kind, Unobserved(Reason.DNS_FAILURE))
    assert [supplier.role for supplier in recognise(made)] == [WEB]


def test_the_register_comes_first_and_keeps_the_evidence(catalogue: Catalogue) -> None:
    town = Town(suppliers=((MAIL, "microsoft-365"), (WEB, "Agence de l’Exemple"), (DNS, "gandi"), (Role.NETWORK, "orange")))
    found = suppliers_of(Dossier(FILTERED.result(catalogue), town=town))
    said = [(each.role, each.id, each.name, each.certainty.value) for each in found]
    assert said == [
        (WEB, "", "Agence de l’Exemple", "confirmed"),
        (MAIL, "microsoft-365", "Microsoft 365", "confirmed"),
        (MAIL, "mailinblack", "Mailinblack", "deduced"),
        (MAIL, "brevo", "Brevo", "deduced"),
        (DNS, "gandi", "Gandi", "confirmed"),
        (DNS, "ovhcloud", "OVHcloud", "deduced"),
        (Role.NETWORK, "orange", "Orange", "confirmed"),
    ]
    assert found[1].evidence == ("SPF include spf.protection.outlook.com",)
    assert found[4].evidence == ()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("OVHcloud", "ovhcloud"), ("ovhcloud", "ovhcloud"), ("ovh", "ovhcloud"), ("OVH Cloud", "ovhcloud"),
        ("Réseau des communes", "reseau-des-communes"), ("megalis bretagne", "megalis"), ("ALINTO", "alinto"),
        ("Office 365", "microsoft-365"), ("Agence de l’Exemple", ""), ("", ""), ("…", ""),
    ],
)  # fmt: skip
def test_the_register_may_write_a_name_as_people_do(catalogue: Catalogue, written: str, meant: str) -> None:
    """The screens of the customer area hang on the id, and a letter shows the name, so both must be found."""
    found = suppliers_of(Dossier(OVH.result(catalogue), town=Town(suppliers=((DNS, written),))))
    confirmed = next(each for each in found if each.certainty is Certainty.CONFIRMED)
    assert confirmed.id == meant
    assert confirmed.name == (next(entry.name for entry in entries() if entry.id == meant) if meant else written)
    assert [each.role for each in found].count(DNS) == (1 if meant == "ovhcloud" else 2)


def test_no_way_to_write_a_supplier_means_two() -> None:
    for entry in entries():
        for name in (entry.id, entry.name, *entry.aliases):
            assert named(name) is entry, name


def test_the_table_is_dated_and_no_name_belongs_to_two() -> None:
    content = tomllib.loads(files("scanner.suppliers").joinpath("suppliers.toml").read_text("utf-8"))
    assert isinstance(content["as_of"], date)
    keys = {"id", "name", "aliases", "kind", "site_roles", "dkim_selectors", "spf_mechanism", *TraceKind}
    assert all(set(row) <= keys for row in content["supplier"])
    for attribute in ("id", "name"):
        assert len({getattr(entry, attribute) for entry in entries()}) == len(entries())
    for entry in entries():
        assert entry.patterns, entry.id
        for pattern in entry.patterns:
            trace = Trace(pattern.kind, example(pattern.text))
            assert [other.id for other in entries() if other.roles(trace)] == [entry.id], pattern


def example(pattern: str) -> str:
    """Something that the pattern recognises."""
    if "/" in pattern:
        return str(ipaddress.ip_network(pattern)[0])
    return "x." + pattern.replace("[0-9]*", "12").replace("*", "12")


@given(st.sampled_from(TraceKind), st.text(max_size=300))
def test_no_name_from_outside_makes_it_fail(kind: TraceKind, name: str) -> None:
    for entry in entries():
        assert set(entry.roles(Trace(kind, name))) <= set(Actor)


def test_a_long_greeting_is_cut(catalogue: Catalogue) -> None:
    found = recognise(Zone(mx=OWN, greeting="zimbra " * 50).result(catalogue))
    (line,) = (line for supplier in found for line in supplier.evidence)
    assert line.startswith("SMTP zimbra zimbra")
    assert line.endswith(CUT)
    assert len(line) < 140


def test_every_supplier_can_be_told_from_the_register(catalogue: Catalogue) -> None:
    made = Zone().result(catalogue)
    for entry in entries():
        confirmed = suppliers_of(Dossier(made, town=Town(suppliers=((MAIL, entry.id),))))
        assert confirmed == (Supplier(MAIL, entry.id, entry.name, entry.kind(Actor.MAIL_HOST), (), Certainty.CONFIRMED),)
