"""A members' list as bytes, read as lines with named fields: CSV of any separator, gzip, .xlsx. Raises NotAList, nothing else."""

from __future__ import annotations

import csv
import io
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from scanner.registry.columns import field_of, reads_several
from scanner.registry.guard import unguarded

MAX_BYTES = 200_000_000  # unpacked
MAX_ROWS = 200_000
MAX_COLUMNS = 200
MAX_CELL = 2_000  # characters
MAX_SPAN = 10  # physical lines of one record; more is a quote that nobody closed
_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"


class NotAList(Exception):
    """The file cannot be read as a list; `kind` is a key of the messages (`register.unreadable.<kind>`)."""

    def __init__(self, kind: str, detail: str = "") -> None:
        super().__init__(f"{kind} {detail}".strip())
        self.kind = kind
        self.detail = detail[:200]


@dataclass(frozen=True, slots=True)
class Record:
    """One line of the list by field; `broken` is why it cannot be read at all."""

    line: int
    values: Mapping[str, str]
    broken: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """What the file holds; `ignored` are the headings that nobody reads, `headings` all of them."""

    records: tuple[Record, ...]
    headings: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()


Row = tuple[int, list[str], str]


def unpacked(content: bytes) -> bytes:
    """The content of a gzip file, anything else as it is. Raises NotAList (damaged, too_large)."""
    if not content.startswith(_GZIP):
        return content
    reader = zlib.decompressobj(wbits=31)
    try:
        plain = reader.decompress(content, MAX_BYTES + 1)
    except zlib.error as error:
        raise NotAList("damaged", str(error)) from error
    if len(plain) > MAX_BYTES:
        raise NotAList("too_large")
    if not reader.eof:
        raise NotAList("damaged", "cut short")
    return plain


def read_listing(content: bytes) -> Listing:
    """The lines of a spreadsheet or a CSV file, the first line that is not empty being the headings."""
    rows = _sheet(content) if content.startswith(_ZIP) else _separated(_text(content))
    number, headings, broken = next((row for row in rows if any(cell.strip() for cell in row[1])), (0, [], ""))
    if not number or broken:
        raise NotAList("empty")
    fields = [field_of(heading) for heading in headings]
    if "name" not in fields:
        raise NotAList("no_name", ", ".join(headings[:6]))
    ignored = tuple(heading for heading, field in zip(headings, fields, strict=True) if field is None and heading.strip())
    return Listing(tuple(_records(rows, fields)), tuple(headings), ignored)


def _records(rows: Iterable[Row], fields: list[str | None]) -> Iterator[Record]:
    for count, (line, cells, broken) in enumerate(rows):
        if count >= MAX_ROWS:
            raise NotAList("too_large")
        if broken or any(cell.strip() for cell in cells[len(fields) :]):
            yield Record(line, {}, broken or "columns")
            continue
        values: dict[str, str] = {}
        for field, cell in zip(fields, cells, strict=False):
            text = unguarded(cell.strip())[:MAX_CELL]
            if field is None or not text:
                continue
            if field in values and reads_several(field):
                values[field] += f";{text}"
            else:
                values.setdefault(field, text)
        if any(cell.strip() for cell in cells):
            yield Record(line, values)


def _text(content: bytes) -> str:
    if len(content) > MAX_BYTES:
        raise NotAList("too_large")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = content.decode("utf-16", "replace")
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("cp1252", "replace")
    if "\0" in text:
        raise NotAList("binary")
    return text


def _separated(text: str) -> Iterator[Row]:
    lines = io.StringIO(text, newline=None).readlines()
    start = 1 if lines and lines[0].strip().lower().startswith("sep=") else 0  # a hint that spreadsheets leave
    first = next((line for line in lines[start:] if line.strip()), "")
    separator = max(";\t,", key=first.count)
    while start < len(lines):
        end, cells, broken = _one_record(lines, start, separator)
        yield start + 1, cells, broken
        start = end


def _one_record(lines: list[str], start: int, separator: str) -> tuple[int, list[str], str]:
    """The record that begins on this line, and the line after it; a quote left open costs its own line only."""
    window = lines[start : start + MAX_SPAN]
    reader = csv.reader(window, delimiter=separator)
    try:
        cells = next(reader)
    except StopIteration:
        return start + 1, [], ""
    except csv.Error:
        return start + 1, [], "damaged"
    span = max(1, reader.line_num)
    if "".join(window[:span]).count('"') % 2 and _is_left_open(window[:span], separator):
        return start + 1, [], "quote"
    return start + span, cells[:MAX_COLUMNS], ""


def _is_left_open(lines: list[str], separator: str) -> bool:
    try:
        next(csv.reader(lines, delimiter=separator, strict=True))
    except (csv.Error, StopIteration):
        return True
    return False


def _sheet(content: bytes) -> Iterator[Row]:
    """The first sheet. Whatever a damaged workbook makes its reader raise is one thing to say."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(member.file_size for member in archive.infolist()) > MAX_BYTES:
                raise NotAList("too_large")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return iter(_first_sheet(content))
    except NotAList:
        raise
    except Exception as error:
        raise NotAList("damaged", type(error).__name__) from error


def _first_sheet(content: bytes) -> list[Row]:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    try:
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        rows: list[Row] = []
        for number, cells in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True), 1):
            if number > MAX_ROWS:
                raise NotAList("too_large")
            rows.append((number, [_cell(value) for value in cells], ""))
        return rows
    finally:
        book.close()


def _cell(value: object) -> str:
    """A number as it was typed: 214900078.0 is 214900078."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
