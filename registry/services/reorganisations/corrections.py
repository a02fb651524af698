"""Correct what is said of a unit: it was always otherwise, and no new period begins."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from registry.domain.audit.deeds import Deed
from registry.domain.clock import Moment
from registry.domain.errors import Conflict, Invalid, Problem
from registry.domain.periods import Period
from registry.domain.permissions import Action, Actor
from registry.domain.reorganisations.corrections import Misstatement, UnitSaid, wrong_designation
from registry.domain.reorganisations.unit_lookup import name_key
from registry.domain.units.checks import faults_of_unit
from registry.domain.units.codes import wrong_code
from registry.domain.units.facts import UnitFacts
from registry.domain.units.kinds import EVERYDAY_KINDS, UnitKind
from registry.domain.units.placements import Placements
from registry.domain.vietnamese.names import accepted, accepted_signs
from registry.models.base import db, values_of
from registry.models.units import UnitPeriod
from registry.queries.coverage.at_risk import served_from_below
from registry.queries.coverage.spans import covered_days
from registry.queries.reorganisations.journal import remembered_of
from registry.queries.reorganisations.scope import units_outside
from registry.queries.units.checks import all_placements, unit_facts
from registry.queries.units.on_a_day import UnitRow, path_on, unit_on
from registry.queries.units.periods import names_beside, periods_of, shared_codes
from registry.queries.units.tree import subtree_ids
from registry.services.audit import Event, record
from registry.services.decisions import reread_issuers
from registry.services.gaps import accepted_gaps, refuse_gaps
from registry.services.one_at_a_time import one_at_a_time
from registry.services.reorganisations.journal import put_right
from registry.services.units.naming import NAME_MAX_LENGTH, may_name, naming_action
from registry.services.units.paths import rebuild_paths_of

# A column of a period -> what the audit calls it.
_TOLD = {"name": "name", "official_code": "code", "parent_id": "parent_id"}


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectUnit:
    """What a unit always was; `wrong` is what was shown, `day` a day on which it was said.

    What is the same in both was no mistake. `accept_gap`: the officer was told which units are left
    without a focal point, and goes on.
    """

    unit_id: int
    day: date
    wrong: UnitSaid
    right: UnitSaid
    accept_gap: bool = False


@one_at_a_time
def correct_unit(actor: Actor, command: CorrectUnit, moment: Moment) -> int:
    """Write the right name, designation, code or superior over a wrong one, which it always was.

    Every period that bears a wrong value is rewritten, with all that follows from it; so is what
    the journals of reorganisations remember. Frozen reports stay. Return how many periods were.

    Raises NotFound outside the scope, Conflict when somebody changed the unit meanwhile, Invalid
    with what stands against it, field by field, and on `accept_gap`.
    """
    actor.require_on(Action.UNIT_CHANGE_TEAM, path_on(command.unit_id, moment.day), command.unit_id)
    unit, periods = unit_on(command.unit_id, command.day), periods_of(command.unit_id)
    if unit is None or not _was_shown(command, periods):
        raise Conflict("Đơn vị vừa được người khác sửa. Tải lại trang để xem rồi nhập lại.")
    if not may_name(actor, unit, moment.day):
        raise Invalid.on("change", "Thông tin của đơn vị loại này do cơ quan thẩm định đính chính.")
    mistake = _mistake(command, unit.kind, periods[0].unit.registry_code)
    if "parent_id" in mistake.columns:
        _check_reach(actor, unit, mistake.right.parent_id, moment.day)
    covered = covered_days(served_from_below(unit.path, command.day))
    with db.session.begin_nested():
        written = _write(actor, mistake, periods, moment.day)
        gaps = refuse_gaps(covered, actor, moment, accepted=command.accept_gap)
    sides = {
        side: {_TOLD[column]: pair[at] for column, pair in mistake.columns.items()}
        for at, side in enumerate(("before", "after"))
    }
    record(
        actor,
        Event(
            Deed.UNIT_CORRECT_NAME,
            "units",
            unit.id,
            unit_id=unit.id,
            details={**sides, "periods": written, **accepted_gaps(gaps)},
        ),
        moment,
    )
    # Whoever writes a team's papers may name it too: its name says nothing of whose they are.
    path = path_on(unit.id, moment.day)
    if path and unit.kind not in EVERYDAY_KINDS:
        reread_issuers(actor, moment, path, only_to_own=True)
    return written


def _was_shown(command: CorrectUnit, periods: Sequence[UnitPeriod]) -> bool:
    """Tell whether what is to be corrected is still what the unit is said to be that day."""
    said = next(
        one for one in periods if Period(one.valid_from, one.valid_to).contains(command.day)
    )
    now = UnitSaid(said.name, said.official_code, said.parent_id)
    wrong, right = command.wrong, command.right
    return (
        now.name == wrong.name
        and wrong.code in {right.code, now.code}
        and wrong.parent_id in {right.parent_id, now.parent_id}
    )


def _mistake(command: CorrectUnit, kind: UnitKind, registry_code: str | None) -> Misstatement:
    """Return what was wrong, the right side cleaned; raise Invalid with all that cannot be."""
    wrong, right = command.wrong, command.right
    problems: list[Problem] = []
    name, code = right.name, right.code
    if name != wrong.name:
        name = accepted(name, "new_name")
        if message := _wrong_name(kind, wrong.name, name):
            problems.append(Problem("new_name", message))
    if code is not None and code != wrong.code:
        code = accepted_signs(code, "new_code")
        if message := wrong_code(kind, code):
            problems.append(Problem("new_code", message))
    if problems:
        raise Invalid(problems)
    found = Misstatement(wrong, UnitSaid(name, code, right.parent_id), registry_code)
    if not found.columns:
        raise Invalid.on("new_name", "Mọi thông tin giống như đang ghi. Chưa có gì để đính chính.")
    return found


def _wrong_name(kind: UnitKind, was: str, name: str) -> str | None:
    if not name:
        return "Nhập tên đúng của đơn vị."
    if len(name) > NAME_MAX_LENGTH:
        return f"Tên đơn vị dài nhiều nhất {NAME_MAX_LENGTH} ký tự."
    return wrong_designation(kind, was, name)


def _check_reach(actor: Actor, unit: UnitRow, parent_id: int | None, today: date) -> None:
    """Refuse a superior outside the scope like one that does not exist, and a circle."""
    scope = actor.scope(naming_action(unit.kind))
    if parent_id is None or not scope.covers(path_on(parent_id, today), parent_id):
        message = "Đơn vị cấp trên đúng nằm ngoài phạm vi được giao. Chọn đơn vị khác."
        raise Invalid.on("new_parent_id", message)
    if parent_id in subtree_ids([unit.id], date.min):
        raise Invalid.on("new_parent_id", "Đơn vị không thể trực thuộc chính nó. Chọn đơn vị khác.")


def _write(actor: Actor, mistake: Misstatement, periods: Sequence[UnitPeriod], today: date) -> int:
    """Rewrite the periods and what journals remember of them; return how many were.

    Raises Invalid for what cannot stand among the other units; what was wrong before is left.
    """
    unit_id = periods[0].unit_id
    before = _faults_above(unit_id, mistake)
    below = subtree_ids([unit_id], date.min)
    written = 0
    for period in periods:
        changes = mistake.put_right(values_of(period))
        for column, value in changes.items():
            setattr(period, column, value)
        written += bool(changes)
    put_right(remembered_of(unit_id, [period.id for period in periods]), mistake.put_right)
    db.session.flush()
    if "parent_id" in mistake.columns:
        rebuild_paths_of(below)
    problems = [Problem("new_parent_id", said) for said in _faults_above(unit_id, mistake) - before]
    problems += _taken(actor, mistake, periods, today)
    if problems:
        raise Invalid(problems)
    return written


def _faults_above(unit_id: int, mistake: Misstatement) -> set[str]:
    """Return what `flask units check` would say of a unit and what it stands under, by one name."""
    if "parent_id" not in mistake.columns:
        return set()
    own = unit_facts([unit_id])
    above = unit_facts({fact.parent_id for fact in own if fact.parent_id is not None})
    named = [replace(fact, label=f"“{mistake.right.name}”") for fact in own]
    facts = UnitFacts([*named, *above])
    return set(faults_of_unit(unit_id, facts, Placements(all_placements())))


def _taken(
    actor: Actor, mistake: Misstatement, periods: Sequence[UnitPeriod], today: date
) -> list[Problem]:
    """Say whose name or code the unit would bear, side by side with that one."""
    problems: list[Problem] = []
    unit_id, name = periods[0].unit_id, mistake.right.name
    is_new_beside = mistake.columns.keys() & {"name", "parent_id"}
    if is_new_beside and any(
        own == name and name_key(own) == name_key(other) for own, other in names_beside(unit_id)
    ):
        field = "new_name" if "name" in mistake.columns else "new_parent_id"
        problems.append(Problem(field, f"Ở đó đã có “{name}”. Kiểm tra lại."))
    if "official_code" in mistake.columns:
        shared = shared_codes([unit_id], periods[0].valid_from)
        kind = periods[-1].kind
        hidden = units_outside(
            {one.other_id for one in shared}, actor.scope(naming_action(kind)), today
        )
        for one in shared:
            bearer = "một đơn vị khác" if one.other_id in hidden else f"“{one.other_name}”"
            said = f"Mã {one.code} cùng thời gian đó là của {bearer}. Kiểm tra lại mã."
            problems.append(Problem("new_code", said))
    return problems
