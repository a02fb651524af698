"""Duties that a rule gives without a paper: shown, and counted where the setting says so."""

from datetime import date

import pytest
from flask import Flask

from registry.domain.assignments import AbsenceKind, CountingSetting, Duty, Hindrance
from registry.domain.coverage import Basis, Lack, RequiredUnit
from registry.domain.permissions import EVERYTHING
from registry.domain.units.kinds import UnitKind
from registry.models.assignments import AssignmentAbsence
from registry.models.base import db
from registry.models.units import Unit
from registry.queries.assignments.counting import not_counting
from registry.queries.assignments.ending import endings, ends_soon, why_they_end
from registry.queries.assignments.lists import assignments_of_unit
from registry.queries.coverage.duties_by_law import days_by_law_of
from registry.queries.coverage.figures import coverage
from registry.queries.coverage.spans import covered_days, steps_of
from registry.queries.units.on_a_day import unit_on
from registry.services.units.paths import rebuild_paths
from tests.conftest import TODAY
from tests.factories.coverage import RuledProvince, set_counting
from tests.factories.people import (
    facts_from,
    make_assignment,
    make_decision,
    make_member,
    make_membership,
    make_person,
)
from tests.factories.statements import statements_counted
from tests.factories.units import make_unit

PLAN, JUNE_28 = date(2024, 6, 24), date(2024, 6, 28)
JULY_2025 = date(2025, 7, 1)


@pytest.fixture
def here(app: Flask) -> RuledProvince:
    return RuledProvince()


def unit_of(here: RuledProvince, unit: Unit, day: date = TODAY) -> RequiredUnit:
    row = unit_on(here.province.id, day)
    assert row is not None
    return next(one for one in coverage(row, day).units if one.id == unit.id)


def test_by_default_it_is_shown_and_not_counted(here: RuledProvince) -> None:
    held = make_assignment(make_member("Lê Thị Thử", here.commune), here.commune, None)
    found = unit_of(here, here.commune)
    assert (found.any_basis, found.lack, found.by_law) == (Basis.NONE, Lack.BY_LAW, False)
    rows = assignments_of_unit(here.commune.id, TODAY)
    assert not_counting(rows, TODAY)[held.id].why is Hindrance.BY_LAW
    assert covered_days([here.commune.id]) == {}


def test_by_the_setting_it_counts_from_its_day_for_the_first_standard_and_is_told_apart(
    here: RuledProvince,
) -> None:
    set_counting(CountingSetting.DUTIES_BY_LAW, 1, JUNE_28)
    person = make_member("Lê Thị Thử", here.commune)
    make_assignment(person, here.commune, None, duty=Duty.DEDICATED)
    found = unit_of(here, here.commune)
    assert (found.any_basis, found.strict_basis, found.by_law) == (Basis.CURRENT, Basis.NONE, True)
    assert (found.any_unchecked, found.any_basis_label) == (False, "Giao theo quy định")
    assert unit_of(here, here.commune, date(2024, 6, 27)).any_basis is Basis.NONE
    (days,) = covered_days([here.commune.id])[here.commune.id]
    assert (days.valid_from, days.valid_to) == (JUNE_28, JULY_2025)
    steps = steps_of(found, PLAN, TODAY)
    assert [(step.first_day, step.any_basis_label) for step in steps] == [
        (PLAN, "Chưa có đầu mối"),
        (JUNE_28, "Giao theo quy định"),
    ]


def test_a_paper_beside_it_is_what_the_figure_rests_on(here: RuledProvince) -> None:
    set_counting(CountingSetting.DUTIES_BY_LAW, 1)
    make_assignment(make_member("Lê Thị Thử", here.commune), here.commune, None)
    on_paper = make_member("Trần Văn Mẫu", here.commune)
    make_assignment(on_paper, here.commune, make_decision(here.commune))
    found = unit_of(here, here.commune)
    assert (found.by_law, found.any_unchecked) == (False, True)


def test_one_carried_over_goes_before_a_duty_given_by_law(here: RuledProvince) -> None:
    set_counting(CountingSetting.DUTIES_BY_LAW, 1)
    officer = make_member("Trần Văn Mẫu", here.commune)
    before = make_assignment(officer, here.far_commune, make_decision(here.far_commune), until=PLAN)
    after = make_assignment(officer, here.commune, None, since=PLAN)
    after.line_id, after.decision_id = before.line_id, before.decision_id
    make_assignment(make_member("Lê Thị Thử", here.commune), here.commune, None, since=PLAN)
    found = unit_of(here, here.commune)
    assert (found.any_basis, found.by_law) == (Basis.CARRIED_OVER, False)
    (step,) = steps_of(found, PLAN, TODAY)
    assert step.any_basis is Basis.CARRIED_OVER


def test_an_officer_of_the_district_has_no_duty_in_a_commune_by_his_title(
    here: RuledProvince,
) -> None:
    set_counting(CountingSetting.DUTIES_BY_LAW, 1)
    make_assignment(make_member("Lê Thị Thử", here.district), here.commune, None)
    assert unit_of(here, here.commune).lack is Lack.WAITING


def test_whoever_has_the_title_in_a_team_of_the_commune_has_the_duty(here: RuledProvince) -> None:
    set_counting(CountingSetting.DUTIES_BY_LAW, 1)
    team = make_unit("Tổ CNSCĐ thôn 1", UnitKind.COMMUNITY_TEAM, here.commune)
    rebuild_paths()
    make_assignment(make_member("Lê Thị Thử", team), here.commune, None)
    assert unit_of(here, here.commune).by_law


@pytest.mark.parametrize("setting", [0, 1])
def test_who_left_or_is_away_is_not_said_to_have_the_duty(
    here: RuledProvince, setting: int
) -> None:
    set_counting(CountingSetting.DUTIES_BY_LAW, setting)
    make_assignment(make_member("Lê Thị Thử", here.commune, until=JUNE_28), here.commune, None)
    away = make_assignment(make_member("Võ Bốn", here.other_commune), here.other_commune, None)
    db.session.add(
        AssignmentAbsence(line_id=away.line_id, kind=AbsenceKind.STUDY, valid_from=JUNE_28)
    )
    db.session.flush()
    assert unit_of(here, here.commune).lack is not Lack.BY_LAW
    assert unit_of(here, here.other_commune).lack is not Lack.BY_LAW


def test_one_given_by_law_is_on_no_other_paper_and_compared_with_none(
    here: RuledProvince,
) -> None:
    set_counting(CountingSetting.DUTIES_BY_LAW, 1)
    make_assignment(make_member("Lê Thị Thử", here.commune), here.commune, None)
    found = unit_of(here, here.commune)
    assert (found.by_other_paper, found.any_unchecked, found.strict_unchecked) == (False,) * 3


def test_that_the_duty_ends_with_its_rule_is_announced_in_words(here: RuledProvince) -> None:
    held = make_assignment(make_member("Lê Thị Thử", here.commune), here.commune, None)
    day = date(2025, 6, 10)
    assert ends_soon(EVERYTHING, TODAY, day) == {}
    set_counting(CountingSetting.DUTIES_BY_LAW, 1)
    soon = ends_soon(EVERYTHING, TODAY, day)
    assert soon == {held.id: JULY_2025}
    assert why_they_end(endings(soon, day)) == {held.id: "Hết thời gian giao theo quy định"}


def test_the_parts_that_are_shown_add_up(here: RuledProvince) -> None:
    set_counting(CountingSetting.DUTIES_BY_LAW, 1)
    make_assignment(make_member("Lê Thị Thử", here.commune), here.commune, None)
    on_paper = make_member("Trần Văn Mẫu", here.other_commune)
    make_assignment(on_paper, here.other_commune, make_decision(here.other_commune))
    row = unit_on(here.province.id, TODAY)
    assert row is not None
    counts = coverage(row, TODAY).headline
    assert (counts.any_by_paper, counts.by_law, counts.any_parts.current) == (1, 1, 2)


@pytest.mark.parametrize("setting", [0, 1])
def test_another_title_waits_for_a_decision_whatever_the_setting(
    here: RuledProvince, setting: int
) -> None:
    set_counting(CountingSetting.DUTIES_BY_LAW, setting)
    person = make_person("Võ Văn Bốn", job_title="Kế toán")
    make_membership(person, here.commune)
    make_assignment(person, here.commune, None)
    assert unit_of(here, here.commune).lack is Lack.WAITING


def test_a_title_that_ends_ends_the_duty_on_its_day(here: RuledProvince) -> None:
    set_counting(CountingSetting.DUTIES_BY_LAW, 1)
    person = make_member("Lê Thị Thử", here.commune)
    make_assignment(person, here.commune, None)
    facts_from(person, JUNE_28, job_title="Chủ tịch UBND xã")
    assert unit_of(here, here.commune, date(2024, 6, 27)).by_law
    assert not unit_of(here, here.commune, JUNE_28).by_law


def test_a_title_of_a_department_gives_nothing(here: RuledProvince) -> None:
    held = make_assignment(make_member("Lê Thị Thử", here.it_department), here.it_department, None)
    assert days_by_law_of([held.id]) == {}


def test_since_the_mergers_the_office_of_the_commune_has_it_and_only_its_people_count(
    here: RuledProvince,
) -> None:
    set_counting(CountingSetting.DUTIES_BY_LAW, 1)
    name = "Phòng Văn hóa – Xã hội"
    office = make_unit(name, UnitKind.COMMUNE_OFFICE, here.commune)
    elsewhere = make_unit(name, UnitKind.COMMUNE_OFFICE, here.other_commune)
    rebuild_paths()
    clerk = make_person("Võ Văn Bốn", job_title="Chuyên viên")
    make_membership(clerk, office)
    other = make_person("Lê Thị Thử", job_title="Chuyên viên")
    make_membership(other, here.other_commune)
    make_assignment(clerk, here.commune, None)
    make_assignment(other, here.other_commune, None)
    make_assignment(elsewhere, here.other_commune, None)
    assert unit_of(here, here.commune, JULY_2025).by_law
    assert unit_of(here, here.commune, date(2025, 6, 30)).lack is Lack.WAITING
    without = unit_of(here, here.other_commune, JULY_2025)
    assert (without.any_basis, without.lack) == (Basis.NONE, Lack.BY_LAW)
    rows = assignments_of_unit(here.other_commune.id, JULY_2025)
    assert {why.why for why in not_counting(rows, JULY_2025).values()} == {
        Hindrance.UNNAMED,
        Hindrance.WAITING,
    }


def test_who_is_given_what_is_one_question_for_many(here: RuledProvince) -> None:
    held = [
        make_assignment(make_member(f"Người {number}", here.commune), here.commune, None).id
        for number in range(20)
    ]
    with statements_counted() as count:
        assert set(days_by_law_of(held)) == set(held)
        assert count() == 1
