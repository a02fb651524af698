"""The settings by which assignments count, as of a day and through time (docs/adr/0019)."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select

from registry.domain.assignments import CountingRules, CountingSetting
from registry.domain.periods import Period
from registry.domain.stored_text import number_kept
from registry.models.base import db
from registry.models.parameters import DatedSetting

# Every page with a figure asks for them: the statement is made once.
_ALL = select(DatedSetting.name, DatedSetting.since, DatedSetting.value).order_by(
    DatedSetting.since
)


def counting_rules(day: date) -> CountingRules:
    """Return the settings by which assignments count on `day`."""
    return _with(value for value in _values() if value[1] <= day)


def counting_rules_through_time() -> list[tuple[Period, CountingRules]]:
    """Return the settings by which assignments count on every day, in order, without a gap."""
    values = _values()
    days = sorted({date.min, *(since for _, since, _ in values)})
    ends = [*days[1:], None]
    return [
        (Period(first, end), _with(value for value in values if value[1] <= first))
        for first, end in zip(days, ends, strict=True)
    ]


def values_of_setting(setting: CountingSetting) -> list[tuple[date, int]]:
    """Return from which day the setting has which value, the earliest first."""
    return [(since, value) for name, since, value in _values() if name is setting]


def setting_from(setting: CountingSetting, since: date) -> DatedSetting | None:
    """Return the value a setting has from exactly this day, to be changed."""
    return db.session.scalar(
        select(DatedSetting).where(DatedSetting.name == setting.value, DatedSetting.since == since)
    )


def _values() -> list[tuple[CountingSetting, date, int]]:
    """Return the values set, each with the day it holds from, in order of those days."""
    return [
        (CountingSetting(name), since, number)
        for name, since, value in db.session.execute(_ALL)
        if name in list(CountingSetting) and (number := number_kept(value)) is not None
    ]


def _with(values: Iterable[tuple[CountingSetting, date, int]]) -> CountingRules:
    """Return the rules in which each value takes the place of the one before."""
    rules = CountingRules()
    for setting, _, value in values:
        rules = rules.having(setting, value)
    return rules
