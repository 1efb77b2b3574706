"""Each reader sees the lines of the product in use, and a text never loses its meaning by it."""

from __future__ import annotations

import re

import pytest

from checks.mail.starttls import SmtpSession
from checks.services.greetings.greeting import Greeting
from checks.services.open_ports import OpenPorts, Service
from checks.software.products import Banner, SiteSoftware, SoftwareSeen
from scanner.advice import LANGUAGES, AdviceError, outline, read_texts, texts
from scanner.catalogue import Catalogue
from scanner.model import Actor, Domain, Host, MailServer, Site
from scanner.net import PortState
from scanner.products import KINDS
from scanner.report.choice import for_products, for_supplier
from scanner.report.installed import Installed
from scanner.report.prose import Block, Items, Listing
from scanner.report.view import view
from scanner.report.writers import to_text
from tests.judging import DOMAIN, SUBJECTS
from tests.report.sample import outcomes, result
from tests.test_advice import written

WWW, APEX = SUBJECTS[Site], Site(DOMAIN.name, DOMAIN)

BODY = """Avant.

<!-- for nginx -->
nginx :

```nginx
a
```

<!-- for apache -->
Apache :

```apache
b
```

<!-- for any -->
Selon le logiciel :

- <!-- for wordpress -->
  WordPress
- <!-- for spip -->
  SPIP
- tous

<!-- for town -->
Demandez-le."""


def blocks(body: str = BODY) -> tuple[Block, ...]:
    return read_texts(written(body), "fr")["a.b"].fix


@pytest.mark.parametrize(
    ("known", "gone"),
    [
        ((), ()),
        (("nginx",), ("Apache", "b")),
        (("apache", "spip"), ("nginx", "    a", "WordPress")),
        (("nginx", "apache"), ()),
        (("joomla",), ("WordPress", "SPIP")),
        (("iis",), ()),
        (("redis",), ()),
    ],
)
def test_where_a_product_was_recognised_the_others_of_its_kind_are_left_out(
    known: tuple[str, ...], gone: tuple[str, ...]
) -> None:
    whole = to_text(blocks())
    shown = to_text(for_products(blocks(), frozenset(known)))
    for words in ("Avant.", "nginx", "    a", "Apache", "WordPress", "SPIP", "tous", "Demandez-le."):
        assert words in whole
        assert (words in shown) is (words not in gone), words


def test_a_part_is_never_left_empty() -> None:
    only = blocks("<!-- for nginx -->\nx")
    assert for_products(only, frozenset({"apache"})) == only


def test_a_supplier_does_not_read_what_is_for_the_town() -> None:
    shown = to_text(for_supplier(blocks()))
    assert "Demandez" not in shown
    assert "Avant." in shown
    assert "tous" in shown


def test_a_page_without_a_finding_shows_every_variant() -> None:
    shown = to_text(outline(read_texts(written(BODY), "fr")["a.b"], "fr").fix)
    assert all(words in shown for words in ("nginx", "Apache", "WordPress", "SPIP", "Demandez"))
    assert "<!--" not in shown


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("<!-- for ngnix -->\nx", "ngnix is no product"),
        ("<!-- for town nginx -->\nx", "town is no product"),
        ("<!-- for any nginx -->\nx", "any is no product"),
        ("<!-- nginx -->\nx", "a mark is a line of its own"),
        ("<!-- for nginx --> x\n\ny", "a mark is a line of its own"),
        ("<div>x</div>", "a mark is a line of its own"),
        ("x {each names} y", "at the end of a line of a listing"),
        ("`x {each names}`", "at the end of a line of a listing"),
        ("```text\nx {each names} y\n```", "at the end of a line of a listing"),
    ],
)
def test_a_mark_that_nobody_could_obey_is_refused(body: str, says: str) -> None:
    with pytest.raises(AdviceError, match=re.escape(says)):
        read_texts(written(body), "fr")


def seen_on(*banners: Banner, product: str = "", confirmed: bool = True) -> SiteSoftware:
    products = (SoftwareSeen(product, "", "", "/", confirmed),) if product else ()
    return SiteSoftware("https://www.mairie-exemple.fr/", products, banners, ())


@pytest.mark.parametrize(
    ("banner", "known"),
    [
        ("nginx/1.24.0", {"nginx"}),
        ("openresty", {"nginx"}),
        ("Apache/2.4.57 (Debian)", {"apache"}),
        ("Apache", {"apache"}),
        ("LiteSpeed", {"apache"}),
        ("o2switch-PowerBoost-v3", {"apache"}),
        ("Apache-Coyote/1.1", set()),
        ("Microsoft-IIS/10.0", {"iis"}),
        ("cloudflare", set()),
    ],
)
def test_the_banner_tells_the_web_server(catalogue: Catalogue, banner: str, known: set[str]) -> None:
    made = result(catalogue, ())
    made.seen.record(WWW, SiteSoftware, seen_on(Banner("server", banner)))
    assert Installed(made).on([WWW]) == known


def test_a_site_behind_plesk_may_have_either_server(catalogue: Catalogue) -> None:
    made = result(catalogue, ())
    made.seen.record(WWW, SiteSoftware, seen_on(Banner("server", "nginx"), Banner("x-powered-by", "PleskLin")))
    assert Installed(made).on([WWW]) == {"nginx", "apache"}


def test_what_only_a_link_names_is_not_in_use(catalogue: Catalogue) -> None:
    made = result(catalogue, ())
    made.seen.record(WWW, SiteSoftware, seen_on(product="spip", confirmed=False))
    assert Installed(made).on([WWW]) == frozenset()


def test_a_domain_runs_what_its_subjects_do_and_a_mute_site_what_its_twin_does(catalogue: Catalogue) -> None:
    made = result(catalogue, ())
    made.seen.record(WWW, SiteSoftware, seen_on(Banner("server", "nginx"), product="spip"))
    made.seen.record(SUBJECTS[MailServer], SmtpSession, SmtpSession("203.0.113.8", "mx1 ESMTP Postfix", (), True))
    ports = (Service(6379, PortState.OPEN, Greeting("redis", "Valkey")), Service(21, PortState.OPEN, Greeting("ftp", "ProFTPD")))
    made.seen.record(SUBJECTS[Host], OpenPorts, OpenPorts(ports))
    installed = Installed(made)
    assert installed.on([APEX]) == {"nginx", "spip"}
    assert installed.on([SUBJECTS[Host]]) == {"redis", "proftpd"}
    assert installed.on([SUBJECTS[MailServer]]) == {"postfix"}
    assert installed.on([Domain(DOMAIN.name)]) == {"nginx", "spip", "postfix", "redis", "proftpd"}


@pytest.mark.parametrize(
    ("banner", "there", "gone"), [("nginx", "server {", "Redirect permanent"), ("Apache", "Redirect", "server {")]
)
def test_the_report_shows_the_lines_of_the_server_that_was_seen(catalogue: Catalogue, banner: str, there: str, gone: str) -> None:
    made = result(catalogue, outcomes(catalogue))
    made.seen.record(WWW, SiteSoftware, seen_on(Banner("server", banner)))
    found = (
        each for each in view(made, catalogue, "fr").findings if (each.check, each.variant) == ("web.http-not-redirected", "")
    )
    finding = next(each for each in found if WWW.name in each.subjects)
    assert there in to_text(finding.advice.fix)
    assert gone not in to_text(finding.advice.fix)


def every_part(catalogue: Catalogue, lang: str) -> list[tuple[str, tuple[Block, ...]]]:
    return [
        (f"{spec.id} {variant} {lang}", part)
        for spec in catalogue.checks
        for variant, text in texts(spec, lang).items()
        for part in text.parts
    ]


def dangling(part: tuple[Block, ...]) -> list[str]:
    """The paragraphs that announce what does not follow."""
    following = (*part[1:], None)[: len(part)]
    return [
        to_text((block,))
        for block, next_ in zip(part, following, strict=True)
        if not isinstance(block, Listing | Items) and to_text((block,)).endswith(":") and not isinstance(next_, Listing | Items)
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_is_announced_and_then_left_out(catalogue: Catalogue, lang: str) -> None:
    for place, part in every_part(catalogue, lang):
        for known in (frozenset(), *(frozenset({product}) for product in KINDS)):
            shown = for_products(part, known)
            assert shown, place
            assert dangling(shown) == [], f"{place}, for {', '.join(known)}"
            assert dangling(for_supplier(shown)) == [], f"{place}, for {', '.join(known)}, to a supplier"


#: A block that names one of these in its lead-in is about it, and must say so.
_NAMES = {
    "nginx": r"nginx", "apache": r"Apache", "wordpress": r"WordPress", "spip": r"SPIP", "joomla": r"Joomla", "drupal": r"Drupal",
    "postfix": r"Postfix", "redis": r"Redis", "memcached": r"memcached", "mongodb": r"MongoDB", "postgresql": r"PostgreSQL",
    "dovecot": r"Dovecot", "vsftpd": r"vsftpd", "mikrotik": r"MikroTik",
}  # fmt: skip


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_listing_for_one_product_is_tied_to_it(catalogue: Catalogue, lang: str) -> None:
    for spec in catalogue.checks:
        for variant, text in texts(spec, lang).items():
            for block, next_ in zip(text.fix, (*text.fix[1:], None), strict=True):
                if isinstance(block, Listing) and block.language in ("nginx", "apache"):
                    assert block.language in block.only, f"{spec.id} {variant} {lang}: {to_text((block,))}"
                if isinstance(block, Items | Listing) or not isinstance(next_, Listing):
                    continue
                named = {word for word, pattern in _NAMES.items() if re.search(rf"\b{pattern}\b", to_text((block,)))}
                assert named <= {*block.only, *next_.only} or len(named) > 2, f"{spec.id} {variant} {lang}: {to_text((block,))}"


_TO_TOWN = {
    "fr": r"(?i)\b(demandez|demandez-lui|confiez|faites la demande|transmettez|prévenez)\b[^.]*"
    r"\b(hébergeur|prestataire|exploitant|gestionnaire|lui)\b|espace client",
    "en": r"(?i)\b(ask|entrust|hand|pass)\b[^.]*\b(host|supplier|provider|manager|them)\b|customer area",
}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_sends_the_reader_to_the_supplier_is_for_the_town(catalogue: Catalogue, lang: str) -> None:
    for spec in catalogue.checks:
        if spec.actor in (Actor.TOWN, Actor.DNS_HOST):
            continue
        for variant, text in texts(spec, lang).items():
            for part in (text.fix, text.verify):
                said = to_text(for_supplier(part))
                assert not re.search(_TO_TOWN[lang], said), f"{spec.id} {variant} {lang}: {said}"
