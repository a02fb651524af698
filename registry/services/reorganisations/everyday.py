"""Everyday changes of one unit: founded, renamed, moved or closed by a batch of one row."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from registry.domain.audit.deeds import Deed
from registry.domain.clock import Moment
from registry.domain.errors import Invalid, Problem
from registry.domain.permissions import Action, Actor, Scope
from registry.domain.reorganisations.annex import AnnexRow, How, RowProblem
from registry.domain.reorganisations.unit_lookup import name_key
from registry.domain.units.kinds import EVERYDAY_KINDS, UnitKind
from registry.domain.vietnamese.names import accepted
from registry.models.reorganisations import Reorganisation
from registry.queries.coverage.at_risk import served_from_below
from registry.queries.coverage.spans import covered_days
from registry.queries.units.on_a_day import UnitRow, children, path_on, unit_on
from registry.services.audit import Event, record
from registry.services.gaps import accepted_gaps, refuse_gaps
from registry.services.one_at_a_time import one_at_a_time
from registry.services.reorganisations.applying import apply_batch
from registry.services.reorganisations.composing import TYPED_ON_SCREEN, ComposeBatch, write_batch
from registry.services.units.naming import NAME_MAX_LENGTH, may_name

BY_A_BATCH = "Đơn vị loại này chỉ thay đổi theo đợt sắp xếp. Lập đợt sắp xếp đơn vị."
# A column of an annex -> the field of the forms.
_FIELDS = {
    "new_name": "new_name",
    "new_kind": "kind",
    "new_parent": "new_parent_id",
    # What stands against the one unit of such a batch is that something else of it lies on the day.
    "old_name": "effective_on",
}


_ONE_DAY = timedelta(days=1)


class Change(StrEnum):
    """What happens to a unit."""

    RENAME = "rename"
    MOVE = "move"
    CLOSE = "close"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """From which day a change holds, and the paper that says so."""

    effective_on: date
    number: str
    issued_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeUnit:
    """A change of one unit; `new_name` for a renaming, `new_parent_id` for a move.

    `accept_gap`: the officer was told which units are left without a focal point, and goes on.
    """

    unit_id: int
    change: Change
    paper: Paper
    new_name: str | None = None
    new_parent_id: int | None = None
    accept_gap: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundUnit:
    """A new unit below another."""

    parent_id: int
    kind: UnitKind
    name: str
    paper: Paper


@one_at_a_time
def change_unit(actor: Actor, command: ChangeUnit, moment: Moment) -> Reorganisation:
    """Rename, move or close one unit from a day on.

    Raises NotFound outside the scope, Invalid with what stands against it, field by field, and on
    `accept_gap` when a unit would lose the last focal point, which stood here.
    """
    actor.require_on(Action.UNIT_CHANGE_TEAM, path_on(command.unit_id, moment.day), command.unit_id)
    if command.new_parent_id is not None:
        _check_place(actor.scope(Action.UNIT_CHANGE_TEAM), command.new_parent_id, moment.day)
    unit = unit_on(command.unit_id, command.paper.effective_on)
    if unit is None:
        raise Invalid.on(
            "effective_on", "Đơn vị chưa có hoặc đã kết thúc vào ngày này. Chọn ngày khác."
        )
    if unit.kind not in EVERYDAY_KINDS and (
        command.change is not Change.RENAME or not may_name(actor, unit, moment.day)
    ):
        raise Invalid.on("change", BY_A_BATCH)
    above, scope = unit.parent_id, actor.scope(Action.UNIT_CHANGE_TEAM)
    # The paper is mostly of the unit above; where that is not the officer's, he writes it at this.
    is_inside = above is not None and scope.covers(path_on(above, moment.day), above)
    decided_by = above if above is not None and is_inside else unit.id
    row = _change_row(command, unit)
    covered = covered_days(served_from_below(unit.path, command.paper.effective_on - _ONE_DAY))
    batch = _carry_out(actor, row, command.paper, decided_by, moment)
    gaps = refuse_gaps(covered, actor, moment, accepted=command.accept_gap)
    if gaps:
        details = accepted_gaps(gaps)
        event = Event(Deed.REORGANISATION_LEAVE_GAP, "reorganisations", batch.id, details=details)
        record(actor, event, moment)
    return batch


@one_at_a_time
def found_unit(actor: Actor, command: FoundUnit, moment: Moment) -> Reorganisation:
    """Found a unit below another from a day on.

    Raises NotFound outside the scope, Invalid with what stands against it, field by field.
    """
    actor.require_on(
        Action.UNIT_CHANGE_TEAM, path_on(command.parent_id, moment.day), command.parent_id
    )
    if command.kind not in EVERYDAY_KINDS:
        raise Invalid.on("kind", BY_A_BATCH)
    name = _name(command.name)
    _check_free(name, command.parent_id, command.paper.effective_on)
    row = AnnexRow(
        number=1,
        source=TYPED_ON_SCREEN,
        new_name=name,
        new_kind=command.kind.value,
        new_parent_id=command.parent_id,
    )
    return _carry_out(actor, row, command.paper, command.parent_id, moment)


def _check_place(scope: Scope, unit_id: int, today: date) -> None:
    """Refuse a place outside the scope in the words for one that does not exist."""
    if not scope.covers(path_on(unit_id, today), unit_id):
        message = "Đơn vị cấp trên mới nằm ngoài phạm vi được giao. Chọn đơn vị khác."
        raise Invalid.on("new_parent_id", message)


def _change_row(command: ChangeUnit, unit: UnitRow) -> AnnexRow:
    name, parent_id, how = unit.name, unit.parent_id, How.DISSOLVE
    if command.change is Change.CLOSE:
        return AnnexRow(1, TYPED_ON_SCREEN, old_name=name, old_id=unit.id, how=how)
    if command.change is Change.RENAME:
        name, how = _name(command.new_name), How.RENAME
        if name == unit.name:
            raise Invalid.on("new_name", "Tên mới giống tên đang dùng. Nhập tên khác.")
    else:
        parent_id, how = command.new_parent_id, How.MOVE
        if parent_id is None or parent_id == unit.parent_id:
            raise Invalid.on("new_parent_id", "Chọn một đơn vị cấp trên khác.")
    if parent_id is not None:
        _check_free(name, parent_id, command.paper.effective_on)
    return AnnexRow(
        1,
        TYPED_ON_SCREEN,
        old_name=unit.name,
        old_id=unit.id,
        new_name=name,
        new_kind=unit.kind.value,
        new_parent_id=parent_id,
        how=how,
    )


def _name(typed: str | None) -> str:
    name = accepted(typed or "", "new_name")
    if not name:
        raise Invalid.on("new_name", "Nhập tên của đơn vị.")
    if len(name) > NAME_MAX_LENGTH:
        raise Invalid.on("new_name", f"Tên đơn vị dài nhiều nhất {NAME_MAX_LENGTH} ký tự.")
    return name


def _check_free(name: str, parent_id: int, day: date) -> None:
    """Refuse a second unit of one name in one place, also one founded that very day."""
    if any(name_key(unit.name) == name_key(name) for unit in children(parent_id, day)):
        raise Invalid.on("new_name", f"Ở đây đã có “{name}”. Đặt tên khác để phân biệt.")


def _carry_out(
    actor: Actor,
    row: AnnexRow,
    paper: Paper,
    decided_by: int,
    moment: Moment,
) -> Reorganisation:
    """Write and apply the batch of one row, or raise Invalid with its problems."""
    batch = write_batch(
        actor,
        ComposeBatch(
            effective_on=paper.effective_on,
            decision_number=paper.number,
            rows=[row],
            issued_on=paper.issued_on,
        ),
        decided_by,
        moment,
    )
    outcome = apply_batch(actor, batch, actor.scope(Action.UNIT_CHANGE_TEAM), moment)
    if outcome.problems:
        raise Invalid([_problem(problem) for problem in outcome.problems])
    return batch


def _problem(problem: RowProblem) -> Problem:
    return Problem(_FIELDS.get(problem.field, ""), problem.text)
