"""From the bytes of a CSV file to a header and rows of text: plain values in, plain values out."""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

FILE_MAX = 10_000_000  # bytes
ROWS_MAX = 20_000
COLUMNS_MAX = 100
CELL_MAX = 10_000  # characters
HEADER_MAX = 100
DELIMITERS = ",;\t"
ROWS_TO_GUESS_BY = 50
FORMULA_SIGNS = "=+-@|%"
ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}\.\w")

# The longer marks first: that of UTF-32 begins like that of UTF-16.
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# The first bytes of files that people send instead of a CSV file.
OTHER_FILES = (
    (b"PK\x03\x04", "an Excel workbook or another zipped file"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"%PDF", "a PDF"),
    (b"{", "JSON"),
)


class CannotRead(ValueError):
    """The file is no table. The text says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row. ``number`` is the line of the file where it begins, from 1. It may have more cells than the header."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The header has a name for each column, each once. Rows are in the order of the file, without empty ones."""

    header: tuple[str, ...]
    rows: tuple[Line, ...]


def read_table(data: bytes) -> Table:
    """Return the table in a CSV file. Raises CannotRead with a sentence about the first thing that is wrong."""
    for start, kind in OTHER_FILES:
        if data.startswith(start):
            raise CannotRead(f"This is {kind}, not a table as CSV. In Excel choose “Save as” and “CSV UTF-8”.")
    text, delimiter = _announced_delimiter(decoded(data))
    delimiter = delimiter or _guessed_delimiter(text)
    lines = _lines(text, delimiter)
    first = next(lines, None)
    if first is None:
        raise CannotRead("The file is empty. Its first row names the columns, and each further row is one entry.")
    rows = tuple(islice(lines, ROWS_MAX + 1))
    if len(rows) > ROWS_MAX:
        raise CannotRead(f"The file has more than {ROWS_MAX:,} rows. Split it.")
    if not rows:
        raise CannotRead(
            "The file has one row only. Its first row names the columns, and each further row is one entry."
        )
    width = max(len(first.cells), *(len(row.cells) for row in rows))
    if width > COLUMNS_MAX:
        raise CannotRead(f"The file has {width} columns. Keep at most {COLUMNS_MAX}.")
    if any(ADDRESS.search(cell) for cell in first.cells):
        raise CannotRead("The first row has an address in it. It must name the columns, such as Email and Name.")
    return Table(_header(first.cells), rows)


def decoded(data: bytes) -> str:
    """Return the text of a file in UTF-8, UTF-16, UTF-32 or Windows-1252. Raises CannotRead."""
    if len(data) > FILE_MAX:
        raise CannotRead(f"The file has more than {FILE_MAX // 1_000_000} MB. Split it.")
    try:
        text = _decoded(data)
    except UnicodeDecodeError:
        raise CannotRead(
            "The letters of this file cannot be read. Save it again as CSV in UTF-8 (in Excel: “CSV UTF-8”)."
        ) from None
    if "\x00" in text:
        raise CannotRead("The file has NUL characters in it, so it is no text. Save it again as CSV in UTF-8.")
    return text


def _decoded(data: bytes) -> str:
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding)
    # UTF-16 without a mark: every second byte of plain text is NUL.
    start = data[:1000]
    for encoding, nul in (("utf-16-le", start[1::2]), ("utf-16-be", start[0::2])):
        if len(data) % 2 == 0 and nul.count(0) > len(nul) / 2:
            return data.decode(encoding)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252")


def _announced_delimiter(text: str) -> tuple[str, str]:
    """Return the text after a first line "sep=;", which Excel writes, and its delimiter. "" without such a line."""
    first, _, rest = text.partition("\n")
    first = first.strip(' \r"')
    if len(first) == 5 and first.startswith("sep=") and first[4] in DELIMITERS:
        return "\n" + rest, first[4]  # the line break keeps the numbers of lines
    return text, ""


def _guessed_delimiter(text: str) -> str:
    """Return the delimiter that cuts most rows into as many cells as the header, in more cells than one."""

    def judged(delimiter: str) -> tuple[int, int]:
        try:
            widths = [len(line.cells) for line in islice(_lines(text, delimiter), ROWS_TO_GUESS_BY)]
        except CannotRead:
            return (0, 0)
        if not widths or widths[0] < 2:
            return (0, 0)
        return (widths.count(widths[0]), widths[0])

    return max(DELIMITERS, key=judged)


def _lines(text: str, delimiter: str) -> Iterator[Line]:
    """Yield the rows that are not empty, with the first line of each. Raises CannotRead."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise CannotRead(_sentence(number, str(error))) from None
        if cells is None:
            return
        cells = [plain_cell(cell) for cell in cells]
        if any(len(cell) > CELL_MAX for cell in cells):
            raise CannotRead(f"Line {number} has a cell with more than {CELL_MAX:,} characters. Shorten it.")
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            yield Line(number, tuple(cells))


def _sentence(number: int, error: str) -> str:
    if "unexpected end of data" in error:
        return f"The quotes that open in line {number} do not close. Add the missing quote, or take the first one out."
    if "expected after" in error:
        return f"Line {number} has a quote inside a cell. Write it twice, or take it out."
    if "field larger" in error:
        return f"The cell that begins in line {number} is too long. Does a quote not close?"
    return f"Line {number} cannot be read: {error}. Save the file again as CSV."


def plain_cell(cell: str) -> str:
    """Return a cell without spaces around it, and without the apostrophe by which exports disarm formulas."""
    cell = cell.strip().strip("\ufeff\u200b").strip()
    if cell.startswith("'") and starts_formula(cell[1:]):
        return cell[1:]
    return cell


def starts_formula(text: str) -> bool:
    """Return whether a spreadsheet may take ``text`` for a formula. It skips spaces, and reads wide signs as ASCII."""
    for character in text:
        if unicodedata.category(character)[0] not in "ZC":
            return unicodedata.normalize("NFKC", character)[:1] in tuple(FORMULA_SIGNS)
    return False


def name_key(name: str) -> str:
    """Return the name of a column for comparison: letters and digits only, case folded. "E-Mail" is "email"."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(character for character in folded if character.isalnum())


def _header(cells: tuple[str, ...]) -> tuple[str, ...]:
    """Return a name for each column: its number for one without a name, a number behind a name that is there twice.

    “E-Mail” and “Email” are the same name: a choice of columns is remembered by it.
    """
    names: dict[str, str] = {}
    for i, cell in enumerate(cells, start=1):
        name = first = " ".join(cell.split())[:HEADER_MAX] or f"column {i}"
        times = 1
        while name_key(name) in names:
            times += 1
            name = f"{first} ({times})"
        names[name_key(name)] = name
    return tuple(names.values())
