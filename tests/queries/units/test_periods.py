"""The periods of many units, and what cannot be among them: homes that end, codes shared."""

from datetime import date

from flask import Flask

from registry.domain.units.kinds import UnitKind
from registry.models.base import db
from registry.models.units import Unit
from registry.queries.units.periods import (
    SharedCode,
    first_days,
    homeless,
    later_periods_at,
    periods_from,
    periods_on,
    shared_codes,
    units_of_periods,
)
from tests.factories.units import (
    START,
    Province,
    end_unit,
    make_unit,
    move_unit,
    rename_unit,
)

JUNE_9, JUNE_10, JUNE_11, JUNE_15 = (date(2024, 6, day) for day in (9, 10, 11, 15))
JUNE_19, JUNE_20, JUNE_21 = (date(2024, 6, day) for day in (19, 20, 21))


def test_the_periods_of_a_day_are_those_of_the_units_asked_that_stand_then(app: Flask) -> None:
    here = Province()
    rename_unit(here.commune, "Xã Tên Mới", JUNE_10)
    ended = make_unit("Xã Cũ", UnitKind.COMMUNE, here.district, until=JUNE_10)
    ids = [here.commune.id, ended.id]
    told = {
        day: {unit_id: period.name for unit_id, period in periods_on(ids, day).items()}
        for day in (JUNE_9, JUNE_10)
    }
    assert told == {
        JUNE_9: {here.commune.id: "Xã Bình Minh", ended.id: "Xã Cũ"},
        JUNE_10: {here.commune.id: "Xã Tên Mới"},
    }


def test_periods_from_a_day_are_whole_rows_of_the_units_asked_that_begin_then_or_later(
    app: Flask,
) -> None:
    here = Province()
    rename_unit(here.commune, "Xã Tên Mới", JUNE_10)
    rename_unit(here.commune, "Xã Mới Nữa", JUNE_20)
    rename_unit(here.other_commune, "Xã Khác", JUNE_20)

    def begun(day: date) -> list[tuple[str, date, date | None]]:
        rows = periods_from([here.commune.id], day)
        return sorted((row["name"], row["valid_from"], row["valid_to"]) for row in rows)

    assert begun(JUNE_10) == [
        ("Xã Mới Nữa", JUNE_20, None),
        ("Xã Tên Mới", JUNE_10, JUNE_20),
    ]
    assert begun(JUNE_11) == [("Xã Mới Nữa", JUNE_20, None)]
    (row,) = periods_from([here.commune.id], JUNE_11)
    assert (row["unit_id"], row["official_code"], row["parent_id"]) == (
        here.commune.id,
        "90101",
        here.district.id,
    )
    assert row["id"] == here.commune.periods[-1].id


def test_what_comes_to_stand_below_is_told_but_for_the_units_asked_about(app: Flask) -> None:
    here = Province()
    move_unit(here.far_commune, here.district, JUNE_20)
    new = make_unit("Xã Mới", UnitKind.COMMUNE, here.district, since=JUNE_10)
    asked = make_unit("Xã Cũng Mới", UnitKind.COMMUNE, here.district, since=JUNE_20)
    make_unit("Xã Nơi Khác", UnitKind.COMMUNE, here.other_district, since=JUNE_20)
    parents = {here.district.id, asked.id}
    arrived = [(row.unit_id, row.valid_from) for row in later_periods_at(parents, JUNE_10)]
    assert arrived == [(here.far_commune.id, JUNE_20), (new.id, JUNE_10)]
    found = later_periods_at(parents, JUNE_11)
    assert [row.unit_id for row in found] == [here.far_commune.id]


def test_periods_belong_to_the_units_that_bear_them(app: Flask) -> None:
    here = Province()
    rename_unit(here.commune, "Xã Tên Mới", JUNE_10)
    first, second = here.commune.periods
    (only,) = here.district.periods
    assert units_of_periods([first.id, second.id]) == {here.commune.id}
    assert units_of_periods([second.id, only.id, 987_654]) == {here.commune.id, here.district.id}


def test_who_begins_before_or_outlasts_what_it_stands_under_is_homeless(app: Flask) -> None:
    here = Province()
    district = make_unit("Huyện Cũ", UnitKind.DISTRICT, here.province, since=JUNE_10)
    rename_unit(district, "Huyện Mới", JUNE_15)
    end_unit(district, JUNE_20)
    days = {
        "Xã Sớm": (JUNE_9, JUNE_20),
        "Xã Vừa": (JUNE_10, JUNE_20),
        "Xã Muộn": (JUNE_15, JUNE_21),
        "Xã Mãi": (JUNE_15, None),
        "Xã Ngắn": (JUNE_11, JUNE_19),
    }
    communes = {
        name: make_unit(name, UnitKind.COMMUNE, district, since=since, until=until)
        for name, (since, until) in days.items()
    }
    moved = make_unit("Xã Chuyển", UnitKind.COMMUNE, district, since=JUNE_11)
    move_unit(moved, here.district, JUNE_20)
    without_home = [
        ("Xã Sớm", "Huyện Mới"),
        ("Xã Muộn", "Huyện Mới"),
        ("Xã Mãi", "Huyện Mới"),
    ]

    def told(unit_ids: list[int]) -> list[tuple[str, str]]:
        return [(one.name, one.above) for one in homeless(unit_ids)]

    # Whether asked about by themselves or by what they stand under, and by both only once.
    assert told([district.id]) == without_home
    children = [one.id for one in communes.values()]
    assert told([*children, moved.id, here.commune.id]) == without_home
    assert told([district.id, *children]) == without_home
    assert told([communes["Xã Mãi"].id]) == [("Xã Mãi", "Huyện Mới")]
    assert told([communes["Xã Vừa"].id, communes["Xã Ngắn"].id, moved.id]) == []
    assert told([here.district.id]) == []


def code_of(unit: Unit, code: str | None) -> None:
    """Let a unit bear another code from its last period on."""
    unit.periods[-1].official_code = code
    db.session.flush()


def test_a_code_is_shared_with_whoever_bears_it_from_the_day_on_and_no_more_after(
    app: Flask,
) -> None:
    here = Province()
    new = make_unit("Xã Bình Mới", UnitKind.COMMUNE, here.district, code="90109", since=JUNE_10)
    old = make_unit("Xã Bình Cũ", UnitKind.COMMUNE, here.district, code="90109", until=JUNE_20)
    shared = SharedCode("90109", "Xã Bình Mới", "Xã Bình Cũ", old.id)
    assert shared_codes([new.id], JUNE_15) == [shared]
    assert shared_codes([new.id], JUNE_19) == [shared]
    assert shared_codes([new.id], JUNE_20) == []
    # Whichever of the two is asked about, both have to bear it from the day on.
    turned = SharedCode("90109", "Xã Bình Cũ", "Xã Bình Mới", new.id)
    assert shared_codes([old.id], JUNE_19) == [turned]
    assert shared_codes([old.id], JUNE_20) == []
    assert shared_codes([new.id, old.id], JUNE_15) == [turned, shared]


def test_a_code_handed_on_from_one_day_to_the_next_or_kept_by_one_unit_is_not_shared(
    app: Flask,
) -> None:
    here = Province()
    old = make_unit("Xã Trước", UnitKind.COMMUNE, here.district, code="90109", until=JUNE_10)
    new = make_unit("Xã Sau", UnitKind.COMMUNE, here.district, code="90109", since=JUNE_10)
    rename_unit(new, "Xã Sau Nữa", JUNE_15)
    assert shared_codes([old.id, new.id, here.commune.id, here.it_department.id], START) == []
    # Bodies without a code share none, and who gave the code up shares it no more.
    late = make_unit("Xã Thêm", UnitKind.COMMUNE, here.district, code="90109", since=JUNE_20)
    rename_unit(new, "Xã Không Mã", JUNE_20)
    code_of(new, None)
    assert shared_codes([late.id, new.id, here.it_department.id], START) == []
    code_of(new, "90109")
    shared = SharedCode("90109", "Xã Thêm", "Xã Không Mã", new.id)
    assert shared_codes([late.id], START) == [shared]


def test_the_first_day_of_a_unit_is_that_of_its_first_period(app: Flask) -> None:
    here = Province()
    rename_unit(here.commune, "Xã Tên Mới", JUNE_10)
    later = make_unit("Xã Mới", UnitKind.COMMUNE, here.district, since=JUNE_20)
    assert first_days([here.commune.id, later.id]) == {here.commune.id: START, later.id: JUNE_20}
