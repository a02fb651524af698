"""How coverage is counted can be set, and the setting is read."""

from datetime import date

import pytest
from flask import Flask

from registry.domain.errors import Invalid, NotAllowed
from registry.domain.permissions import Role, system_actor
from registry.queries.parameters import counting_rules
from registry.services import counting_settings
from tests.conftest import MOMENT
from tests.factories.accounts import make_actor
from tests.factories.units import Province

SINCE = date(2025, 10, 1)


def test_contract_workers_count_only_while_it_is_said(app: Flask) -> None:
    assert not counting_rules().contract_workers_count
    counting_settings.count_contract_workers(system_actor(), MOMENT, counted=True)
    assert counting_rules().contract_workers_count
    counting_settings.count_contract_workers(system_actor(), MOMENT, counted=False)
    assert not counting_rules().contract_workers_count


def test_grace_is_kept_with_the_day_from_which_it_holds_and_taken_back(app: Flask) -> None:
    counting_settings.set_carried_over_grace(system_actor(), 60, SINCE, MOMENT)
    assert counting_rules().grace is not None
    counting_settings.set_carried_over_grace(system_actor(), 0, SINCE, MOMENT)
    assert counting_rules().grace is None


def test_a_grace_out_of_range_is_refused(app: Flask) -> None:
    with pytest.raises(Invalid):
        counting_settings.set_carried_over_grace(system_actor(), 9999, SINCE, MOMENT)


def test_a_unit_officer_does_not_change_how_is_counted(app: Flask) -> None:
    officer = make_actor(Role.UNIT_OFFICER, Province().commune)
    with pytest.raises(NotAllowed):
        counting_settings.count_contract_workers(officer, MOMENT, counted=True)
