"""Which units lack a focal point, as of any day (design §3; Plan 4660 III.1b, IV.2, V.6a).

Said once in sets, for the rules that `registry.domain.assignments` says of a single holding; a test
compares the two. Each question takes a constant number of SELECTs, whatever the number of units.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    SQLColumnExpression,
    and_,
    case,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from registry.domain.assignments import AssignmentRole, Duty
from registry.domain.coverage import (
    CoveredSpan,
    RequiredUnit,
    Standard,
    Tally,
    due_on,
    tally,
    vacant_since,
)
from registry.domain.errors import NotFound
from registry.domain.people import ContractType
from registry.domain.periods import Period
from registry.domain.permissions import EVERYTHING, Scope
from registry.domain.units import UnitKind
from registry.domain.vietnamese_format import format_day
from registry.models.assignments import Assignment
from registry.models.base import db
from registry.models.coverage import CoverageRule
from registry.models.decisions import Decision
from registry.models.memberships import Membership
from registry.models.people import Person
from registry.models.units import Unit, UnitContact, UnitPath, UnitPeriod
from registry.queries.parameters import contract_workers_count, home_unit
from registry.queries.units import UnitRow, find_by_code, in_force, in_scope_of, under

_AnySelect = Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class KindLine:
    """The counts of one kind of units."""

    kind: UnitKind
    headline: bool
    tally: Tally


@dataclass(frozen=True, slots=True)
class ParentLine:
    """The counts of the headline units that stand directly under one unit."""

    id: int
    code: str
    name: str
    path: str
    tally: Tally


@dataclass(frozen=True, slots=True)
class OutsideUnit:
    """A unit counted nowhere, and why."""

    id: int
    code: str
    name: str
    kind: UnitKind
    reason: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """Coverage of one unit's subtree on a day, whatever the standard.

    `units` are those that must be covered, by code, then name. `kinds` are the kinds with a rule on
    that day and whether they belong to the headline, also those of which the subtree holds no unit.
    `not_due` counts units that began so recently that their days of grace still run: they are
    required nowhere yet.
    """

    as_of: date
    unit: UnitRow
    units: tuple[RequiredUnit, ...]
    kinds: tuple[tuple[UnitKind, bool], ...]
    not_due: int

    @property
    def headline(self) -> Tally:
        """The counts of the headline kinds together: the M of N/M."""
        return tally(unit for unit in self.units if unit.headline)

    def lines(self, *, headline: bool) -> list[KindLine]:
        """Return the counts of each headline kind, or of each kind counted outside the total."""
        return [
            KindLine(kind, headline, tally(unit for unit in self.units if unit.kind is kind))
            for kind, is_headline in self.kinds
            if is_headline is headline
        ]

    def by_parent(self) -> list[ParentLine]:
        """Return the counts of the deeper headline units by the unit directly above them.

        Units directly under the subtree's root are left out: their parent is the whole.
        """
        below: dict[int, list[RequiredUnit]] = {}
        for unit in self.units:
            is_deeper = self.unit.id not in {unit.id, unit.parent_id}
            if unit.headline and is_deeper and unit.parent_id is not None:
                below.setdefault(unit.parent_id, []).append(unit)
        lines = [
            ParentLine(
                id=parent_id,
                code=units[0].parent_code,
                name=units[0].parent_name,
                path=units[0].path.removesuffix(f"{units[0].id}/"),
                tally=tally(units),
            )
            for parent_id, units in below.items()
        ]
        return sorted(lines, key=lambda line: (line.code, line.name))

    def uncovered(self, standard: Standard, *, headline: bool = True) -> list[RequiredUnit]:
        """Return the units that do not meet `standard`, by code, then name."""
        return [
            unit
            for unit in self.units
            if unit.headline is headline and not unit.is_covered(standard)
        ]


def root_unit(code: str | None, day: date) -> UnitRow:
    """Return the unit that bears `code` on `day`; without code the home province.

    Raises NotFound when there is none on that day, or when no units are known for it at all.
    """
    home = home_unit(day)
    unit = home if code is None else find_by_code(code, day)
    if unit is None:
        raise NotFound(f"Không có đơn vị mang mã “{code}” vào ngày {format_day(day)}.")
    return unit


def coverage(
    unit: UnitRow, day: date, scope: Scope = EVERYTHING, today: date | None = None
) -> Coverage:
    """Return the coverage of the subtree of `unit` (a row of `day`) on `day`, within `scope`.

    Rights are asked for `today`; without a scope everything counts. Three SELECTs.
    """
    rows = db.session.execute(
        _units(unit.path, day).where(in_scope_of(scope, Unit.id, today or day))
    ).all()
    due = [_required_unit(row) for row in rows if due_on(row.began, row.grace_days) <= day]
    return Coverage(
        as_of=day,
        unit=unit,
        units=tuple(sorted(due, key=lambda found: (found.code, found.name))),
        kinds=_kinds_with_rules(day),
        not_due=len(rows) - len(due),
    )


def _required_unit(row: Row[*tuple[Any, ...]]) -> RequiredUnit:
    any_count, strict_count = row.any_count or 0, row.strict_count or 0
    return RequiredUnit(
        id=row.id,
        code=row.code,
        name=row.name,
        kind=row.kind,
        path=row.path,
        parent_id=row.parent_id,
        parent_code=row.parent_code or "",
        parent_name=row.parent_name or "",
        phone=row.phone,
        headline=row.headline,
        minimum=row.minimum,
        due_on=due_on(row.began, row.grace_days),
        any_covered=any_count >= row.minimum,
        strict_covered=strict_count >= row.minimum,
        waiting=any_count < row.minimum and row.waiting,
    )


def vacancies(found: Coverage, standard: Standard) -> dict[int, date]:
    """Return the first day of the vacancy of each required unit that does not meet `standard`.

    Two SELECTs more.
    """
    vacant = {unit.id: unit for unit in found.units if not unit.is_covered(standard)}
    spans: dict[int, list[CoveredSpan]] = {unit_id: [] for unit_id in vacant}
    for unit_id, span in _spans(found.unit.path, found.as_of):
        if unit_id in spans:
            spans[unit_id].append(span)
    return {
        unit_id: vacant_since(unit, spans[unit_id], standard, found.as_of)
        for unit_id, unit in vacant.items()
    }


def focal_point_count(unit_id: int, day: date) -> int:
    """Return how many assignments cover the unit on `day` under "Có đầu mối" (III.1b)."""
    counts = _counts(day).where(Assignment.unit_id == unit_id)
    row = db.session.execute(counts).one_or_none()
    return int(row.any_count) if row else 0


def outside_scope(
    unit: UnitRow, day: date, scope: Scope = EVERYTHING, today: date | None = None
) -> list[OutsideUnit]:
    """Return the units of the subtree that are out of scope, with the reason, by code."""
    code = func.coalesce(UnitPeriod.official_code, Unit.registry_code, "")
    rows = db.session.execute(
        select(Unit.id, code, UnitPeriod.name, UnitPeriod.kind, UnitPeriod.out_of_scope_reason)
        .join(UnitPeriod, and_(UnitPeriod.unit_id == Unit.id, in_force(UnitPeriod, day)))
        .join(UnitPath, and_(UnitPath.unit_id == Unit.id, in_force(UnitPath, day)))
        .where(
            ~UnitPeriod.in_scope,
            under(UnitPath.path, unit.path),
            in_scope_of(scope, Unit.id, today or day),
        )
    )
    found = [
        OutsideUnit(unit_id, unit_code, name, kind, reason or "")
        for unit_id, unit_code, name, kind, reason in rows
    ]
    return sorted(found, key=lambda row: (row.code, row.name))


def _kinds_with_rules(day: date) -> tuple[tuple[UnitKind, bool], ...]:
    rows = db.session.execute(
        select(CoverageRule.kind, CoverageRule.headline).where(
            CoverageRule.role == AssignmentRole.FOCAL_POINT, in_force(CoverageRule, day)
        )
    )
    order = list(UnitKind)
    return tuple(
        sorted(((kind, headline) for kind, headline in rows), key=lambda row: order.index(row[0]))
    )


def _units(prefix: str, day: date) -> _AnySelect:
    """Select the units under `prefix` whose kind has a rule, with it and their focal points."""
    parent, parent_unit = aliased(UnitPeriod), aliased(Unit)
    earlier = aliased(UnitPeriod)
    counts = _counts(day, prefix).subquery()
    undecided = (
        select(Assignment.id)
        .outerjoin(Decision, Decision.id == Assignment.decision_id)
        .where(
            Assignment.unit_id == Unit.id,
            Assignment.role == AssignmentRole.FOCAL_POINT,
            in_force(Assignment, day),
            or_(Decision.issued_on.is_(None), Decision.issued_on > day),
        )
        .correlate(Unit)
    )
    began = select(func.min(earlier.valid_from)).where(earlier.unit_id == Unit.id).scalar_subquery()
    return (
        select(
            Unit.id,
            func.coalesce(UnitPeriod.official_code, Unit.registry_code, "").label("code"),
            UnitPeriod.name,
            UnitPeriod.kind,
            UnitPath.path,
            UnitPeriod.parent_id,
            func.coalesce(parent.official_code, parent_unit.registry_code).label("parent_code"),
            parent.name.label("parent_name"),
            UnitContact.phone,
            CoverageRule.headline,
            CoverageRule.minimum,
            CoverageRule.grace_days,
            began.label("began"),
            counts.c.any_count,
            counts.c.strict_count,
            exists(undecided).label("waiting"),
        )
        .join(UnitPeriod, and_(UnitPeriod.unit_id == Unit.id, in_force(UnitPeriod, day)))
        .join(UnitPath, and_(UnitPath.unit_id == Unit.id, in_force(UnitPath, day)))
        .join(
            CoverageRule,
            and_(
                CoverageRule.kind == UnitPeriod.kind,
                CoverageRule.role == AssignmentRole.FOCAL_POINT,
                in_force(CoverageRule, day),
            ),
        )
        .outerjoin(parent, and_(parent.unit_id == UnitPeriod.parent_id, in_force(parent, day)))
        .outerjoin(parent_unit, parent_unit.id == UnitPeriod.parent_id)
        .outerjoin(UnitContact, UnitContact.unit_id == Unit.id)
        .outerjoin(counts, counts.c.unit_id == Unit.id)
        .where(UnitPeriod.in_scope, under(UnitPath.path, prefix))
    )


def _counts(day: date, prefix: str | None = None) -> _AnySelect:
    """Select how many assignments cover each unit on `day`: `unit_id, any_count, strict_count`."""
    served, served_period = aliased(UnitPath), aliased(UnitPeriod)
    statement = (
        select(
            Assignment.unit_id.label("unit_id"),
            func.count().label("any_count"),
            func.sum(case((_is_strict(), 1), else_=0)).label("strict_count"),
        )
        .join(Decision, Decision.id == Assignment.decision_id)
        .join(served, and_(served.unit_id == Assignment.unit_id, in_force(served, day)))
        .join(
            served_period,
            and_(served_period.unit_id == Assignment.unit_id, in_force(served_period, day)),
        )
        .outerjoin(Person, Person.id == Assignment.person_id)
        .where(
            Assignment.role == AssignmentRole.FOCAL_POINT,
            in_force(Assignment, day),
            Decision.issued_on <= day,
            served_period.in_scope,
            or_(_section_stands_below(served, day), _person_belongs(served, day)),
        )
        .group_by(Assignment.unit_id)
    )
    return statement if prefix is None else statement.where(under(served.path, prefix))


def _is_strict() -> ColumnElement[bool]:
    """Say that a section holds it, or that the duty is chuyên trách (IV.2, V.1b).

    Whether a contract worker may count as chuyên trách is a setting.
    """
    dedicated: ColumnElement[bool] = Assignment.duty == Duty.DEDICATED
    if not contract_workers_count():
        dedicated = and_(
            dedicated,
            or_(Person.contract_type.is_(None), Person.contract_type != ContractType.CONTRACT),
        )
    return or_(Assignment.section_id.is_not(None), dedicated)


def _section_stands_below(served: type[UnitPath], day: date) -> ColumnElement[bool]:
    section = aliased(UnitPath)
    return (
        select(section.id)
        .where(
            section.unit_id == Assignment.section_id,
            in_force(section, day),
            _begins_with(section.path, served.path),
        )
        .correlate(Assignment, served)
        .exists()
    )


def _person_belongs(served: type[UnitPath], day: date) -> ColumnElement[bool]:
    """Say that the person is on `day` a member of the unit served, or of one below or above it."""
    own = aliased(UnitPath)
    return (
        select(Membership.id)
        .join(own, and_(own.unit_id == Membership.unit_id, in_force(own, day)))
        .where(
            Membership.person_id == Assignment.person_id,
            in_force(Membership, day),
            or_(_begins_with(own.path, served.path), _begins_with(served.path, own.path)),
        )
        .correlate(Assignment, served)
        .exists()
    )


def _begins_with(
    path: SQLColumnExpression[str], prefix: SQLColumnExpression[str]
) -> ColumnElement[bool]:
    return func.substr(path, 1, func.length(prefix)) == prefix


def _spans(prefix: str, day: date) -> Iterator[tuple[int, CoveredSpan]]:
    """Yield unit and days for each assignment that counted, up to `day`, under `prefix`."""
    for statement in (_person_spans(prefix, day), _section_spans(prefix, day)):
        for assignment_id, unit_id, is_strict, *days in db.session.execute(statement):
            period = _shared(days[0::2], days[1::2])
            if period is not None:
                yield unit_id, CoveredSpan(assignment_id, period, bool(is_strict))


def _shared(starts: Sequence[date], ends: Sequence[date | None]) -> Period | None:
    """Return the days that all the periods with these starts and ends share."""
    first = max(starts)
    last = min((end for end in ends if end is not None), default=None)
    return None if last is not None and last <= first else Period(first, last)


def _person_spans(prefix: str, day: date) -> _AnySelect:
    served, own = aliased(UnitPath), aliased(UnitPath)
    return (
        _past_holdings(served, prefix, day)
        .join(Membership, Membership.person_id == Assignment.person_id)
        .join(own, own.unit_id == Membership.unit_id)
        .where(or_(_begins_with(own.path, served.path), _begins_with(served.path, own.path)))
        .add_columns(Membership.valid_from, Membership.valid_to, own.valid_from, own.valid_to)
    )


def _section_spans(prefix: str, day: date) -> _AnySelect:
    served, section = aliased(UnitPath), aliased(UnitPath)
    return (
        _past_holdings(served, prefix, day)
        .join(section, section.unit_id == Assignment.section_id)
        .where(_begins_with(section.path, served.path))
        .add_columns(section.valid_from, section.valid_to)
    )


def _past_holdings(served: type[UnitPath], prefix: str, day: date) -> _AnySelect:
    """Select assignment, unit served, whether strict, then pairs of first day and end.

    The assignment counts on the days that all of these periods share.
    """
    below = select(UnitPath.unit_id).where(in_force(UnitPath, day), under(UnitPath.path, prefix))
    return (
        select(
            Assignment.id,
            Assignment.unit_id,
            _is_strict(),
            Assignment.valid_from,
            Assignment.valid_to,
            Decision.issued_on,
            Assignment.valid_to,
            UnitPeriod.valid_from,
            UnitPeriod.valid_to,
            served.valid_from,
            served.valid_to,
        )
        .join(Decision, Decision.id == Assignment.decision_id)
        .join(UnitPeriod, UnitPeriod.unit_id == Assignment.unit_id)
        .join(served, served.unit_id == Assignment.unit_id)
        .outerjoin(Person, Person.id == Assignment.person_id)
        .where(
            Assignment.role == AssignmentRole.FOCAL_POINT,
            Assignment.valid_from <= day,
            Assignment.unit_id.in_(below),
            Decision.issued_on <= day,
            UnitPeriod.in_scope,
        )
    )
