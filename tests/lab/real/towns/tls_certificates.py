"""One town for each certificate that goes wrong, and for those that are unusual and right."""

from __future__ import annotations

from pathlib import Path

from tests.lab.real import world
from tests.lab.real.model import Daemon, RealTown
from tests.lab.real.nginx import FILES, INTERMEDIATE
from tests.lab.real.web_town import PAGE_UNSEEN, names, site, web_town

_STAPLE = "ssl_stapling on;\nssl_stapling_file {pki}/STEM.ocsp;\n"
_NAME = "tls.certificate-name"
_STAPLE_MISSING = "tls.staple-missing"


def _town(
    number: int,
    name: str,
    note: str,
    *must: str,
    tls: str = "",
    lenient: bool = False,
) -> RealTown:
    domain = f"certificat-{name}.fr"
    server = site(number, domain, tls=INTERMEDIATE + tls.replace("STEM", domain), lenient=lenient)
    return web_town(number, domain, note, server, must=must)


def _with_root() -> RealTown:
    number, domain = 33, "certificat-racine-envoyee.fr"
    made = site(number, domain, stem=f"{domain}-avec-racine")

    def add_root(folder: Path) -> None:
        pki = world.FOLDER / "pki"
        longer = pki / f"{domain}-avec-racine"
        longer.with_name(longer.name + ".crt").write_bytes((pki / f"{domain}.crt").read_bytes() + (pki / "root.pem").read_bytes())
        longer.with_name(longer.name + ".key").write_bytes((pki / f"{domain}.key").read_bytes())

    server = Daemon(made.name, made.argv, made.files, made.wait, packages=made.packages, prepare=add_root)
    return web_town(number, domain, "the root is sent along: needless, and no fault", server)


def _client(number: int, name: str, how: str, note: str) -> RealTown:
    domain = f"certificat-{name}.fr"
    asks = f"ssl_client_certificate {{pki}}/root.pem;\nssl_verify_client {how};\n"
    server = site(number, domain, lines=asks + FILES)
    return web_town(number, domain, note, server, unknown=_UNSEEN if how == "on" else ())


_UNSEEN = ("web.security-txt-*", "web.unreachable", *PAGE_UNSEEN)  # HTTP 400 for who has no certificate
_MANY = "certificat-aux-mille-noms.fr"
_SHARED = "certificat-partage.fr"

TOWNS = (
    _town(20, "expire", "ended a month ago", "tls.certificate-expired"),
    _town(21, "bientot-expire", "three days left", "tls.certificate-expiring"),
    _town(22, "pas-encore-valide", "begins in ten days", "tls.certificate-not-yet-valid"),
    _town(23, "autosigne", "self-signed", "tls.certificate-untrusted"),
    _town(24, "autre-nom", "made out to another town", _NAME),
    _town(25, "incomplet", "the intermediate is not sent", "tls.certificate-untrusted"),
    _town(26, "rsa-1024", "a key of 1,024 bits", "tls.key-weak", lenient=True),
    _town(27, "sha1", "signed over SHA-1", "tls.signature-weak", lenient=True),
    _town(28, "agrafe-promise", "must-staple, and nothing stapled", _STAPLE_MISSING),
    _town(29, "agrafe", "must-staple, and a good OCSP answer stapled", tls=_STAPLE),
    _client(30, "client-demande", "optional_no_ca", "asks for a client certificate and does without"),
    _client(31, "client-exige", "on", "shows nothing without a client certificate: a private site"),
    web_town(32, _MANY, "3,000 names, the town's own first", site(32, _MANY)),
    _with_root(),
    web_town(34, _SHARED, "a hoster's certificate for 700 names, the town's own last", site(34, _SHARED)),
    _town(35, "sans-www", "www is not in the certificate", f"{_NAME} site:www.{{domain}}"),
    _town(36, "joker", "a wildcard alone, which does not cover the bare domain", f"{_NAME} site:{{domain}}"),
    _town(37, "rsa", "RSA of 2,048 bits, as most have"),
)
_KINDS = {
    "expire": "expired", "bientot-expire": "expiring", "pas-encore-valide": "not-yet-valid", "autosigne": "self-signed",
    "autre-nom": "wrong-name", "incomplet": "incomplete", "rsa-1024": "rsa-1024", "sha1": "sha1",
    "agrafe-promise": "must-staple", "agrafe": "must-staple", "aux-mille-noms": "many-sans", "rsa": "rsa",
}  # fmt: skip
_NAMES = {
    _SHARED: (*(f"association-{number}.exemple.fr" for number in range(700)), *names(_SHARED)),
    "certificat-sans-www.fr": ("certificat-sans-www.fr",),
    "certificat-joker.fr": ("*.certificat-joker.fr",),
}
CERTIFICATES = tuple(
    (town.domain, _KINDS.get(town.name.removeprefix("certificat-"), "good"), _NAMES.get(town.domain, names(town.domain)))
    for town in TOWNS
)
