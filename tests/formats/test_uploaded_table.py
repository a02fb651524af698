"""Tables that people send are weighed before they are read, and read by a process of their own."""

import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from functools import partial
from io import BytesIO, StringIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook

from registry.domain.errors import Invalid, Problem
from registry.domain.reorganisations.annex import RowProblem
from registry.domain.reorganisations.questions import Item
from registry.formats import apart
from registry.formats.allocation import NO_COLUMNS, read_allocation
from registry.formats.annex import read_annex
from registry.formats.uploaded_table import TOO_INTRICATE, EmptyResult, read_table
from registry.formats.workbook_weight import (
    LONGEST_CELL,
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_ROWS,
    TOO_LONG,
    TOO_MANY,
)
from scripts.tree import ROOT

MOST_MEMORY = 8 * 1024  # kilobytes, of the process that has a table read
SEEDS = ROOT / "seeds" / "reorganisations"
SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    "{rows}</sheetData></worksheet>"
)
SHARED = '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{texts}</sst>'
READING = """
import re, sys
from pathlib import Path
from registry.formats.annex import read_annex

def held(most):
    return int(re.search(most + r":\\s+([0-9]+) kB", Path("/proc/self/status").read_text())[1])

content = sys.stdin.buffer.read()
before = held("VmRSS")
rows, problems = read_annex("a", content)
assert not rows and problems
print(held("VmHWM") - before)
"""


def workbook(sheet: str | bytes | None = None, **members: str | bytes) -> bytes:
    """Return a workbook whose sheet or other members are put in place of its own."""
    made = Workbook()
    made.active.append(["item", "target"])
    source, target = BytesIO(), BytesIO()
    made.save(source)
    replaced = {name.replace("__", "/").replace("_dot_", "."): it for name, it in members.items()}
    if sheet is not None:
        replaced["xl/worksheets/sheet1.xml"] = sheet
    with ZipFile(source) as good, ZipFile(target, "w", ZIP_DEFLATED) as bad:
        for name in good.namelist():
            if name not in replaced:
                bad.writestr(name, good.read(name))
        for name, content in replaced.items():
            bad.writestr(name, content)
    return target.getvalue()


def ods(rows: int) -> bytes:
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as made:
        made.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        made.writestr("META-INF/manifest.xml", "<manifest/>")
        made.writestr(
            "content.xml",
            "<office:document-content><office:body><office:spreadsheet><table:table>"
            f'<table:table-row table:number-rows-repeated="{rows}">'
            '<table:table-cell table:number-columns-repeated="16384" office:value-type="string">'
            "<text:p>x</text:p></table:table-cell></table:table-row></table:table>"
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return target.getvalue()


def cells(rows: int, columns: int, cell: str = "<c><v>1</v></c>") -> str:
    return SHEET.format(rows=("<row>" + cell * columns + "</row>") * rows)


def shared_texts(length: int, uses: int) -> bytes:
    """Return a workbook in which many cells share one long text."""
    return workbook(
        cells(uses // 20, 20, '<c t="s"><v>0</v></c>'),
        xl__sharedStrings_dot_xml=SHARED.format(texts=f"<si><t>{'x' * length}</t></si>"),
    )


def bad_rows(rows: int) -> bytes:
    header = (
        "old_code,old_name,old_district,old_province,new_code,new_name,new_kind,"
        "new_province_code,new_province,part\r\n"
    )
    return (header + "Xã ★,1,2,3,Xã ★,5,★,x y,★,★\r\n" * rows).encode()


HOSTILE: Mapping[str, Callable[[], bytes]] = {
    "1.4 million cells": lambda: workbook(cells(14_000, 100)),
    "1,048,576 empty rows": lambda: workbook(SHEET.format(rows="<row/>" * 1_048_576)),
    "numbered empty rows": lambda: workbook(
        SHEET.format(rows="".join(f'<row r="{n}"/>' for n in range(1, 200_000)))
    ),
    "the last corner": lambda: workbook(
        SHEET.format(rows='<row r="20001"><c r="CV20001"><v>1</v></c></row>')
    ),
    "beyond the last corner": lambda: workbook(
        SHEET.format(rows='<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    ),
    "wide": lambda: workbook(cells(1, 16_384)),
    "one long tag": lambda: workbook(f'<worksheet a="{"x" * 30_000_000}"/>'),
    "one long comment": lambda: workbook(f"<worksheet><!--{'x' * 30_000_000}--></worksheet>"),
    "one long text": lambda: workbook(cells(1, 1, f'<c t="str"><v>{"x" * 30_000_000}</v></c>')),
    "a long text shared": lambda: shared_texts(30_000, 200_000),
    "many texts": lambda: workbook(
        xl__sharedStrings_dot_xml=SHARED.format(texts="<si><t/></si>" * 2_000_000)
    ),
    "one text of all the letters there may be": lambda: workbook(
        cells(1, 1, '<c t="s"><v>0</v></c>'),
        xl__sharedStrings_dot_xml=SHARED.format(texts=f"<si><t>{'ằ' * 7_900_000}</t></si>"),
    ),
    "a heading of the longest texts": lambda: workbook(
        cells(1, 100, '<c t="s"><v>0</v></c>'),
        xl__sharedStrings_dot_xml=SHARED.format(texts=f"<si><t>{'ằ' * LONGEST_CELL}</t></si>"),
    ),
    "a long text in a CSV": ("ằ" * 100_000).encode,
    "more texts promised than there is memory for": lambda: workbook(
        xl__sharedStrings_dot_xml=SHARED.format(texts="<si><t>a</t></si>").replace(
            "<sst ", '<sst count="4000000000" uniqueCount="4000000000" '
        )
    ),
    "more formats promised, in another letter case": lambda: workbook(
        xl__styles_dot_xml='<styleSheet><numFmts COUNT="+4000000000"/></styleSheet>'
    ),
    "zeros": lambda: workbook(xl__media__image1_dot_png=bytes(90_000_000)),
    "entities": lambda: workbook("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"),
    "a spreadsheet of another kind": lambda: ods(1_048_576),
    "both kinds": lambda: workbook(content_dot_xml="<a/>"),
    "a sheet that is no text": lambda: workbook(
        xl___rels__workbook_dot_xml_dot_rels=(
            '<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.dat"/>'
            "</Relationships>"
        )
    ),
    "columns": lambda: b",".join([b"old_code"] * 1_000_000),
    "cells of a CSV": lambda: b"\n".join([b"," * 99] * 15_000),
    "lines": lambda: b"\n" * 5_000_000,
    "one line": lambda: b"x" * 5_000_000,
    "bad rows": lambda: bad_rows(19_999),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_whatever_comes_is_refused_for_what_it_is_by_the_process_that_reads_it(name: str) -> None:
    rows, problems = read_annex("a", HOSTILE[name]())
    assert rows == []
    assert problems
    assert TOO_INTRICATE not in {problem.message for problem in problems}
    assert sum(len(problem.message) for problem in problems) < 1_000_000


def test_what_a_table_takes_is_not_taken_here() -> None:
    done = subprocess.run(
        [sys.executable, "-c", READING],
        input=workbook(cells(MAX_ROWS + 1, MAX_CELLS // (MAX_ROWS + 1))),
        stdout=subprocess.PIPE,
        cwd=ROOT,
        check=True,
    )
    assert int(done.stdout) < MOST_MEMORY


@pytest.mark.parametrize(
    "content",
    [(SEEDS / "reorganisation_2025-07-01_da_nang.csv").read_bytes(), bad_rows(20)],
    ids=["of the seeds", "bad rows"],
)
def test_an_annex_read_apart_says_what_it_says_read_here(
    content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = read_annex("Phụ lục.csv", content)
    monkeypatch.setattr(apart, "done", lambda work, content, **_bounds: work(content))
    assert found == read_annex("Phụ lục.csv", content)
    assert any(found)


def test_answers_are_read_apart() -> None:
    cell = '<c t="str"><v>{}</v></c>'
    rows = [("item", "target"), ("unit:7", "Xã A")]
    typed = "".join("<row>" + "".join(map(cell.format, row)) + "</row>" for row in rows)
    assert read_allocation(workbook(SHEET.format(rows=typed))) == {Item.parse("unit:7"): "Xã A"}
    with pytest.raises(Invalid) as refused:
        read_allocation(b"a,b")
    assert refused.value.problems == (Problem("file", NO_COLUMNS),)


def test_a_table_whose_reader_takes_too_much_is_refused_and_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(apart, "_LONGEST_WAIT", 0.001)
    assert read_annex("a", b"")[1] == [RowProblem(0, "", TOO_INTRICATE, "a")]
    with pytest.raises(Invalid) as refused:
        read_allocation(b"")
    assert refused.value.problems == (Problem("file", TOO_INTRICATE),)
    assert "Chép dữ liệu" in TOO_INTRICATE


@pytest.mark.parametrize("read", [partial(read_annex, "a"), read_allocation])
def test_that_no_reader_can_be_started_is_no_fault_of_the_table(
    read: Callable[[bytes], object], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(apart, "_ROOT", tmp_path)
    with pytest.raises(RuntimeError, match="cannot be started"):
        read(b"item,target")


def test_the_largest_table_there_may_be_is_read() -> None:
    columns = MAX_CELLS // (MAX_ROWS + 1)
    table = read_table(workbook(cells(MAX_ROWS + 1, columns)))
    assert (len(table), len(table[0])) == (MAX_ROWS + 1, columns)
    assert len(read_table(b"a,b\r\n" * (MAX_ROWS + 1))) == MAX_ROWS + 1
    assert len(read_table(b"," * (MAX_COLUMNS - 1))[0]) == MAX_COLUMNS


@pytest.mark.parametrize("content", [b"," * MAX_COLUMNS, b"a\n" * (MAX_ROWS + 2)])
def test_one_more_than_there_may_be_is_refused(content: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        read_table(content)
    assert refused.value.message == TOO_MANY


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="B2"><f>1+1</f></c>',
        '<c r="B2"><f>1+1</f><v></v></c>',
        '<c r="B2"><f t="shared" si="0"/><v/></c>',
        '<x:c xmlns:x="urn:x" r="B2"><x:f>A1</x:f><x:v> </x:v></x:c>',
    ],
)
def test_a_formula_without_its_result_is_refused_by_its_cell(cell: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_table(workbook(SHEET.format(rows=f'<row r="2">{cell}</row>')))
    assert "Ô B2 có công thức chưa tính ra kết quả" in refused.value.message
    assert "lưu lại" in refused.value.message


def test_a_workbook_written_by_a_program_with_formulas_is_refused_by_its_cells() -> None:
    made, target = Workbook(), BytesIO()
    for number in range(1, 7):
        made.active.append(["item", f"=A{number}"])
    made.save(target)
    with pytest.raises(Invalid) as refused:
        read_table(target.getvalue())
    assert "Ô B1, B2, B3, … có công thức" in refused.value.message


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ('<c r="A1"><f>1+1</f><v>2</v></c>', 2.0),
        ('<c r="A1" t="str"><f>""</f><v></v></c>', ""),
        ('<c r="A1" t="str"><f>B1</f><v>Xã</v></c>', "Xã"),
        ('<c r="A1" t="b"><f>TRUE</f><v>0</v></c>', False),
    ],
)
def test_a_formula_with_its_result_is_read_as_that(cell: str, value: object) -> None:
    assert read_table(workbook(SHEET.format(rows=f'<row r="1">{cell}</row>')))[0][0] == value


def merged(*ranges: str, rows: str) -> bytes:
    """Return a workbook whose sheet says that ranges are merged."""
    said = "".join(f'<mergeCell ref="{one}"/>' for one in ranges)
    sheet = SHEET.format(rows=rows).replace(
        "</worksheet>", f'<mergeCells count="{len(ranges)}">{said}</mergeCells></worksheet>'
    )
    return workbook(sheet)


def test_each_cell_of_a_merged_range_holds_what_the_range_shows() -> None:
    def row(number: int, *typed: str) -> str:
        inline = '<c r="{}{}" t="inlineStr"><is><t>{}</t></is></c>'
        made = (inline.format("BCD"[at], number, text) for at, text in enumerate(typed))
        return f'<row r="{number}">{"".join(made)}</row>'

    rows = row(3, "Xã A", "một phần", "Xã B") + row(4, "", "", "Xã C") + row(5, "Xã D", "", "hết")
    table = read_table(merged("B3:B4", "C3:C4", "B5:C5", rows=rows))
    assert [list(line[1:]) for line in table[2:]] == [
        ["Xã A", "một phần", "Xã B"],
        ["Xã A", "một phần", "Xã C"],
        ["Xã D", "Xã D", "hết"],
    ]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(merged(*["A1:CV5000"] * 2, rows=cells(5_000, 8) * 1), id="over one another"),
        pytest.param(merged(*["A1:A2"] * 400_001, rows=cells(2, 1)), id="as many as cells"),
        pytest.param(
            merged(
                "A1:H2000",
                rows=f'<row><c t="str"><v>{"x" * 30_000}</v></c></row>{"<row><c/></row>" * 2_000}',
            ),
            id="a long text in many cells",
        ),
    ],
)
def test_merged_ranges_hold_no_more_than_a_table_may(content: bytes) -> None:
    started = time.monotonic()
    _, problems = read_annex("a", content)
    assert problems
    assert TOO_INTRICATE not in {problem.message for problem in problems}
    assert time.monotonic() - started < 10


def test_a_merged_range_beyond_the_table_is_filled_as_far_as_there_are_cells() -> None:
    cell = '<c r="A1" t="str"><v>x</v></c><c r="B1" t="str"><v>y</v></c>'
    content = merged("B1:XFD1048576", "C9:D10", rows=f'<row r="1">{cell}</row>')
    assert read_table(content) == [["x", "y"]]


def test_what_a_formula_left_empty_is_told_from_what_was_never_filled_in() -> None:
    row = '<row r="2"><c r="A2" t="str"><f>""</f><v></v></c><c r="B2"/><c r="C2"><v>1</v></c></row>'
    cells_read = read_table(workbook(SHEET.format(rows=row)))[1]
    assert cells_read == ["", "", 1.0]
    assert [isinstance(cell, EmptyResult) for cell in cells_read] == [True, False, False]


def test_formulas_of_another_sheet_than_the_first_do_no_harm() -> None:
    made, target = Workbook(), BytesIO()
    made.active.append(["item", "target"])
    made.create_sheet("Ghi chú").append(["=1+1"])
    made.save(target)
    assert read_table(target.getvalue()) == [["item", "target"]]


def test_a_table_of_many_lines_in_csv_keeps_its_cells() -> None:
    text = StringIO("item,target\r\nunit:1,Xã A\r\n")
    assert read_table(text.getvalue().encode())[1] == ["unit:1", "Xã A"]


@pytest.mark.parametrize("kind", ["typed in the cell", "shared", "csv"])
def test_a_cell_is_as_long_as_one_of_excel_and_no_longer(kind: str) -> None:
    def table(length: int) -> bytes:
        text = "x" * length
        if kind == "csv":
            return text.encode()
        if kind == "shared":
            return workbook(
                cells(1, 1, '<c t="s"><v>0</v></c>'),
                xl__sharedStrings_dot_xml=SHARED.format(texts=f"<si><t>{text}</t></si>"),
            )
        return workbook(cells(1, 1, f'<c t="inlineStr"><is><t>{text}</t></is></c>'))

    assert read_table(table(LONGEST_CELL)) == [["x" * LONGEST_CELL]]
    with pytest.raises(Invalid) as refused:
        read_table(table(LONGEST_CELL + 1))
    assert refused.value.message == TOO_LONG
