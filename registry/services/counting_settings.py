"""The visible settings of how coverage is counted, and from which day what is known (ADR 0019)."""

from dataclasses import dataclass
from datetime import date

from registry.domain.assignments import CountingSetting
from registry.domain.audit.deeds import Deed
from registry.domain.clock import Moment
from registry.domain.errors import Conflict, Invalid, NotFound
from registry.domain.permissions import Action, Actor
from registry.domain.units.kinds import UnitKind
from registry.domain.vietnamese.writing import format_number
from registry.models.base import db
from registry.models.coverage import Completeness
from registry.models.parameters import DatedSetting
from registry.queries.counting_rules import setting_from
from registry.queries.parameters import home_unit
from registry.queries.units.on_a_day import unit_on
from registry.services.audit import Event, record
from registry.services.one_at_a_time import one_at_a_time

LONGEST_GRACE = 3660
TAKEN = "Đã có một giá trị từ ngày này. Đính chính giá trị đó, hoặc chọn ngày khác."
TAKEN_BACK = "Người khác vừa bỏ thay đổi này. Tải lại trang để xem cách tính hiện nay."
CHANGED_MEANWHILE = "Người khác vừa sửa nội dung này. Tải lại trang để xem rồi nhập lại."


@dataclass(frozen=True, kw_only=True)
class SetCounting:
    """Let a setting have `value` from the day `since`, until the next day it changes.

    A value from the same day is corrected; `version` is that of the one the form showed, 0 when it
    showed none. Yes and no are 1 and 0.
    """

    setting: CountingSetting
    since: date
    value: int
    version: int | None = None


@one_at_a_time
def set_counting(actor: Actor, command: SetCounting, moment: Moment) -> bool:
    """Change how is counted from a day; tell whether that changed anything.

    Raises Invalid for a value out of range, and on `since` when a new one was meant and that day
    has one; Conflict when it was changed since `version`.
    """
    _authorise(actor, moment.day)
    _check(command)
    row = setting_from(command.setting, command.since)
    if row is not None and command.version == 0:
        raise Invalid.on("since", TAKEN)
    if command.version is not None and (row.version if row else 0) != command.version:
        raise Conflict(CHANGED_MEANWHILE)
    before = row.value if row is not None else None
    value = str(command.value)
    if before == value:
        return False
    if row is None:
        row = DatedSetting(name=command.setting.value, since=command.since)
        db.session.add(row)
    row.value = value
    db.session.flush()
    details = {"since": command.since, "before": before, "after": value}
    record(
        actor,
        Event(Deed.COVERAGE_SET, "dated_settings", command.setting.value, details=details),
        moment,
    )
    return True


@one_at_a_time
def take_back(
    actor: Actor,
    setting: CountingSetting,
    since: date,
    moment: Moment,
    version: int | None = None,
) -> None:
    """Let a setting not change on the day `since` after all.

    Raises Conflict when it does not, or was changed since `version`.
    """
    _authorise(actor, moment.day)
    row = setting_from(setting, since)
    if row is None:
        raise Conflict(TAKEN_BACK)
    if version is not None and row.version != version:
        raise Conflict(CHANGED_MEANWHILE)
    details = {"since": since, "before": row.value, "after": None}
    db.session.delete(row)
    db.session.flush()
    record(
        actor, Event(Deed.COVERAGE_SET, "dated_settings", setting.value, details=details), moment
    )


@one_at_a_time
def set_complete_from(
    actor: Actor, unit_id: int, day: date, moment: Moment, version: int | None = None
) -> bool:
    """Say from which day on the registry holds all there is to know of a province's units.

    Tell whether that changed anything. Raises NotFound where there is no such province on that day,
    Invalid for a day to come, Conflict when it was changed since `version`.
    """
    scope = actor.require(Action.UNIT_REORGANISE)
    province = unit_on(unit_id, day) or unit_on(unit_id, moment.day)
    if (
        province is None
        or province.kind is not UnitKind.PROVINCE
        or not scope.covers(province.path, province.id)
    ):
        raise NotFound
    if day > moment.day:
        raise Invalid.on("day", "Ngày đủ số liệu không được sau hôm nay.")
    row = db.session.get(Completeness, unit_id)
    if version is not None and (row.version if row else 0) != version:
        raise Conflict(CHANGED_MEANWHILE)
    before = row.complete_from if row is not None else None
    if before == day:
        return False
    if row is None:
        row = Completeness(unit_id=unit_id)
        db.session.add(row)
    row.complete_from = day
    db.session.flush()
    details = {"before": before, "after": day}
    record(
        actor,
        Event(Deed.COVERAGE_KNOWN_FROM, "completeness", unit_id, unit_id=unit_id, details=details),
        moment,
    )
    return True


def _authorise(actor: Actor, today: date) -> None:
    """Ask for the right on the home province: how is counted holds for all of it."""
    scope = actor.require(Action.UNIT_REORGANISE)
    if not scope.everything:
        home = home_unit(today)
        actor.require_on(Action.UNIT_REORGANISE, home.path, home.id)


def _check(command: SetCounting) -> None:
    if command.setting is CountingSetting.GRACE_DAYS:
        if not 0 <= command.value <= LONGEST_GRACE:
            raise Invalid.on("value", f"Nhập số ngày từ 0 đến {format_number(LONGEST_GRACE)}.")
    elif command.value not in (0, 1):
        raise Invalid.on("value", "Chọn có hoặc không.")
