"""HTML -> PDF/UA-1 by WeasyPrint. Nothing is fetched, and the same input gives the same bytes."""

from __future__ import annotations

import contextlib
import io
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from threading import Lock
from typing import TYPE_CHECKING, Any

from scanner.report.fonts import font_css

if TYPE_CHECKING:
    from weasyprint import URLFetcher
    from weasyprint.text.fonts import FontConfiguration

VARIANT = "pdf/ua-1"

#: Pango's font map is not to be used by two threads at once, and one process draws one document at a time anyway.
_DRAWING = Lock()


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

    stamp = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    identifier = sha256(f"{stamp}\n{html}".encode("utf-8", "surrogatepass")).hexdigest()[:32]
    with _DRAWING:
        # The fonts are unpacked once for the process, not once a document: that is a second of each letter.
        source = HTML(string=html.replace(font_css(), "", 1), url_fetcher=fetcher, media_type="print")
        document = source.render(font_config=_fonts(), pdf_variant=VARIANT)
        document.metadata.created = document.metadata.modified = stamp
        made: bytes = document.write_pdf(finisher=_decoration, pdf_variant=VARIANT, pdf_identifier=identifier.encode("ascii"))
    return made


@lru_cache(maxsize=1)
def _fonts() -> FontConfiguration:
    """The fonts of fonts.py, unpacked."""
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()
    CSS(string=font_css(), url_fetcher=_sealed(), font_config=fonts)
    return fonts


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
