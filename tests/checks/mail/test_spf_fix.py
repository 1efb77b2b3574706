"""The SPF record that a town is told to publish keeps every sender of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.mail.spf import Spf, spf_invalid, spf_permissive
from checks.mail.spf_evaluation import SpfAnswer
from checks.mail.spf_fix import concluding, ended, merged, readable, without
from checks.mail.spf_syntax import is_spf, parse_spf
from scanner.model import Flaw
from tests.judging import DOMAIN

OVH, SMS = "include:mx.ovh.com", "include:spf.sms.exemple.net"


def tree(*own: str, **records: str) -> Spf:
    included = (SpfAnswer(f"{label}.exemple.net", "TXT", (text,)) for label, text in records.items())
    return Spf((SpfAnswer(DOMAIN.name, "TXT", own), *included, SpfAnswer("void.exemple.net", "TXT", void=True)))


@pytest.mark.parametrize(
    ("check", "seen", "owner", "fixed"),
    [
        (spf_permissive, tree(f"v=spf1 a {SMS} +all"), DOMAIN.name, f"v=spf1 a {SMS} ~all"),
        (spf_permissive, tree("v=spf1 a ALL exp=x.exemple.net"), DOMAIN.name, "v=spf1 a exp=x.exemple.net ~all"),
        (spf_permissive, tree("v=spf1 a ip4:0.0.0.0/0 -all"), DOMAIN.name, "v=spf1 a -all"),
        (spf_permissive, tree("v=spf1 a ?all"), DOMAIN.name, "v=spf1 a ~all"),
        (spf_permissive, tree("v=spf1 a"), DOMAIN.name, "v=spf1 a ~all"),
        (spf_permissive, tree("v=spf1 redirect=a.exemple.net", a="v=spf1 mx"), "a.exemple.net", "v=spf1 mx ~all"),
        (spf_invalid, tree(f"v=spf1 ip4:mairie {OVH} ~all"), DOMAIN.name, f"v=spf1 {OVH} ~all"),
        (spf_invalid, tree("v=spf1 mx -all;"), DOMAIN.name, "v=spf1 mx ~all"),
        (spf_invalid, tree(f"v=spf1 {OVH} -all", f"v=spf1 mx {OVH} ~all"), DOMAIN.name, f"v=spf1 {OVH} mx ~all"),
        (spf_invalid, tree("v=spf1 redirect=mx.ovh.com", "v=spf1 mx -all"), DOMAIN.name, f"v=spf1 {OVH} mx -all"),
        (spf_invalid, tree("v=spf1 mx include:%{d} -all"), DOMAIN.name, "v=spf1 mx -all"),
        (spf_invalid, tree("v=spf1 a include:void.exemple.net ?all"), DOMAIN.name, "v=spf1 a ?all"),
        (spf_invalid, tree("v=spf1 a redirect=void.exemple.net"), DOMAIN.name, "v=spf1 a ~all"),
    ],
)  # fmt: skip
def test_only_what_is_at_fault_changes(check: Callable[..., Any], seen: Spf, owner: str, fixed: str) -> None:
    flaw = next(verdict for verdict in check(DOMAIN, seen) if isinstance(verdict, Flaw))
    assert (flaw.facts["owner"], flaw.facts["fixed"]) == (owner, fixed)


def test_the_record_that_concludes_is_found_behind_its_redirects() -> None:
    spf = tree("v=spf1 redirect=a.exemple.net", a="v=spf1 redirect=b.exemple.net", b="v=spf1 redirect=a.exemple.net")
    assert concluding(spf.answers, DOMAIN.name) in ("a.exemple.net", "b.exemple.net")  # a circle ends too
    assert concluding(tree("v=spf1 redirect=void.exemple.net").answers, DOMAIN.name) == DOMAIN.name
    assert concluding(tree("v=spf1 -all redirect=a.exemple.net", a="v=spf1").answers, DOMAIN.name) == DOMAIN.name


@given(st.text(max_size=300))
def test_no_text_makes_a_fix_raise_or_break_its_quotes(text: str) -> None:
    for fixed in (ended(f"v=spf1 {text}"), without(f"v=spf1 {text}", ("a",)), readable(f"v=spf1 {text}"), merged((text, text))):
        assert is_spf(fixed)
        assert "\\" not in fixed
    assert parse_spf(readable(f"v=spf1 {text}")).bad == ()
