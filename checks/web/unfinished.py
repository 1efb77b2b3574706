"""Pages by which a site's own software says that nobody has finished its installation. Pure."""

from __future__ import annotations

import html
import re

from scanner.net import Response

_SPIP_PAGE = re.compile(r"""<(?:body|div)\b[^>]{0,200}\b(?:class|id)=["']?mini(?:page|pres)\b""", re.IGNORECASE)
#: `info_travaux_texte` of SPIP, in the two languages that we ask for. When only its database fails, SPIP says something else.
_SPIP_SAYS = re.compile(r"Ce site n'est pas encore configuré|This site is not yet set up")
_MATOMO_TITLE = re.compile(r"<title>\s{0,20}(?:Matomo|Piwik)\s{1,5}(?:([\d][\w.+~-]{0,40})\s{1,5})?(?:›|&rsaquo;)")
_MATOMO_FORM = re.compile(r"module=Installation&(?:amp;)?action=|plugins/Installation/(?:javascripts|stylesheets)/")


def unfinished(answer: Response) -> str:
    """`spip`, `matomo`, or `matomo 5.3.1` where the title names it; "" for every other page.

    A 503 with Retry-After asks visitors to come back: that is a maintenance, never an unfinished site.
    """
    text = answer.body.decode("utf-8", "replace")
    if answer.status in (200, 503) and not answer.all("retry-after") and _SPIP_PAGE.search(text):
        return "spip" if _SPIP_SAYS.search(html.unescape(text).replace("’", "'")) else ""
    title = _MATOMO_TITLE.search(text) if answer.status == 200 else None
    if title and _MATOMO_FORM.search(text):
        return f"matomo {title[1] or ''}".strip()
    return ""
