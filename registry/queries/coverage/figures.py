"""Which units lack a focal point, as of any day (Plan 4660 III.1b, IV.2, V.6a).

Each question takes a constant number of SELECTs, whatever the number of units.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import (
    Row,
    and_,
    exists,
    func,
    or_,
    select,
)

from registry.domain.assignments import AssignmentRole
from registry.domain.coverage import (
    Basis,
    FocalPoints,
    Lack,
    RequiredUnit,
    Standard,
    Tally,
    due_on,
    lack_of,
    tally,
)
from registry.domain.errors import NotFound
from registry.domain.permissions import EVERYTHING, Scope
from registry.domain.units.kinds import UnitKind
from registry.domain.vietnamese.writing import format_day
from registry.models.assignments import Assignment
from registry.models.base import db, ready_alias
from registry.models.coverage import CoverageRule, VacancyReport
from registry.models.decisions import Decision
from registry.models.units import Unit, UnitContact, UnitPath, UnitPeriod
from registry.queries.coverage.completeness import completeness_days, is_complete
from registry.queries.coverage.counting import (
    COUNTED,
    AnySelect,
    counts_by_unit,
    under_prefix,
    values_of_counts,
)
from registry.queries.coverage.enterprise_staff import is_enterprise_staff
from registry.queries.coverage.papers import has_begun, is_ended
from registry.queries.coverage.required import focal_point_rule, must_be_covered
from registry.queries.parameters import home_unit
from registry.queries.units.left_over import BELOW_A_BODY_LEFT_OVER, is_counted_nowhere, left_over
from registry.queries.units.on_a_day import DAY, UnitRow, find_by_code, in_force, in_scope_of, under

_PARENT, _PARENT_UNIT = ready_alias(UnitPeriod), ready_alias(Unit)
_EARLIER = ready_alias(UnitPeriod)
# What `_units` tells of why a unit lacks a focal point, in its order; the last with the counts.
_LACKS = (
    Lack.ENTERPRISE_STAFF,
    Lack.WAITING,
    Lack.LAPSED,
    Lack.REPORTED,
    Lack.ENDED,
    Lack.BY_LAW,
)


@dataclass(frozen=True, slots=True)
class KindLine:
    """The counts of one kind of units."""

    kind: UnitKind
    headline: bool
    tally: Tally


@dataclass(frozen=True, slots=True)
class ParentLine:
    """The counts of the headline units of one kind that stand directly under one unit."""

    id: int
    kind: UnitKind
    code: str
    name: str
    path: str
    tally: Tally


@dataclass(frozen=True, slots=True)
class UnitNotTakingPart:
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

    def lacks(self) -> list[tuple[Lack, int]]:
        """Return why headline units have no focal point at all, and how many, for that reason."""
        counts = Counter(
            unit.lack for unit in self.units if unit.headline and unit.any_basis is Basis.NONE
        )
        return [(lack, counts[lack]) for lack in Lack if counts[lack]]

    @property
    def lapsed(self) -> int:
        """How many headline units have a paper out of force and no focal point that counts."""
        return sum(unit.headline and unit.lapsed for unit in self.units)

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
        below: dict[tuple[int, UnitKind], list[RequiredUnit]] = {}
        for unit in self.units:
            is_deeper = self.unit.id not in {unit.id, unit.parent_id}
            if unit.headline and is_deeper and unit.parent_id is not None:
                below.setdefault((unit.parent_id, unit.kind), []).append(unit)
        lines = [
            ParentLine(
                id=parent_id,
                kind=kind,
                code=units[0].parent_code,
                name=units[0].parent_name,
                path=units[0].path.removesuffix(f"{units[0].id}/"),
                tally=tally(units),
            )
            for (parent_id, kind), units in below.items()
        ]
        return sorted(lines, key=lambda line: (line.code, line.name, line.kind))

    def uncovered(self, standard: Standard, *, headline: bool = True) -> list[RequiredUnit]:
        """Return the units known not to meet `standard`, by code, then name."""
        return [
            unit
            for unit in self.units
            if unit.headline is headline and unit.basis(standard).is_missing
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

    Rights are asked for `today`; without a scope everything counts. A constant number of SELECTs.
    """
    statement = _units()
    if not scope.everything:
        statement = statement.where(in_scope_of(scope, Unit.id, today or day))
    complete_from = completeness_days()
    rows = db.session.execute(statement, values_of_counts(unit.path, day))
    units = [_required_unit(row, day, complete_from) for row in rows]
    due = [one for one in units if one.due_on <= day]
    return Coverage(
        as_of=day,
        unit=unit,
        units=tuple(sorted(due, key=lambda found: (found.code, found.name))),
        kinds=_kinds_with_rules(day),
        not_due=len(units) - len(due),
    )


def _required_unit(
    row: Row[*tuple[Any, ...]], day: date, complete_from: Mapping[int, date]
) -> RequiredUnit:
    # By place: looking each column up by its name takes as long as the rest of the question.
    (unit_id, code, name, kind, path, parent_id, parent_code, parent_name, phone, *counted) = row
    headline, minimum, grace_days, began, *found = counted
    lacks, points = found[: len(_LACKS) - 1], found[len(_LACKS) - 1 :]
    by_any, by_strict = FocalPoints(*points[:4]), FocalPoints(*points[4:7])
    given_by_law, by_decision, any_checked, strict_checked = points[7:]
    is_known = is_complete(path, day, complete_from)
    basis = by_any.basis(minimum) if is_known else Basis.UNKNOWN
    by_law = is_known and by_any.is_by_law(minimum)
    strict_basis = by_strict.basis(minimum) if is_known else Basis.UNKNOWN
    known = [lack for lack, holds in zip(_LACKS, (*lacks, given_by_law), strict=True) if holds]
    return RequiredUnit(
        id=unit_id,
        code=code,
        name=name,
        kind=kind,
        path=path,
        parent_id=parent_id,
        parent_code=parent_code,
        parent_name=parent_name,
        phone=phone,
        headline=headline,
        minimum=minimum,
        due_on=due_on(began, grace_days),
        any_basis=basis,
        strict_basis=strict_basis,
        lack=lack_of(basis, known),
        lapsed=basis.is_missing and Lack.LAPSED in known,
        by_other_paper=basis.is_covered and not by_law and by_decision < minimum,
        by_law=by_law,
        any_unchecked=basis.is_covered and not by_law and not any_checked,
        strict_unchecked=strict_basis.is_covered and not strict_checked,
    )


def units_not_taking_part(
    unit: UnitRow, day: date, scope: Scope = EVERYTHING, today: date | None = None
) -> list[UnitNotTakingPart]:
    """Return the units of the subtree that take no part, with the reason, by code.

    Besides them, of kinds that must be covered, those left over from a province that ended and what
    stands below these.
    """
    kinds = [kind for kind, _ in _kinds_with_rules(day)]
    rows = db.session.execute(
        select(
            Unit.id,
            func.coalesce(UnitPeriod.official_code, Unit.registry_code, ""),
            UnitPeriod.name,
            UnitPeriod.kind,
            UnitPeriod.takes_part,
            UnitPeriod.not_taking_part_reason,
        )
        .join(UnitPeriod, and_(UnitPeriod.unit_id == Unit.id, in_force(UnitPeriod, day)))
        .join(UnitPath, and_(UnitPath.unit_id == Unit.id, in_force(UnitPath, day)))
        .where(
            or_(~UnitPeriod.takes_part, and_(UnitPeriod.kind.in_(kinds), is_counted_nowhere(day))),
            under(UnitPath.path, unit.path),
            in_scope_of(scope, Unit.id, today or day),
        )
    )
    left = {body.id: body.reason for body in left_over(day, scope, today, unit.path)}
    found = [
        UnitNotTakingPart(
            unit_id,
            unit_code,
            name,
            kind,
            reason or left.get(unit_id) or ("" if not takes_part else BELOW_A_BODY_LEFT_OVER),
        )
        for unit_id, unit_code, name, kind, takes_part, reason in rows
    ]
    return sorted(found, key=lambda row: (row.code, row.name))


def _kinds_with_rules(day: date) -> tuple[tuple[UnitKind, bool], ...]:
    rows = db.session.execute(
        select(CoverageRule.kind, CoverageRule.headline).where(focal_point_rule(day))
    )
    order = list(UnitKind)
    return tuple(
        sorted(((kind, headline) for kind, headline in rows), key=lambda row: order.index(row[0]))
    )


@cache
def _units() -> AnySelect:
    """Select the units in the subtree that must be covered, with rule and focal points."""
    counts = counts_by_unit().subquery()
    ever = (
        select(Assignment.id)
        .outerjoin(Decision, Decision.id == Assignment.decision_id)
        .where(
            Assignment.unit_id == Unit.id,
            Assignment.role == AssignmentRole.FOCAL_POINT,
            Assignment.valid_from <= DAY,
        )
        .correlate(Unit)
    )
    in_role = ever.where(in_force(Assignment, DAY))
    of_others = in_role.where(~is_enterprise_staff(DAY))
    reported = (
        select(VacancyReport.id)
        .where(VacancyReport.unit_id == Unit.id, VacancyReport.since <= DAY)
        .correlate(Unit)
    )
    began = (
        select(func.min(_EARLIER.valid_from)).where(_EARLIER.unit_id == Unit.id).scalar_subquery()
    )
    return (
        select(
            # In the order in which `_required_unit` reads them.
            Unit.id,
            func.coalesce(UnitPeriod.official_code, Unit.registry_code, ""),
            UnitPeriod.name,
            UnitPeriod.kind,
            UnitPath.path,
            UnitPeriod.parent_id,
            func.coalesce(_PARENT.official_code, _PARENT_UNIT.registry_code, ""),
            func.coalesce(_PARENT.name, ""),
            UnitContact.phone,
            CoverageRule.headline,
            CoverageRule.minimum,
            CoverageRule.grace_days,
            began,
            exists(in_role.where(is_enterprise_staff(DAY))),
            exists(of_others.where(or_(Decision.id.is_(None), ~has_begun(DAY)))),
            exists(of_others.where(has_begun(DAY), is_ended(DAY))),
            exists(reported),
            exists(ever),
            *(func.coalesce(counts.c[name], 0) for name in COUNTED),
        )
        .join(UnitPeriod, and_(UnitPeriod.unit_id == Unit.id, in_force(UnitPeriod, DAY)))
        .join(UnitPath, and_(UnitPath.unit_id == Unit.id, in_force(UnitPath, DAY)))
        .join(CoverageRule, must_be_covered(DAY))
        .outerjoin(_PARENT, and_(_PARENT.unit_id == UnitPeriod.parent_id, in_force(_PARENT, DAY)))
        .outerjoin(_PARENT_UNIT, _PARENT_UNIT.id == UnitPeriod.parent_id)
        .outerjoin(UnitContact, UnitContact.unit_id == Unit.id)
        .outerjoin(counts, counts.c.unit_id == Unit.id)
        .where(under_prefix(UnitPath.path))
    )
