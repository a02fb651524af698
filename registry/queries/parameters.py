"""Named values of the installation: the home unit, the data's first and last day, if a demo."""

from datetime import date

from sqlalchemy import bindparam, select

from registry.domain.errors import NotFound
from registry.domain.stored_text import day_kept, number_kept
from registry.models.base import db
from registry.models.parameters import Parameter
from registry.queries.units.on_a_day import UnitRow, follow

HOME_UNIT = "home_unit"
KNOWN_FROM = "known_from"
LAST_DAY = "last_day"
DEMO = "demo"


# Every page asks for several: the statement is made once.
_VALUE = select(Parameter.value).where(Parameter.name == bindparam("name"))


def value_of(name: str) -> str | None:
    """Return a parameter's value, or None when it is not set."""
    return db.session.scalar(_VALUE, {"name": name})


def is_demo() -> bool:
    """Tell whether the people here are invented."""
    return value_of(DEMO) == "1"


def reference_first_day() -> date | None:
    """Return the first day for which the units are known."""
    return day_kept(value_of(KNOWN_FROM))


def reference_last_day() -> date | None:
    """Return the last day on which the reference data is known to be true; None without an end."""
    return day_kept(value_of(LAST_DAY))


def default_day(today: date) -> date:
    """Return the day figures are shown for: today, or the last known day when that is earlier."""
    last = reference_last_day()
    return min(today, last) if last else today


def home_unit(day: date) -> UnitRow:
    """Return the home province on `day`, followed through its successors.

    Raises NotFound when the registry holds no units for that day.
    """
    unit_id = number_kept(value_of(HOME_UNIT))
    row = follow(unit_id, day) if unit_id else None
    if row is None:
        first = reference_first_day()
        if first and day < first:
            known = f"{first:%d/%m/%Y}"
            message = f"Chưa có số liệu đơn vị trước ngày {known}. Chọn từ ngày {known} trở đi."
            raise NotFound(message)
        raise NotFound(f"Không có số liệu đơn vị cho ngày {day:%d/%m/%Y}.")
    return row
