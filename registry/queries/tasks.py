"""Questions about what waits for somebody: how much of each kind, the longest waiting, until when.

Whatever the number of kinds, the counts are one statement; the conditions are those by which the
lists behind them are narrowed.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    Date,
    Integer,
    Select,
    SQLColumnExpression,
    String,
    and_,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)

from registry.domain.clock import Moment, local_day
from registry.domain.coverage import Standard
from registry.domain.permissions import Action, Actor
from registry.domain.tasks import ROSTER_TASKS, Task, tasks_of
from registry.models.accounts import Account, PasswordLink
from registry.models.assignments import Assignment
from registry.models.base import UtcDateTime, db
from registry.models.decisions import Decision
from registry.models.memberships import Membership
from registry.models.outbox import OutboxMessage
from registry.models.people import Person
from registry.models.reorganisations import Reorganisation
from registry.models.rosters import Roster
from registry.models.signups import Signup
from registry.models.trainings import TrainingClass
from registry.models.units import UnitPeriod
from registry.queries.accounts import is_locked, waits_for_password
from registry.queries.assignments.ending import ends_soon
from registry.queries.assignments.lists import is_carried_over, is_undecided
from registry.queries.cards import may_carry_card, was_never_printed
from registry.queries.counting_rules import counting_rules
from registry.queries.coverage.carried_over import carried_on
from registry.queries.coverage.figures import Coverage, coverage
from registry.queries.coverage.spans import vacancies
from registry.queries.decisions import Lack, lacks
from registry.queries.link_releases import waits_for_release_by
from registry.queries.outbox import is_waiting
from registry.queries.paper_checks import is_unchecked
from registry.queries.people import PeopleFilter, fits
from registry.queries.reorganisations.batches import composed_by
from registry.queries.rosters.lists import waiting_since, waits_as
from registry.queries.signups import is_to_receive
from registry.queries.trainings import is_without_attendance
from registry.queries.units.details import topmost
from registry.queries.units.left_over import left_over
from registry.queries.units.names import last_listed_names, listed_name
from registry.queries.units.on_a_day import in_force, in_scope_of


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much of a kind of work waits for somebody, at least one.

    `since` is the day on which the longest waiting began, `unit_name` whose it is; `due` the first
    day by which any of it should be done. None where nobody knows. `root_id` is the unit below
    which units were counted.
    """

    task: Task
    count: int
    since: date | None
    unit_name: str | None
    due: date | None
    root_id: int | None = None


def waiting(actor: Actor, moment: Moment, day: date) -> list[Waiting]:
    """Return what waits for the actor, in the order of the kinds; `day` is the day of the facts.

    Of units without a focal point says `uncovered`, of focal points that stop `ending`, of bodies
    that outlived their province `left_over_units`. Two statements at most.
    """
    kinds = _counted(tasks_of(actor), actor, moment, day)
    if kinds is None:
        return []
    one = kinds.subquery()
    of_kind: dict[str, Any] = {"partition_by": one.c.task}
    ranked = select(
        one,
        func.count().over(**of_kind).label("count"),
        func.min(one.c.due_at).over(**of_kind).label("first_due_at"),
        func.min(one.c.due_on).over(**of_kind).label("first_due_on"),
        func.row_number()
        .over(**of_kind, order_by=[one.c.at.nulls_last(), one.c.on.nulls_last(), one.c.unit_id])
        .label("place"),
    ).subquery()
    rows = db.session.execute(
        select(ranked, listed_name(UnitPeriod, day).label("unit_name"))
        .outerjoin(
            UnitPeriod, and_(UnitPeriod.unit_id == ranked.c.unit_id, in_force(UnitPeriod, day))
        )
        .where(ranked.c.place == 1)
    )
    found = {Task(row.task): _read(row) for row in rows}
    return [_with_grace(found[task], day) for task in Task if task in found]


def _read(row: Any) -> Waiting:
    return Waiting(
        task=Task(row.task),
        count=row.count,
        since=_day(row.at, row.on),
        unit_name=row.unit_name,
        due=_day(row.first_due_at, row.first_due_on),
    )


def _day(instant: datetime | None, day: date | None) -> date | None:
    return day if instant is None else local_day(instant)


def _with_grace(found: Waiting, day: date) -> Waiting:
    """Add the last day on which what was carried over first counts, by the days of grace."""
    if found.task is not Task.ASSIGNMENTS_CARRIED_OVER or found.since is None:
        return found
    rules = counting_rules(day)
    last = rules.overdue_from(found.since) - timedelta(days=1)
    return replace(found, due=last) if rules.grace_days else found


def handed_over(actor: Actor, moment: Moment) -> dict[Task, int]:
    """Return how many steps of each kind others wait for the actor to take, for the menu.

    One statement, and none for who has no such step to take.
    """
    steps = (task for task in tasks_of(actor) if task.is_handed_over)
    kinds = _counted(steps, actor, moment, moment.day)
    if kinds is None:
        return {}
    one = kinds.subquery()
    rows = db.session.execute(select(one.c.task, func.count()).group_by(one.c.task))
    return {Task(task): count for task, count in rows}


def ending(actor: Actor, today: date, day: date) -> Waiting | None:
    """Return how many focal points stop counting soon where the actor records assignments.

    Due on the first day on which one does. A few statements, one where nothing is written to end.
    """
    if not actor.may(Task.ASSIGNMENTS_ENDING.action):
        return None
    found = ends_soon(actor.scope(Task.ASSIGNMENTS_ENDING.action), today, day)
    if not found:
        return None
    return Waiting(
        task=Task.ASSIGNMENTS_ENDING,
        count=len(found),
        since=None,
        unit_name=None,
        due=min(found.values()),
    )


def left_over_units(actor: Actor, today: date) -> Waiting | None:
    """Return how many bodies of provinces that ended wait for an answer where the actor gives it.

    Since the day the first of these provinces ended. One statement.
    """
    if not actor.may(Task.UNITS_LEFT_OVER.action):
        return None
    found = left_over(today, actor.scope(Task.UNITS_LEFT_OVER.action), today)
    if not found:
        return None
    longest = min(found, key=lambda body: body.ended_on)
    return Waiting(
        task=Task.UNITS_LEFT_OVER,
        count=len(found),
        since=longest.ended_on,
        unit_name=longest.name,
        due=None,
    )


def uncovered(
    actor: Actor, day: date, today: date, known: Coverage | None = None
) -> list[tuple[Coverage, Waiting | None]]:
    """Return the coverage of each topmost unit in which the actor records assignments.

    With it, what waits there: units of the total without a focal point. `known` is coverage of
    `day` without scope that is at hand already. Seven statements for each topmost unit.
    """
    scope = actor.scope(Action.ASSIGNMENT_RECORD)
    if scope.is_empty:
        return []
    return [
        (counted, _uncovered(counted))
        for counted in (
            known
            if known is not None and known.unit.id == top.id
            else coverage(top, day, actor.scope(Action.COVERAGE_SEE), today)
            for top in topmost(scope, day)
        )
    ]


def _uncovered(counted: Coverage) -> Waiting | None:
    lacking = counted.uncovered(Standard.ANY)
    if not lacking:
        return None
    since = vacancies(counted, Standard.ANY)
    longest = min(lacking, key=lambda unit: since.get(unit.id, counted.as_of))
    return Waiting(
        task=Task.UNITS_UNCOVERED,
        count=len(lacking),
        since=since.get(longest.id),
        unit_name=last_listed_names([longest.id], counted.as_of).get(longest.id),
        due=None,
        root_id=counted.unit.id,
    )


# --- the kinds ------------------------------------------------------------------------------------

_Kind = Select[*tuple[Any, ...]]


def _counted(
    tasks: Iterable[Task], actor: Actor, moment: Moment, day: date
) -> CompoundSelect[*tuple[Any, ...]] | None:
    """Select a row for each thing that waits, of all kinds that can be counted so."""
    selects = [_KINDS[task](task, actor, moment, day) for task in tasks if task in _KINDS]
    return union_all(*selects) if selects else None


def _rows(
    task: Task,
    unit_id: SQLColumnExpression[int] | None = None,
    *,
    at: SQLColumnExpression[Any] | None = None,
    on: SQLColumnExpression[Any] | None = None,
    due_at: SQLColumnExpression[Any] | None = None,
    due_on: SQLColumnExpression[Any] | None = None,
) -> _Kind:
    """Select what is told of a kind: whose it is, since when (`at` or `on`), due when."""

    def told(column: SQLColumnExpression[Any] | None, of_type: Any) -> SQLColumnExpression[Any]:
        return cast(null(), of_type) if column is None else column

    return select(
        literal(task.value, String).label("task"),
        told(unit_id, Integer).label("unit_id"),
        told(at, UtcDateTime).label("at"),
        told(on, Date).label("on"),
        told(due_at, UtcDateTime).label("due_at"),
        told(due_on, Date).label("due_on"),
    )


def _signups(task: Task, actor: Actor, moment: Moment, _day: date) -> _Kind:
    return _rows(task, Signup.unit_id, at=Signup.submitted_at).where(
        is_to_receive(actor.scope(task.action), moment.day)
    )


def _rosters(task: Task, actor: Actor, moment: Moment, _day: date) -> _Kind:
    return _rows(task, Roster.unit_id, at=waiting_since(task)).where(
        waits_as(task, actor, moment.day)
    )


def _batches(task: Task, actor: Actor, moment: Moment, _day: date) -> _Kind:
    return _rows(task, at=Reorganisation.created_at, due_on=Reorganisation.effective_on).where(
        composed_by(actor.account_id, actor.scope(task.action), moment.day)
    )


def _mails(task: Task, _actor: Actor, moment: Moment, _day: date) -> _Kind:
    return _rows(task, at=OutboxMessage.created_at, due_at=OutboxMessage.expires_at).where(
        is_waiting(moment.running)
    )


def _links(task: Task, actor: Actor, moment: Moment, _day: date) -> _Kind:
    return _rows(task, at=PasswordLink.created_at, due_at=PasswordLink.expires_at).where(
        waits_for_release_by(actor, moment)
    )


def _undecided(task: Task, actor: Actor, moment: Moment, day: date) -> _Kind:
    return _assignments(task, actor, moment, day, Assignment.valid_from).where(is_undecided(day))


def _carried_over(task: Task, actor: Actor, moment: Moment, day: date) -> _Kind:
    return _assignments(task, actor, moment, day, carried_on()).where(is_carried_over(day))


def _unchecked(task: Task, actor: Actor, moment: Moment, day: date) -> _Kind:
    return _assignments(task, actor, moment, day, Assignment.valid_from).where(
        is_unchecked(day), in_scope_of(actor.scope(task.action), Decision.unit_id, moment.day)
    )


def _assignments(
    task: Task, actor: Actor, moment: Moment, day: date, since: SQLColumnExpression[Any]
) -> _Kind:
    return (
        _rows(task, Assignment.unit_id, on=since)
        .select_from(Assignment)
        .outerjoin(Decision, Decision.id == Assignment.decision_id)
        .where(
            in_force(Assignment, day),
            in_scope_of(actor.scope(task.action), Assignment.unit_id, moment.day),
        )
    )


def _decisions(task: Task, actor: Actor, moment: Moment, _day: date) -> _Kind:
    return _rows(task, Decision.unit_id, on=Decision.issued_on).where(
        lacks(LACKS[task], actor.scope(task.action), moment.day)
    )


def _people(task: Task, actor: Actor, moment: Moment, day: date) -> _Kind:
    wanted = PeopleFilter(without_phone=True)
    return (
        _rows(task)
        .select_from(Person)
        .where(fits(actor.scope(task.action), day, moment.day, wanted))
    )


def _classes(task: Task, actor: Actor, moment: Moment, _day: date) -> _Kind:
    return _rows(task, TrainingClass.organiser_id, on=TrainingClass.ends_on).where(
        is_without_attendance(actor.scope(task.action), moment.day)
    )


def _cards(task: Task, actor: Actor, moment: Moment, _day: date) -> _Kind:
    return (
        _rows(task, Membership.unit_id)
        .where(may_carry_card(actor.scope(task.action), moment.day), was_never_printed())
        .distinct()
    )


def _without_password(task: Task, _actor: Actor, _moment: Moment, _day: date) -> _Kind:
    return _rows(task, at=Account.created_at).where(waits_for_password())


def _locked(task: Task, _actor: Actor, _moment: Moment, _day: date) -> _Kind:
    return _rows(task, at=Account.disabled_at).where(is_locked())


LACKS = {Task.DECISIONS_WITHOUT_DAY: Lack.DAY, Task.DECISIONS_WITHOUT_SCAN: Lack.SCAN}
_KINDS: dict[Task, Callable[[Task, Actor, Moment, date], _Kind]] = {
    Task.SIGNUPS_TO_RECEIVE: _signups,
    **dict.fromkeys((*ROSTER_TASKS, Task.ROSTERS_UNDECIDED), _rosters),
    Task.BATCHES_COMPOSED: _batches,
    Task.LINKS_TO_RELEASE: _links,
    Task.MAILS_WAITING: _mails,
    Task.ASSIGNMENTS_UNDECIDED: _undecided,
    Task.ASSIGNMENTS_CARRIED_OVER: _carried_over,
    Task.ASSIGNMENTS_UNCHECKED: _unchecked,
    **dict.fromkeys(LACKS, _decisions),
    Task.PEOPLE_WITHOUT_PHONE: _people,
    Task.CLASSES_WITHOUT_ATTENDANCE: _classes,
    Task.CARDS_TO_PRINT: _cards,
    Task.ACCOUNTS_WITHOUT_PASSWORD: _without_password,
    Task.ACCOUNTS_LOCKED: _locked,
}
