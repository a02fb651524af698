"""Correct the effective day of an everyday change: it was always another.

What was founded only begins on another day, and all that was written about it since stays. Any
other change is put back and carried out anew from the right day, so that whatever it cut or carried
over is cut and carried over on that day. A batch of an annex is undone and applied anew by hand:
what it does on another day must be looked at first.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from registry.domain.audit.deeds import Deed
from registry.domain.clock import Moment
from registry.domain.errors import Conflict, Invalid, Problem
from registry.domain.periods import LONGEST_AHEAD
from registry.domain.permissions import Action, Actor
from registry.domain.reorganisations.annex import AnnexRow
from registry.domain.reorganisations.unit_lookup import name_key
from registry.domain.units.checks import faults_of_unit
from registry.domain.units.facts import UnitFacts
from registry.domain.units.placements import Placements
from registry.domain.vietnamese.writing import format_day
from registry.models.base import db
from registry.models.reorganisations import Reorganisation
from registry.models.units import UnitPeriod
from registry.queries.coverage.at_risk import served_from_below
from registry.queries.coverage.spans import covered_days
from registry.queries.reorganisations.corrections import corrections_lost
from registry.queries.reorganisations.journal import journal_of
from registry.queries.reorganisations.scope import units_touched
from registry.queries.units.checks import all_placements, unit_facts
from registry.queries.units.on_a_day import UnitRow, paths_on, units_by_id
from registry.queries.units.periods import first_day_of_facts, names_beside, periods_of
from registry.queries.units.tree import subtree_ids
from registry.services.audit import Event, record
from registry.services.gaps import accepted_gaps, refuse_gaps
from registry.services.one_at_a_time import one_at_a_time
from registry.services.reorganisations.applying import apply_batch
from registry.services.reorganisations.composing import ComposeBatch, write_batch
from registry.services.reorganisations.journal import put_right
from registry.services.reorganisations.taking_back import own_change
from registry.services.reorganisations.undoing import mark_undone, put_back
from registry.services.units.paths import rebuild_paths_of


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectDay:
    """The day from which a change always held; `wrong` is the one shown.

    `accept_gap`: the officer was told which units are left without a focal point, and goes on.
    """

    batch_id: int
    wrong: date
    effective_on: date
    accept_gap: bool = False


@one_at_a_time
def correct_day(actor: Actor, command: CorrectDay, moment: Moment) -> Reorganisation:
    """Let an everyday change hold from another day, from which it always did.

    Return the batch that says so now. Raises NotFound as `own_change`, Conflict when somebody
    changed it meanwhile or something later depends on it, Invalid on `effective_on` with what
    stands against the day, and on `accept_gap`.
    """
    actor.require(Action.UNIT_CHANGE_TEAM)
    batch = own_change(actor, command.batch_id, moment.day)
    day = command.effective_on
    if batch.undone_at is not None or batch.effective_on != command.wrong:
        raise Conflict("Thay đổi này vừa được người khác sửa. Tải lại trang để xem rồi nhập lại.")
    if day == batch.effective_on:
        raise Invalid.on("effective_on", "Ngày này giống ngày đang ghi. Chưa có gì để đính chính.")
    if day > moment.day + LONGEST_AHEAD:
        raise Invalid.on("effective_on", "Ngày này xa quá một năm so với hôm nay. Kiểm tra lại.")
    touched = units_touched(batch)
    covered = covered_days(
        {
            one
            for at in (batch.eve, batch.effective_on)
            for path in paths_on(touched, at).values()
            for one in served_from_below(path, at)
        }
    )
    with db.session.begin_nested():
        founds = all(row.content.establishes for row in batch.rows)
        found = _begin_on(batch, touched, day) if founds else _anew(actor, batch, day, moment)
        gaps = refuse_gaps(covered, actor, moment, accepted=command.accept_gap)
        details = {
            "before": {"effective_on": command.wrong},
            "after": {"effective_on": day},
            **accepted_gaps(gaps),
        }
        event = Event(Deed.REORGANISATION_CORRECT_DAY, "reorganisations", found.id, details=details)
        record(actor, event, moment)
    return found


def _begin_on(batch: Reorganisation, founded: set[int], day: date) -> Reorganisation:
    """Let the units a batch founded begin on another day."""
    wrong = batch.effective_on
    first = first_day_of_facts(founded)
    if first is not None and first < day:
        raise Invalid.on(
            "effective_on",
            f"Đã ghi thành viên, phân công hoặc đơn vị trực thuộc từ ngày {format_day(first)}. "
            "Chọn ngày từ đó trở về trước, hoặc đính chính phần đó trước.",
        )
    below = subtree_ids(founded, date.min)
    for unit_id in founded:
        begins = periods_of(unit_id)[0]
        if begins.valid_to is not None and begins.valid_to <= day:
            until = format_day(begins.valid_to)
            message = f"Từ ngày {until} đơn vị đã có thay đổi khác. Chọn ngày trước đó."
            raise Invalid.on("effective_on", message)
        begins.valid_from = day
    batch.effective_on = day
    put_right(
        [one for one in journal_of(batch.id) if one.table_name == UnitPeriod.__tablename__],
        lambda said: {"valid_from": day} if said.get("valid_from") == wrong.isoformat() else {},
    )
    db.session.flush()
    rebuild_paths_of(below)
    problems = [said for unit_id in sorted(founded) for said in _misplaced(unit_id)]
    if problems:
        raise Invalid([Problem("effective_on", said) for said in problems])
    return batch


def _misplaced(unit_id: int) -> list[str]:
    """Say what is wrong with where a unit stands from its first day on."""
    own = unit_facts([unit_id])
    above = unit_facts({fact.parent_id for fact in own if fact.parent_id is not None})
    taken = [own for own, other in names_beside(unit_id) if name_key(own) == name_key(other)]
    return [
        *faults_of_unit(unit_id, UnitFacts([*own, *above]), Placements(all_placements())),
        *(f"Trong thời gian đó ở đây đã có “{name}”." for name in taken),
    ]


def _anew(actor: Actor, batch: Reorganisation, day: date, moment: Moment) -> Reorganisation:
    """Put a change back and carry it out from another day, as its units are called by now."""
    scope = actor.scope(Action.UNIT_CHANGE_TEAM)
    if any(one.is_founded for one in corrections_lost(batch)):
        raise Conflict(
            "Đơn vị lập theo thay đổi này đã được đính chính. Gỡ bỏ hoặc hoàn tác thay đổi rồi ghi "
            "lại với ngày đúng."
        )
    changed = {row.content.old_id for row in batch.rows if row.content.old_id is not None}
    now = units_by_id(changed, batch.effective_on)
    put_back(batch, scope, moment.day)
    mark_undone(actor, batch, moment)
    before = units_by_id(changed, day - timedelta(days=1))
    order = ComposeBatch(
        effective_on=day,
        decision_number=batch.decision.number,
        rows=[_as_called_now(row.annex_row, before, now) for row in batch.rows],
        answers={one.item: one.target for one in batch.answers},
        issued_on=batch.decision.issued_on,
    )
    following = write_batch(actor, order, batch.decision.unit_id, moment)
    outcome = apply_batch(actor, following, scope, moment)
    if outcome.problems:
        raise Invalid([Problem("effective_on", one.text) for one in outcome.problems])
    return following


def _as_called_now(
    row: AnnexRow, before: Mapping[int, UnitRow], now: Mapping[int, UnitRow]
) -> AnnexRow:
    """Return a row with what was corrected of its unit since: its name, and where it stands."""
    old, new = before.get(row.old_id or 0), now.get(row.old_id or 0)
    return replace(
        row,
        old_name=old.name if old else row.old_name,
        new_name=new.name if new and row.new_name is not None else row.new_name,
        new_parent_id=new.parent_id if new and row.new_parent_id is not None else row.new_parent_id,
    )
