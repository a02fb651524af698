"""Numbers that identify a person (số CCCD) or an organisation (mã số thuế)."""

import re
from dataclasses import dataclass, field

from registry.domain.errors import Invalid
from registry.domain.vietnamese.names import normalise_signs

_SEPARATORS = re.compile(r"[ .-]")

_CITIZEN_ID_LENGTH = 12
_OLD_CARD_LENGTH = 9
_LOST_ZERO_LENGTHS = (10, 11)
_CENTURY = 100
_FIRST_CENTURY_START = 1900
# Codes of the 63 provinces of before 1/7/2025 (Circular 07/2016/TT-BCA); people keep them for life.
_PROVINCES = (
    1,
    2,
    4,
    6,
    8,
    10,
    11,
    12,
    14,
    15,
    17,
    19,
    20,
    22,
    24,
    25,
    26,
    27,
    30,
    31,
    33,
    34,
    35,
    36,
    37,
    38,
    40,
    42,
    44,
    45,
    46,
    48,
    49,
    51,
    52,
    54,
    56,
    58,
    60,
    62,
    64,
    66,
    67,
    68,
    70,
    72,
    74,
    75,
    77,
    79,
    80,
    82,
    83,
    84,
    86,
    87,
    89,
    91,
    92,
    93,
    94,
    95,
    96,
)
PROVINCE_CODES = frozenset(f"{code:03d}" for code in _PROVINCES)


@dataclass(frozen=True, slots=True)
class CitizenId:
    """A citizen number of 12 digits, and what looks odd about it though it may be right."""

    number: str = field(repr=False)
    warnings: tuple[str, ...]


def parse_citizen_id(text: str, *, birth_year: int | None, on: str = "citizen_id") -> CitizenId:
    """Read a số CCCD; spaces, dots and dashes may stand in it.

    Six of its digits are random and none is a check digit (Decree 137/2015/NĐ-CP, article 13), so
    only its length can be refused: Invalid on the field `on`. A place of birth registration that is
    no Vietnamese province, or a century and year other than `birth_year`, is a warning.
    """
    number = _SEPARATORS.sub("", normalise_signs(text))
    if not number:
        raise Invalid.on(on, "Nhập số CCCD.")
    if re.fullmatch(f"[0-9]{{{_OLD_CARD_LENGTH}}}", number):
        raise Invalid.on(
            on, "Số CMND 9 số không còn giá trị. Nhập số CCCD 12 số in trên thẻ căn cước."
        )
    if not re.fullmatch(f"[0-9]{{{_CITIZEN_ID_LENGTH}}}", number):
        lost_zero = " Excel có thể đã bỏ số 0 ở đầu." if len(number) in _LOST_ZERO_LENGTHS else ""
        raise Invalid.on(on, f"Số CCCD phải có đúng 12 chữ số.{lost_zero}")
    return CitizenId(number, tuple(_oddities(number, birth_year)))


def _oddities(number: str, birth_year: int | None) -> list[str]:
    oddities = []
    if number[:3] not in PROVINCE_CODES:
        oddities.append(
            "Ba số đầu của số CCCD không phải mã tỉnh, thành phố. "
            "Kiểm tra lại, trừ khi người này đăng ký khai sinh ở nước ngoài."
        )
    year = _birth_year_in(number)
    if birth_year is not None and year != birth_year:
        oddities.append(
            f"Số CCCD ghi năm sinh {year}, khác năm sinh đã nhập là {birth_year}. Kiểm tra lại."
        )
    return oddities


def _birth_year_in(number: str) -> int:
    """Read digit 4, century and sex (0, 1: 1900–1999; 2, 3: 2000–2099), and 5 and 6, the year."""
    return _FIRST_CENTURY_START + int(number[3]) // 2 * _CENTURY + int(number[4:6])
