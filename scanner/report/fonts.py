"""The fonts of the documents, inside each document: nothing is fetched, and every reader sees the same page."""

from __future__ import annotations

from base64 import b64encode
from functools import lru_cache
from importlib.resources import files

SANS = "Source Sans 3"
SERIF = "Source Serif 4"
#: The narrow no-break space of French typography, which the two others lack.
FINE = "Beffroi Fine"

#: (family, weight, file of report_templates/fonts/); only what the style sheets use.
FACES = (
    (SANS, 400, "source-sans-3-latin-400-normal.woff2"),
    (SANS, 600, "source-sans-3-latin-600-normal.woff2"),
    (SERIF, 600, "source-serif-4-latin-600-normal.woff2"),
    (FINE, 400, "beffroi-fine.woff2"),
)


def font_file(name: str) -> bytes:
    """One vendored font."""
    return files("report_templates").joinpath("fonts", name).read_bytes()


@lru_cache(maxsize=1)
def font_css() -> str:
    """The @font-face rules, each font as a data: address; about 72 kB."""
    return "".join(
        f'@font-face {{ font-family: "{family}"; font-weight: {weight}; font-style: normal; '
        f"src: url(data:font/woff2;base64,{b64encode(font_file(name)).decode('ascii')}) format('woff2'); }}\n"
        for family, weight, name in FACES
    )
