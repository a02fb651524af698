"""Which assignments count on a day, and why others do not: each fact compared one by one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from registry.domain.assignments import (
    AssignmentRole,
    Hindrance,
    Holding,
    NotCounting,
    counts,
    standing_of,
    why_not_counting,
)
from registry.domain.people import HIRED
from registry.models.assignments import Assignment
from registry.queries.assignments.absences import absences_of
from registry.queries.assignments.belonging import confirmed_days, days_of_belonging
from registry.queries.assignments.rows import AssignmentRow, assignment_rows, in_order, select_rows
from registry.queries.counting_rules import counting_rules
from registry.queries.coverage.duties_by_law import days_by_law_of
from registry.queries.coverage.enterprise_staff import days_in_enterprises
from registry.queries.units.on_a_day import UnitRow, units_by_id


@dataclass(frozen=True, slots=True)
class HeldAssignment:
    """An assignment with what the domain's rules ask of it on a day."""

    row: AssignmentRow
    holding: Holding


def held_on(rows: Iterable[AssignmentRow], day: date) -> list[HeldAssignment]:
    """Return those of `rows` in force on `day`, with what the counting rules ask of them.

    Written to be plainly right: each fact is read and compared here, one by one.
    """
    in_force = [row for row in rows if row.period.contains(day)]
    units = units_by_id([row.unit_id for row in in_force], day)
    belongs, confirmed = days_of_belonging(in_force), confirmed_days(in_force)
    absences = absences_of(in_force)
    by_law = days_by_law_of(row.id for row in in_force if row.decision_id is None)
    staff = days_in_enterprises(row.person_id for row in in_force if row.person_id is not None)
    return [
        HeldAssignment(
            row,
            replace(
                _holding(row, units.get(row.unit_id)),
                enterprise_days=staff.get(row.person_id or 0, ()),
                days_by_law=by_law.get(row.id, ()),
                holder_days=belongs[row.id],
                confirmed_on=confirmed.get(row.line_id, ()),
                absences=absences.get(row.line_id, ()),
            ),
        )
        for row in in_force
    ]


def not_counting(rows: Iterable[AssignmentRow], day: date) -> dict[int, NotCounting]:
    """Return why those of `rows` that are in force on `day`, but do not count, do not; by id."""
    rules = counting_rules(day)
    found = {held.row.id: why_not_counting(held.holding, day, rules) for held in held_on(rows, day)}
    return {row_id: why for row_id, why in found.items() if why is not None}


def unable_to_act(rows: Iterable[AssignmentRow], day: date) -> dict[int, NotCounting]:
    """Return why those of `rows` that would act from `day` on could not count meanwhile, by id.

    Who is away himself then, or whose paper begins later, may still come to count.
    """
    may_come = {Hindrance.NOT_YET, Hindrance.ABSENT}
    return {
        row_id: why for row_id, why in not_counting(rows, day).items() if why.why not in may_come
    }


def given_by_law(
    rows: Iterable[AssignmentRow], why_not: Mapping[int, NotCounting], day: date
) -> set[int]:
    """Return which of `rows` a rule gives to somebody on `day`, without a paper, by id.

    `why_not` says of those rows what does not count that day.
    """
    by_law = {Hindrance.BY_LAW, Hindrance.UNNAMED}
    return {
        row.id
        for row in rows
        if row.decision_id is None
        and row.role is not AssignmentRole.TECHNICAL_SUPPORT
        and row.period.contains(day)
        and (row.id not in why_not or why_not[row.id].why in by_law)
    }


def focal_points_counting(unit_id: int, day: date) -> list[AssignmentRow]:
    """Return the assignments that cover a unit on `day` ("Có đầu mối", Plan 4660 III.1b)."""
    rules = counting_rules(day)
    rows = in_order(assignment_rows(select_rows(day).where(Assignment.unit_id == unit_id)))
    return [
        held.row for held in held_on(rows, day) if counts(standing_of(held.holding, day, rules))
    ]


def _holding(row: AssignmentRow, unit: UnitRow | None) -> Holding:
    return Holding(
        role=row.role,
        duty=row.duty,
        held_by_section=row.section_id is not None,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        paper=row.paper_force,
        paper_in_force=row.paper_in_force,
        paper_of_the_unit=row.paper_of_the_unit,
        unit_takes_part=unit is not None and unit.takes_part,
        unit_kind=unit.kind if unit is not None else None,
        holder_days=(),
        holder_is_contract_worker=row.contract_type in HIRED,
        carried_on=row.carried_on,
    )
