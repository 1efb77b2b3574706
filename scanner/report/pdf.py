"""HTML -> PDF/UA-1 by WeasyPrint. Nothing is fetched, and the same input gives the same bytes."""

from __future__ import annotations

import contextlib
import io
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from weasyprint import URLFetcher

VARIANT = "pdf/ua-1"


class PdfImpossible(Exception):
    """This machine cannot make a PDF; the message is the command that would change it, the same in every language."""


def pdf_possible() -> bool:
    """Whether this machine can make a PDF."""
    try:
        _sealed()
    except PdfImpossible:
        return False
    return True


def to_pdf(html: str, moment: datetime) -> bytes:
    """A tagged PDF of one of our documents, dated `moment`. Raises PdfImpossible where WeasyPrint or Pango is missing."""
    fetcher = _sealed()
    from weasyprint import HTML

    document = HTML(string=html, url_fetcher=fetcher, media_type="print").render(pdf_variant=VARIANT)
    stamp = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    document.metadata.created = document.metadata.modified = stamp
    identifier = sha256(f"{stamp}\n{html}".encode("utf-8", "surrogatepass")).hexdigest()[:32]
    made: bytes = document.write_pdf(finisher=_decoration, pdf_variant=VARIANT, pdf_identifier=identifier.encode("ascii"))
    return made


def _sealed() -> URLFetcher:
    """A fetcher that gives what a document carries as data: and refuses every other address, files included.

    WeasyPrint takes a second to import, so it is imported here; where Pango is missing, it also writes to stdout.
    """
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            from weasyprint import URLFetcher
    except ModuleNotFoundError as error:
        raise PdfImpossible("pip install weasyprint") from error
    except OSError as error:
        raise PdfImpossible("apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0") from error
    return URLFetcher(allowed_protocols=("data",), allow_redirects=False)


def _decoration(document: Any, pdf: Any) -> None:
    """A drawing without a title is decoration: it is no figure that a screen reader would announce."""
    for each in pdf.objects:
        if isinstance(each, dict) and each.get("S") == "/Figure" and "Alt" not in each:
            each["S"] = "/NonStruct"
