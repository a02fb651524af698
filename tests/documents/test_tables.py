"""A column declared once stands everywhere its table does, and reads the same everywhere."""

import csv
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
import typst
from docx import Document
from flask import Flask, render_template_string
from openpyxl import load_workbook

from registry.documents.tables import (
    FILES,
    Column,
    OutOf,
    Place,
    Share,
    csv_table,
    on_page,
    only,
    printed_table,
    sheet,
    text_table,
    word_table,
)
from registry.formats.pdf import TEMPLATES
from registry.formats.spreadsheet import Percentage, table_xlsx
from registry.formats.word import add_table, as_bytes, blank_document
from tests.factories.pdf_reading import one_line, page_texts


@dataclass(frozen=True)
class Class:
    """A training class as a query would return it."""

    name: str
    starts_on: date
    attendees: int
    hours: Decimal
    teacher: str = "Trần Thị Giảng"


ROWS = [
    Class("Lớp 01", date(2024, 6, 12), 1250, Decimal("7.5")),
    Class("Lớp 02", date(2024, 6, 20), 0, Decimal(8)),
]
COLUMNS: tuple[Column[Class], ...] = (
    Column(key="name", label="Lớp", value=lambda row: row.name),
    Column(key="starts_on", label="Khai giảng", value=lambda row: row.starts_on),
    Column(key="attendees", label="Người", value=lambda row: row.attendees, figure=True),
    Column(key="hours", label="Số giờ", value=lambda row: row.hours, figure=True),
)
TEACHER: Column[Class] = Column(
    key="teacher", label="Giảng viên", value=lambda row: row.teacher, paper_width=40
)


def page(app: Flask, columns: Iterable[Column[Class]], cells: str = "{}") -> str:
    """Return the text of the table on a page; `cells` are the page's own."""
    source = (
        '{% from "components/data.html" import list_table %}'
        "{% macro link_cell(row) %}<a href='/x'>{{ row.name }}</a>{% endmacro %}"
        "{{ list_table(columns, rows, " + cells + ', caption="Các lớp") }}'
    )
    with app.test_request_context():
        return render_template_string(source, columns=on_page(columns), rows=ROWS)


def worksheet(columns: Iterable[Column[Class]]) -> list[list[object]]:
    content = table_xlsx([sheet("Lớp", [], columns, ROWS)], as_of=date(2024, 6, 30))
    return [list(row) for row in load_workbook(BytesIO(content)).active.iter_rows(values_only=True)]


def pdf(columns: Iterable[Column[Class]]) -> str:
    source = (
        '#import "tables.typ": columns-table\n'
        "#columns-table(json(bytes(sys.inputs.data)), closing-styles: ((:),))"
    )
    table = printed_table(columns, ROWS, ROWS[:1])
    content = typst.compile(
        source.encode(), root=TEMPLATES, sys_inputs={"data": json.dumps(table)}, format="pdf"
    )
    return one_line(" ".join(page_texts(content)))


def word(columns: Iterable[Column[Class]]) -> list[list[str]]:
    document = blank_document()
    add_table(document, word_table(columns, ROWS))
    (table,) = Document(BytesIO(as_bytes(document))).tables
    return [[cell.text for cell in row.cells] for row in table.rows]


def test_a_column_added_to_a_table_stands_on_its_page_and_in_each_of_its_files(app):
    before, after = COLUMNS, (*COLUMNS, TEACHER)
    assert "Giảng viên" not in page(app, before) + pdf(before) + csv_table(before, ROWS)
    shown = page(app, after)
    assert shown.count('data-label="Giảng viên"') == shown.count("Trần Thị Giảng") == 2
    assert [row[-1] for row in worksheet(after)] == ["Giảng viên", *2 * ["Trần Thị Giảng"]]
    assert [row[-1] for row in csv.reader(StringIO(csv_table(after, ROWS)))] == [
        "teacher",
        *2 * ["Trần Thị Giảng"],
    ]
    assert "Số giờ Giảng viên 1 Lớp 01 12/06/2024 1.250 7,5 Trần Thị Giảng" in pdf(after)
    assert [row[-1] for row in word(after)] == ["Giảng viên", *2 * ["Trần Thị Giảng"]]
    assert [row[-1] for row in text_table(after, ROWS)] == ["Giảng viên", *2 * ["Trần Thị Giảng"]]


def test_a_value_is_a_number_or_a_day_in_a_workbook_and_words_for_people(app):
    assert [
        cell.strftime("%d") if hasattr(cell, "strftime") else cell for cell in worksheet(COLUMNS)[1]
    ] == [
        1,
        "Lớp 01",
        "12",
        1250,
        7.5,
    ]
    assert word(COLUMNS)[1] == ["1", "Lớp 01", "12/06/2024", "1.250", "7,5"]
    assert '<td class="figure" data-label="Số giờ">7,5</td>' in page(app, COLUMNS)


def test_a_part_and_a_share_are_read_whole_and_counted_as_numbers():
    columns: tuple[Column[tuple[int, int]], ...] = (
        Column(key="part", label="Đã có", value=lambda row: OutOf(*row)),
        Column(key="share", label="Tỷ lệ", value=lambda row: Share(*row)),
    )
    assert text_table(columns, [(9999, 10000)])[1] == ["9.999/10.000", "99,9%"]
    rows = sheet("Bảng", [], columns, [(9999, 10000), (0, 0)]).rows
    assert rows == [[9999, Percentage(Decimal("99.9"))], [0, "–"]]
    assert csv_table(columns, [(9999, 10000)]).endswith('9999,"99,9%"\r\n')


def test_nothing_is_a_dash_on_a_page_and_an_empty_cell_in_a_file():
    column: Column[None] = Column(key="none", label="Không", value=lambda _: None)
    assert column.text(None) == "–"
    assert sheet("Bảng", [], [column], [None]).rows == [[None]]
    assert csv_table([column], [None]).endswith('none\r\n""\r\n')


def test_yes_and_no_are_words_wherever_they_stand():
    column: Column[bool] = Column(key="is_major", label="CNTT", value=lambda row: row)
    assert text_table([column], [True, False]) == [["CNTT"], ["Có"], ["Không"]]
    assert sheet("Bảng", [], [column], [True, False]).rows == [["Có"], ["Không"]]


def test_a_column_stands_only_where_it_says(app):
    hidden = Column[Class](key="teacher", label="GV", value=lambda row: row.teacher, on=FILES)
    shown = Column[Class](key="teacher", label="GV", value=lambda row: row.teacher, on=Place.PAGE)
    assert "GV" not in page(app, [*COLUMNS, hidden])
    assert "GV" in page(app, [*COLUMNS, shown])
    assert worksheet([*COLUMNS, hidden])[0][-1] == "GV"
    for files in (worksheet([*COLUMNS, shown])[0], word([*COLUMNS, shown])[0]):
        assert "GV" not in files


def test_a_page_may_head_a_column_otherwise_and_give_it_a_cell_of_its_own(app):
    columns = [
        Column[Class](key="name", label="Tên lớp học", page_label="Lớp", value=lambda row: row.name)
    ]
    shown = page(app, columns, '{"name": link_cell}')
    assert '<th scope="col">Lớp</th>' in shown
    on_card = replace(columns[0], card_label="Tên")
    assert '<th scope="row" data-label="Tên">' in page(app, [on_card])
    assert """<th scope="row" data-label="Lớp"><a href='/x'>Lớp 01</a></th>""" in shown


def test_columns_a_page_does_not_name_follow_those_it_begins_with():
    keys = [column.key for column in on_page((*COLUMNS, TEACHER), "hours", "name")]
    assert keys == ["hours", "name", "starts_on", "attendees", "teacher"]


def test_a_key_no_column_has_is_refused():
    assert [column.key for column in only(COLUMNS, "hours", "name")] == ["hours", "name"]
    with pytest.raises(KeyError):
        only(COLUMNS, "teacher")


def test_the_columns_of_a_group_stand_under_its_name_on_paper():
    grouped = [
        Column[Class](key=key, label=label, value=lambda row: row.name, group="Tiêu chuẩn")
        for key, label in (("any", "Số lượng"), ("share", "Tỷ lệ"))
    ]
    assert pdf([COLUMNS[0], *grouped]).startswith("Tiêu chuẩn STT Lớp Số lượng Tỷ lệ 1 Lớp 01")


def test_columns_of_a_word_table_share_what_the_others_leave_of_the_line():
    wide = Column[Class](key="wide", label="Rộng", value=lambda row: row.name, paper_width=148)
    document = blank_document()
    add_table(document, word_table([wide, COLUMNS[0]], ROWS))
    assert [round(cell.width.mm) for cell in document.tables[0].rows[0].cells] == [12, 148, 20]
