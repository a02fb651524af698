"""A unit says itself that it has nobody: told from one that says nothing."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from registry.domain.coverage import Lack, Standard
from registry.domain.errors import Conflict, Invalid, NotFound
from registry.domain.permissions import Role, system_actor
from registry.models.audit import AuditEvent
from registry.models.base import db
from registry.models.units import Unit
from registry.queries.coverage.figures import coverage
from registry.queries.coverage.spans import vacancies
from registry.queries.parameters import home_unit
from registry.services.vacancy_reports import report_vacancy, withdraw_report
from tests.conftest import MOMENT, TODAY
from tests.factories.accounts import make_actor
from tests.factories.coverage import RuledProvince
from tests.factories.people import make_assignment, make_decision, make_member

JUNE_10 = date(2024, 6, 10)


@pytest.fixture
def here(app: Flask) -> RuledProvince:
    return RuledProvince()


def lack(unit: Unit, day: date) -> Lack | None:
    return {one.id: one.lack for one in coverage(home_unit(day), day).units}[unit.id]


def test_who_reports_is_told_from_who_says_nothing_from_that_day_on(here: RuledProvince) -> None:
    report_vacancy(system_actor(), here.commune.id, JUNE_10, MOMENT)
    assert lack(here.commune, date(2024, 6, 9)) is Lack.SILENT
    assert lack(here.commune, JUNE_10) is Lack.REPORTED
    assert lack(here.other_commune, JUNE_10) is Lack.SILENT
    found = coverage(home_unit(TODAY), TODAY)
    ages = vacancies(found, Standard.ANY)
    assert ages[here.commune.id] == JUNE_10
    assert here.other_commune.id not in ages


def test_an_assignment_recorded_later_ends_what_was_reported(here: RuledProvince) -> None:
    officer = make_actor(Role.UNIT_OFFICER, here.commune)
    report_vacancy(officer, here.commune.id, JUNE_10, MOMENT)
    make_assignment(
        make_member("Lê Thị Mai", here.commune), here.commune, make_decision(here.commune)
    )
    assert lack(here.commune, TODAY) is None


def test_it_is_withdrawn_and_both_are_in_the_audit(here: RuledProvince) -> None:
    officer = make_actor(Role.UNIT_OFFICER, here.commune)
    report_vacancy(officer, here.commune.id, JUNE_10, MOMENT)
    withdraw_report(officer, here.commune.id, JUNE_10, MOMENT)
    assert lack(here.commune, TODAY) is Lack.SILENT
    deeds = db.session.scalars(
        select(AuditEvent.action).where(AuditEvent.noun == "vacancy_reports")
    )
    assert set(deeds) == {"vacancy.report", "vacancy.withdraw"}
    with pytest.raises(Conflict, match="đã được rút"):
        withdraw_report(officer, here.commune.id, JUNE_10, MOMENT)


def test_a_unit_that_has_somebody_does_not_report_that_it_has_nobody(here: RuledProvince) -> None:
    officer = make_actor(Role.UNIT_OFFICER, here.commune)
    make_assignment(
        make_member("Lê Thị Mai", here.commune), here.commune, make_decision(here.commune)
    )
    with pytest.raises(Invalid, match="đang có đầu mối"):
        report_vacancy(officer, here.commune.id, JUNE_10, MOMENT)


@pytest.mark.parametrize("day", [date(2024, 7, 1), date(2024, 5, 1)])
def test_a_day_to_come_or_before_the_unit_had_to_have_one_is_refused(
    here: RuledProvince, day: date
) -> None:
    with pytest.raises(Invalid) as refused:
        report_vacancy(make_actor(Role.UNIT_OFFICER, here.commune), here.commune.id, day, MOMENT)
    assert refused.value.problems[0].field == "since"


def test_the_same_day_is_reported_once_and_another_unit_reports_for_itself(
    here: RuledProvince,
) -> None:
    officer = make_actor(Role.UNIT_OFFICER, here.commune)
    report_vacancy(officer, here.commune.id, JUNE_10, MOMENT)
    with pytest.raises(Invalid, match="đã báo"):
        report_vacancy(officer, here.commune.id, JUNE_10, MOMENT)
    with pytest.raises(NotFound):
        report_vacancy(officer, here.far_commune.id, JUNE_10, MOMENT)
    other = make_actor(Role.UNIT_OFFICER, here.other_commune)
    report_vacancy(other, here.other_commune.id, JUNE_10, MOMENT)
    assert lack(here.other_commune, TODAY) is Lack.REPORTED


def test_that_nobody_is_there_since_today_is_reported_today(here: RuledProvince) -> None:
    report_vacancy(system_actor(), here.commune.id, TODAY, MOMENT)
    assert lack(here.commune, TODAY) is Lack.REPORTED
