"""What must hold before a membership is written, whoever asks for it."""

from collections.abc import Sequence
from datetime import date

from registry.domain.errors import Problem
from registry.domain.periods import LONGEST_AHEAD, Period
from registry.domain.units.kinds import KINDS_WITHOUT_MEMBERS
from registry.domain.vietnamese.characters import refusal_of
from registry.domain.vietnamese.names import normalise
from registry.domain.vietnamese.writing import format_day
from registry.models.memberships import Membership
from registry.queries.units.on_a_day import life_of, unit_on

ORGANISATION_MAX_LENGTH = 200


def unit_problems(unit_id: int, period: Period, today: date) -> list[Problem]:
    """Say why a unit takes nobody for a period: not there, no members, or ended since.

    A unit that is known to end takes people until then: they go on where it goes.
    """
    unit = unit_on(unit_id, period.valid_from)
    if unit is None:
        day = format_day(period.valid_from)
        return [Problem("valid_from", f"Đơn vị không tồn tại vào ngày {day}. Kiểm tra lại ngày.")]
    if unit.kind in KINDS_WITHOUT_MEMBERS:
        return [Problem("unit_id", f"{unit.name} là tổ chức phối hợp, không có thành viên.")]
    life = life_of(unit_id)
    ended = life.valid_to if life is not None else None
    if ended is None or ended > today or (period.valid_to or date.max) <= ended:
        return []
    said = f"Đơn vị chỉ hoạt động đến trước ngày {format_day(ended)}."
    return [Problem("valid_to", said)]


def ahead_problems(field: str, day: date, today: date) -> list[Problem]:
    """Say that a day from which something holds is rather a mistyped year."""
    if day <= today + LONGEST_AHEAD:
        return []
    return [Problem(field, "Ngày này xa quá một năm so với hôm nay. Kiểm tra lại năm.")]


def same_unit_problems(unit_id: int, others: Sequence[Membership]) -> list[Problem]:
    """Say that somebody belongs to the unit already, by one of his `others`."""
    for other in others:
        if other.unit_id == unit_id:
            since = format_day(other.valid_from)
            until = f" đến trước ngày {format_day(other.valid_to)}" if other.valid_to else ""
            message = f"Người này đã là thành viên của đơn vị từ ngày {since}{until}."
            return [Problem("unit_id", message)]
    return []


def checked_organisation(text: str | None) -> tuple[str | None, list[Problem]]:
    """Return the organisation as it is stored, and what is wrong with it."""
    written = normalise(text or "")
    if len(written) > ORGANISATION_MAX_LENGTH:
        message = f"Tổ chức đại diện dài nhiều nhất {ORGANISATION_MAX_LENGTH} ký tự."
        return None, [Problem("organisation", message)]
    if said := refusal_of(written):
        return None, [Problem("organisation", said)]
    return written or None, []
