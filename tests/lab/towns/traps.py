"""Trap towns: each has one fault on its home page or in its zone and is ordinary beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from tests.lab import faults
from tests.lab import udp_services as udp
from tests.lab.model import (
    Answering,
    Certificate,
    DatagramService,
    FullQueue,
    MailHost,
    Page,
    Service,
    Tls,
    Town,
    VirtualHost,
    WebServer,
    Zone,
)
from tests.lab.tcp_services import chatter, liar, reset, silence
from tests.lab.towns.parts import HARDENED, page, redirect

METADATA = "http://169.254.169.254/latest/meta-data/"
HOUR = 3_600.0
MODERN = Tls()

#: Where the home page was not seen, nothing may be said of it.
_UNSEEN = frozenset(
    {
        "web.unreachable", "web.hsts-missing", "web.csp-missing", "web.framing-allowed", "web.nosniff-missing",
        "web.referrer-policy-missing", "web.cookie-insecure", "web.https-missing", "web.http-not-redirected", "software.*",
    }
)  # fmt: skip
_TRUSTED = frozenset({"tls.*"})


def _zone(domain: str, address: str) -> Zone:
    return Zone(
        domain,
        f"@ 60 IN NS ns1\n@ 60 IN NS ns2\nns1 60 IN A 127.66.200.53\nns2 60 IN A 127.66.201.53\n@ 60 IN A {address}\n"
        '@ 60 IN MX 0 .\n@ 60 IN TXT "v=spf1 -all"\n_dmarc 60 IN TXT "v=DMARC1; p=reject"\n',
    )


def _town(
    number: int,
    name: str,
    *,
    home: Page | None = None,
    clear: Page | None = None,
    beside: Mapping[str, Page] = MappingProxyType({}),
    certificate: Certificate = Certificate.GOOD,
    tls: Tls = MODERN,
    must: tuple[str, ...] = (),
    must_not: frozenset[str] = _UNSEEN,
) -> Town:
    """A town of one site; `must` are checks on that site."""
    domain, address = f"piege-{name}.fr", f"127.66.{number}.1"
    host = VirtualHost(
        (domain,),
        secure={"/": home or page("Page d’essai"), **beside},
        plain={"*": clear or redirect(f"https://{domain}{{path}}")},
        headers=(("server", "nginx"), *HARDENED),
        certificate=certificate,
    )
    return Town(
        name, domain, (_zone(domain, address),), web=(WebServer(address, (host,), tls),),
        must=frozenset((check, f"site:{domain}") for check in must), must_not=must_not, may_be_unknown=frozenset({"*"}),
    )  # fmt: skip


def _circle(number: int, name: str) -> Town:
    """A town whose home page leads to itself: positively no page."""
    town = _town(number, name, home=redirect("/"), must_not=_UNSEEN - {"web.unreachable"})
    return replace(town, must=frozenset({("web.unreachable", f"domain:{town.domain}")}))


def _spip_says_wait(*headers: tuple[str, str]) -> Page:
    says = page("Site en travaux", "<p>Ce site n’est pas encore configuré. Revenez plus tard...</p>")
    return Page(503, (*says.headers, *headers), says.body.replace(b"<body", b'<body class="minipage"', 1))


def _unfinished(number: int, name: str) -> Town:
    """A SPIP that nobody has set up: 503 at home with its reason, and the installer behind /ecrire/."""
    home = _spip_says_wait()
    beside = {
        "/ecrire/": redirect("/ecrire/?exec=install", status=302),
        "/ecrire/?exec=install": page("Installation du système de publication"),
        "/ecrire/paquet.xml": Page(200, (("content-type", "text/xml"),), b'<paquet prefix="spip" version="4.4.30">'),
    }
    town = _town(number, name, home=home, beside=beside, must=("software.cms-installer",), must_not=frozenset())
    return replace(town, must=town.must | {("web.unreachable", f"domain:{town.domain}")})


def _accepting(number: int, name: str, service: str) -> Town:
    """A town whose two web ports accept and then reset, stay silent, or do not even accept."""
    domain, address = f"piege-{name}.fr", f"127.66.{number}.1"
    handle = reset if service == "reset" else silence
    full = service == "full"
    return Town(
        name, domain, (_zone(domain, address),),
        services=() if full else (Service(address, 80, handle), Service(address, 443, handle)),
        silent=(FullQueue(address, (80, 443)),) if full else (),
        must_not=_UNSEEN | _TRUSTED, may_be_unknown=frozenset({"*"}),
    )  # fmt: skip


def _lying_services(number: int) -> Town:
    """A town whose ports speak no protocol of their own: only nmap remains to be asked, and it takes its time."""
    domain, address = "piege-bannieres.fr", f"127.66.{number}.1"
    openings = {
        22: b"SSH-2.0-" + b"\x1b[31m\xff" * 200,
        3306: b"\xff\xff\xff\x00\x0a5.5\x1b[2J",  # announces 16 MB
        445: b"\x00\xff\xff\xff\xfeSMB" + b"\xff" * 70,
        5900: b"RFB 999.999\n\xff",
        3389: b"\x03\x00\xff\xff\x02\xf0\x80",
        6379: b"$99999999999999999999\r\n\x1b[2J",
    }
    return Town(
        "bannieres", domain, (_zone(domain, address),),
        services=(Service(address, 23, chatter), *(Service(address, port, liar(text)) for port, text in openings.items())),
        dedicated=(address,), must=frozenset({("web.unreachable", f"domain:{domain}")}),
        must_not=_TRUSTED | {"services.database-open", "services.remote-desktop-no-nla"}, may_be_unknown=frozenset({"*"}),
    )  # fmt: skip


def _wrong_dane(number: int) -> Town:
    """A mail server of TLS 1.0 whose TLSA record names another key."""
    domain, address = "piege-dane.fr", f"127.66.{number}.25"
    records = f"@ 60 IN MX 10 mx1\nmx1 60 IN A {address}\n_25._tcp.mx1 60 IN TLSA 3 1 1 {'ab' * 32}\n"
    mail = MailHost(f"mx1.{domain}", address, tls=Tls(0, 0))
    must = frozenset((check, f"mail_server:mx1.{domain}") for check in ("mail.dane-invalid", "mail.starttls-old-protocol"))
    zone = Zone(domain, records, signed=True)
    return Town("dane", domain, (zone,), mail=(mail,), must=must, must_not=_UNSEEN | _TRUSTED, may_be_unknown=frozenset({"*"}))


def _datagrams(number: int) -> Town:
    """A file server and a resolver for everybody, and something that is no SNMP where SNMP is usual."""
    domain, address = "piege-datagrammes.fr", f"127.66.{number}.1"
    exposed = ("services.tftp-exposed", "services.open-resolver")
    return Town(
        "datagrammes", domain, (_zone(domain, address),),
        datagrams=(
            DatagramService(address, 53, udp.open_resolver),
            DatagramService(address, 69, udp.tftp),
            DatagramService(address, 161, lambda asked: b"HTTP/1.0 400 Bad Request\r\n"),
        ),
        dedicated=(address,),
        must=frozenset({("web.unreachable", f"domain:{domain}"), *((check, f"host:{address}") for check in exposed)}),
        must_not=_TRUSTED | {"services.snmp-exposed"}, may_be_unknown=frozenset({"*"}),
    )  # fmt: skip


def _dns(
    name: str,
    domain: str,
    zone: Zone,
    must: frozenset[tuple[str, str]] = frozenset(),
    must_not: frozenset[str] = _UNSEEN | _TRUSTED,
) -> Town:
    """A town that exists in DNS only."""
    return Town(name, domain, (zone,), must=must, must_not=must_not, may_be_unknown=frozenset({"*"}))


def _failing(number: int, name: str, manner: Answering) -> Town:
    """A signed town whose resolver fails for another reason than the signatures."""
    zone = _zone(f"piege-{name}.fr", f"127.66.{number}.1")
    failing = Zone(zone.domain, zone.records, signed=True, misbehaving={"*": manner})
    return _dns(name, zone.domain, failing, must_not=_TRUSTED | {"dns.dnssec-bogus"})


_BOGUS = _zone("piege-dnssec.fr", "127.66.40.1")

TRAPS: tuple[Town, ...] = (
    _town(20, "goutte", home=Page(raw=faults.slow_drip, pace=1.0)),
    _town(21, "entetes-sans-fin", home=Page(raw=faults.endless_headers)),
    _town(22, "corps-sans-fin", home=Page(raw=faults.endless_body), must_not=_TRUSTED),
    _town(23, "gros-entetes", home=Page(raw=faults.large_headers), must_not=_TRUSTED),
    _town(24, "bombe", home=Page(raw=faults.gzip_bomb), must_not=_TRUSTED),
    _town(51, "gzip-et-apres", home=Page(raw=faults.gzip_then_junk), must_not=_TRUSTED),
    _town(52, "gzip-sans-contenu", home=Page(raw=faults.gzip_endless_name), must_not=_TRUSTED),
    _town(25, "bombe-en-redirection", home=Page(raw=faults.gzip_bomb_in_redirect), must_not=_TRUSTED),
    _town(26, "encodages", home=Page(raw=faults.stacked_encodings), must_not=_TRUSTED),
    _circle(27, "boucle"),
    _town(45, "boucle-a-temoin", home=Page(302, (("location", "/"), ("set-cookie", "vu=1; Secure; HttpOnly")))),
    _town(
        46,
        "boucle-en-clair",
        clear=redirect("//piege-boucle-en-clair.fr/"),
        must=("web.http-not-redirected",),
        must_not=frozenset(),
    ),
    _unfinished(47, "spip-en-travaux"),
    _town(48, "spip-qui-patiente", home=_spip_says_wait(("retry-after", "3600"))),
    _town(28, "metadonnees", home=redirect(METADATA), must=("web.https-downgrade",)),
    _town(29, "charabia", home=Page(raw=faults.garbage)),
    _town(30, "muet-apres-requete", home=Page(raw=faults.nothing, pace=HOUR)),
    _town(31, "trop-de-requetes", home=Page(429, (("retry-after", "3600"),))),
    _town(49, "bouclier", home=Page(202, (("x-amzn-waf-action", "challenge"),), b"<title>Just a moment</title>")),
    _town(50, "theiere", home=Page(418)),
    _town(32, "schema", home=redirect("file:///etc/passwd")),
    _accepting(33, "coupe", "reset"),
    _accepting(34, "silence", "silence"),
    _accepting(35, "injoignable", "full"),
    _town(36, "auto-signe", certificate=Certificate.SELF_SIGNED, must=("tls.certificate-untrusted",), must_not=frozenset()),
    _town(37, "incomplet", certificate=Certificate.INCOMPLETE, must=("tls.certificate-untrusted",), must_not=frozenset()),
    _town(38, "cle-courte", certificate=Certificate.RSA_1024, must=("tls.key-weak",), must_not=frozenset()),
    _town(39, "pas-encore", certificate=Certificate.NOT_YET_VALID, must=("tls.certificate-not-yet-valid",), must_not=frozenset()),
    _town(41, "bientot", certificate=Certificate.EXPIRING, must=("tls.certificate-expiring",), must_not=frozenset()),
    _town(42, "autre-nom", certificate=Certificate.WRONG_NAME, must=("tls.certificate-name",), must_not=frozenset()),
    _town(43, "vieux-tls", tls=Tls(0, 1), must=("tls.modern-missing", "tls.old-protocol"), must_not=frozenset()),
    _lying_services(44),
    _town(
        53, "sans-chiffrement", tls=Tls(ciphers="ECDHE+AESGCM:eNULL:@SECLEVEL=0"), must=("tls.weak-cipher",), must_not=frozenset()
    ),
    _wrong_dane(54),
    _datagrams(57),
    _dns(
        "dnssec",
        "piege-dnssec.fr",
        Zone(_BOGUS.domain, _BOGUS.records, signed=True, misbehaving={"*": Answering.BOGUS}),
        frozenset({("dns.dnssec-bogus", "domain:piege-dnssec.fr")}),
    ),
    _failing(55, "panne-de-dns", Answering.UNREACHABLE),
    _failing(56, "panne-passagere", Answering.RECOVERING),
    _dns("adresse-interdite", "piege-adresse.fr", _zone("piege-adresse.fr", "169.254.169.254")),
)
