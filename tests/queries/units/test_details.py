"""What a unit's page shows beside it: what stands above and below, its past, kin and offices."""

from datetime import date, datetime

from flask import Flask

from registry.domain.offices import OfficeFunction
from registry.domain.permissions import EVERYTHING, Scope
from registry.domain.reorganisations.annex import Part
from registry.domain.units.kinds import UnitKind
from registry.domain.units.successions import SuccessionKind
from registry.models.base import db
from registry.models.reorganisations import Reorganisation, ReorganisationChange
from registry.models.units import Succession, Unit, UnitPeriod
from registry.queries.units.details import (
    Kin,
    OldContact,
    children_in,
    contact_of,
    contacts_of,
    counts_below,
    decisions_by_day,
    offices_held,
    past_names,
    predecessors,
    successors,
    topmost,
    units_above,
)
from registry.queries.units.on_a_day import path_on
from tests.conftest import NOW, TODAY
from tests.factories.people import make_decision
from tests.factories.units import (
    AFTER_THE_NEXT,
    BEFORE_THE_MOVE,
    MovingCommunes,
    Province,
    end_unit,
    make_office,
    make_succession,
    make_unit,
    move_unit,
    rename_unit,
)

MERGER = date(2025, 7, 1)
JUNE_5, JUNE_9 = date(2024, 6, 5), date(2024, 6, 9)
JUNE_10, JUNE_15 = date(2024, 6, 10), date(2024, 6, 15)
JUNE_19, JUNE_20 = date(2024, 6, 19), date(2024, 6, 20)


def test_children_are_those_of_the_scope_in_name_order(app: Flask) -> None:
    here = Province()
    prefix = path_on(here.district.id, TODAY)
    assert prefix is not None
    scope = Scope(prefixes=frozenset({prefix}))
    found = children_in(here.province.id, TODAY, scope, TODAY)
    assert [row.name for row in found] == ["Huyện Thăng Bình"]
    below = [row.name for row in children_in(here.district.id, TODAY, scope, TODAY)]
    assert below == ["Phòng Văn hóa và Thông tin", "Xã Bình Đào", "Xã Bình Minh"]
    assert counts_below(here.province.id, TODAY) == {
        here.it_department.id: 1,
        here.district.id: 3,
        here.other_district.id: 1,
    }


def test_the_tree_begins_at_the_top_of_what_one_may_see(app: Flask) -> None:
    here = Province()
    paths = [path_on(unit.id, TODAY) or "" for unit in (here.commune, here.other_district)]
    scope = Scope(prefixes=frozenset(paths))
    assert [row.name for row in topmost(scope, TODAY)] == ["Huyện Đại Lộc", "Xã Bình Minh"]
    assert [row.name for row in topmost(Scope(everything=True), TODAY)] == ["Tỉnh Thử Nghiệm"]


def test_the_way_up_goes_from_the_root_down(app: Flask) -> None:
    here = Province()
    path = path_on(here.commune.id, TODAY) or ""
    assert [row.name for row in units_above(path, TODAY)] == [
        "Tỉnh Thử Nghiệm",
        "Huyện Thăng Bình",
    ]


def test_a_unit_s_past_names_its_periods_and_its_kin(app: Flask) -> None:
    here = Province()
    rename_unit(here.section, "Phòng Chuyển đổi số", date(2024, 6, 20))
    assert [past.period.name for past in past_names(here.section.id)] == [
        "Phòng Chuyển đổi số",
        "Phòng Công nghệ thông tin",
    ]
    make_succession(here.commune, here.other_commune, MERGER)
    make_succession(here.commune, here.far_commune, MERGER, part="part")
    assert [(kin.name, kin.deed.part) for kin in successors(here.commune.id)] == [
        ("Xã Bình Đào", Part.WHOLE),
        ("Xã Đại Minh", Part.PART),
    ]
    assert [kin.name for kin in predecessors(here.other_commune.id)] == ["Xã Bình Minh"]


def test_children_are_those_of_the_day_in_the_scope_of_today(app: Flask) -> None:
    here = MovingCommunes()
    below = here.below(here.district)
    office, commune = here.district_office.id, here.commune.id

    def children(day: date, scope: Scope = below) -> list[int]:
        return [row.id for row in children_in(here.district.id, day, scope, TODAY)]

    assert children(BEFORE_THE_MOVE) == children(TODAY) == children(AFTER_THE_NEXT)
    assert children(TODAY) == [office, commune]
    assert children(BEFORE_THE_MOVE, EVERYTHING) == [office, here.other_commune.id, commune]
    assert children(AFTER_THE_NEXT, EVERYTHING) == [office, commune, here.far_commune.id]
    assert counts_below(here.district.id, TODAY) == {}


def test_what_stood_or_will_stand_below_a_unit_is_not_counted_there(app: Flask) -> None:
    here = MovingCommunes()
    counts = {
        day: counts_below(here.province.id, day) for day in (BEFORE_THE_MOVE, TODAY, AFTER_THE_NEXT)
    }
    of_districts = {
        day: (found[here.district.id], found[here.other_district.id])
        for day, found in counts.items()
    }
    assert of_districts == {BEFORE_THE_MOVE: (3, 1), TODAY: (2, 2), AFTER_THE_NEXT: (3, 1)}


def test_below_a_unit_that_ended_nothing_is_shown_though_a_child_outlives_it(app: Flask) -> None:
    here = Province()
    end_unit(here.other_district, JUNE_20)
    far = here.far_commune.id
    before = children_in(here.other_district.id, JUNE_19, EVERYTHING, TODAY)
    assert [row.id for row in before] == [far]
    assert children_in(here.other_district.id, JUNE_20, EVERYTHING, TODAY) == []
    assert here.other_district.id not in counts_below(here.province.id, JUNE_20)


def test_a_closed_unit_heads_a_tree_of_its_own_where_it_lay_outside_the_subtrees(
    app: Flask,
) -> None:
    here = Province()
    inside = make_unit("Xã Cũ Trong", UnitKind.COMMUNE, here.district, until=JUNE_10)
    outside = make_unit("Xã Ân Cũ", UnitKind.COMMUNE, here.other_district, until=JUNE_10)
    scope = Scope(
        prefixes=frozenset({path_on(here.district.id, TODAY) or ""}),
        closed_unit_ids=frozenset({inside.id, outside.id}),
    )
    assert [row.name for row in topmost(scope, JUNE_9)] == ["Huyện Thăng Bình", "Xã Ân Cũ"]
    assert [row.name for row in topmost(scope, JUNE_10)] == ["Huyện Thăng Bình"]


def test_who_sees_everything_begins_at_the_provinces_of_the_day(app: Flask) -> None:
    here = Province()
    other = make_unit("Tỉnh Ấy", UnitKind.PROVINCE, code="98")
    apart = make_unit("Hội Tự Lập", UnitKind.MASS_ORGANISATION)
    move_unit(apart, here.province, JUNE_15)
    end_unit(other, JUNE_20)
    told = {
        day: [row.name for row in topmost(EVERYTHING, day)]
        for day in (date(2024, 6, 14), JUNE_15, JUNE_19, JUNE_20)
    }
    assert told == {
        date(2024, 6, 14): ["Hội Tự Lập", "Tỉnh Ấy", "Tỉnh Thử Nghiệm"],
        JUNE_15: ["Tỉnh Ấy", "Tỉnh Thử Nghiệm"],
        JUNE_19: ["Tỉnh Ấy", "Tỉnh Thử Nghiệm"],
        JUNE_20: ["Tỉnh Thử Nghiệm"],
    }


def test_of_the_way_up_only_what_stands_on_the_day_is_told(app: Flask) -> None:
    here = Province()
    path = path_on(here.far_commune.id, TODAY) or ""
    end_unit(here.other_district, JUNE_20)
    assert [row.name for row in units_above(path, JUNE_20)] == ["Tỉnh Thử Nghiệm"]


def test_a_past_period_tells_the_superior_by_the_name_borne_when_it_began(app: Flask) -> None:
    here = Province()
    rename_unit(here.district, "Thị xã Thăng Bình", JUNE_10)
    rename_unit(here.commune, "Phường Bình Minh", JUNE_10)
    rename_unit(here.commune, "Phường Minh", JUNE_20)
    rename_unit(here.district, "Thành phố Thăng Bình", date(2024, 6, 25))
    rename_unit(here.commune, "Phường Bình Minh Mới", date(2024, 6, 28))
    assert [(past.period.name, past.parent_name) for past in past_names(here.commune.id)] == [
        ("Phường Bình Minh Mới", "Thành phố Thăng Bình"),
        ("Phường Minh", "Thị xã Thăng Bình"),
        ("Phường Bình Minh", "Thị xã Thăng Bình"),
        ("Xã Bình Minh", "Huyện Thăng Bình"),
    ]
    assert [past.parent_name for past in past_names(here.province.id)] == [None]


def test_kin_are_told_by_the_name_of_the_day_in_order_of_days_and_then_of_units(
    app: Flask,
) -> None:
    here = Province()
    old = make_unit("Xã Cũ", UnitKind.COMMUNE, here.district)
    rename_unit(old, "Xã Cũ Tên Cuối", JUNE_10)
    end_unit(old, JUNE_20)
    new = make_unit("Xã Mới", UnitKind.COMMUNE, here.district, since=JUNE_20)
    rename_unit(new, "Xã Mới Đổi Tên", date(2024, 6, 25))
    to_come = make_unit("Xã Chưa Có", UnitKind.COMMUNE, here.district, since=MERGER)
    make_succession(old, new, JUNE_20)
    make_succession(old, to_come, JUNE_19, part="part")
    make_succession(here.commune, new, JUNE_19, part="part")
    make_succession(here.other_commune, new, JUNE_20, part="part")
    rename_unit(here.other_commune, "Xã Bình Đào Mới", JUNE_20)

    def told(kin: list[Kin]) -> list[tuple[int, str, str, date, Part]]:
        return [
            (one.unit_id, one.name, one.own_name, one.effective_on, one.deed.part) for one in kin
        ]

    part, whole = Part.PART, Part.WHOLE
    assert told(successors(old.id)) == [
        (to_come.id, "Xã Chưa Có", "Xã Cũ Tên Cuối", JUNE_19, part),
        (new.id, "Xã Mới", "Xã Cũ Tên Cuối", JUNE_20, whole),
    ]
    assert told(predecessors(new.id)) == [
        (here.commune.id, "Xã Bình Minh", "Xã Mới", JUNE_19, part),
        (old.id, "Xã Cũ Tên Cuối", "Xã Mới", JUNE_20, whole),
        (here.other_commune.id, "Xã Bình Đào", "Xã Mới", JUNE_20, part),
    ]
    assert predecessors(old.id) == successors(new.id) == []


def applied(
    here: Province, number: str, on: date, *periods: UnitPeriod, applied_at: datetime | None = NOW
) -> Reorganisation:
    """Make a batch by a decision of this number that wrote these periods."""
    batch = Reorganisation(
        effective_on=on,
        decision_id=make_decision(here.province, number).id,
        created_at=NOW,
        applied_at=applied_at,
    )
    db.session.add(batch)
    db.session.flush()
    for sequence, period in enumerate(periods):
        wrote(batch, sequence, UnitPeriod.__tablename__, period.id)
    return batch


def wrote(batch: Reorganisation, sequence: int, table: str, row_id: int) -> None:
    db.session.add(
        ReorganisationChange(
            reorganisation_id=batch.id, sequence=sequence, table_name=table, row_id=row_id
        )
    )
    db.session.flush()


def link(batch: Reorganisation, predecessor: Unit, successor: Unit) -> None:
    db.session.add(
        Succession(
            predecessor_id=predecessor.id,
            successor_id=successor.id,
            effective_on=batch.effective_on,
            part="part",
            kind=SuccessionKind.SEPARATED,
            reorganisation_id=batch.id,
        )
    )
    db.session.flush()


def test_a_unit_s_days_bear_the_decisions_that_wrote_its_periods_or_links(app: Flask) -> None:
    here = Province()
    # No day of another unit is one of its own.
    commune = make_unit("Xã Mới", UnitKind.COMMUNE, here.district, since=JUNE_5)
    rename_unit(commune, "Xã Tên Mới", JUNE_10)
    end_unit(commune, JUNE_20)
    rename_unit(here.other_commune, "Xã Khác", JUNE_9)
    first, last = commune.periods
    applied(here, "0/NQ", JUNE_5, first)
    applied(here, "1/NQ", JUNE_10, first, last)
    applied(here, "2/NQ", JUNE_20, last)
    # By links alone: it gave a part, it took one; so did others.
    link(applied(here, "3/NQ", JUNE_15), commune, here.far_commune)
    link(applied(here, "4/NQ", JUNE_19), here.district, commune)
    link(applied(here, "5/NQ", JUNE_19), here.district, here.far_commune)
    # No more than a day in common: another unit's period, another table's row of this number.
    applied(here, "6/NQ", JUNE_10, *here.other_commune.periods)
    wrote(applied(here, "7/NQ", JUNE_10), 0, "memberships", first.id)
    # Its period was written, but neither begins nor ends on that day, as another unit's do.
    applied(here, "8/NQ", JUNE_9, first)
    # Not applied, or undone.
    applied(here, "9/NQ", JUNE_10, first, applied_at=None)
    applied(here, "10/NQ", JUNE_10, first).undone_at = NOW
    # A second one of a day stands behind the first, one paper of two batches only once.
    applied(here, "11/NQ", JUNE_20, last)
    applied(here, "2/NQ", JUNE_20, last)
    assert decisions_by_day(commune.id) == {
        JUNE_5: "Quyết định số 0/NQ",
        JUNE_10: "Quyết định số 1/NQ",
        JUNE_20: "Quyết định số 2/NQ; Quyết định số 11/NQ",
        JUNE_15: "Quyết định số 3/NQ",
        JUNE_19: "Quyết định số 4/NQ",
    }


def test_an_office_holds_on_a_day_what_it_was_given_over_territories_named_as_then(
    app: Flask,
) -> None:
    here = Province()
    rename_unit(here.district, "Thị xã Thăng Bình", JUNE_15)
    ended = make_office(OfficeFunction.REVIEWING, here.district, here.it_department)
    ended.valid_to = JUNE_20
    make_office(OfficeFunction.VERIFYING, here.other_district, here.it_department, JUNE_10)
    make_office(OfficeFunction.REVIEWING, here.other_district, here.it_department)
    make_office(OfficeFunction.REVIEWING, here.commune, here.other_department)
    whole = (OfficeFunction.REVIEWING, "Tỉnh Thử Nghiệm")
    other = (OfficeFunction.REVIEWING, "Huyện Đại Lộc")
    before = (OfficeFunction.REVIEWING, "Huyện Thăng Bình")
    after = (OfficeFunction.REVIEWING, "Thị xã Thăng Bình")
    checks = (OfficeFunction.VERIFYING, "Huyện Đại Lộc")
    assert offices_held(here.it_department.id, JUNE_9) == [other, before, whole]
    assert offices_held(here.it_department.id, JUNE_19) == [other, after, whole, checks]
    assert offices_held(here.it_department.id, JUNE_20) == [other, whole, checks]


def test_a_unit_is_reached_as_its_contact_says_and_known_by_the_code_it_bore_last(
    app: Flask,
) -> None:
    here = Province()
    rename_unit(here.commune, "Xã Tên Mới", JUNE_10)
    here.commune.periods[-1].official_code = "90188"
    contact = contact_of(here.commune.id)
    assert contact is not None
    contact.email, contact.address = "xa@vidu.invalid", "Thôn 1"
    contact.head_title = "Chủ tịch"
    db.session.flush()
    reached = OldContact("90188", "+842353000001", "xa@vidu.invalid", "Thôn 1", "Chủ tịch")
    other = make_unit("Xã Có Máy", UnitKind.COMMUNE, here.district, phone="+842353000002")
    ids = [here.commune.id, here.other_commune.id]
    assert contacts_of(ids) == {here.commune.id: reached}
    assert contacts_of([other.id]) == {
        other.id: OldContact(None, "+842353000002", None, None, None)
    }
    assert contact_of(here.other_commune.id) is None
