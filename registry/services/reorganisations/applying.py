"""Apply a batch in one transaction, or try it without writing.

The dry run is the same work inside a savepoint that is rolled back, so it cannot differ from what
applying does.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date

from sqlalchemy import text

from registry.domain.audit.deeds import Deed
from registry.domain.clock import Moment
from registry.domain.permissions import Action, Actor, Scope
from registry.domain.reorganisations.annex import AnnexRow, How, RowProblem
from registry.domain.reorganisations.carry_over import Ended
from registry.domain.reorganisations.old_side import create_missing
from registry.domain.reorganisations.plan import Past, Plan, PlannedUnit
from registry.domain.reorganisations.summary import Counts
from registry.domain.units.kinds import UnitKind
from registry.domain.units.paths import CycleFound
from registry.models.base import db
from registry.models.reorganisations import Reorganisation
from registry.queries.reorganisations.before import (
    ended_units,
    former_units,
    units_before,
    units_changed_on,
)
from registry.queries.reorganisations.scope import units_outside
from registry.queries.units.tree import placements
from registry.services.audit import Event, record
from registry.services.one_at_a_time import one_at_a_time
from registry.services.reorganisations.answering import Planned, plan_with_answers
from registry.services.reorganisations.batches import composed_batch
from registry.services.reorganisations.facts import (
    FACT_TABLES,
    MEMBERSHIPS,
    carry_facts,
    with_roles,
)
from registry.services.reorganisations.heads import settle_heads
from registry.services.reorganisations.journal import Journal
from registry.services.reorganisations.later_batches import with_later_batches
from registry.services.reorganisations.lists import move_open_signups, return_open_lists
from registry.services.reorganisations.old_side import problems_of_old_side
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


NOT_CONFIRMED = "Chưa xác nhận các cột của phụ lục này. Xác nhận, hoặc bỏ phụ lục khỏi đợt."


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
    _name_leaders_by_line(batch, outcome)
    # Its rows say what was applied; the tables they were read from have served.
    batch.annexes.clear()
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


def _name_leaders_by_line(batch: Reorganisation, outcome: Outcome) -> None:
    """Keep of a leader that was named in the allocation file only the line: no name stays here."""
    leaders = {team.question.item: team.leader for team in outcome.led if team.question}
    for given in batch.answers:
        given.target = leaders.get(given.item) or given.target


# --- the work ------------------------------------------------------------------------------------


def _carry_out(batch: Reorganisation, scope: Scope, moment: Moment, *, dry_run: bool) -> Outcome:
    """Plan, then write; an outcome with problems may have written part of it, to be taken back."""
    waiting = _not_confirmed(batch)
    if waiting:
        return Outcome(batch.id, dry_run, batch.effective_on, problems=waiting)
    journal = Journal(batch.id)
    rows = [row.annex_row for row in batch.rows]
    made = _missing(batch, rows, scope, moment.day)
    strange = _out_of_place(made, scope, moment.day) or problems_of_old_side(batch, rows, made)
    if strange:
        return Outcome(batch.id, dry_run, batch.effective_on, problems=strange)
    own = _establish(journal, batch, made)
    units = units_before(batch.effective_on, scope, moment.day, own)
    planned = _planned(batch, rows, units)
    outside = _outside_scope(scope, planned, own, moment.day)
    problems = planned.answers.problems
    if planned.plan.problems or outside or (problems and not dry_run):
        found = (
            *with_later_batches(planned.plan.problems, batch.effective_on),
            *problems,
            *outside,
        )
        return Outcome(batch.id, dry_run, batch.effective_on, problems=found)
    try:
        outcome = _write(journal, batch, planned, scope, moment)
    except CycleFound:
        found = (*problems, RowProblem(0, "new_parent", STANDS_UNDER_ITSELF))
        return Outcome(batch.id, dry_run, batch.effective_on, problems=found)
    return replace(outcome, dry_run=dry_run, problems=(*problems, *outcome.problems))


def _not_confirmed(batch: Reorganisation) -> tuple[RowProblem, ...]:
    """Name the annexes whose rows are not in the batch yet."""
    return tuple(
        RowProblem(0, "", NOT_CONFIRMED, annex.name)
        for annex in batch.annexes
        if annex.confirmed_at is None
    )


def _missing(
    batch: Reorganisation, rows: Sequence[AnnexRow], scope: Scope, today: date
) -> list[PlannedUnit]:
    """Return the units of the old side that are not known and that the batch asks to make."""
    if not batch.create_missing:
        return []
    day = batch.effective_on
    units = units_before(day, scope, today)
    return create_missing(rows, units, former_units(day), units_changed_on(day))


def _establish(journal: Journal, batch: Reorganisation, made: Sequence[PlannedUnit]) -> set[int]:
    """Establish units of the old side; return their ids."""
    ids = set(establish(journal, made, batch.known_from or batch.eve).values()) if made else set()
    if ids:
        rebuild_paths_of(ids)
    return ids


def _planned(
    batch: Reorganisation, rows: Sequence[AnnexRow], units: Sequence[PlannedUnit]
) -> Planned:
    allowed = placements(batch.effective_on)

    def may_stand_under(kind: UnitKind, above: UnitKind | None) -> bool:
        return (kind, above) in allowed

    answers = {given.item: given.target for given in batch.answers}
    day = batch.effective_on
    is_told = any(row.how is How.REESTABLISH for row in rows)
    past = Past(eve=units_changed_on(day), former=ended_units(day) if is_told else ())
    return plan_with_answers(units, rows, day, may_stand_under, answers, past)


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
        _outside(before[unit_id].name) for unit_id in sorted(units_outside(wanted, scope, today))
    ] + _without_place(plan.established)


def _out_of_place(made: Sequence[PlannedUnit], scope: Scope, today: date) -> tuple[RowProblem, ...]:
    """Refuse units of the old side that would be made outside `scope`."""
    if scope.everything:
        return ()
    fresh = {unit.id for unit in made}
    above = {unit.parent_id for unit in made if unit.parent_id is not None} - fresh
    outside = units_outside(above, scope, today)
    return (
        *(_outside(unit.name) for unit in made if unit.parent_id in outside),
        *_without_place(made),
    )


def _without_place(made: Iterable[PlannedUnit]) -> list[RowProblem]:
    """Refuse what stands under nothing: it lies in the scope of nobody who has not everything."""
    return [_outside(unit.name) for unit in made if unit.parent_id is None]


def _outside(name: str) -> RowProblem:
    return RowProblem(0, "old_name", f"“{name}” nằm ngoài phạm vi được giao.")


def _write(
    journal: Journal, batch: Reorganisation, planned: Planned, scope: Scope, moment: Moment
) -> Outcome:
    """Write the units, then all that hangs on them, and return what that did."""
    plan, day = planned.plan, batch.effective_on
    eve = eve_of(plan, day)
    ids = write_plan(journal, batch.id, plan, day)
    touched = {*eve.unit_ids, *ids.values()}
    wrong = misplaced(touched, batch.known_from or batch.eve, scope, moment.day)
    if wrong:
        found = with_later_batches(wrong, day)
        return Outcome(batch.id, dry_run=False, effective_on=day, problems=found)
    continue_completeness(journal, plan, ids, day)
    ended = _ended(plan, ids)
    goals = {item: ids.get(goal, goal) for item, goal in planned.answers.targets.items()}
    leaving = ended | _giving(planned)
    carried = {what: carry_facts(journal, what, leaving, goals, day) for what in FACT_TABLES}
    leading = settle_heads(journal, planned, ids, day)
    memberships = with_roles(carried[MEMBERSHIPS], leading.roles)
    lists = return_open_lists(journal, ended, memberships, day, moment)
    # Until the day a request is decided where it was sent; whoever accepts it later looks again.
    signups = move_open_signups(journal, ended) if day <= moment.day else Counts()
    _finish(rows_written=journal.close())
    known = None if scope.everything else {unit.id for unit in planned.units}
    return outcome_of(batch, planned, eve, Written(ids, carried, leading, lists, signups, known))


def _ended(plan: Plan, ids: Mapping[int, int]) -> dict[int, Ended]:
    """Return the units that ended, each with the unit that took its whole place, if one did."""
    found = {}
    for unit_id, reason in plan.ended.items():
        heir = plan.heir(unit_id)
        found[unit_id] = Ended(
            None if heir is None else ids.get(heir, heir),
            reason,
            is_asked=bool(plan.part_successors(unit_id)),
        )
    return found


def _giving(planned: Planned) -> dict[int, Ended]:
    """Return the units that give a part away and live on, where an answer says what goes along."""
    return {
        question.unit_id: Ended(question.unit_id, "", is_asked=True)
        for question in planned.answers.questions
        if question.item in planned.answers.targets and question.unit_id not in planned.plan.ended
    }


def _finish(*, rows_written: int) -> None:
    """Let the database look at all that was written: its statistics and its constraints."""
    refresh_statistics(rows_written)
    db.session.expire_all()
    if db.session.get_bind().dialect.name == "postgresql":
        # The overlap constraints are checked at commit, which a dry run never reaches.
        db.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
