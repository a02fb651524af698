"""How official codes look."""

import pytest

from registry.domain.units.codes import wrong_code
from registry.domain.units.kinds import UnitKind


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (UnitKind.PROVINCE, "48"),
        (UnitKind.DISTRICT, "502"),
        (UnitKind.COMMUNE, "00004"),
        (UnitKind.COMMUNE, "2A004"),
        (UnitKind.DEPARTMENT, "49-SBN-03"),
    ],
)
def test_codes_of_digits_and_letters_are_codes(kind: UnitKind, code: str) -> None:
    assert wrong_code(kind, code) is None


@pytest.mark.parametrize(
    ("kind", "code", "said"),
    [
        (UnitKind.COMMUNE, "4", "5 chữ số, kể cả số 0"),
        (UnitKind.PROVINCE, "4", "2 chữ số"),
        (UnitKind.COMMUNE, "Xã 00004", "không có dấu cách"),
        (UnitKind.DEPARTMENT, "", "không có dấu cách"),
        (UnitKind.DEPARTMENT, "9" * 21, "dài nhất 20 ký tự"),
    ],
)
def test_what_lacks_its_zeros_or_is_no_code_is_told(kind: UnitKind, code: str, said: str) -> None:
    assert said in (wrong_code(kind, code) or "")
