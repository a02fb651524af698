"""On which days a unit had a focal point, and since when it has none."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, and_, bindparam, select

from registry.domain.assignments import (
    AssignmentRole,
    Duty,
    Holding,
    counts,
    standings_through_time,
)
from registry.domain.coverage import (
    CoverageStep,
    CoveredSpan,
    RequiredUnit,
    Standard,
    coverage_steps,
    vacant_since,
)
from registry.domain.decisions import force_of
from registry.domain.periods import Period, joined, shared_by
from registry.domain.units.kinds import UnitKind
from registry.models.assignments import Assignment, AssignmentAbsence, AssignmentConfirmation
from registry.models.base import db
from registry.models.decisions import Decision
from registry.models.people import PersonPeriod
from registry.models.units import UnitPath, UnitPeriod
from registry.queries.blocks import blocks
from registry.queries.counting_rules import counting_rules_through_time
from registry.queries.coverage.breaks import begins_with, spells_of_holders
from registry.queries.coverage.carried_over import carried_on
from registry.queries.coverage.completeness import known_days
from registry.queries.coverage.counting import (
    SECTION,
    SERVED,
    AnySelect,
    is_contract_worker,
    under_prefix,
    values_for,
)
from registry.queries.coverage.duties_by_law import duty_days, select_duties
from registry.queries.coverage.enterprise_staff import enterprise_spells
from registry.queries.coverage.figures import Coverage
from registry.queries.coverage.papers import first_day, has_begun, is_of_the_unit, taken_out_on
from registry.queries.coverage.records import first_records
from registry.queries.units.on_a_day import DAY, in_force


def vacancies(found: Coverage, standard: Standard) -> dict[int, date]:
    """Return the first day of the vacancy of each required unit known not to meet `standard`.

    A unit of which nothing was ever recorded is left out: its silence has no age. A constant number
    of SELECTs.
    """
    vacant = {unit.id: unit for unit in found.units if unit.basis(standard).is_missing}
    spans: dict[int, list[CoveredSpan]] = {unit_id: [] for unit_id in vacant}
    for unit_id, span in _spans(found.unit.path, found.as_of):
        if unit_id in spans:
            spans[unit_id].append(span)
    first = first_records(vacant, found.as_of)
    since = {
        unit_id: vacant_since(unit, spans[unit_id], standard, found.as_of, first.get(unit_id))
        for unit_id, unit in vacant.items()
    }
    return {unit_id: day for unit_id, day in since.items() if day is not None}


def steps_of(unit: RequiredUnit, first_day: date, last_day: date) -> list[CoverageStep]:
    """Return what the figures of a unit rested on from `first_day` to `last_day`, and when.

    A constant number of SELECTs.
    """
    spans = [span for unit_id, span in _spans(unit.path, last_day) if unit_id == unit.id]
    return coverage_steps(spans, unit.minimum, first_day, last_day, known_days(unit.id))


def covered_days(unit_ids: Iterable[int]) -> dict[int, list[Period]]:
    """Return the days on which each of the units has a focal point, those to come included.

    Under "Có đầu mối" (III.1b); a unit that never has one is left out. A constant number of
    SELECTs.
    """
    found: dict[int, list[Period]] = defaultdict(list)
    for unit_id, span in _read(
        _of_units(), values_for("/", date.max) | {"unit_ids": sorted(unit_ids)}
    ):
        if counts(span.standing):
            found[unit_id].append(span.period)
    return {unit_id: joined(periods) for unit_id, periods in found.items()}


def counting_days(unit_ids: Iterable[int]) -> Iterator[tuple[int, Period]]:
    """Yield assignment and days on which it counts for any of the units, those to come included.

    As `covered_days`, of each assignment by itself. None for no unit, without a SELECT.
    """
    for block in blocks(unit_ids):
        for _, span in _read(_of_units(), values_for("/", date.max) | {"unit_ids": block}):
            if counts(span.standing):
                yield span.assignment_id, span.period


@dataclass(frozen=True, slots=True)
class _Statements:
    """What the days on which assignments stand to their units are read by.

    `people` and `sections`: the facts of `_holding`, of assignments held by each; `paperless`, of
    those of people that rest on no paper, and on which days their `duties` are given by a rule. Of
    people besides, on which days they belong (`spells`), what was confirmed (`confirmed`), when
    they are away (`absences`) and when they are staff of an enterprise (`enterprises`).
    """

    people: AnySelect
    sections: AnySelect
    paperless: AnySelect
    duties: CompoundSelect[*tuple[Any, ...]]
    spells: AnySelect
    confirmed: AnySelect
    absences: AnySelect
    enterprises: AnySelect


def _statements(wanted: ColumnElement[bool]) -> _Statements:
    return _Statements(
        people=_past_holdings().where(Assignment.person_id.is_not(None), wanted),
        sections=_section_spans().where(wanted),
        paperless=_paperless_spans().where(wanted),
        duties=select_duties(and_(Assignment.role == AssignmentRole.FOCAL_POINT, wanted)),
        spells=spells_of_holders().where(Assignment.role == AssignmentRole.FOCAL_POINT, wanted),
        confirmed=select(Assignment.id, AssignmentConfirmation.confirmed_on)
        .join(AssignmentConfirmation, AssignmentConfirmation.line_id == Assignment.line_id)
        .where(wanted),
        absences=select(Assignment.id, AssignmentAbsence.valid_from, AssignmentAbsence.valid_to)
        .join(AssignmentAbsence, AssignmentAbsence.line_id == Assignment.line_id)
        .where(wanted),
        enterprises=enterprise_spells().where(
            Assignment.role == AssignmentRole.FOCAL_POINT, wanted
        ),
    )


@cache
def _of_units() -> _Statements:
    return _statements(Assignment.unit_id.in_(bindparam("unit_ids", expanding=True)))


def _spans(prefix: str, day: date) -> Iterator[tuple[int, CoveredSpan]]:
    """Yield unit and days for each assignment that stood to it, up to `day`, under `prefix`."""
    return _read(_of_subtree(), values_for(prefix, day))


@cache
def _of_subtree() -> _Statements:
    below = select(UnitPath.unit_id).where(in_force(UnitPath, DAY), under_prefix(UnitPath.path))
    return _statements(Assignment.unit_id.in_(below))


def _read(statements: _Statements, values: dict[str, object]) -> Iterator[tuple[int, CoveredSpan]]:
    """Yield unit and days on which each assignment stands to it, cut where that changes."""
    rules = counting_rules_through_time()
    paperless = any(of_then.duties_by_law_count for _, of_then in rules)
    for assignment_id, unit_id, holding in _holdings(statements, values, paperless=paperless):
        for days, standing, is_strict in standings_through_time(holding, rules):
            yield unit_id, CoveredSpan(assignment_id, days, is_strict, standing)


def _holdings(
    statements: _Statements, values: dict[str, object], *, paperless: bool
) -> Iterator[tuple[int, int, Holding]]:
    """Yield assignment, unit and the facts of days that all the periods of a row share.

    Those that rest on no paper only where they may count.
    """
    for assignment_id, unit_id, *facts in db.session.execute(statements.sections, values):
        if (holding := _holding(facts)) is not None:
            yield assignment_id, unit_id, holding
    belongs = _periods_by_id(statements.spells, values)
    absences = _periods_by_id(statements.absences, values)
    enterprises = _periods_by_id(statements.enterprises, values)
    confirmed: dict[int, list[date]] = defaultdict(list)
    for assignment_id, day in db.session.execute(statements.confirmed, values):
        confirmed[assignment_id].append(day)
    duties = duty_days(statements.duties, values) if paperless else {}
    found = [(row, _holding(row[2:])) for row in db.session.execute(statements.people, values)]
    if duties:
        rows = db.session.execute(statements.paperless, values)
        found += [(row, _paperless(duties.get(row[0], ()), *row[2:])) for row in rows]
    for (assignment_id, unit_id, *_), holding in found:
        if holding is not None:
            yield (
                assignment_id,
                unit_id,
                replace(
                    holding,
                    holder_days=tuple(joined(belongs[assignment_id])),
                    confirmed_on=tuple(confirmed[assignment_id]),
                    absences=tuple(absences[assignment_id]),
                    enterprise_days=tuple(enterprises[assignment_id]),
                ),
            )


def _periods_by_id(statement: AnySelect, values: dict[str, object]) -> dict[int, list[Period]]:
    """Return the days that all the periods of a row share, by the id in front of them."""
    found: dict[int, list[Period]] = defaultdict(list)
    for row_id, *days in db.session.execute(statement, values):
        if (shared := shared_by(days[0::2], days[1::2])) is not None:
            found[row_id].append(shared)
    return found


def _holding(facts: Iterable[Any]) -> Holding | None:
    """Return the facts of the days that all the periods share; None when they share none.

    `facts` as `_past_holdings` selects them, behind assignment and unit.
    """
    held_by_section, duty, is_contract_worker, unit_kind, kind, of_the_unit, carried, *days = facts
    shared = shared_by(days[0::2], days[1::2])
    if shared is None:
        return None
    return Holding(
        role=AssignmentRole.FOCAL_POINT,
        duty=duty,
        held_by_section=bool(held_by_section),
        valid_from=shared.valid_from,
        valid_to=shared.valid_to,
        paper=force_of(kind),
        paper_in_force=shared,
        paper_of_the_unit=bool(of_the_unit),
        unit_takes_part=True,
        unit_kind=unit_kind,
        holder_days=(shared,),
        holder_is_contract_worker=bool(is_contract_worker),
        carried_on=carried,
    )


def _paperless(
    days_by_law: tuple[Period, ...], duty: Duty, unit_kind: UnitKind, *days: date | None
) -> Holding | None:
    """Return the facts of one that rests on no paper but on a rule; None on no day it does."""
    shared = shared_by(days[0::2], days[1::2])
    if shared is None or not days_by_law:
        return None
    return Holding(
        role=AssignmentRole.FOCAL_POINT,
        duty=duty,
        held_by_section=False,
        valid_from=shared.valid_from,
        valid_to=shared.valid_to,
        paper=None,
        paper_in_force=None,
        paper_of_the_unit=False,
        unit_takes_part=True,
        unit_kind=unit_kind,
        holder_days=(shared,),
        holder_is_contract_worker=False,
        days_by_law=days_by_law,
    )


def _section_spans() -> AnySelect:
    return (
        _past_holdings()
        .join(SECTION, SECTION.unit_id == Assignment.section_id)
        .where(begins_with(SECTION.path, SERVED.path))
        .add_columns(SECTION.valid_from, SECTION.valid_to)
    )


def _paperless_spans() -> AnySelect:
    """Select assignment of a person without a paper, unit, duty, then first days and ends."""
    dated = (Assignment, UnitPeriod, SERVED)
    return (
        select(
            Assignment.id,
            Assignment.unit_id,
            Assignment.duty,
            UnitPeriod.kind,
            *(day for table in dated for day in (table.valid_from, table.valid_to)),
        )
        .join(UnitPeriod, UnitPeriod.unit_id == Assignment.unit_id)
        .join(SERVED, SERVED.unit_id == Assignment.unit_id)
        .where(
            Assignment.role == AssignmentRole.FOCAL_POINT,
            Assignment.decision_id.is_(None),
            Assignment.person_id.is_not(None),
            Assignment.valid_from <= DAY,
            UnitPeriod.takes_part,
        )
    )


def _past_holdings() -> AnySelect:
    """Select assignment, unit served, the facts of `_holding`, then first days and ends.

    The assignment stands to the unit on the days that all of these periods share; a section has no
    contract, and so no period of a person.
    """
    return (
        select(
            Assignment.id,
            Assignment.unit_id,
            Assignment.section_id.is_not(None),
            Assignment.duty,
            is_contract_worker(),
            UnitPeriod.kind,
            Decision.kind,
            is_of_the_unit(),
            carried_on(),
            Assignment.valid_from,
            Assignment.valid_to,
            first_day(),
            Decision.effective_to,
            Assignment.valid_from,
            taken_out_on(),
            UnitPeriod.valid_from,
            UnitPeriod.valid_to,
            SERVED.valid_from,
            SERVED.valid_to,
            PersonPeriod.valid_from,
            PersonPeriod.valid_to,
        )
        .join(Decision, Decision.id == Assignment.decision_id)
        .join(UnitPeriod, UnitPeriod.unit_id == Assignment.unit_id)
        .join(SERVED, SERVED.unit_id == Assignment.unit_id)
        .outerjoin(PersonPeriod, PersonPeriod.person_id == Assignment.person_id)
        .where(
            Assignment.role == AssignmentRole.FOCAL_POINT,
            Assignment.valid_from <= DAY,
            has_begun(DAY),
            UnitPeriod.takes_part,
        )
    )
