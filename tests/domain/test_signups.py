"""The notice of the day, units that take sign-ups, states."""

from datetime import date

import pytest

from registry.domain.errors import Conflict
from registry.domain.signups import (
    SignupState,
    check_open,
    check_waits_for_completion,
    notice_on,
    takes_signups,
)
from registry.domain.units.kinds import UnitKind


def test_the_notice_names_the_law_in_force_on_the_day() -> None:
    assert "13/2023/NĐ-CP" in notice_on(date(2025, 12, 31)).legal_basis
    assert "91/2025/QH15" in notice_on(date(2026, 1, 1)).legal_basis
    assert notice_on(date(2025, 12, 31)).version != notice_on(date(2026, 1, 1)).version


def test_a_commune_that_takes_part_takes_signups_and_one_that_does_not_takes_none() -> None:
    assert takes_signups(UnitKind.COMMUNE, takes_part=True)
    assert not takes_signups(UnitKind.COMMUNE, takes_part=False)


@pytest.mark.parametrize(
    "kind", [UnitKind.PROVINCE, UnitKind.STEERING_COMMITTEE, UnitKind.PARTNER_ORGANISATION]
)
def test_a_kind_without_a_member_category_takes_no_signups(kind: UnitKind) -> None:
    assert not takes_signups(kind, takes_part=True)


@pytest.mark.parametrize("state", [SignupState.ACCEPTED, SignupState.DECLINED])
def test_a_decided_request_cannot_be_decided_again(state: SignupState) -> None:
    with pytest.raises(Conflict):
        check_open(state)


@pytest.mark.parametrize(
    "state", [state for state in SignupState if state is not SignupState.COMPLETION_ASKED]
)
def test_only_a_request_sent_back_is_completed(state: SignupState) -> None:
    with pytest.raises(Conflict):
        check_waits_for_completion(state)
    check_waits_for_completion(SignupState.COMPLETION_ASKED)
