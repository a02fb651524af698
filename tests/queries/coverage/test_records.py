"""Since when anything is recorded of a unit, and since when it says that it has nobody."""

from datetime import date

from flask import Flask

from registry.models.base import db
from registry.models.coverage import VacancyReport
from registry.models.units import Unit
from registry.queries.coverage.records import first_records, vacancy_report
from tests.conftest import MOMENT, TODAY
from tests.factories.people import make_assignment, make_member, make_person
from tests.factories.units import Province

JUNE_5, JUNE_10, JUNE_20 = date(2024, 6, 5), date(2024, 6, 10), date(2024, 6, 20)


def report(unit: Unit, since: date) -> None:
    db.session.add(VacancyReport(unit_id=unit.id, since=since, created_at=MOMENT.instant))
    db.session.flush()


def test_the_first_record_is_the_first_of_a_member_an_assignment_or_a_report(app: Flask) -> None:
    here = Province()
    units = (here.commune, here.other_commune, here.far_commune, here.district)
    days = ((JUNE_5, JUNE_10, JUNE_20), (JUNE_20, JUNE_5, JUNE_10), (JUNE_10, JUNE_20, JUNE_5))
    for unit, (joined, assigned, said) in zip(units, days, strict=False):
        for day in (joined, date(2024, 6, 25)):
            make_member("Lê Thử", unit, since=day)
            make_assignment(make_person(), unit, None, since=day if day != joined else assigned)
        report(unit, said)
    make_member("Lê Thử", here.other_district, since=JUNE_5)
    asked = [unit.id for unit in units]
    first, second, third = asked[:3]
    assert first_records(asked, TODAY) == dict.fromkeys((first, second, third), JUNE_5)
    assert first_records(asked, date(2024, 6, 4)) == {}
    assert first_records(asked, JUNE_5) == dict.fromkeys((first, second, third), JUNE_5)
    assert first_records([first], TODAY) == {first: JUNE_5}


def test_the_last_report_up_to_the_day_says_since_when_there_is_nobody(app: Flask) -> None:
    here = Province()
    for day in (JUNE_10, JUNE_20, JUNE_5):
        report(here.commune, day)
    report(here.far_commune, date(2024, 6, 8))
    days = (date(2024, 6, 4), JUNE_5, date(2024, 6, 9), JUNE_10, TODAY)
    assert [vacancy_report(here.commune.id, day) for day in days] == [
        None,
        JUNE_5,
        JUNE_5,
        JUNE_10,
        JUNE_20,
    ]
