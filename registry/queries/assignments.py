"""Questions about assignments: who holds which role for a unit, who may, and what waits."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, or_, select
from sqlalchemy.orm import aliased

from registry.domain.assignments import AssignmentRole, Duty, Holding, counts_as_focal_point
from registry.domain.people import ContractType
from registry.domain.periods import Period
from registry.domain.permissions import Scope
from registry.domain.units.kinds import SECTION_KINDS, UnitKind
from registry.domain.vietnamese.names import query_words, search_key
from registry.domain.vietnamese.writing import format_day
from registry.models.assignments import Assignment
from registry.models.base import db
from registry.models.decisions import Decision
from registry.models.memberships import Membership
from registry.models.people import Person
from registry.models.units import Unit, UnitContact, UnitPath, UnitPeriod
from registry.queries.coverage.carried_over import carried_on
from registry.queries.parameters import counting_rules
from registry.queries.units.on_a_day import (
    UnitRow,
    in_force,
    in_scope_of,
    subtree,
    under,
    unit_on,
    units_by_id,
)

_BLOCK = 500
_ROLE_ORDER = list(AssignmentRole)


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds an assignment: a person, or a section (bộ phận). Exactly one of the two is set."""

    person_id: int | None = None
    section_id: int | None = None


@dataclass(frozen=True, slots=True)
class AssignmentRow:
    """An assignment in a list. Names of units are those of the day asked, or of its first day.

    `decided_on` is the day of its decision: None without one, or while that day is not known.
    `carried_on` is the day on which a reorganisation brought it here from a unit that ended, while
    it still rests on a decision from before: it counts, and waits for one anew.
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
    phone: str | None
    contract_type: ContractType | None
    role: AssignmentRole
    duty: Duty
    concurrent_fields: str | None
    decision_id: int | None
    decision_number: str | None
    decided_on: date | None
    carried_on: date | None
    valid_from: date
    valid_to: date | None
    end_reason: str | None

    @property
    def period(self) -> Period:
        """The days it holds."""
        return Period(self.valid_from, self.valid_to)

    def is_carried_over(self, day: date) -> bool:
        """Tell whether on `day` it waits only because it was carried over: its decision is old."""
        return (
            self.carried_on is not None and self.decided_on is not None and self.decided_on <= day
        )

    def waits_because(self, day: date) -> str | None:
        """Say why it waits for a decision on `day`, or None when it does not."""
        if self.decision_id is None:
            return "Chưa có quyết định"
        if self.decided_on is None:
            return f"Văn bản {self.decision_number} chưa có ngày ký"
        if self.decided_on > day:
            return f"Văn bản {self.decision_number} ký ngày {format_day(self.decided_on)}"
        if self.carried_on is not None:
            return (
                f"Chuyển tiếp từ {format_day(self.carried_on)}, chờ quyết định mới "
                f"(thay {self.decision_number})"
            )
        return None


@dataclass(frozen=True, slots=True)
class HeldAssignment:
    """An assignment with what the domain's rules ask of it on a day."""

    row: AssignmentRow
    holding: Holding


@dataclass(frozen=True, slots=True)
class EligiblePerson:
    """Somebody who may hold an assignment of a unit: a member of it, or of one below or above.

    `distance` orders: 0 a member of the unit itself, 1 of one below, 2 of one above.
    """

    person_id: int
    full_name: str
    job_title: str | None
    unit_id: int
    unit_name: str
    distance: int
    search_key: str


@dataclass(frozen=True, slots=True)
class EligibleHolders:
    """Who may hold an assignment of a unit on a day: people, and sections below it."""

    people: tuple[EligiblePerson, ...]
    sections: tuple[UnitRow, ...]


@dataclass(frozen=True, slots=True)
class WaitingFilter:
    """Narrows the list of what waits for a decision; None or "" lets all pass."""

    unit: str = ""
    kind: UnitKind | None = None
    role: AssignmentRole | None = None


def assignments_of_unit(unit_id: int, day: date | None) -> list[AssignmentRow]:
    """Return the assignments of a unit in force on `day`; with None all there ever were.

    In force: by role, then the holder's given name. All: the latest first.
    """
    rows = _read(_rows(day).where(Assignment.unit_id == unit_id))
    return _in_order(rows) if day is not None else _latest_first(rows)


def assignments_of_person(person_id: int, day: date | None) -> list[AssignmentRow]:
    """Return what a person is assigned to on `day`; with None all there ever was, latest first."""
    rows = _read(_rows(day).where(Assignment.person_id == person_id))
    return _in_order(rows) if day is not None else _latest_first(rows)


def assignments_on_decision(decision_id: int, scope: Scope, today: date) -> list[AssignmentRow]:
    """Return the assignments that rest on a decision, of units in `scope` today."""
    statement = _rows(None).where(
        Assignment.decision_id == decision_id, in_scope_of(scope, Assignment.unit_id, today)
    )
    return sorted(
        _read(statement),
        key=lambda row: (row.unit_code, row.unit_name, _ROLE_ORDER.index(row.role), row.id),
    )


def seen_assignment(assignment_id: int, scope: Scope, today: date) -> AssignmentRow | None:
    """Return the assignment when its unit lies in `scope` today, else None."""
    rows = _read(
        _rows(None).where(
            Assignment.id == assignment_id, in_scope_of(scope, Assignment.unit_id, today)
        )
    )
    return rows[0] if rows else None


def assignment_by_id(assignment_id: int) -> Assignment | None:
    """Return one assignment, to be changed."""
    return db.session.get(Assignment, assignment_id)


def same_role_overlapping(
    unit_id: int, role: AssignmentRole, holder: Holder, period: Period, except_id: int | None
) -> list[Assignment]:
    """Return the assignments of a holder to a role of a unit that share a day with `period`.

    `except_id` is the one that is being changed.
    """
    who = (
        Assignment.person_id == holder.person_id
        if holder.person_id is not None
        else Assignment.section_id == holder.section_id
    )
    found = db.session.scalars(
        select(Assignment)
        .where(Assignment.unit_id == unit_id, Assignment.role == role, who)
        .order_by(Assignment.valid_from, Assignment.id)
    )
    return [
        other
        for other in found
        if other.id != except_id and Period(other.valid_from, other.valid_to).overlaps(period)
    ]


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
    statement = _rows(day)
    if unit_ids is not None:
        statement = statement.where(Assignment.unit_id.in_(sorted(unit_ids)))
    if prefix is not None:
        path = aliased(UnitPath)
        statement = statement.join(
            path, and_(path.unit_id == Assignment.unit_id, in_force(path, day))
        ).where(under(path.path, prefix))
    if scope is not None:
        statement = statement.where(in_scope_of(scope, Assignment.unit_id, today or day))
    rows = _in_order(_read(statement))
    units = units_by_id(
        [row.unit_id for row in rows] + [row.section_id for row in rows if row.section_id], day
    )
    paths = _paths_of_members({row.person_id for row in rows if row.person_id}, day)
    return [HeldAssignment(row, _holding(row, units, paths)) for row in rows]


def focal_points_counting(unit_id: int, day: date) -> list[AssignmentRow]:
    """Return the assignments that cover a unit on `day` ("Có đầu mối", Plan 4660 III.1b)."""
    grace = counting_rules().grace
    return [
        held.row
        for held in holdings(day, unit_ids=[unit_id])
        if counts_as_focal_point(held.holding, day, grace)
    ]


def eligible_holders(unit: UnitRow, day: date, scope: Scope, today: date) -> EligibleHolders:
    """Return who may hold an assignment of `unit` (a row of `day`) on `day`.

    People whose membership lies in `scope` today; the nearest first, then by given name. Sections
    by code, then name.
    """
    nearest: dict[int, EligiblePerson] = {}
    for person in _eligible_people(unit, day, scope, today):
        known = nearest.get(person.person_id)
        if known is None or person.distance < known.distance:
            nearest[person.person_id] = person
    return EligibleHolders(
        people=tuple(sorted(nearest.values(), key=lambda row: row.distance)),
        sections=tuple(
            row for row in subtree(unit.path, day, kinds=sorted(SECTION_KINDS)) if row.id != unit.id
        ),
    )


def is_eligible_person(person_id: int, unit: UnitRow, day: date, scope: Scope, today: date) -> bool:
    """Tell whether a person is among the `eligible_holders`."""
    return any(_eligible_people(unit, day, scope, today, person_id))


def is_eligible_section(section_id: int, unit: UnitRow, day: date) -> bool:
    """Tell whether a unit is on `day` a section that stands below `unit` (a row of `day`)."""
    section = unit_on(section_id, day)
    return section is not None and section.kind in SECTION_KINDS and _stands_below(section, unit)


def _eligible_people(
    unit: UnitRow, day: date, scope: Scope, today: date, only: int | None = None
) -> Iterator[EligiblePerson]:
    """Yield one row for each membership that makes a person eligible, by given name."""
    path, home = aliased(UnitPath), aliased(UnitPeriod)
    above = [int(part) for part in unit.path.strip("/").split("/")]
    statement = (
        select(Person, home, path.path)
        .join(Membership, Membership.person_id == Person.id)
        .join(path, and_(path.unit_id == Membership.unit_id, in_force(path, day)))
        .join(home, and_(home.unit_id == Membership.unit_id, in_force(home, day)))
        .where(
            in_force(Membership, day),
            or_(under(path.path, unit.path), Membership.unit_id.in_(above)),
            in_scope_of(scope, Membership.unit_id, today),
        )
        .order_by(Person.sort_key, Person.id, Membership.is_main.desc(), Membership.id)
    )
    if only is not None:
        statement = statement.where(Person.id == only)
    for person, period, member_path in db.session.execute(statement):
        yield _eligible(person, period, _distance(member_path, unit.path))


def waiting_for_decision(
    scope: Scope, today: date, day: date, narrowed: WaitingFilter = WaitingFilter()
) -> list[AssignmentRow]:
    """Return what is in force on `day` in `scope` and waits for a decision.

    By unit code, then role. First what has none dated on or before the day: it counts in neither
    standard. Then what was carried over from a unit that ended, which counts.
    """
    statement = _rows(day).where(
        in_scope_of(scope, Assignment.unit_id, today),
        or_(
            Decision.issued_on.is_(None),
            Decision.issued_on > day,
            carried_on().is_not(None),
        ),
    )
    if narrowed.role is not None:
        statement = statement.where(Assignment.role == narrowed.role)
    if narrowed.kind is not None:
        statement = statement.where(_Names.unit.kind == narrowed.kind)
    words = query_words(narrowed.unit)
    return sorted(
        (
            row
            for row in _read(statement)
            if all(f" {word}" in f" {search_key(row.unit_name)}" for word in words)
            or row.unit_code == narrowed.unit.strip()
        ),
        key=lambda row: (
            row.is_carried_over(day),
            row.unit_code,
            row.unit_name,
            _ROLE_ORDER.index(row.role),
            row.holder_sort_key,
            row.id,
        ),
    )


class _Names:
    """The tables an assignment's row takes its names from: the unit served, and the section."""

    unit = aliased(UnitPeriod)
    identity = aliased(Unit)
    section = aliased(UnitPeriod)


def _rows(day: date | None) -> Select[*tuple[Any, ...]]:
    """Select assignments, those in force on `day` or all, with the names of that or their day."""
    names = _Names
    statement = (
        select(
            Assignment,
            Person,
            Decision,
            names.unit,
            names.identity,
            names.section,
            UnitContact,
            carried_on(),
        )
        .join(names.identity, names.identity.id == Assignment.unit_id)
        .outerjoin(
            names.unit, and_(names.unit.unit_id == Assignment.unit_id, _named_on(names.unit, day))
        )
        .outerjoin(
            names.section,
            and_(names.section.unit_id == Assignment.section_id, _named_on(names.section, day)),
        )
        .outerjoin(Person, Person.id == Assignment.person_id)
        .outerjoin(Decision, Decision.id == Assignment.decision_id)
        .outerjoin(UnitContact, UnitContact.unit_id == Assignment.unit_id)
    )
    return statement if day is None else statement.where(in_force(Assignment, day))


def _named_on(period: type[UnitPeriod], day: date | None) -> ColumnElement[bool]:
    if day is not None:
        return in_force(period, day)
    return and_(
        period.valid_from <= Assignment.valid_from,
        or_(period.valid_to.is_(None), period.valid_to > Assignment.valid_from),
    )


def _read(statement: Select[*tuple[Any, ...]]) -> list[AssignmentRow]:
    return [_row(found) for found in db.session.execute(statement)]


def _row(found: Row[*tuple[Any, ...]]) -> AssignmentRow:
    assignment, person, decision, unit, identity, section, contact, carried = found
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
        job_title=person.job_title if person else None,
        phone=person.phone if person else None,
        contract_type=person.contract_type if person else None,
        role=assignment.role,
        duty=assignment.duty,
        concurrent_fields=assignment.concurrent_fields,
        decision_id=assignment.decision_id,
        decision_number=decision.number if decision else None,
        decided_on=decision.issued_on if decision else None,
        carried_on=carried,
        valid_from=assignment.valid_from,
        valid_to=assignment.valid_to,
        end_reason=assignment.end_reason,
    )


def _unit_name(period: UnitPeriod | None) -> str:
    """Return the name, also of a unit that no longer exists on the day asked."""
    return (period.short_name or period.name) if period else "Đơn vị đã kết thúc"


def _in_order(rows: Iterable[AssignmentRow]) -> list[AssignmentRow]:
    return sorted(rows, key=lambda row: (_ROLE_ORDER.index(row.role), row.holder_sort_key, row.id))


def _latest_first(rows: Iterable[AssignmentRow]) -> list[AssignmentRow]:
    return sorted(rows, key=lambda row: (row.valid_from, row.id), reverse=True)


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
        decided_on=row.decided_on,
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
        return section is not None and _stands_below(section, unit)
    return _is_near(paths.get(row.person_id or 0, []), unit.path)


def _stands_below(section: UnitRow, unit: UnitRow) -> bool:
    return section.id != unit.id and section.path.startswith(unit.path)


def _is_near(member_paths: Sequence[str], unit_path: str) -> bool:
    return any(path.startswith(unit_path) or unit_path.startswith(path) for path in member_paths)


def _distance(member_path: str, unit_path: str) -> int:
    if member_path == unit_path:
        return 0
    return 1 if member_path.startswith(unit_path) else 2


def _eligible(person: Person, home: UnitPeriod, distance: int) -> EligiblePerson:
    return EligiblePerson(
        person_id=person.id,
        full_name=person.full_name,
        job_title=person.job_title,
        unit_id=home.unit_id,
        unit_name=home.short_name or home.name,
        distance=distance,
        search_key=person.search_key,
    )
