"""Units of an annex's old side, and whether they may be known as a batch wants them."""

from datetime import date

from registry.domain.periods import Period
from registry.domain.reorganisations.annex import AnnexRow
from registry.domain.reorganisations.old_side import Above, OldDays, problems_of_made
from registry.domain.reorganisations.plan import PlannedUnit
from registry.domain.units.kinds import UnitKind
from registry.domain.units.placements import Placement, Placements

FIRST, JULY = date(1945, 11, 22), date(2025, 7, 1)
PLACES = Placements(
    [
        Placement(UnitKind.PROVINCE, None, Period(FIRST)),
        Placement(UnitKind.DISTRICT, "province", Period(FIRST, JULY)),
        Placement(UnitKind.COMMUNE, "district", Period(FIRST, JULY)),
        Placement(UnitKind.COMMUNE, "province", Period(JULY)),
    ]
)
PROVINCE = PlannedUnit(-1, "Tỉnh Một", UnitKind.PROVINCE, None, "98")
DISTRICT = PlannedUnit(-2, "Huyện Một", UnitKind.DISTRICT, -1)
COMMUNE = PlannedUnit(-3, "Xã Một", UnitKind.COMMUNE, -2, "98101")
ROWS = [
    AnnexRow(2, "a.csv", old_code="98100", old_name="Xã Một"),
    AnnexRow(3, "a.csv", old_code="98101", old_name="Xã Một"),
]
JUNE_30, AUGUST_31 = date(2025, 6, 30), date(2025, 8, 31)


def test_units_known_since_the_first_day_of_all_rules_are_no_problem() -> None:
    days = OldDays(FIRST, JUNE_30, PLACES)
    assert problems_of_made([PROVINCE, DISTRICT, COMMUNE], ROWS, {}, days) == ()


def test_the_first_day_possible_is_that_from_which_the_kind_may_stand_there() -> None:
    in_the_province = PlannedUnit(-3, "Xã Một", UnitKind.COMMUNE, -1, "98101")
    days = OldDays(date(2025, 1, 1), AUGUST_31, PLACES)
    (problem,) = problems_of_made([PROVINCE, in_the_province], ROWS, {}, days)
    assert (problem.row, problem.field) == (0, "known_from")
    assert "không thể có từ ngày 01/01/2025: “Xã Một” trực thuộc “Tỉnh Một”" in problem.message
    assert problem.message.endswith("Chọn từ ngày 01/07/2025 trở đi.")
    that_day = OldDays(JULY, AUGUST_31, PLACES)
    assert problems_of_made([PROVINCE, in_the_province], ROWS, {}, that_day) == ()


def test_the_first_day_possible_is_not_before_that_of_the_unit_above() -> None:
    known = {7: Above("Huyện Đã Có", UnitKind.DISTRICT, date(2024, 6, 1))}
    below = PlannedUnit(-3, "Xã Một", UnitKind.COMMUNE, 7)
    (problem,) = problems_of_made(
        [below, PROVINCE], ROWS, known, OldDays(date(2024, 5, 31), JUNE_30, PLACES)
    )
    assert problem.message.endswith("Chọn từ ngày 01/06/2024 trở đi.")
    that_day = OldDays(date(2024, 6, 1), JUNE_30, PLACES)
    assert problems_of_made([below, PROVINCE], ROWS, known, that_day) == ()


def test_of_several_units_the_latest_first_day_is_named() -> None:
    (problem,) = problems_of_made([PROVINCE], ROWS, {}, OldDays(date(1945, 1, 1), JULY, PLACES))
    assert problem.message.startswith(
        "Số liệu đơn vị cũ không thể có từ ngày 01/01/1945: “Tỉnh Một” chỉ từ ngày 22/11/1945."
    )
    known = {
        7: Above("Huyện Bảy", UnitKind.DISTRICT, date(2024, 6, 1)),
        8: Above("Huyện Tám", UnitKind.DISTRICT, date(2024, 9, 1)),
    }
    below = [PlannedUnit(-4 - place, f"Xã {place}", UnitKind.COMMUNE, place) for place in (7, 8, 7)]
    (problem,) = problems_of_made(below, ROWS, known, OldDays(FIRST, JUNE_30, PLACES))
    assert "“Xã 8” trực thuộc “Huyện Tám” chỉ từ ngày 01/09/2024" in problem.message


def test_a_commune_whose_district_no_row_names_is_refused_at_its_own_row() -> None:
    homeless = PlannedUnit(-3, "Xã Một", UnitKind.COMMUNE, -1, "98101")
    (problem,) = problems_of_made([PROVINCE, homeless], ROWS, {}, OldDays(FIRST, JUNE_30, PLACES))
    assert (problem.row, problem.source, problem.field) == (3, "a.csv", "old_parent")
    assert "không được đứng dưới “Tỉnh Một” (UBND cấp tỉnh) vào ngày 30/06/2025" in problem.message


def test_a_unit_at_the_top_that_may_not_be_there_is_refused_without_a_row() -> None:
    alone = PlannedUnit(-3, "Xã Hai", UnitKind.COMMUNE, None)
    (problem,) = problems_of_made([alone], ROWS, {}, OldDays(JUNE_30, JUNE_30, PLACES))
    assert (problem.row, problem.field) == (0, "old_parent")
    assert "không được đứng ở cấp cao nhất" in problem.message
