"""The zones of the real towns are signed, and broken, as declared: proved with dnspython's own validation."""

from __future__ import annotations

from itertools import pairwise

import dns.dnssec
import dns.exception
import dns.name
import dns.rdatatype
import dns.rrset
import dns.zone
import pytest

from tests.lab.model import Zone
from tests.lab.real import zonefiles
from tests.lab.real.model import Denial, RealZone, ZoneFault

DOMAIN = "essai.fr"
ORIGIN = dns.name.from_text(DOMAIN)
RECORDS = '@ 3600 IN A 198.18.0.1\n@ 3600 IN TXT "v=spf1 -all"\n* 3600 IN TXT "joker"\nsous.nom 3600 IN A 198.18.0.2\n'


def _built(fault: ZoneFault, signer: zonefiles.Signer) -> tuple[dns.zone.Zone, dns.zone.Zone]:
    """The zone, and `fr` above it."""
    built, declared = zonefiles.build_hosted([RealZone(DOMAIN, RECORDS, signed=True, fault=fault)], signer)
    above = zonefiles.plant(built, declared, signer, {})
    country = dns.zone.from_text(above.above["fr."], origin="fr.", relativize=False, check_origin=False)
    return built[f"{DOMAIN}."], country


def _validates(zone: dns.zone.Zone, rdtype: str) -> bool:
    keys = {ORIGIN: zone.find_rdataset(ORIGIN, "DNSKEY")}
    signatures = zone.find_rdataset(ORIGIN, "RRSIG", covers=dns.rdatatype.from_text(rdtype))
    try:
        dns.dnssec.validate((ORIGIN, zone.find_rdataset(ORIGIN, rdtype)), (ORIGIN, signatures), keys)  # type: ignore[arg-type]
    except dns.exception.ValidationFailure:
        return False
    return True


@pytest.mark.parametrize(
    ("fault", "keys", "address", "text"),
    [
        (ZoneFault.NONE, True, True, True),
        (ZoneFault.BOGUS, True, False, False),
        (ZoneFault.ADDRESS_BOGUS, True, False, True),
        (ZoneFault.EXPIRED, False, False, False),
        (ZoneFault.WRONG_DS, True, True, True),
        (ZoneFault.NO_DS, True, True, True),
    ],
)
def test_only_the_signatures_that_a_fault_names_are_wrong(fault: ZoneFault, keys: bool, address: bool, text: bool) -> None:
    zone, _ = _built(fault, zonefiles.Signer.fresh())
    assert (_validates(zone, "DNSKEY"), _validates(zone, "A"), _validates(zone, "TXT")) == (keys, address, text)


@pytest.mark.parametrize("fault", list(ZoneFault))
def test_the_parent_names_the_key_unless_the_fault_is_there(fault: ZoneFault) -> None:
    signer = zonefiles.Signer.fresh()
    _, country = _built(fault, signer)
    node = country.get_rdataset(ORIGIN, "DS")
    right = node is not None and signer.ds(ORIGIN) in node
    assert right == (fault not in (ZoneFault.WRONG_DS, ZoneFault.NO_DS, ZoneFault.UNKNOWN_ALGORITHM))
    assert (node is None) == (fault is ZoneFault.NO_DS)


@pytest.mark.parametrize("denial", [one for one in Denial if one is not Denial.NSEC])
def test_a_zone_that_its_server_signs_is_left_to_it_and_the_parent_names_its_key(denial: Denial) -> None:
    signer, server = zonefiles.Signer.fresh(), zonefiles.Signer.fresh()
    built, declared = zonefiles.build_hosted([RealZone(DOMAIN, RECORDS, signed=True, denial=denial)], signer)
    assert "RRSIG" not in built[f"{DOMAIN}."].to_text()
    above = zonefiles.plant(built, declared, signer, {f"{DOMAIN}.": server.dnskey}).above["fr."]
    country = dns.zone.from_text(above, origin="fr.", relativize=False, check_origin=False)
    assert list(country.find_rdataset(ORIGIN, "DS")) == [server.ds(ORIGIN)]


def test_an_unsigned_zone_bears_no_signature_and_has_no_ds() -> None:
    signer = zonefiles.Signer.fresh()
    built, declared = zonefiles.build_hosted([Zone(DOMAIN, RECORDS)], signer)
    above = zonefiles.plant(built, declared, signer, {})
    assert "RRSIG" not in built[f"{DOMAIN}."].to_text()
    assert f"{DOMAIN}. 3600 IN DS" not in above.above["fr."]


def test_the_nsec_chain_names_every_owner_once_and_comes_back() -> None:
    zone, _ = _built(ZoneFault.NONE, zonefiles.Signer.fresh())
    owners = sorted(name for name, node in zone.nodes.items() if node.get_rdataset(zone.rdclass, dns.rdatatype.NSEC))
    following = [zone.find_rdataset(name, "NSEC")[0].next for name in owners]
    assert following == [*(later for _, later in pairwise(owners)), owners[0]]


def test_a_delegation_brings_the_glue_that_it_needs() -> None:
    records = "@ 3600 IN NS ns1\nns1 3600 IN A 198.18.254.60\nns1 3600 IN AAAA 2001:db8:254::60\n"
    signer = zonefiles.Signer.fresh()
    built, declared = zonefiles.build_hosted([Zone(DOMAIN, records), Zone(f"bas.{DOMAIN}", "@ 3600 IN A 198.18.0.9\n")], signer)
    country = zonefiles.plant(built, declared, signer, {}).above["fr."]
    assert f"ns1.{DOMAIN}. 3600 IN A 198.18.254.60" in country
    assert f"ns1.{DOMAIN}. 3600 IN AAAA 2001:db8:254::60" in country
    assert f"bas.{DOMAIN}." not in country
    assert f"bas 3600 IN NS ns1.{zonefiles.HOSTER_DOMAIN}." in built[f"{DOMAIN}."].to_text()


def test_two_towns_may_share_a_zone_and_may_not_contradict_each_other() -> None:
    signer = zonefiles.Signer.fresh()
    zonefiles.build_hosted([Zone(DOMAIN, RECORDS), Zone(DOMAIN, RECORDS)], signer)
    with pytest.raises(ValueError, match=r"essai\.fr differently"):
        zonefiles.build_hosted([Zone(DOMAIN, RECORDS), Zone(DOMAIN, "")], signer)
