"""Reading CSV as spreadsheets write it: encodings, delimiters, quotes, empty lines, and files that are no table."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.imports import reading
from matching.imports.reading import CannotRead, Line, decoded, plain_cell, read_table

TEXT = "Name;Ort\r\nJürgen;Köln\r\n"
# Letters of every alphabet, signs, line breaks and quotes; no NUL, and no half characters.
cells = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20).filter(
    lambda cell: plain_cell(cell) == cell and cell
)
tables = st.integers(2, 5).flatmap(
    lambda width: st.lists(st.lists(cells, min_size=width, max_size=width), min_size=2, max_size=6)
)


def written(rows: list[list[str]], delimiter: str) -> str:
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows(rows)
    return file.getvalue()


def answer(data: bytes) -> str:
    """Return the sentence about a file that cannot be read."""
    try:
        read_table(data)
    except CannotRead as fault:
        return str(fault)
    return "It can be read."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_the_letters_of_each_encoding_are_read(encoding):
    assert read_table(TEXT.encode(encoding)).rows[0].cells == ("Jürgen", "Köln")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@given(rows=tables)
def test_a_table_is_read_as_it_was_written(delimiter, rows):
    table = read_table(written(rows, delimiter).encode())

    assert [row.cells for row in table.rows] == [tuple(row) for row in rows[1:]]
    assert len(set(map(str.casefold, table.header))) == len(rows[0])


@given(data=st.binary(max_size=300))
def test_no_file_is_an_error_of_ours(data):
    assert answer(data).endswith((".", "?"))


@given(text=st.text(max_size=200), encoding=st.sampled_from(["utf-8-sig", "utf-16"]))
def test_no_text_is_an_error_of_ours(text, encoding):
    assert answer(text.encode(encoding, "surrogatepass")).endswith((".", "?"))


def test_empty_lines_and_cells_at_the_end_are_left_out_and_lines_are_counted():
    data = b'\r\n,,\r\nName,City,,\r\n\r\n"Anna\r\nLind",Bonn,,\r\n , ,\r\nBea,,\r\n'

    table = read_table(data)

    assert table.header == ("Name", "City")
    assert table.rows == (Line(5, ("Anna\r\nLind", "Bonn")), Line(8, ("Bea",)))


def test_a_delimiter_inside_quotes_does_not_count():
    table = read_table(b'Name;Note\r\nAnna;"a, b, c"\r\nBea;"d, e, f"\r\n')

    assert table.rows[0].cells == ("Anna", "a, b, c")


def test_the_line_by_which_excel_names_the_delimiter_is_no_header():
    table = read_table(b"sep=;\r\nName;City\r\nAnna;a,b,c,d\r\n")

    assert (table.header, table.rows) == (("Name", "City"), (Line(3, ("Anna", "a,b,c,d")),))


def test_names_that_are_missing_or_there_twice_are_told_apart():
    table = read_table(b"Name,,NAME,Name (2),x\r\na,b,c,d,e\r\n")

    assert table.header == ("Name", "column 2", "NAME (2)", "Name (2) (2)", "x")


def test_names_that_differ_by_a_sign_only_are_told_apart():
    assert read_table(b"Email,E-Mail,E-mail\na,b,c").header == ("Email", "E-Mail (2)", "E-mail (3)")


def test_old_line_ends_are_read():
    assert [row.cells for row in read_table(b"a,b\rc,d\re,f\r").rows] == [("c", "d"), ("e", "f")]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"Name\r\n", "one row only"),
        (b'a,b\r\n"c,d\r\ne,f', "line 2 do not close"),
        (b'a,b\r\nx,y\r\n"c" d,e', "Line 3 has a quote inside a cell"),
        (b"PK\x03\x04\x14", "Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1", "old Excel workbook"),
        (b"%PDF-1.7", "PDF"),
        (b'{"people": []}', "JSON"),
        (b"a,b\x00c\r\n1,2", "NUL"),
        (b"\x81\x8d\x8f", "letters"),
        (b"\xff\xfe\x00\xd8", "letters"),  # half a character in UTF-16
    ],
)
def test_a_file_that_is_no_table_is_refused_in_a_sentence(data, sentence):
    with pytest.raises(CannotRead, match=sentence):
        read_table(data)


def test_a_file_without_names_of_columns_is_refused():
    with pytest.raises(CannotRead, match="must name the columns"):
        read_table(b"anna@example.org,Anna\nbea@example.org,Bea")


def test_the_size_of_a_file_is_limited(monkeypatch):
    for name, value in (("FILE_MAX", 60), ("ROWS_MAX", 3), ("COLUMNS_MAX", 3), ("CELL_MAX", 5)):
        monkeypatch.setattr(reading, name, value)
    read_table(b"a,b,c\r\n" + b"1,2,3\r\n" * 3)

    for data in (b"x" * 61, b"a\r\n" + b"1\r\n" * 4, b"a,b,c,d\r\n1,2,3,4\r\n", b"a,b\r\n123456,2\r\n"):
        with pytest.raises(CannotRead):
            read_table(data)


def test_a_cell_longer_than_the_parser_takes_is_refused():
    with pytest.raises(CannotRead, match="too long"):
        read_table(b"a,b\r\n" + b"x" * 200_000 + b",2\r\n")


@pytest.mark.parametrize(
    ("cell", "plain"),
    [("'=1+1", "=1+1"), ("'＝1", "＝1"), ("'tis", "'tis"), ("'", "'"), ("\u00a0 x \t", "x"), ("\ufeffx", "x")],
)
def test_an_apostrophe_before_a_formula_is_taken_away(cell, plain):
    assert plain_cell(cell) == plain


def test_json_is_decoded_like_a_table():
    assert decoded('{"a": "ü"}'.encode("utf-16")) == '{"a": "ü"}'
