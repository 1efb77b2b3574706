"""The resolver of the laboratory, asked by dnspython."""

from __future__ import annotations

import dns.edns
import dns.exception
import dns.flags
import dns.message
import dns.query
import dns.rcode
import pytest

from tests.lab.clients import ask
from tests.lab.lab import Lab


def test_ad_is_set_for_signed_zones_only(lab: Lab) -> None:
    assert ask(lab, "saint-exemple.fr", "MX").flags & dns.flags.AD
    assert not ask(lab, "bourg-ordinaire.fr", "MX").flags & dns.flags.AD


def test_ad_is_not_set_for_those_who_did_not_ask(lab: Lab) -> None:
    query = dns.message.make_query("saint-exemple.fr", "A")
    assert not dns.query.udp(query, lab.resolver[0], port=lab.resolver[1], timeout=2).flags & dns.flags.AD


def test_the_parent_side_knows_who_is_signed(lab: Lab) -> None:
    assert ask(lab, "saint-exemple.fr", "DS").answer
    unsigned = ask(lab, "bourg-ordinaire.fr", "DS")
    assert unsigned.rcode() == dns.rcode.NOERROR
    assert not unsigned.answer
    assert unsigned.authority[0].name.to_text() == "fr."


@pytest.mark.parametrize(
    ("name", "rdtype", "rcode"),
    [
        ("rien.saint-exemple.fr", "A", dns.rcode.NXDOMAIN),
        ("_domainkey.saint-exemple.fr", "TXT", dns.rcode.NOERROR),  # an empty non-terminal
        ("_domainkey.val-negligee.fr", "TXT", dns.rcode.NXDOMAIN),
        ("saint-exemple.fr", "TLSA", dns.rcode.NOERROR),
        ("fr", "TXT", dns.rcode.NOERROR),
        ("_dmarc.fr", "TXT", dns.rcode.NXDOMAIN),
        ("nulle-part.example", "A", dns.rcode.NXDOMAIN),
    ],
)
def test_what_does_not_exist_is_told_from_what_has_no_such_record(lab: Lab, name: str, rdtype: str, rcode: int) -> None:
    answer = ask(lab, name, rdtype)
    assert answer.rcode() == rcode
    assert not answer.answer
    assert answer.authority


def test_an_alias_is_followed(lab: Lab) -> None:
    answer = ask(lab, "www.bourg-ordinaire.fr", "A")
    assert [rrset.rdtype for rrset in answer.answer] == [5, 1]


def test_a_loop_of_aliases_is_a_failure(lab: Lab) -> None:
    assert ask(lab, "loop1.port-piege.fr", "A").rcode() == dns.rcode.SERVFAIL


def test_addresses_have_names(lab: Lab) -> None:
    assert "mx1.courriel-laboratoire.fr." in str(ask(lab, "25.1.66.127.in-addr.arpa", "PTR"))


def test_broken_signatures_fail_unless_checking_is_disabled(lab: Lab) -> None:
    rejected = ask(lab, "piege-dnssec.fr", "A")
    assert rejected.rcode() == dns.rcode.SERVFAIL
    assert [option.code for option in rejected.options if isinstance(option, dns.edns.EDEOption)] == [6]
    unchecked = ask(lab, "piege-dnssec.fr", "A", flags=dns.flags.CD)
    assert unchecked.answer
    assert not unchecked.flags & dns.flags.AD


def test_some_names_fail_and_some_are_met_with_silence(lab: Lab) -> None:
    assert ask(lab, "mont-muet.fr", "NS").rcode() == dns.rcode.SERVFAIL
    query = dns.message.make_query("_mta-sts.mont-muet.fr", "TXT")
    with pytest.raises(dns.exception.Timeout):
        dns.query.udp(query, lab.resolver[0], port=lab.resolver[1], timeout=0.3)


def test_a_large_answer_is_truncated_and_complete_over_tcp(lab: Lab) -> None:
    assert ask(lab, "port-piege.fr", "TXT").flags & dns.flags.TC
    query = dns.message.make_query("port-piege.fr", "TXT")
    whole = dns.query.tcp(query, lab.resolver[0], port=lab.resolver[1], timeout=2)
    assert len(whole.to_wire()) > 20_000


def test_questions_are_counted(lab: Lab) -> None:
    before = lab.dns_queries
    ask(lab, "saint-exemple.fr", "A")
    assert lab.dns_queries == before + 1
