"""Up to which day the units are known."""

from datetime import date

import pytest
from flask import Flask

from registry.domain.errors import Invalid, NotAllowed
from registry.domain.permissions import Role, system_actor
from registry.queries.parameters import default_day
from registry.services.units.known_days import set_last_known_day
from tests.factories.accounts import make_actor
from tests.factories.coverage import make_home
from tests.factories.days import moment_on
from tests.factories.units import Province

LATER = date(2026, 11, 22)


def test_figures_are_shown_for_the_last_known_day_until_another_is_said(app: Flask) -> None:
    make_home(Province().province)
    assert default_day(LATER) == date(2024, 6, 30)
    assert set_last_known_day(system_actor(), date(2025, 7, 1), moment_on(LATER))
    assert default_day(LATER) == date(2025, 7, 1)
    assert set_last_known_day(system_actor(), None, moment_on(LATER))
    assert default_day(LATER) == LATER


def test_saying_the_same_again_changes_nothing(app: Flask) -> None:
    make_home(Province().province)
    assert not set_last_known_day(system_actor(), date(2024, 6, 30), moment_on(LATER))


@pytest.mark.parametrize("day", [date(2024, 5, 31), date(2026, 11, 23)])
def test_a_day_before_the_first_or_to_come_is_refused(app: Flask, day: date) -> None:
    make_home(Province().province)
    with pytest.raises(Invalid):
        set_last_known_day(system_actor(), day, moment_on(LATER))


@pytest.mark.parametrize("day", [date(2024, 6, 1), LATER])
def test_the_first_day_and_today_are_days_up_to_which_units_may_be_known(
    app: Flask, day: date
) -> None:
    make_home(Province().province)
    assert set_last_known_day(system_actor(), day, moment_on(LATER))
    assert default_day(LATER) == day


def test_only_who_may_reorganise_units_says_it(app: Flask) -> None:
    here = Province()
    make_home(here.province)
    with pytest.raises(NotAllowed):
        set_last_known_day(make_actor(Role.UNIT_OFFICER, here.commune), None, moment_on(LATER))
