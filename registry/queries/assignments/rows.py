"""Assignments as rows of a list, with the names of the day asked or of their first day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, select

from registry.domain.assignments import AssignmentRole, Duty
from registry.domain.decisions import PaperForce, force_of
from registry.domain.people import ContractType
from registry.domain.periods import Period
from registry.domain.vietnamese.writing import format_day
from registry.models.assignments import Assignment, PaperCheck
from registry.models.base import Dated, db, ready_alias
from registry.models.decisions import Decision
from registry.models.people import Person, PersonPeriod
from registry.models.units import Unit, UnitContact, UnitPeriod
from registry.queries.coverage.carried_over import carried_on
from registry.queries.coverage.checked import holds
from registry.queries.coverage.papers import is_of_the_unit, taken_out_on
from registry.queries.units.on_a_day import (
    in_force,
)

ROLE_ORDER = list(AssignmentRole)


@dataclass(frozen=True, slots=True)
class AssignmentRow:
    """An assignment in a list, with the facts of the day asked, or of its first day.

    These are the names of units, and the title and contract of who holds it.

    `decision_name` says kind and number of its decision, `decided_on` its day: None without one, or
    while that day is not known; `paper_in_force` are the days on which that is in force, for this
    holder.
    `carried_on` is the day on which a reorganisation brought it here from a unit that ended, while
    it still rests on a decision from before: it counts, and waits for one anew.
    `checked_on` is the day on which the reviewing office compared it with its decision, as both
    stand now; None where only the unit says so.
    """

    id: int
    line_id: str
    version: int
    unit_id: int
    unit_code: str
    unit_name: str
    unit_phone: str | None
    person_id: int | None
    section_id: int | None
    holder_name: str
    holder_sort_key: str
    job_title: str | None
    contract_type: ContractType | None
    role: AssignmentRole
    duty: Duty
    concurrent_fields: str | None
    dedicated_basis: str | None
    decision_id: int | None
    decision_version: int | None
    decision_name: str | None
    decided_on: date | None
    paper_force: PaperForce | None
    paper_in_force: Period | None
    paper_of_the_unit: bool
    carried_on: date | None
    valid_from: date
    valid_to: date | None
    end_reason: str | None
    checked_on: date | None

    @property
    def period(self) -> Period:
        """The days it holds."""
        return Period(self.valid_from, self.valid_to)

    def is_carried_over(self, day: date) -> bool:
        """Tell whether on `day` it waits only because it was carried over: its decision is old."""
        return self.carried_on is not None and self._paper_holds(day)

    def waits_because(self, day: date) -> str | None:
        """Say why it waits for a decision on `day`, or None when it does not."""
        if self.decision_id is None:
            return "Chưa có quyết định"
        if not self._paper_holds(day):
            return f"{self.decision_name} {self._why_not_in_force(day)}"
        if self.carried_on is not None:
            return (
                f"Chuyển tiếp từ {format_day(self.carried_on)}, chờ quyết định mới "
                f"(thay {self.decision_name})"
            )
        return None

    def _why_not_in_force(self, day: date) -> str:
        if self.paper_in_force is None:
            return "chưa có ngày ký" if self.decided_on is None else "không có ngày hiệu lực nào"
        first, end = self.paper_in_force.valid_from, self.paper_in_force.valid_to
        if first > day or end is None:
            return f"có hiệu lực từ ngày {format_day(first)}"
        return f"hết hiệu lực từ ngày {format_day(end)}"

    def _paper_holds(self, day: date) -> bool:
        return self.paper_in_force is not None and self.paper_in_force.contains(day)


class Names:
    """The tables an assignment's row takes its names from: the unit served, and the section."""

    unit = ready_alias(UnitPeriod)
    identity = ready_alias(Unit)
    section = ready_alias(UnitPeriod)


def select_rows(day: date | None) -> Select[*tuple[Any, ...]]:
    """Select assignments, those in force on `day` or all, with the names of that or their day."""
    names = Names
    statement = (
        select(
            Assignment,
            Person,
            PersonPeriod,
            Decision,
            names.unit,
            names.identity,
            names.section,
            UnitContact,
            carried_on(),
            taken_out_on(),
            is_of_the_unit(),
            PaperCheck.checked_on,
        )
        .join(names.identity, names.identity.id == Assignment.unit_id)
        .outerjoin(
            names.unit, and_(names.unit.unit_id == Assignment.unit_id, _said_on(names.unit, day))
        )
        .outerjoin(
            names.section,
            and_(names.section.unit_id == Assignment.section_id, _said_on(names.section, day)),
        )
        .outerjoin(Person, Person.id == Assignment.person_id)
        .outerjoin(
            PersonPeriod,
            and_(PersonPeriod.person_id == Assignment.person_id, _said_on(PersonPeriod, day)),
        )
        .outerjoin(Decision, Decision.id == Assignment.decision_id)
        .outerjoin(UnitContact, UnitContact.unit_id == Assignment.unit_id)
        .outerjoin(PaperCheck, holds())
    )
    return statement if day is None else statement.where(in_force(Assignment, day))


def _said_on(period: type[Dated], day: date | None) -> ColumnElement[bool]:
    """Say that a period is that of `day`, or of the first day of the assignment."""
    return in_force(period, Assignment.valid_from if day is None else day)


def assignment_rows(statement: Select[*tuple[Any, ...]]) -> list[AssignmentRow]:
    """Run what `select_rows` made, narrowed by the caller."""
    return [_row(found) for found in db.session.execute(statement)]


def _row(found: Row[*tuple[Any, ...]]) -> AssignmentRow:
    assignment, person, facts, decision, unit, identity, section, contact, *of_paper = found
    carried, taken_out, of_the_unit, checked_on = of_paper
    code = unit.official_code if unit else None
    return AssignmentRow(
        id=assignment.id,
        line_id=assignment.line_id,
        version=assignment.version,
        unit_id=assignment.unit_id,
        unit_code=code or identity.registry_code or "",
        unit_name=_unit_name(unit),
        unit_phone=contact.phone if contact else None,
        person_id=assignment.person_id,
        section_id=assignment.section_id,
        holder_name=person.full_name if person else _unit_name(section),
        holder_sort_key=person.sort_key if person else (section.sort_key if section else ""),
        job_title=facts.job_title if facts else None,
        contract_type=facts.contract_type if facts else None,
        role=assignment.role,
        duty=assignment.duty,
        concurrent_fields=assignment.concurrent_fields,
        dedicated_basis=assignment.dedicated_basis,
        decision_id=assignment.decision_id,
        decision_version=decision.version if decision else None,
        decision_name=decision.name if decision else None,
        decided_on=decision.issued_on if decision else None,
        paper_force=force_of(decision.kind) if decision else None,
        paper_in_force=decision.days_in_force(taken_out) if decision else None,
        paper_of_the_unit=bool(of_the_unit),
        carried_on=carried,
        valid_from=assignment.valid_from,
        valid_to=assignment.valid_to,
        end_reason=assignment.end_reason,
        checked_on=checked_on,
    )


def _unit_name(period: UnitPeriod | None) -> str:
    """Return the name, also of a unit that no longer exists on the day asked."""
    return (period.short_name or period.name) if period else "Đơn vị đã kết thúc"


def in_order(rows: Iterable[AssignmentRow]) -> list[AssignmentRow]:
    """Sort by role, then by the holder's given name."""
    return sorted(rows, key=lambda row: (ROLE_ORDER.index(row.role), row.holder_sort_key, row.id))


def latest_first(rows: Iterable[AssignmentRow]) -> list[AssignmentRow]:
    """Sort by first day, the latest first."""
    return sorted(rows, key=lambda row: (row.valid_from, row.id), reverse=True)
