"""Numbers that identify a person (số CCCD) or an organisation (mã số thuế)."""

import re
from dataclasses import dataclass, field

from registry.domain.errors import Invalid
from registry.domain.vietnamese.names import normalise

_SEPARATORS = re.compile(r"[\s.\-\u2010-\u2015]")

_CITIZEN_ID_LENGTH = 12
_OLD_CARD_LENGTH = 9
_LOST_ZERO_LENGTHS = (10, 11)
_CITIZEN_ID_SHOWN = 3
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

_TAX_CODE = re.compile("([0-9]{10})([0-9]{3})?")
_TAX_CODE_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)
_TAX_CODE_LOST_ZERO = re.compile("[0-9]{9}|[0-9]{12}")
_NO_BRANCH = "000"


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
    number = _SEPARATORS.sub("", normalise(text))
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


def mask_citizen_id(number: str) -> str:
    """Return "•••••••••123": the last three digits, enough to compare with the card in hand."""
    hidden = max(len(number) - _CITIZEN_ID_SHOWN, 0)
    return "•" * hidden + number[hidden:]


def parse_tax_code(text: str, *, on: str = "tax_code") -> str:
    """Return a mã số thuế as "0100233488", or "0100233488-001" for a dependent unit.

    Raises Invalid on the field `on` when its length or its check digit is wrong.
    """
    digits = _SEPARATORS.sub("", normalise(text))
    if not digits:
        raise Invalid.on(on, "Nhập mã số thuế.")
    found = _TAX_CODE.fullmatch(digits)
    if found is None:
        lost_zero = _TAX_CODE_LOST_ZERO.fullmatch(digits)
        hint = " Excel có thể đã bỏ số 0 ở đầu." if lost_zero else ""
        raise Invalid.on(on, f"Mã số thuế phải có 10 hoặc 13 chữ số.{hint}")
    main, branch = found.groups()
    if not _is_tax_code(main) or branch == _NO_BRANCH:
        raise Invalid.on(on, "Mã số thuế không đúng. Đối chiếu lại từng chữ số với giấy đăng ký.")
    return f"{main}-{branch}" if branch else main


def _is_tax_code(digits: str) -> bool:
    """Tell whether the tenth digit is the check digit of the nine before it."""
    weighed = sum(
        weight * int(digit) for weight, digit in zip(_TAX_CODE_WEIGHTS, digits, strict=False)
    )
    check = 10 - weighed % 11
    return set(digits[2:9]) != {"0"} and str(check) == digits[9]
