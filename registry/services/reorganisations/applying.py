"""Apply a batch in one transaction, or try it without writing.

The dry run is the same work inside a savepoint that is rolled back, so it cannot differ from what
applying does.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date

from sqlalchemy import text

from registry.domain.audit.deeds import Deed
from registry.domain.clock import Moment
from registry.domain.permissions import Action, Actor, Scope
from registry.domain.reorganisations.annex import AnnexRow, RowProblem
from registry.domain.reorganisations.carry_over import Ended
from registry.domain.reorganisations.old_side import create_missing
from registry.domain.reorganisations.plan import Plan
from registry.domain.units.kinds import UnitKind
from registry.domain.units.paths import CycleFound
from registry.models.base import db
from registry.models.reorganisations import Reorganisation
from registry.queries.reorganisations.before import former_units, units_before
from registry.queries.reorganisations.scope import units_outside
from registry.queries.units.tree import placements
from registry.services.audit import Event, record
from registry.services.one_at_a_time import one_at_a_time
from registry.services.reorganisations.answering import Planned, plan_with_answers
from registry.services.reorganisations.batches import composed_batch
from registry.services.reorganisations.facts import FACT_TABLES, MEMBERSHIPS, carry_facts
from registry.services.reorganisations.journal import Journal
from registry.services.reorganisations.lists import move_open_signups, return_open_lists
from registry.services.reorganisations.outcome import (
    Outcome,
    Written,
    eve_of,
    outcome_of,
    summary_of,
)
from registry.services.reorganisations.units import (
    continue_completeness,
    establish,
    misplaced,
    write_plan,
)
from registry.services.statistics import refresh_statistics
from registry.services.units.paths import rebuild_paths_of

STANDS_UNDER_ITSELF = (
    "Một đơn vị sẽ trực thuộc chính nó từ một ngày sau ngày có hiệu lực. "
    "Hoàn tác đợt sắp xếp sau đó rồi thực hiện lại."
)


@contextmanager
def nothing_kept() -> Iterator[None]:
    """Run something and take back all it wrote."""
    savepoint = db.session.begin_nested()
    try:
        yield
    finally:
        savepoint.rollback()
        db.session.expire_all()


@one_at_a_time
def try_out(actor: Actor, batch_id: int, moment: Moment) -> Outcome:
    """Return what applying the batch would do; nothing is written."""
    batch = composed_batch(actor, batch_id, moment.day)
    with nothing_kept():
        return _carry_out(batch, actor.scope(Action.UNIT_REORGANISE), moment, dry_run=True)


@one_at_a_time
def apply(actor: Actor, batch_id: int, moment: Moment, version: int | None = None) -> Outcome:
    """Apply the batch whole, or not at all: an outcome with problems has written nothing.

    Raises Conflict when it was applied already or, `version` being the one tried out, was changed
    since; NotFound when the batch lies outside the scope.
    """
    batch = composed_batch(actor, batch_id, moment.day, version)
    return apply_batch(actor, batch, actor.scope(Action.UNIT_REORGANISE), moment)


def apply_batch(actor: Actor, batch: Reorganisation, scope: Scope, moment: Moment) -> Outcome:
    """Apply a batch like `apply`, for callers that have authorised their own action on `scope`."""
    savepoint = db.session.begin_nested()
    outcome = _carry_out(batch, scope, moment, dry_run=False)
    if outcome.problems:
        savepoint.rollback()
        db.session.expire_all()
        return outcome
    savepoint.commit()
    batch.applied_at = moment.instant
    batch.applied_by_id = actor.account_id
    batch.summary = summary_of(outcome)
    db.session.flush()
    record(
        actor,
        Event(
            Deed.REORGANISATION_APPLY,
            "reorganisations",
            batch.id,
            details={
                "decision": batch.decision.number,
                "effective_on": batch.effective_on,
                "established": len(outcome.established),
                "continued": len(outcome.continued),
                "ended": len(outcome.ended),
            },
        ),
        moment,
    )
    return outcome


# --- the work ------------------------------------------------------------------------------------


def _carry_out(batch: Reorganisation, scope: Scope, moment: Moment, *, dry_run: bool) -> Outcome:
    """Plan, then write; an outcome with problems may have written part of it, to be taken back."""
    journal = Journal(batch.id)
    rows = [row.annex_row for row in batch.rows]
    own = _establish_missing(journal, batch, rows)
    planned = _planned(batch, rows)
    outside = _outside_scope(scope, planned, own, moment.day)
    problems = planned.answers.problems
    if planned.plan.problems or outside or (problems and not dry_run):
        found = (*planned.plan.problems, *problems, *outside)
        return Outcome(batch.id, dry_run, batch.effective_on, problems=found)
    try:
        outcome = _write(journal, batch, planned, moment)
    except CycleFound:
        found = (*problems, RowProblem(0, "new_parent", STANDS_UNDER_ITSELF))
        return Outcome(batch.id, dry_run, batch.effective_on, problems=found)
    return replace(outcome, dry_run=dry_run, problems=(*problems, *outcome.problems))


def _establish_missing(
    journal: Journal, batch: Reorganisation, rows: Sequence[AnnexRow]
) -> set[int]:
    """Establish the old side where the batch asks for it; return the units that were made."""
    if not batch.create_missing:
        return set()
    day = batch.effective_on
    made = create_missing(rows, units_before(day), former_units(day))
    ids = set(establish(journal, made, batch.known_from or batch.eve).values())
    if ids:
        rebuild_paths_of(ids)
    return ids


def _planned(batch: Reorganisation, rows: Sequence[AnnexRow]) -> Planned:
    allowed = placements(batch.effective_on)

    def may_stand_under(kind: UnitKind, above: UnitKind | None) -> bool:
        return (kind, above) in allowed

    answers = {given.item: given.target for given in batch.answers}
    units = units_before(batch.effective_on)
    return plan_with_answers(units, rows, batch.effective_on, may_stand_under, answers)


def _outside_scope(scope: Scope, planned: Planned, own: set[int], today: date) -> list[RowProblem]:
    """Refuse units and places of new or moved ones outside `scope`; `own` the batch made itself."""
    if scope.everything:
        return []
    plan = planned.plan
    before = {unit.id: unit for unit in planned.units}
    places: set[int | None] = {unit.parent_id for unit in plan.established}
    places |= {
        unit.parent_id
        for unit in plan.changed.values()
        if unit.parent_id != before[unit.id].parent_id
    }
    touched = {*plan.ended, *plan.changed}
    wanted = {unit_id for unit_id in before if unit_id in touched | places} - own
    return [
        RowProblem(0, "old_name", f"“{before[unit_id].name}” nằm ngoài phạm vi được giao.")
        for unit_id in sorted(units_outside(wanted, scope, today))
    ]


def _write(journal: Journal, batch: Reorganisation, planned: Planned, moment: Moment) -> Outcome:
    """Write the units, then all that hangs on them, and return what that did."""
    plan, day = planned.plan, batch.effective_on
    eve = eve_of(plan, day)
    ids = write_plan(journal, batch.id, plan, day)
    wrong = misplaced({*eve.unit_ids, *ids.values()}, batch.known_from or batch.eve)
    if wrong:
        found = tuple(RowProblem(0, "", message) for message in wrong)
        return Outcome(batch.id, dry_run=False, effective_on=day, problems=found)
    continue_completeness(journal, plan, ids, day)
    ended = _ended(plan, ids)
    goals = {item: ids.get(goal, goal) for item, goal in planned.answers.targets.items()}
    carried = {what: carry_facts(journal, what, ended, goals, day) for what in FACT_TABLES}
    lists = return_open_lists(journal, ended, carried[MEMBERSHIPS], day, moment)
    signups = move_open_signups(journal, ended)
    _finish(rows_written=journal.close())
    return outcome_of(batch, planned, eve, Written(ids, carried, lists, signups))


def _ended(plan: Plan, ids: Mapping[int, int]) -> dict[int, Ended]:
    """Return the units that ended, each with the unit that took its whole place, if one did."""
    found = {}
    for unit_id, reason in plan.ended.items():
        heir = plan.whole_successor(unit_id)
        found[unit_id] = Ended(None if heir is None else ids.get(heir, heir), reason)
    return found


def _finish(*, rows_written: int) -> None:
    """Let the database look at all that was written: its statistics and its constraints."""
    refresh_statistics(rows_written)
    db.session.expire_all()
    if db.session.get_bind().dialect.name == "postgresql":
        # The overlap constraints are checked at commit, which a dry run never reaches.
        db.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
