"""An everyday change of one unit: what may be chosen, and the command a filled form stands for."""

from datetime import timedelta

from registry.domain.reorganisations.annex import How
from registry.domain.reorganisations.corrections import UnitSaid
from registry.domain.units.kinds import EVERYDAY_KINDS, UnitKind
from registry.domain.vietnamese.writing import format_day
from registry.models.reorganisations import Reorganisation
from registry.queries.units.on_a_day import UnitRow
from registry.queries.units.periods import periods_on
from registry.queries.units.tree import placements
from registry.services.decisions import oddities_of
from registry.services.reorganisations.corrections import CorrectUnit, correct_unit
from registry.services.reorganisations.everyday import (
    Change,
    ChangeUnit,
    FoundUnit,
    Paper,
    change_unit,
)
from registry.services.units.naming import may_name
from registry.web.access import current_actor
from registry.web.request import moment, today
from registry.web.units.forms import ChangeForm, DatedForm, FoundForm, OfferedChange

_DONE = {
    Change.RENAME: "đổi tên đơn vị",
    Change.MOVE: "chuyển đơn vị",
    Change.CLOSE: "giải thể đơn vị",
}


def offered_changes(unit: UnitRow) -> list[OfferedChange]:
    """Return what the reader may do with a unit: everything with one of the everyday kinds."""
    if not may_name(current_actor(), unit, today()):
        return []
    if unit.kind in EVERYDAY_KINDS:
        return list(OfferedChange)
    return [OfferedChange.CORRECT, OfferedChange.RENAME]


def kinds_below(above: UnitRow) -> list[UnitKind]:
    """Return the kinds of units that may be founded below a unit from today on."""
    allowed = placements(today())
    return [kind for kind in UnitKind if kind in EVERYDAY_KINDS and (kind, above.kind) in allowed]


def write_change(form: ChangeForm, unit: UnitRow) -> tuple[str, ...]:
    """Write what was typed about a unit; return what was done, in words, then what looks odd.

    Raises Invalid with what stands against it, field by field.
    """
    if form.change.data == OfferedChange.CORRECT:
        periods = correct_unit(current_actor(), _correction(form, unit), moment())
        said = "Đã đính chính thông tin đơn vị; không có mốc thời gian mới."
        return (said if periods == 1 else f"{said} Số giai đoạn được ghi lại: {periods}.",)
    command = ChangeUnit(
        unit_id=unit.id,
        change=Change(form.change.data),
        paper=_paper(form),
        new_name=form.new_name.data,
        new_parent_id=form.new_parent_id.data,
        accept_gap=form.accept_gap.data,
    )
    batch = change_unit(current_actor(), command, moment())
    said = f"Đã {_DONE[command.change]} từ ngày {command.paper.effective_on:%d/%m/%Y}."
    return said, *oddities_of(batch.decision, today())


def official_code_of(unit: UnitRow) -> str:
    """Return the official code a unit bears on the day shown, "" without one."""
    return periods_on([unit.id], unit.valid_from)[unit.id].official_code or ""


def _correction(form: ChangeForm, unit: UnitRow) -> CorrectUnit:
    """Return the correction of the period that holds today, or of the nearest one.

    A code left empty and a superior not chosen stay as they are.
    """
    day = max(unit.valid_from, today())
    if unit.valid_to is not None and day >= unit.valid_to:
        day = unit.valid_to - timedelta(days=1)
    wrong = UnitSaid(form.wrong_name.data or "", form.wrong_code.data or None, unit.parent_id)
    right = UnitSaid(
        form.new_name.data or "",
        form.new_code.data or wrong.code,
        form.new_parent_id.data or wrong.parent_id,
    )
    return CorrectUnit(
        unit_id=unit.id, day=day, wrong=wrong, right=right, accept_gap=form.accept_gap.data
    )


def said_of(batch: Reorganisation) -> str:
    """Say what an everyday change was: "Lập “Tổ thôn Một” từ ngày 20/06/2024"."""
    since = f"từ ngày {format_day(batch.effective_on)}"
    if len(batch.rows) != 1:
        return f"Sắp xếp {len(batch.rows)} đơn vị {since}"
    said = batch.rows[0].content
    if said.establishes:
        return f"Lập “{said.new_name}” {since}"
    if said.how is How.RENAME:
        return f"Đổi tên “{said.old_name}” thành “{said.new_name}” {since}"
    deed = "Giải thể" if said.new_name is None else "Chuyển"
    return f"{deed} “{said.old_name}” {since}"


def founding(form: FoundForm, parent_id: int) -> FoundUnit:
    """Return the founding of a unit below another, as typed."""
    return FoundUnit(
        parent_id=parent_id,
        kind=UnitKind(form.kind.data),
        name=form.new_name.data or "",
        paper=_paper(form),
    )


def _paper(form: DatedForm) -> Paper:
    return Paper(
        effective_on=form.effective_on.data,
        number=form.number.data or "",
        issued_on=form.issued_on.data,
    )
