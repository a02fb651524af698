"""The list of what an annex leaves out, as a file."""

from datetime import date
from io import BytesIO

from flask import Flask
from python_calamine import CalamineWorkbook

from registry.documents.reorganisations.left_out import left_out_xlsx
from registry.queries.units.on_a_day import find_by_code
from tests.factories.units import START, Province


def test_the_workbook_names_each_unit_its_place_and_why(app: Flask) -> None:
    here = Province()
    unit = find_by_code(here.commune.periods[0].official_code or "", START)
    assert unit is not None
    units = [(unit, "không có dòng nào nhắc tới")]
    content = left_out_xlsx(units, "Nghị quyết 1", date(2025, 7, 1))
    rows = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    cells = [[cell for cell in row if cell] for row in rows]
    assert ["Phụ lục còn thiếu: Nghị quyết 1"] in cells
    assert ["Có hiệu lực từ ngày 01/07/2025"] in cells
    (line,) = [row for row in cells if unit.name in row]
    assert line[-4:] == [unit.name, unit.code, unit.parent_name, "không có dòng nào nhắc tới"]
