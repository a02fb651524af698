"""Which assignments count as focal point on a day, each fact read and compared one by one."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, select
from sqlalchemy.orm import aliased

from registry.domain.assignments import Holding, counts, standing_of
from registry.domain.people import ContractType
from registry.domain.permissions import Scope
from registry.models.assignments import Assignment
from registry.models.base import db
from registry.models.memberships import Membership
from registry.models.units import UnitPath
from registry.queries.assignments.holders import stands_below
from registry.queries.assignments.rows import AssignmentRow, assignment_rows, in_order, select_rows
from registry.queries.counting_rules import counting_rules
from registry.queries.units.on_a_day import (
    UnitRow,
    in_force,
    in_scope_of,
    under,
    units_by_id,
)

_BLOCK = 500


@dataclass(frozen=True, slots=True)
class HeldAssignment:
    """An assignment with what the domain's rules ask of it on a day."""

    row: AssignmentRow
    holding: Holding


def holdings(
    day: date,
    *,
    unit_ids: Collection[int] | None = None,
    prefix: str | None = None,
    scope: Scope | None = None,
    today: date | None = None,
) -> list[HeldAssignment]:
    """Return the assignments in force on `day` with what the counting rules ask (docs/adr/0007).

    Narrowed to units `unit_ids`, to the subtree `prefix` on `day`, to `scope` as of `today`.
    Written to be plainly right: each fact is read and compared here, one by one.
    """
    statement = select_rows(day)
    if unit_ids is not None:
        statement = statement.where(Assignment.unit_id.in_(sorted(unit_ids)))
    if prefix is not None:
        path = aliased(UnitPath)
        statement = statement.join(
            path, and_(path.unit_id == Assignment.unit_id, in_force(path, day))
        ).where(under(path.path, prefix))
    if scope is not None:
        statement = statement.where(in_scope_of(scope, Assignment.unit_id, today or day))
    rows = in_order(assignment_rows(statement))
    units = units_by_id(
        [row.unit_id for row in rows] + [row.section_id for row in rows if row.section_id], day
    )
    paths = _paths_of_members({row.person_id for row in rows if row.person_id}, day)
    return [HeldAssignment(row, _holding(row, units, paths)) for row in rows]


def focal_points_counting(unit_id: int, day: date) -> list[AssignmentRow]:
    """Return the assignments that cover a unit on `day` ("Có đầu mối", Plan 4660 III.1b)."""
    rules = counting_rules(day)
    return [
        held.row
        for held in holdings(day, unit_ids=[unit_id])
        if counts(standing_of(held.holding, day, rules))
    ]


def _paths_of_members(person_ids: Collection[int], day: date) -> dict[int, list[str]]:
    """Return for each person the paths of the units it is a member of on `day`."""
    found: dict[int, list[str]] = {}
    wanted = sorted(person_ids)
    for start in range(0, len(wanted), _BLOCK):
        for person_id, path in db.session.execute(
            select(Membership.person_id, UnitPath.path)
            .join(UnitPath, UnitPath.unit_id == Membership.unit_id)
            .where(
                Membership.person_id.in_(wanted[start : start + _BLOCK]),
                in_force(Membership, day),
                in_force(UnitPath, day),
            )
        ):
            found.setdefault(person_id or 0, []).append(path)
    return found


def _holding(row: AssignmentRow, units: dict[int, UnitRow], paths: dict[int, list[str]]) -> Holding:
    unit = units.get(row.unit_id)
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
        holder_belongs=unit is not None and _belongs(row, unit, units, paths),
        holder_is_contract_worker=row.contract_type is ContractType.CONTRACT,
        carried_on=row.carried_on,
    )


def _belongs(
    row: AssignmentRow, unit: UnitRow, units: dict[int, UnitRow], paths: dict[int, list[str]]
) -> bool:
    if row.section_id is not None:
        section = units.get(row.section_id)
        return section is not None and stands_below(section, unit)
    return _is_near(paths.get(row.person_id or 0, []), unit.path)


def _is_near(member_paths: Sequence[str], unit_path: str) -> bool:
    return any(path.startswith(unit_path) or unit_path.startswith(path) for path in member_paths)
