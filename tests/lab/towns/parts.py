"""Parts that several towns share: pages, headers, records."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.lab.model import Headers, Page

#: Releases as of November 2026; to be raised with checks/software/lifecycle.toml.
WORDPRESS_LATEST = "7.1"
WORDPRESS_LATE = "7.0.2"  # its branch went on to 7.0.4
SPIP_ENDED = "3.2.11"

HTML: Headers = (("content-type", "text/html; charset=utf-8"),)
HARDENED: Headers = (
    ("strict-transport-security", "max-age=31536000; includeSubDomains"),
    ("content-security-policy", "default-src 'self'; object-src 'none'; base-uri 'self'; frame-ancestors 'self'"),
    ("x-frame-options", "SAMEORIGIN"),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "strict-origin-when-cross-origin"),
)

#: The public half of a 2,048-bit RSA key that signs nothing.
_DKIM_KEY = (
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA5j2jjvNnY4VKVmrn5e+Mpk5sNL9OCU4cHNY1m5CqchgvXD21ds6kK+6+7udD6H3yQRGh"
    "ytD2SoDbkQm2GFpCIcInT6AbuLH1zHw/j1XfvtbRpDq8Xibsqwrkpu16Six+32Qkv4DEyJMPwn+cZfxddGOLD2ahSnNDj3khRwFoyTdWfCNHIEnU"
    "Q1mITPYdIsvs6faj0gJiPLiyBhYh984QMFkbfOK80p6NpaVrix7LS4EeiO16Wn//UW7qr2ak8CgAvO7XAhyru/AKh+Ge8L4dIRPaPPN1/MGw9Xja"
    "cr71e+JjEVL5hgfqeywUSbuXRFbJ9+00upr6wJKer8I81q+VhwIDAQAB"
)
DKIM_RECORD = f'"v=DKIM1; k=rsa; p={_DKIM_KEY[:200]}" "{_DKIM_KEY[200:]}"'


def page(title: str, body: str = "", *, head: str = "", headers: Headers = (), status: int = 200) -> Page:
    """A small HTML page in French."""
    text = (
        f'<!doctype html>\n<html lang="fr"><head><meta charset="utf-8">{head}<title>{title}</title></head>'
        f"<body><h1>{title}</h1>{body}</body></html>\n"
    )
    return Page(status, HTML + headers, text.encode())


def text(body: str) -> Page:
    """A plain text file."""
    return Page(200, (("content-type", "text/plain; charset=utf-8"),), body.encode())


def redirect(location: str, *, status: int = 301) -> Page:
    """A redirect; `{path}` stands for the path asked for."""
    return Page(status, (*HTML, ("location", location)), b"<h1>Moved</h1>")


def security_txt(domain: str, *, days: int = 180) -> Page:
    """RFC 9116, expiring in `days`."""
    expires = (datetime.now(UTC) + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return text(
        f"Contact: mailto:securite@{domain}\nExpires: {expires}\nPreferred-Languages: fr\n"
        f"Canonical: https://{domain}/.well-known/security.txt\n"
    )
