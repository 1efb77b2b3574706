"""One town for each way of offering TLS: Mozilla's profiles, one version alone, what no browser speaks any more, what is new."""

from __future__ import annotations

from tests.lab.real.jsse import jsse
from tests.lab.real.model import RealTown
from tests.lab.real.nginx import FILES, INTERMEDIATE, MODERN, OLD, nginx, plain, secure
from tests.lab.real.node import node
from tests.lab.real.tlslite import SSL3, TLS1_0, TLS1_2, tlslite
from tests.lab.real.web_town import names, pages, places, site, web_town

_OLD, _NONE_MODERN, _NO_13 = "tls.old-protocol", "tls.modern-missing", "tls.tls13-missing"
_WEAK_CIPHER = "tls.weak-cipher"
#: Our own OpenSSL shares nothing with such a server: neither the site nor its certificate can be seen.
_NO_COMMON_LANGUAGE = ("tls.certificate-*", "tls.key-weak", "tls.signature-weak", "tls.staple-missing", "web.*", "software.*")
_LENIENT = "ssl_ciphers DEFAULT:@SECLEVEL=0;\n"


def _only(*versions: str) -> str:
    return f"ssl_protocols {' '.join(versions)};\n{_LENIENT}"


def _beside_good(suites: str) -> str:
    """TLS 1.2 and 1.3 as they should be, and these suites too, which only a client that asks for nothing better gets."""
    return f"ssl_protocols TLSv1.2 TLSv1.3;\nssl_ciphers ECDHE+AESGCM:{suites}:@SECLEVEL=0;\n"


def _nginx(number: int, name: str, tls: str, note: str, *must: str, lenient: bool = False) -> RealTown:
    domain = f"tls-{name}.fr"
    return web_town(number, domain, note, site(number, domain, tls=tls, lenient=lenient), must=must)


def _tlslite(
    number: int,
    name: str,
    versions: tuple[tuple[int, int], tuple[int, int]],
    ciphers: tuple[str, ...],
    note: str,
    *,
    must: tuple[str, ...] = (),
    unknown: tuple[str, ...] = _NO_COMMON_LANGUAGE,
) -> RealTown:
    """tlslite on port 443, nginx on port 80; no security.txt."""
    domain = f"tls-{name}.fr"
    home = pages(domain)["www/index.html"]
    assert isinstance(home, bytes)
    server = tlslite(domain, places(number), domain, home, lowest=versions[0], highest=versions[1], ciphers=ciphers)
    clear = nginx(domain, places(number), plain())
    quiet = ("web.security-txt-missing",)
    return web_town(number, domain, note, clear, server, must=must, unknown=unknown, may_fail=quiet)


def _node(number: int, name: str, groups: str, note: str, *, unknown: tuple[str, ...] = ()) -> RealTown:
    domain = f"tls-{name}.fr"
    shown = {"/" + path.removeprefix("www/").removesuffix("index.html"): text for path, text in pages(domain).items()}
    texts = {path: text.decode() for path, text in shown.items() if isinstance(text, bytes)}
    clear = nginx(domain, places(number), plain())
    return web_town(number, domain, note, clear, node(domain, places(number), domain, texts, groups=groups), unknown=unknown)


def _sni_required() -> RealTown:
    number, domain = 8, "tls-sni-exige.fr"
    refusing = secure("", "ssl_reject_handshake on;\n", headers=())
    server = nginx(domain, places(number), plain(), refusing, secure(domain, FILES, *names(domain)), files=pages(domain))
    return web_town(number, domain, "a handshake without SNI, or for another name, is refused", server)


def _export() -> RealTown:
    number, domain = 17, "tls-export.fr"
    suites = (
        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_RSA_WITH_AES_128_CBC_SHA", "SSL_RSA_EXPORT_WITH_RC4_40_MD5",
        "SSL_RSA_EXPORT_WITH_DES40_CBC_SHA",
    )  # fmt: skip
    protocols = ("TLSv1", "TLSv1.1", "TLSv1.2")
    server = jsse(domain, places(number), domain, pages(domain), protocols=protocols, suites=suites)
    clear = nginx(domain, places(number), plain())
    note = "TLS 1.0 to 1.2 with keys of 40 bits beside the good ones, as a Java server of 2014 (FREAK)"
    return web_town(number, domain, note, clear, server, must=(_OLD, _NO_13, _WEAK_CIPHER))


_AES = ("aes128", "aes256", "aes128gcm", "aes256gcm")

TOWNS = (
    _nginx(1, "moderne", MODERN, "Mozilla modern: TLS 1.3 alone"),
    _nginx(2, "intermediaire", INTERMEDIATE, "Mozilla intermediate: TLS 1.2 and 1.3"),
    _nginx(3, "ancien", OLD, "Mozilla old: TLS 1.0 to 1.3", _OLD, lenient=True),
    _nginx(4, "1-0-seul", _only("TLSv1"), "TLS 1.0 alone", _OLD, _NONE_MODERN, lenient=True),
    _nginx(5, "1-1-seul", _only("TLSv1.1"), "TLS 1.1 alone", _OLD, _NONE_MODERN, lenient=True),
    _nginx(6, "1-2-seul", _only("TLSv1.2"), "TLS 1.2 alone", _NO_13),
    _nginx(7, "1-1-et-1-3", _only("TLSv1.1", "TLSv1.3"), "TLS 1.1 and 1.3 with a hole between", _OLD, lenient=True),
    _sni_required(),
    _tlslite(9, "sslv3-seul", (SSL3, SSL3), ("rc4", "3des"), "SSLv3 alone", must=(_OLD, _NONE_MODERN, _WEAK_CIPHER)),
    _tlslite(
        10,
        "sslv3-aussi",
        (SSL3, TLS1_2),
        (*_AES, "3des", "rc4"),
        "SSLv3 to TLS 1.2, as an appliance of 2012",
        must=(_OLD, _NO_13, _WEAK_CIPHER),
        unknown=(),
    ),
    _tlslite(11, "rc4-seul", (TLS1_0, TLS1_2), ("rc4",), "TLS 1.0 to 1.2 with RC4 alone", must=(_OLD, _NO_13, _WEAK_CIPHER)),
    _tlslite(12, "3des-seul", (TLS1_2, TLS1_2), ("3des",), "TLS 1.2 with 3DES alone", must=(_NO_13, _WEAK_CIPHER)),
    _node(13, "hybride", "X25519MLKEM768:X25519:P-256", "post-quantum hybrid, and the ordinary groups"),
    _node(14, "hybride-seul", "X25519MLKEM768", "post-quantum hybrid alone: we cannot look in", unknown=_NO_COMMON_LANGUAGE),
    _nginx(15, "sans-chiffrement", _beside_good("eNULL"), "suites that encrypt nothing (NULL)", _WEAK_CIPHER),
    _nginx(16, "anonyme", _beside_good("AECDH"), "suites without a certificate (anonymous)", _WEAK_CIPHER),
    _export(),
    _nginx(18, "1-0-et-1-2", _only("TLSv1", "TLSv1.2"), "TLS 1.0 and 1.2 with a hole between", _OLD, _NO_13, lenient=True),
)
CERTIFICATES = tuple(
    (one.domain, "rsa" if number in (9, 10, 11, 12, 17) else "good", names(one.domain)) for number, one in enumerate(TOWNS, 1)
)
