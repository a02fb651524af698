"""The settings by which assignments count: each from its day on, until the next of its name."""

from datetime import date

from flask import Flask

from registry.domain.assignments import CountingRules, CountingSetting
from registry.domain.periods import Period
from registry.models.base import db
from registry.models.parameters import DatedSetting
from registry.queries.counting_rules import (
    counting_rules,
    counting_rules_through_time,
    setting_from,
    values_of_setting,
)
from tests.factories.coverage import set_counting

JUNE_9, JUNE_10, JUNE_20 = date(2024, 6, 9), date(2024, 6, 10), date(2024, 6, 20)


def test_without_a_setting_the_rules_are_those_of_the_house_on_every_day(app: Flask) -> None:
    assert counting_rules(JUNE_10) == CountingRules()
    assert counting_rules_through_time() == [(Period(date.min, None), CountingRules())]


def test_a_value_holds_from_its_day_until_the_next_of_its_name_in_whatever_order_set(
    app: Flask,
) -> None:
    set_counting(CountingSetting.GRACE_DAYS, 30, JUNE_20)
    set_counting(CountingSetting.GRACE_DAYS, 90, JUNE_10)
    set_counting(CountingSetting.CONTRACT_WORKERS, 1, JUNE_10)
    # What is no setting, or no number, says nothing.
    db.session.add_all(
        [
            DatedSetting(name="unknown", since=JUNE_10, value="1"),
            DatedSetting(name="other_papers_count", since=JUNE_20, value="không"),
        ]
    )
    db.session.flush()
    first = CountingRules(grace_days=90, contract_workers_count=True)
    second = CountingRules(grace_days=30, contract_workers_count=True)
    days = (JUNE_9, JUNE_10, date(2024, 6, 19), JUNE_20)
    assert [counting_rules(day) for day in days] == [CountingRules(), first, first, second]
    assert counting_rules_through_time() == [
        (Period(date.min, JUNE_10), CountingRules()),
        (Period(JUNE_10, JUNE_20), first),
        (Period(JUNE_20, None), second),
    ]
    assert values_of_setting(CountingSetting.GRACE_DAYS) == [(JUNE_10, 90), (JUNE_20, 30)]
    assert values_of_setting(CountingSetting.OTHER_PAPERS) == []


def test_a_value_is_found_to_be_changed_by_its_name_and_exact_day(app: Flask) -> None:
    set_counting(CountingSetting.CONTRACT_WORKERS, 0, JUNE_10)
    set_counting(CountingSetting.GRACE_DAYS, 90, JUNE_10)
    set_counting(CountingSetting.GRACE_DAYS, 30, JUNE_20)
    found = setting_from(CountingSetting.GRACE_DAYS, JUNE_20)
    assert found is not None
    assert (found.name, found.since, found.value) == ("grace_days", JUNE_20, "30")
    assert setting_from(CountingSetting.GRACE_DAYS, JUNE_9) is None
    assert setting_from(CountingSetting.CONTRACT_WORKERS, JUNE_20) is None
