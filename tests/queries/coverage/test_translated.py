"""Figures of an earlier day in the units of a later one, on the real reorganisations of 2025."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from registry.domain.coverage import Basis, Standard, tally
from registry.domain.permissions import EVERYTHING, Scope
from registry.domain.units.kinds import UnitKind
from registry.domain.units.successions import SuccessionKind
from registry.models.base import db
from registry.models.memberships import Membership
from registry.models.units import UnitPath
from registry.queries.coverage.figures import coverage
from registry.queries.coverage.history import steps_until, tallies_at_month_ends
from registry.queries.coverage.translated import (
    TranslatedCoverage,
    TranslatedLine,
    closed_units_within,
    is_reorganised_between,
    successor_lines,
    translated_coverage,
)
from registry.queries.parameters import home_unit
from registry.queries.units.details import decisions_by_day, successors
from registry.queries.units.on_a_day import UnitRow, in_force, search, search_ended, under, unit_on
from tests.factories.coverage import tally_of
from tests.factories.people import make_assignment, make_decision, make_member
from tests.factories.reorganised import unit_named
from tests.factories.units import Province, end_unit, make_succession, make_unit

JUNE_2024, JANUARY, EVE, JULY = (
    date(2024, 6, 30),
    date(2025, 1, 2),
    date(2025, 6, 30),
    date(2025, 7, 2),
)


@pytest.fixture
def story(reorganised: None, app: Flask) -> Flask:
    """Return an application after the three reorganisations."""
    return app


def row(name: str, day: date) -> UnitRow:
    found = unit_on(unit_named(name, day).id, day)
    assert found is not None
    return found


def in_todays_units(day: date, root: str = "Thành phố Đà Nẵng") -> TranslatedCoverage:
    return translated_coverage(row(root, JULY), day, JULY)


def line(found: TranslatedCoverage, name: str) -> TranslatedLine:
    return next(one for one in found.lines if one.unit.name == name)


def names(units: tuple[object, ...]) -> list[str]:
    return [unit.name for unit in units]  # type: ignore[attr-defined]


def test_the_whole_of_an_earlier_day_is_unchanged_to_the_digit(story: Flask) -> None:
    for day in (JUNE_2024, JANUARY):
        found = in_todays_units(day)
        own = coverage(home_unit(day), day)
        assert found.headline == own.headline
        assert [one.id for one in found.uncovered(Standard.ANY)] == [
            one.id for one in own.uncovered(Standard.ANY)
        ]
    assert in_todays_units(JUNE_2024).headline == tally_of(279, 268, 21)


def test_every_unit_of_the_day_is_on_one_line_or_named_as_without_successor(story: Flask) -> None:
    found = in_todays_units(JUNE_2024)
    on_lines = [one.id for each in found.lines for one in each.predecessors]
    aside = [one.id for one in found.without_successor]
    assert sorted(on_lines + aside) == sorted(one.id for one in found.found.units)
    assert {one.kind for one in found.without_successor} == {UnitKind.DISTRICT}
    assert len(found.without_successor) == 18


def test_a_merged_commune_shows_the_figures_of_its_predecessors(story: Flask) -> None:
    found = line(in_todays_units(JUNE_2024), "Xã Quế Phước")
    assert names(found.predecessors) == ["Xã Ninh Phước", "Xã Phước Ninh", "Xã Quế Lâm"]
    assert found.tally == tally(found.predecessors) == tally_of(3, 2, 0)
    prefixes = [one.path for one in found.predecessors]
    people = set()
    for prefix in prefixes:
        people |= set(
            db.session.scalars(
                select(Membership.person_id)
                .join(UnitPath, UnitPath.unit_id == Membership.unit_id)
                .where(
                    under(UnitPath.path, prefix),
                    in_force(UnitPath, JUNE_2024),
                    in_force(Membership, JUNE_2024),
                )
            )
        )
    assert found.members == len(people) > 0


def test_a_department_two_mergers_later_has_both_predecessors(story: Flask) -> None:
    found = line(in_todays_units(JUNE_2024), "Sở Khoa học và Công nghệ thành phố Đà Nẵng")
    assert names(found.predecessors) == [
        "Sở Thông tin và Truyền thông tỉnh Quảng Nam",
        "Sở Khoa học và Công nghệ tỉnh Quảng Nam",
    ]
    assert found.tally
    assert found.tally.required == 2


def test_a_split_commune_s_figures_are_told_for_neither_receiver_and_for_no_less(
    story: Flask,
) -> None:
    found = in_todays_units(EVE)
    untold = [one for one in found.lines if one.tally is None]
    assert [one.unit.name for one in untold] == ["Phường Hải Vân", "Phường Liên Chiểu"]
    assert all(names(one.divided) == ["Xã Hòa Liên"] for one in untold)
    assert found.headline is not None
    assert found.headline.required == sum(
        coverage(row(name, EVE), EVE).headline.required
        for name in ("Tỉnh Quảng Nam", "Thành phố Đà Nẵng")
    )
    assert names(found.formerly) == ["Tỉnh Quảng Nam", "Thành phố Đà Nẵng"] or names(
        found.formerly
    ) == ["Thành phố Đà Nẵng", "Tỉnh Quảng Nam"]


def test_the_report_of_a_receiver_alone_tells_no_whole(story: Flask) -> None:
    found = in_todays_units(EVE, "Phường Hải Vân")
    assert found.headline is None
    assert names(found.divided) == ["Xã Hòa Liên"]
    kinds = {one.kind: one.tally for one in found.kinds}
    assert kinds[UnitKind.COMMUNE] is None
    assert kinds[UnitKind.DEPARTMENT] == tally_of(0, 0, 0)


def test_members_of_a_split_commune_count_in_the_province_only(story: Flask) -> None:
    before = in_todays_units(EVE)
    split = unit_named("Xã Hòa Liên", EVE)
    holder = make_member("Võ Văn Bốn", split, since=EVE)
    make_assignment(holder, split, make_decision(split), since=EVE)
    found = in_todays_units(EVE)
    assert (line(before, "Phường Hải Vân").members, before.members) != (None, None)
    for name in ("Phường Hải Vân", "Phường Liên Chiểu"):
        assert line(found, name).members is None
        assert line(found, name).focal_points is None
    assert before.members is not None
    assert found.members == before.members + 1
    assert found.headline == before.headline
    assert found.headline
    assert found.headline.unknown == 54  # what old Đà Nẵng had, the registry never knew


def test_any_later_day_will_do_and_parents_sum_what_stands_below_them(story: Flask) -> None:
    found = translated_coverage(home_unit(JANUARY), JUNE_2024, JANUARY)
    assert len(found.by_parent) == 17
    assert sum(one.tally.required for one in found.by_parent if one.tally) == 241
    joined = next(one for one in found.by_parent if one.unit.name == "Huyện Quế Sơn")
    before = coverage(home_unit(JUNE_2024), JUNE_2024).by_parent()
    parts = [one.tally for one in before if one.name in {"Huyện Quế Sơn", "Huyện Nông Sơn"}]
    assert len(parts) == 2
    assert joined.tally == tally_of(
        sum(one.required for one in parts),
        sum(one.any_covered for one in parts),
        sum(one.strict_covered for one in parts),
    )
    assert line(found, "Huyện Quế Sơn").tally == tally_of(
        2,
        2,
        line(found, "Huyện Quế Sơn").tally.strict_covered,  # type: ignore[union-attr]
    )


def test_a_day_s_figures_in_its_own_units_are_its_figures(story: Flask) -> None:
    found = translated_coverage(home_unit(JANUARY), JANUARY, JANUARY)
    assert found.headline == coverage(home_unit(JANUARY), JANUARY).headline
    assert all(names(one.predecessors) == [one.unit.name] for one in found.lines)
    assert not found.without_successor


def test_units_of_today_of_which_the_day_knows_nothing_are_named(story: Flask) -> None:
    unknown = in_todays_units(JUNE_2024).unknown
    assert "Phường Hải Vân" in names(unknown)
    assert "Xã Quế Phước" not in names(unknown)
    assert in_todays_units(EVE).unknown == ()


def test_the_number_of_questions_does_not_grow_with_the_units(story: Flask) -> None:
    asked: list[str] = []

    def note(*call: object) -> None:
        asked.append(str(call[2]))

    big, small = row("Thành phố Đà Nẵng", JULY), row("Xã Quế Phước", JULY)
    engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    translated_coverage(big, JUNE_2024, JULY)
    of_big = len(asked)
    translated_coverage(small, JUNE_2024, JULY)
    event.remove(engine, "before_cursor_execute", note)
    assert abs(of_big - (len(asked) - of_big)) <= 2
    assert of_big <= 25


def test_one_knows_whether_units_changed_between_two_days(story: Flask) -> None:
    assert is_reorganised_between(JUNE_2024, JANUARY)
    assert not is_reorganised_between(date(2025, 1, 1), date(2025, 2, 28))
    assert not is_reorganised_between(JULY, date(2026, 1, 1))


def test_closed_units_belong_where_all_their_successors_stand(story: Flask) -> None:
    closed = closed_units_within([row("Phường Hải Vân", JULY).path], JULY)
    last = {found.name for unit_id in closed if (found := unit_on(unit_id, EVE))}
    assert last == {"Phường Hòa Hiệp Bắc", "Phường Hòa Hiệp Nam", "Xã Hòa Bắc"}


def test_a_closed_unit_without_successor_belongs_with_the_unit_above_it(story: Flask) -> None:
    closed = closed_units_within([row("Thành phố Đà Nẵng", JULY).path], JULY)
    for name in ("Huyện Thăng Bình", "Tỉnh Quảng Nam", "Xã Hòa Liên"):
        assert unit_named(name, EVE).id in closed
    assert closed_units_within([], JULY) == frozenset()
    assert closed_units_within(["/999999/"], JULY) == frozenset()


def test_a_past_day_is_seen_whole_by_who_sees_all_of_today(story: Flask) -> None:
    prefix = row("Thành phố Đà Nẵng", JULY).path
    scope = Scope(prefixes=frozenset({prefix}), closed_unit_ids=closed_units_within([prefix], JULY))
    seen = coverage(home_unit(JUNE_2024), JUNE_2024, scope, JULY)
    assert seen.headline == tally_of(279, 268, 21)


@pytest.mark.parametrize("text", ["que lam", "Quế Lâm", "xã quế lâm", "ubnd x. que lam", "20692"])
def test_a_former_name_or_code_leads_to_the_successor_and_says_until_when(
    story: Flask, text: str
) -> None:
    found = search(text, JULY)[0]
    assert found.row.name == "Xã Quế Phước"
    assert (found.former_name, found.until) == ("Xã Quế Lâm", EVE)
    ended = search_ended(text, JULY, scope=EVERYTHING, today=JULY, limit=20)[0]
    assert (ended.name, ended.ended_on) == ("Xã Quế Lâm", date(2025, 7, 1))
    assert [heir.name for heir in ended.heirs] == ["Xã Quế Phước"]


def test_ended_units_are_found_with_every_heir_or_none_and_within_the_scope(story: Flask) -> None:
    def found(text: str, scope: Scope = EVERYTHING, day: date = JULY) -> list[list[str]]:
        return [
            [heir.name for heir in one.heirs]
            for one in search_ended(text, day, scope=scope, today=JULY, limit=20)
            if one.name in {"Xã Hòa Liên", "Huyện Thăng Bình"}
        ]

    assert found("hoa lien") == [["Phường Hải Vân", "Phường Liên Chiểu"]]
    assert found("thang binh") == [[]]
    assert found("hoa lien", day=EVE) == []
    assert found("hoa lien", Scope(prefixes=frozenset({row("Phường Hải Vân", JULY).path}))) == []
    assert search_ended("“”", JULY, scope=EVERYTHING, today=JULY, limit=20) == []


def test_each_step_of_a_unit_s_history_has_its_decision(story: Flask) -> None:
    commune = unit_named("Xã Quế Lâm", EVE)
    assert decisions_by_day(commune.id) == {
        date(2025, 1, 1): "Nghị quyết số 1241/NQ-UBTVQH15",
        date(2025, 7, 1): "Nghị quyết số 1659/NQ-UBTVQH15",
    }
    assert [kin.name for kin in successors(commune.id)] == ["Xã Quế Phước"]
    district = unit_named("Huyện Thăng Bình", EVE)
    assert decisions_by_day(district.id) == {date(2025, 7, 1): "Nghị quyết số 1659/NQ-UBTVQH15"}


def test_coverage_of_a_unit_over_time_agrees_with_coverage_of_each_day(story: Flask) -> None:
    for name in ("Xã Quế Lâm", "Xã Ninh Phước", "Sở Nội vụ tỉnh Quảng Nam"):
        unit = row(name, EVE)
        required = next(one for one in coverage(unit, EVE).units if one.id == unit.id)
        steps = steps_until(required, EVE)
        assert steps[0].first_day == (date(2024, 6, 1) if name[:2] == "Xã" else date(2025, 3, 1))
        assert steps[-1].last_day == EVE
        for step in steps:
            for day in {step.first_day, step.last_day}:
                then = unit_on(unit.id, day)
                assert then is not None
                on_day = next(one for one in coverage(then, day).units if one.id == unit.id)
                assert (on_day.any_covered, on_day.strict_covered) == (
                    step.any_covered,
                    step.strict_covered,
                )


def test_a_unit_handed_on_is_known_on_each_day_as_its_province_of_then_is(story: Flask) -> None:
    unit = row("Xã Duy Nghĩa", JULY)
    required = next(one for one in coverage(unit, JULY).units if one.id == unit.id)
    steps = steps_until(required, JULY)
    assert steps[0].first_day == date(2024, 6, 1)
    assert steps[-1].last_day == JULY
    for step in steps:
        then = unit_on(unit.id, step.first_day)
        assert then is not None
        (on_day,) = (one for one in coverage(then, step.first_day).units if one.id == unit.id)
        assert on_day.any_basis is step.any_basis
    assert Basis.UNKNOWN not in {step.any_basis for step in steps}


def test_a_holder_who_leaves_and_another_who_comes_make_steps(story: Flask) -> None:
    unit = unit_named("Xã Quế Lâm", EVE)
    decision = make_decision(unit)
    first = make_member("Lê Thị Một", unit)
    make_assignment(first, unit, decision, since=date(2024, 9, 1), until=date(2024, 11, 1))
    place = row("Xã Quế Lâm", EVE)
    required = next(one for one in coverage(place, EVE).units if one.id == unit.id)
    assert [
        (step.first_day, step.last_day, step.any_covered) for step in steps_until(required, EVE)
    ] == [
        (date(2024, 6, 1), date(2024, 8, 31), False),
        (date(2024, 9, 1), date(2024, 10, 31), True),
        (date(2024, 11, 1), EVE, False),
    ]


def test_counts_below_a_unit_at_month_ends_are_those_of_the_day(story: Flask) -> None:
    province = row("Tỉnh Quảng Nam", EVE)
    found = tallies_at_month_ends(province.id, EVE, EVERYTHING, JULY)
    assert [one.day for one in found][:2] == [EVE, date(2025, 5, 31)]
    assert len(found) == 6
    for one in (found[0], found[-1]):
        then = unit_on(province.id, one.day)
        assert then is not None
        assert one.tally == coverage(then, one.day).headline
    young = row("Thành phố Đà Nẵng", JULY)
    assert [one.day for one in tallies_at_month_ends(young.id, JULY, EVERYTHING, JULY)] == [EVE]


def test_the_story_holds_94_communes_today(story: Flask) -> None:
    path = row("Thành phố Đà Nẵng", JULY).path
    count = db.session.scalar(
        select(func.count())
        .select_from(UnitPath)
        .where(in_force(UnitPath, JULY), under(UnitPath.path, path))
    )
    assert count
    assert len(in_todays_units(JULY).lines) > 94


def test_a_moved_border_and_a_name_that_came_back_take_no_figures_along(app: Flask) -> None:
    here = Province()
    giver, taker = here.commune, here.other_commune
    june, july, august = date(2024, 6, 10), date(2024, 7, 1), date(2024, 8, 1)
    make_succession(giver, taker, july, part="part", kind=SuccessionKind.ADJUSTED)
    assert successor_lines(august).fate(giver.id, june).places == {giver.id}
    # Also when the giver ends later, whose place another one takes then.
    end_unit(giver, august)
    make_succession(giver, here.far_commune, august)
    lines = successor_lines(date(2024, 9, 1))
    assert lines.fate(giver.id, june).places == {here.far_commune.id}
    again = make_unit("Xã Bình Minh", UnitKind.COMMUNE, here.district, since=date(2024, 9, 1))
    make_succession(giver, again, date(2024, 9, 1), kind=SuccessionKind.REESTABLISHED)
    lines = successor_lines(date(2024, 9, 1))
    assert lines.fate(giver.id, june).places == {here.far_commune.id}


def test_a_border_that_takes_the_last_of_a_unit_takes_its_figures(app: Flask) -> None:
    here = Province()
    july = date(2024, 7, 1)
    end_unit(here.commune, july)
    for part, heir in (("part", here.far_commune), ("rest", here.other_commune)):
        make_succession(here.commune, heir, july, part=part, kind=SuccessionKind.ADJUSTED)
    places = successor_lines(july).fate(here.commune.id, date(2024, 6, 10)).places
    assert places == {here.far_commune.id, here.other_commune.id}
