"""Which assignments count on a day, and why others do not: each fact compared one by one."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from registry.domain.assignments import (
    Holding,
    NotCounting,
    counts,
    standing_of,
    why_not_counting,
)
from registry.domain.people import ContractType
from registry.models.assignments import Assignment
from registry.queries.assignments.absences import absences_of
from registry.queries.assignments.belonging import confirmed_days, days_of_belonging
from registry.queries.assignments.rows import AssignmentRow, assignment_rows, in_order, select_rows
from registry.queries.counting_rules import counting_rules
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
    return [
        HeldAssignment(
            row,
            replace(
                _holding(row, units.get(row.unit_id)),
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
        holder_days=(),
        holder_is_contract_worker=row.contract_type is ContractType.CONTRACT,
        carried_on=row.carried_on,
    )
