"""Reference codes, the notice of the day, units that take sign-ups, states."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.domain.errors import Conflict
from registry.domain.signups import (
    REFERENCE_BYTES,
    SignupState,
    check_open,
    check_waits_for_completion,
    notice_on,
    read_reference_code,
    reference_code,
    takes_signups,
)
from registry.domain.units import UnitKind


def test_a_reference_code_holds_eighty_bits_in_four_groups_of_four() -> None:
    assert REFERENCE_BYTES * 8 == 80
    assert reference_code(bytes(REFERENCE_BYTES)) == "0000-0000-0000-0000"
    assert reference_code(b"\xff" * REFERENCE_BYTES) == "ZZZZ-ZZZZ-ZZZZ-ZZZZ"


def test_a_reference_code_of_too_few_bytes_is_a_fault() -> None:
    with pytest.raises(ValueError, match="10 bytes"):
        reference_code(b"short")


@given(st.binary(min_size=REFERENCE_BYTES, max_size=REFERENCE_BYTES))
def test_a_code_is_read_however_it_is_typed(random_bytes: bytes) -> None:
    code = reference_code(random_bytes)
    spoken = code.replace("0", "o").replace("1", "l").replace("-", " ")
    assert read_reference_code(code) == code
    assert read_reference_code(f"  {spoken.lower()} ") == code
    assert read_reference_code(code.replace("-", "")) == code


@given(
    st.binary(min_size=REFERENCE_BYTES, max_size=REFERENCE_BYTES),
    st.binary(min_size=REFERENCE_BYTES, max_size=REFERENCE_BYTES),
)
def test_different_bytes_give_different_codes(one: bytes, other: bytes) -> None:
    assert (reference_code(one) == reference_code(other)) == (one == other)


@pytest.mark.parametrize(
    "typed",
    ["", "7K2M", "7K2M-94QX-00AB-CDEFG", "7K2M-94QX-00AB-CDEU", "7K2M-94QX-00AB-CDE*", "Đ" * 16],
)
def test_what_is_no_code_is_read_as_none(typed: str) -> None:
    assert read_reference_code(typed) is None


def test_the_notice_names_the_law_in_force_on_the_day() -> None:
    assert "13/2023/NĐ-CP" in notice_on(date(2025, 12, 31)).legal_basis
    assert "91/2025/QH15" in notice_on(date(2026, 1, 1)).legal_basis
    assert notice_on(date(2025, 12, 31)).version != notice_on(date(2026, 1, 1)).version


def test_a_commune_in_scope_takes_signups_and_one_out_of_scope_does_not() -> None:
    assert takes_signups(UnitKind.COMMUNE, in_scope=True)
    assert not takes_signups(UnitKind.COMMUNE, in_scope=False)


@pytest.mark.parametrize(
    "kind", [UnitKind.PROVINCE, UnitKind.STEERING_COMMITTEE, UnitKind.PARTNER_ORGANISATION]
)
def test_a_kind_without_a_member_category_takes_no_signups(kind: UnitKind) -> None:
    assert not takes_signups(kind, in_scope=True)


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
