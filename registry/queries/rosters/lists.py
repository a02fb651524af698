"""Questions about member lists: those in scope, those waiting for me, their lines, who may join."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    String,
    and_,
    cast,
    exists,
    false,
    func,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from registry.domain.audit.deeds import Deed
from registry.domain.decisions import DecisionKind
from registry.domain.offices import OfficeFunction
from registry.domain.permissions import Action, Actor, Scope
from registry.domain.rosters import (
    OPEN_ROSTER_STATES,
    TURNS,
    Involved,
    Involvement,
    LineOutcome,
    RosterState,
    Step,
)
from registry.domain.tasks import ROSTER_STEPS, ROSTER_TASKS, Task
from registry.domain.vietnamese.names import query_words
from registry.models.accounts import Account
from registry.models.audit import AuditEvent
from registry.models.base import db
from registry.models.decisions import Decision
from registry.models.people import Person
from registry.models.rosters import Roster, RosterLine
from registry.models.units import Unit, UnitPeriod
from registry.queries.audit import was_done
from registry.queries.blocks import blocks
from registry.queries.decisions import decisions_of_unit
from registry.queries.offices import office_of
from registry.queries.paging import Page, Window, page_of
from registry.queries.there_is import there_is
from registry.queries.units.names import last_listed_name
from registry.queries.units.on_a_day import UnitRow, in_scope_of, path_on


@dataclass(frozen=True, slots=True)
class RosterRow:
    """A list among others: `unit_name` is the unit's last known name; `approved` counts lines."""

    id: int
    unit_id: int
    unit_name: str
    number: int
    state: RosterState
    lines: int
    approved: int
    submitted_at: datetime | None
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class RosterFilter:
    """What an index is narrowed to: a state, one unit, words of the unit's name, what waits."""

    state: RosterState | None = None
    unit_id: int | None = None
    words: str = ""
    task: Task | None = None


def roster_in(roster_id: int, scope: Scope, today: date) -> Roster | None:
    """Return the list when its unit lies in `scope` today, else None."""
    return db.session.scalar(
        select(Roster).where(Roster.id == roster_id, in_scope_of(scope, Roster.unit_id, today))
    )


def was_deleted(roster_id: int, scope: Scope, today: date) -> bool:
    """Tell whether a list of a unit in `scope` was deleted under this number: the audit knows."""
    of_unit = select(AuditEvent.unit_id).where(was_done(Deed.ROSTER_DELETE, "rosters", roster_id))
    return there_is(select(Unit.id).where(Unit.id.in_(of_unit), in_scope_of(scope, Unit.id, today)))


def last_roster_of(unit_id: int) -> Roster | None:
    """Return the newest list of a unit."""
    return db.session.scalar(
        select(Roster).where(Roster.unit_id == unit_id).order_by(Roster.number.desc()).limit(1)
    )


def last_rosters_of(unit_ids: Iterable[int]) -> dict[int, Roster]:
    """Return the newest list of each unit that has lists."""
    newer = aliased(Roster)
    is_newest = ~exists().where(newer.unit_id == Roster.unit_id, newer.number > Roster.number)
    rosters = db.session.scalars(
        select(Roster).where(Roster.unit_id.in_(sorted(set(unit_ids))), is_newest)
    )
    return {roster.unit_id: roster for roster in rosters}


def last_decided_of(unit_id: int, before: int) -> Roster | None:
    """Return the newest decided list of a unit with a number below `before`."""
    return db.session.scalar(
        select(Roster)
        .where(
            Roster.unit_id == unit_id,
            Roster.state == RosterState.DECIDED,
            Roster.number < before,
        )
        .order_by(Roster.number.desc())
        .limit(1)
    )


def unit_name_until(unit_id: int, today: date) -> str:
    """Return the name the unit bears today or, once closed, bore last; empty when it never was."""
    name = db.session.scalar(
        select(last_listed_name(UnitPeriod, today))
        .where(UnitPeriod.unit_id == unit_id, UnitPeriod.valid_from <= today)
        .order_by(UnitPeriod.valid_from.desc())
        .limit(1)
    )
    return name or ""


def _listed(today: date) -> Select[Roster, str, int, int]:
    named = aliased(UnitPeriod)
    latest = (
        select(func.max(named.valid_from))
        .where(named.unit_id == Roster.unit_id, named.valid_from <= today)
        .scalar_subquery()
    )
    lines = select(func.count()).where(RosterLine.roster_id == Roster.id)
    approved = lines.where(RosterLine.outcome == LineOutcome.APPROVED)
    return select(
        Roster,
        last_listed_name(UnitPeriod, today),
        lines.scalar_subquery(),
        approved.scalar_subquery(),
    ).join(UnitPeriod, and_(UnitPeriod.unit_id == Roster.unit_id, UnitPeriod.valid_from == latest))


def _read(
    statement: Select[Roster, str, int, int],
) -> list[RosterRow]:
    return [
        RosterRow(
            id=roster.id,
            unit_id=roster.unit_id,
            unit_name=unit_name,
            number=roster.number,
            state=roster.state,
            lines=lines,
            approved=approved,
            submitted_at=roster.submitted_at,
            decided_at=roster.decided_at,
        )
        for roster, unit_name, lines, approved in db.session.execute(statement)
    ]


def rosters_seen(
    actor: Actor, today: date, wanted: RosterFilter, window: Window
) -> Page[RosterRow]:
    """Return one page of the lists the actor may see, newest first; of a task the oldest first."""
    statement = _listed(today)
    if wanted.task is None:
        scope = actor.scope(Action.ROSTER_SEE)
        statement = statement.where(in_scope_of(scope, Roster.unit_id, today))
        order: tuple[Any, ...] = (Roster.id.desc(),)
    else:
        statement = statement.where(waits_as(wanted.task, actor, today))
        order = (waiting_since(wanted.task), Roster.id)
    if wanted.state is not None:
        statement = statement.where(Roster.state == wanted.state)
    if wanted.unit_id is not None:
        statement = statement.where(Roster.unit_id == wanted.unit_id)
    padded = " " + UnitPeriod.search_key
    for word in query_words(wanted.words):
        statement = statement.where(padded.contains(f" {word}"))
    total = db.session.scalar(select(func.count()).select_from(statement.subquery())) or 0
    ordered = statement.order_by(*order)
    return page_of(window, total, lambda limit, offset: _read(ordered.limit(limit).offset(offset)))


def waiting_for(actor: Actor, today: date, window: Window) -> Page[RosterRow]:
    """Return the lists on which the actor can take the next step today, the longest waiting first.

    Lists with which somebody has to do himself wait for another.
    """
    waits = or_(*(waits_as(task, actor, today) for task in ROSTER_TASKS))
    total = db.session.scalar(select(func.count()).select_from(Roster).where(waits)) or 0
    ordered = (
        _listed(today)
        .where(waits)
        .order_by(func.coalesce(Roster.submitted_at, Roster.created_at), Roster.id)
    )
    return page_of(window, total, lambda limit, offset: _read(ordered.limit(limit).offset(offset)))


def waits_as(task: Task, actor: Actor, today: date) -> ColumnElement[bool]:
    """Return the condition that a list is work of this kind for the actor today."""
    in_scope = in_scope_of(actor.scope(task.action), Roster.unit_id, today)
    if task is Task.ROSTERS_UNDECIDED:
        return and_(in_scope, Roster.state.in_(sorted(TURNS[Step.DECIDE].before)))
    if task is Task.ROSTERS_RETURNED:
        newer = aliased(Roster)
        superseded = exists().where(newer.unit_id == Roster.unit_id, newer.number > Roster.number)
        return and_(in_scope, Roster.state == RosterState.RETURNED, ~superseded)
    turn = TURNS[ROSTER_STEPS[task]]
    is_there = and_(in_scope, Roster.state.in_(sorted(turn.before)))
    return and_(is_there, ~_involves(actor)) if turn.by_another else is_there


def waiting_since(task: Task) -> SQLColumnExpression[datetime]:
    """Return the instant of the step before the one that `task` waits for."""
    before: dict[Task, tuple[Any, ...]] = {
        Task.ROSTERS_RETURNED: (Roster.decided_at, Roster.reviewed_at, Roster.verified_at),
        Task.ROSTERS_TO_DECIDE: (Roster.reviewed_at,),
        Task.ROSTERS_UNDECIDED: (Roster.reviewed_at,),
        Task.ROSTERS_TO_REVIEW: (Roster.verified_at,),
    }
    return func.coalesce(*before.get(task, ()), Roster.submitted_at, Roster.created_at)


# What drafting a list is called in the audit, which alone knows who did it.
_DRAFTING = (Deed.ROSTER_START, Deed.ROSTER_SAVE_LINES, Deed.ROSTER_ADD_LINES)


def _involves(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that the actor has to do with a list: what `involved_in` tells of it.

    A person has one account.
    """
    listed = select(RosterLine.id).where(
        RosterLine.roster_id == Roster.id, RosterLine.person_id == actor.person_id
    )
    by_person = [] if actor.person_id is None else [listed.exists()]
    if actor.account_id is None:
        return or_(false(), *by_person)
    drafted = select(AuditEvent.sequence).where(
        AuditEvent.noun == "rosters",
        AuditEvent.object_id == cast(Roster.id, String),
        AuditEvent.action.in_([deed.value for deed in _DRAFTING]),
        AuditEvent.account_id == actor.account_id,
    )
    steps = (Roster.submitted_by_id, Roster.verified_by_id, Roster.reviewed_by_id)
    taken = (func.coalesce(step == actor.account_id, false()) for step in steps)
    return or_(*taken, drafted.exists(), *by_person)


def involved_in(roster: Roster) -> list[Involved]:
    """Return who has to do with a list, so that its next step at a desk is another's."""
    drafters = db.session.scalars(
        select(AuditEvent.account_id)
        .where(or_(*(was_done(deed, "rosters", roster.id) for deed in _DRAFTING)))
        .distinct()
    ).all()
    steps = [
        (Involvement.SUBMITTED, roster.submitted_by_id),
        (Involvement.HANDLED, roster.verified_by_id),
        (Involvement.HANDLED, roster.reviewed_by_id),
        *((Involvement.DRAFTED, account_id) for account_id in drafters),
    ]
    people = _people_of_accounts(account_id for _, account_id in steps)
    return [
        *(
            Involved(how, account_id, people.get(account_id))
            for how, account_id in steps
            if account_id is not None
        ),
        *(
            Involved(Involvement.LISTED, None, line.person_id)
            for line in roster.lines
            if line.person_id is not None
        ),
    ]


def open_rosters_of(unit_ids: Iterable[int]) -> list[Roster]:
    """Return the lists of these units that are not decided yet."""
    found: list[Roster] = []
    for block in blocks(unit_ids):
        found += db.session.scalars(
            select(Roster)
            .where(Roster.unit_id.in_(block), Roster.state.in_(sorted(OPEN_ROSTER_STATES)))
            .order_by(Roster.id)
        ).all()
    return found


def last_roster_numbers(unit_ids: Iterable[int]) -> dict[int, int]:
    """Return the highest list number of each unit that has lists."""
    found: dict[int, int] = {}
    for block in blocks(unit_ids):
        rows = db.session.execute(
            select(Roster.unit_id, func.max(Roster.number))
            .where(Roster.unit_id.in_(block))
            .group_by(Roster.unit_id)
        )
        found.update((unit_id, number) for unit_id, number in rows)
    return found


def account_names(account_ids: Iterable[int | None]) -> dict[int, str]:
    """Return who stands behind accounts: the person's name, else the login."""
    wanted = sorted({account_id for account_id in account_ids if account_id is not None})
    return {
        account_id: name or login
        for account_id, name, login in db.session.execute(
            select(Account.id, Person.full_name, Account.login)
            .outerjoin(Person, Person.id == Account.person_id)
            .where(Account.id.in_(wanted))
        )
    }


def _people_of_accounts(account_ids: Iterable[int | None]) -> dict[int, int | None]:
    """Return the person of each account."""
    wanted = sorted({account_id for account_id in account_ids if account_id is not None})
    rows = db.session.execute(
        select(Account.id, Account.person_id).where(Account.id.in_(wanted))
    ).all()
    return dict(rows)


def deciding_office(unit_id: int, today: date) -> UnitRow | None:
    """Return the office that decides on the unit's lists today; None when nobody does."""
    path = path_on(unit_id, today)
    return office_of(OfficeFunction.DECIDING, path, today) if path else None


def usable_decisions(office_id: int, today: date) -> list[Decision]:
    """Return the decisions of an office on which a list can be approved, newest first."""
    return [
        decision
        for decision in decisions_of_unit(office_id)
        if decision.kind is DecisionKind.DECISION
        and decision.issued_on is not None
        and decision.issued_on <= today
    ]
