"""A PDF read by another hand than the one that wrote it."""

from __future__ import annotations

import io

import pytest
from pypdf import PageObject, PdfReader
from pypdf.generic import DictionaryObject, IndirectObject

from scanner.report.pdf import pdf_possible

needs_pango = pytest.mark.skipif(not pdf_possible(), reason="Pango is missing: `sh tools/install_pango.sh` installs it")


def opened(pdf: bytes) -> PdfReader:
    """Strict: what is badly formed fails the test."""
    return PdfReader(io.BytesIO(pdf), strict=True)


def elements(reader: PdfReader) -> list[DictionaryObject]:
    """Every structure element in reading order."""
    found: list[DictionaryObject] = []

    def walk(node: object) -> None:
        node = node.get_object() if isinstance(node, IndirectObject) else node
        if isinstance(node, list):
            for each in node:
                walk(each)
        elif isinstance(node, DictionaryObject) and "/S" in node:
            found.append(node)
            walk(node.get("/K", []))

    tree = reader.root_object["/StructTreeRoot"].get_object()
    assert isinstance(tree, DictionaryObject)
    walk(tree["/K"])
    return found


def bookmarks(reader: PdfReader) -> list[str]:
    """Every title of the outline, in order."""

    def titles(outline: list[object]) -> list[str]:
        found: list[str] = []
        for part in outline:
            found += titles(part) if isinstance(part, list) else [str(part["/Title"])] if isinstance(part, dict) else []
        return found

    return titles(list(reader.outline))


def above(page: PageObject, mark: str) -> float:
    """Points between the line that begins with `mark` and the nearest line above it."""
    drawn: list[tuple[str, float]] = []

    def note(text: str, cm: list[float], tm: list[float], font: object, size: float) -> None:
        if text.strip():
            drawn.append((text, tm[4] * cm[1] + tm[5] * cm[3] + cm[5]))

    page.extract_text(visitor_text=note)
    line = next(y for text, y in drawn if text.lstrip().startswith(mark))
    return min(y for _, y in drawn if y > line + 1) - line
