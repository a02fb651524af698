"""The head of a paper follows the issuer of its day; number and day are left to the clerk."""

import re
from datetime import date

import pytest
from flask import Flask

from registry.documents.letterheads import (
    annex_origin,
    day_to_fill,
    issuing_office,
    letterhead_of,
)
from registry.domain.offices import OfficeFunction
from registry.domain.units.kinds import UnitKind
from registry.models.base import db
from registry.models.offices import Office
from registry.queries.units.on_a_day import UnitRow, unit_on
from tests.factories.units import Province, make_office, make_unit

MERGER = date(2025, 3, 1)
TODAY = date(2026, 11, 29)


@pytest.fixture
def here(app: Flask) -> Province:
    """Return a province whose reviewing office is another body from 1 March 2025 on."""
    here = Province()
    here.province.periods[0].designation = "tỉnh"
    science = make_unit(
        "Sở Khoa học và Công nghệ tỉnh Thử Nghiệm",
        UnitKind.DEPARTMENT,
        here.province,
        since=MERGER,
    )
    db.session.query(Office).filter_by(
        function=OfficeFunction.REVIEWING, territory_id=here.province.id
    ).update({"valid_to": MERGER})
    make_office(OfficeFunction.REVIEWING, here.province, science, since=MERGER)
    db.session.flush()
    return here


def on(unit_id: int, day: date) -> UnitRow:
    row = unit_on(unit_id, day)
    assert row is not None
    return row


@pytest.mark.parametrize(("day", "symbol"), [(date(2025, 2, 28), "BC-STTTT"), (MERGER, "BC-SKHCN")])
def test_the_symbol_is_that_of_the_office_that_reviews_on_the_day(
    here: Province, day: date, symbol: str
) -> None:
    province = on(here.province.id, day)
    head = letterhead_of(issuing_office(province, day), province, day, TODAY)
    assert head.full_symbol("BC") == symbol
    assert re.fullmatch(rf"Số:\s+/{symbol}", head.number("BC"))
    assert head.place_and_date.startswith("Thử Nghiệm, ngày\u00a0")
    assert head.place_and_date.endswith("tháng\u00a011\u00a0năm\u00a02026")


def test_a_department_writes_from_the_place_its_province_is_called(here: Province) -> None:
    office = on(here.it_department.id, MERGER)
    assert letterhead_of(office, office, MERGER, MERGER).place == "Thử Nghiệm"


def test_an_office_that_is_gone_signs_in_no_month(here: Province) -> None:
    day = date(2024, 6, 30)
    province = on(here.province.id, day)
    gone = letterhead_of(on(here.it_department.id, day), province, day, date(2024, 5, 1))
    assert gone.written_on is None
    assert "tháng" in gone.day_to_fill
    assert not re.search("[0-9]", gone.day_to_fill)


def test_the_origin_of_an_annex_names_the_paper_and_who_issued_it() -> None:
    origin = annex_origin("Quyết định", "12/QĐ-UBND", day_to_fill(TODAY), "UBND tỉnh Thử Nghiệm")
    assert re.fullmatch(
        r"\(Kèm theo Quyết định số 12/QĐ-UBND ngày\s+tháng 11\snăm\s2026 của"
        r" UBND tỉnh Thử Nghiệm\)",
        origin.replace("\u00a0", " "),
    )
