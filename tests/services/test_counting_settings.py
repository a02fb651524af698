"""How coverage is counted can be set from a day, and from which day all is known of a province."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from registry.domain.assignments import CountingRules, CountingSetting
from registry.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from registry.domain.offices import OfficeFunction
from registry.domain.permissions import Role, system_actor
from registry.domain.units.kinds import UnitKind
from registry.models.audit import AuditEvent
from registry.models.base import db
from registry.models.coverage import Completeness
from registry.models.parameters import DatedSetting
from registry.queries.counting_rules import counting_rules, counting_rules_through_time
from registry.queries.coverage.completeness import completeness_days
from registry.services.counting_settings import (
    SetCounting,
    set_complete_from,
    set_counting,
    take_back,
)
from tests.conftest import MOMENT, TODAY
from tests.factories.accounts import make_actor
from tests.factories.coverage import RuledProvince
from tests.factories.units import START, Province, make_office, make_unit

SINCE = date(2025, 10, 1)
GRACE = CountingSetting.GRACE_DAYS


def events(deed: str) -> list[AuditEvent]:
    found = select(AuditEvent).where(AuditEvent.action == deed).order_by(AuditEvent.sequence)
    return list(db.session.scalars(found))


def let(setting: CountingSetting, value: int, since: date = SINCE) -> bool:
    command = SetCounting(setting=setting, since=since, value=value)
    return set_counting(system_actor(), command, MOMENT)


def test_without_a_setting_the_defaults_hold(app: Flask) -> None:
    assert counting_rules(SINCE) == CountingRules(
        contract_workers_count=False,
        grace_days=180,
        other_papers_count=True,
        duties_by_law_count=False,
    )


@pytest.mark.parametrize(
    ("setting", "value", "name"),
    [
        (CountingSetting.GRACE_DAYS, 60, "grace_days"),
        (CountingSetting.CONTRACT_WORKERS, 1, "contract_workers_count"),
        (CountingSetting.OTHER_PAPERS, 0, "other_papers_count"),
        (CountingSetting.DUTIES_BY_LAW, 1, "duties_by_law_count"),
    ],
)
def test_a_setting_holds_from_its_day_and_leaves_earlier_days_alone(
    app: Flask, setting: CountingSetting, value: int, name: str
) -> None:
    default = getattr(CountingRules(), name)
    assert let(setting, value)
    assert getattr(counting_rules(date(2025, 9, 30)), name) == default
    assert getattr(counting_rules(SINCE), name) == value
    assert [getattr(rules, name) for _, rules in counting_rules_through_time()] == [default, value]


def test_a_later_value_takes_over_on_its_day_and_the_same_day_is_corrected(app: Flask) -> None:
    let(GRACE, 60)
    let(GRACE, 90, date(2026, 1, 1))
    let(GRACE, 70)
    assert counting_rules(date(2025, 12, 31)).grace_days == 70
    assert counting_rules(date(2026, 1, 1)).grace_days == 90
    assert db.session.query(DatedSetting).count() == 2


def test_a_change_is_taken_back_and_both_are_in_the_audit(app: Flask) -> None:
    let(GRACE, 60)
    take_back(system_actor(), GRACE, SINCE, MOMENT)
    assert counting_rules(SINCE).grace_days == 180
    assert [event.details["after"] for event in events("coverage.set")] == ["60", None]
    with pytest.raises(Conflict, match="Người khác vừa bỏ"):
        take_back(system_actor(), GRACE, SINCE, MOMENT)
    assert len(events("coverage.set")) == 2


def test_the_same_value_again_changes_nothing(app: Flask) -> None:
    assert let(GRACE, 60)
    assert not let(GRACE, 60)
    assert len(events("coverage.set")) == 1


@pytest.mark.parametrize(
    ("setting", "value"),
    [(GRACE, 3661), (GRACE, -1), (CountingSetting.OTHER_PAPERS, 2)],
)
def test_a_value_out_of_range_is_refused(app: Flask, setting: CountingSetting, value: int) -> None:
    with pytest.raises(Invalid):
        let(setting, value)


def test_the_grace_is_none_or_up_to_ten_years(app: Flask) -> None:
    for days in (0, 3660):
        let(GRACE, days)
        assert counting_rules(SINCE).grace_days == days


def test_a_unit_officer_does_not_change_how_is_counted(app: Flask) -> None:
    here = Province()
    officer = make_actor(Role.UNIT_OFFICER, here.commune)
    command = SetCounting(setting=GRACE, since=SINCE, value=60)
    with pytest.raises(NotAllowed):
        set_counting(officer, command, MOMENT)
    with pytest.raises(NotAllowed):
        take_back(officer, GRACE, SINCE, MOMENT)
    with pytest.raises(NotAllowed):
        set_complete_from(officer, here.province.id, START, MOMENT)


def test_the_day_from_which_a_province_is_complete_is_kept_and_audited(app: Flask) -> None:
    here = Province()
    reviewer = make_actor(Role.REVIEWER, here.it_department)
    assert set_complete_from(reviewer, here.province.id, date(2024, 6, 10), MOMENT, 0)
    assert completeness_days() == {here.province.id: date(2024, 6, 10)}
    assert not set_complete_from(reviewer, here.province.id, date(2024, 6, 10), MOMENT)
    with pytest.raises(Conflict):
        set_complete_from(reviewer, here.province.id, START, MOMENT, 0)
    assert [event.unit_id for event in events("coverage.known_from")] == [here.province.id]


def test_only_a_province_of_ones_own_is_complete_and_only_from_a_day_that_has_come(
    app: Flask,
) -> None:
    here = Province()
    abroad = make_unit("Tỉnh Bình Định", UnitKind.PROVINCE, None, code="52")
    reviewer = make_actor(Role.REVIEWER, here.it_department)
    for unit in (abroad, here.commune):
        with pytest.raises(NotFound):
            set_complete_from(reviewer, unit.id, START, MOMENT)
    with pytest.raises(Invalid):
        set_complete_from(reviewer, here.province.id, TODAY + timedelta(days=1), MOMENT)
    assert set_complete_from(reviewer, here.province.id, TODAY, MOMENT)
    before_it_was = START - timedelta(days=1)
    version = db.session.get_one(Completeness, here.province.id).version
    assert set_complete_from(reviewer, here.province.id, before_it_was, MOMENT, version)


def test_a_value_corrected_meanwhile_is_not_overwritten(app: Flask) -> None:
    let(GRACE, 60)
    shown = SetCounting(setting=GRACE, since=SINCE, value=70, version=1)
    set_counting(system_actor(), shown, MOMENT)
    late = SetCounting(setting=GRACE, since=SINCE, value=80, version=1)
    with pytest.raises(Conflict):
        set_counting(system_actor(), late, MOMENT)
    assert counting_rules(SINCE).grace_days == 70


def test_a_value_corrected_meanwhile_is_not_taken_back(app: Flask) -> None:
    let(GRACE, 60)
    set_counting(
        system_actor(), SetCounting(setting=GRACE, since=SINCE, value=70, version=1), MOMENT
    )
    with pytest.raises(Conflict, match="Người khác vừa sửa"):
        take_back(system_actor(), GRACE, SINCE, MOMENT, version=1)
    assert counting_rules(SINCE).grace_days == 70


def test_a_value_taken_back_meanwhile_is_not_corrected(app: Flask) -> None:
    let(GRACE, 60)
    take_back(system_actor(), GRACE, SINCE, MOMENT, version=1)
    late = SetCounting(setting=GRACE, since=SINCE, value=80, version=1)
    with pytest.raises(Conflict):
        set_counting(system_actor(), late, MOMENT)
    assert counting_rules(SINCE).grace_days == 180


def test_how_is_counted_is_set_by_who_has_the_right_on_the_whole_province(app: Flask) -> None:
    here = RuledProvince()
    command = SetCounting(setting=GRACE, since=SINCE, value=60)
    make_office(OfficeFunction.REVIEWING, here.other_district, here.other_district)
    local = make_actor(Role.REVIEWER, here.other_district)
    with pytest.raises((NotAllowed, NotFound)):
        set_counting(local, command, MOMENT)
    assert set_counting(make_actor(Role.REVIEWER, here.it_department), command, MOMENT)
