"""Which units lack a focal point, as of any day (design §3; Plan 4660 III.1b, IV.2, V.6a).

Said once in sets, for the rules that `registry.domain.assignments` says of a single holding; a test
compares the two. Each question takes a constant number of SELECTs, whatever the number of units.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Date,
    Row,
    Select,
    SQLColumnExpression,
    String,
    and_,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from registry.domain.assignments import AssignmentRole, Duty
from registry.domain.coverage import (
    CoverageStep,
    CoveredSpan,
    RequiredUnit,
    Standard,
    Tally,
    coverage_steps,
    due_on,
    tally,
    vacant_since,
)
from registry.domain.errors import NotFound
from registry.domain.people import ContractType
from registry.domain.periods import Period
from registry.domain.permissions import EVERYTHING, Scope
from registry.domain.units.kinds import UnitKind
from registry.domain.vietnamese.writing import format_day
from registry.models.assignments import Assignment
from registry.models.base import db
from registry.models.coverage import CoverageRule
from registry.models.decisions import Decision
from registry.models.memberships import Membership
from registry.models.people import Person
from registry.models.units import Unit, UnitContact, UnitPath, UnitPeriod
from registry.queries.coverage.carried_over import carried_on, was_carried_over
from registry.queries.coverage.required import focal_point_rule, must_be_covered
from registry.queries.parameters import counting_rules, home_unit
from registry.queries.units.on_a_day import UnitRow, find_by_code, in_force, in_scope_of, under

_AnySelect = Select[*tuple[Any, ...]]

# The statements and their aliases are made once, for every day and subtree: making them costs more
# time than the database needs to answer.
_DAY: Any = bindparam("day", type_=Date)
_PREFIX, _BEYOND = bindparam("prefix", type_=String), bindparam("beyond", type_=String)
_CONTRACT_WORKERS_COUNT = bindparam("contract_workers_count", type_=Boolean)
_GRACE_PAST_FOR: Any = bindparam("grace_past_for", type_=Date)
_PARENT, _PARENT_UNIT = aliased(UnitPeriod), aliased(Unit)
_EARLIER = aliased(UnitPeriod)
_SERVED, _SERVED_PERIOD = aliased(UnitPath), aliased(UnitPeriod)
_SECTION, _OWN = aliased(UnitPath), aliased(UnitPath)


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
    values = _values(unit.path, day)
    statement = _units(graced="grace_past_for" in values)
    if not scope.everything:
        statement = statement.where(in_scope_of(scope, Unit.id, today or day))
    units = [_required_unit(row) for row in db.session.execute(statement, values)]
    due = [one for one in units if one.due_on <= day]
    return Coverage(
        as_of=day,
        unit=unit,
        units=tuple(sorted(due, key=lambda found: (found.code, found.name))),
        kinds=_kinds_with_rules(day),
        not_due=len(units) - len(due),
    )


def _required_unit(row: Row[*tuple[Any, ...]]) -> RequiredUnit:
    # By place: looking each column up by its name takes as long as the rest of the question.
    (unit_id, code, name, kind, path, parent_id, parent_code, parent_name, phone, *counted) = row
    headline, minimum, grace_days, began, any_count, strict_count, is_undecided = counted
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
        any_covered=any_count >= minimum,
        strict_covered=strict_count >= minimum,
        waiting=is_undecided and any_count < minimum,
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


def steps_of(unit: RequiredUnit, first_day: date, last_day: date) -> list[CoverageStep]:
    """Return which standards a unit met from `first_day` to `last_day`, and when. Two SELECTs."""
    spans = [span for unit_id, span in _spans(unit.path, last_day) if unit_id == unit.id]
    return coverage_steps(spans, unit.minimum, first_day, last_day)


def focal_point_count(unit_id: int, day: date) -> int:
    """Return how many assignments cover the unit on `day` under "Có đầu mối" (III.1b)."""
    values = _values("/", day)
    counts = _counts(graced="grace_past_for" in values).where(Assignment.unit_id == unit_id)
    row = db.session.execute(counts, values).one_or_none()
    return int(row.any_count) if row else 0


def focal_point_counts(day: date) -> dict[int, int]:
    """Return how many assignments cover each unit on `day` under "Có đầu mối", by unit."""
    values = _values("/", day)
    rows = db.session.execute(_counts(graced="grace_past_for" in values), values)
    return {unit_id: any_count for unit_id, any_count, _ in rows}


def units_not_taking_part(
    unit: UnitRow, day: date, scope: Scope = EVERYTHING, today: date | None = None
) -> list[UnitNotTakingPart]:
    """Return the units of the subtree that take no part, with the reason, by code."""
    code = func.coalesce(UnitPeriod.official_code, Unit.registry_code, "")
    rows = db.session.execute(
        select(Unit.id, code, UnitPeriod.name, UnitPeriod.kind, UnitPeriod.not_taking_part_reason)
        .join(UnitPeriod, and_(UnitPeriod.unit_id == Unit.id, in_force(UnitPeriod, day)))
        .join(UnitPath, and_(UnitPath.unit_id == Unit.id, in_force(UnitPath, day)))
        .where(
            ~UnitPeriod.takes_part,
            under(UnitPath.path, unit.path),
            in_scope_of(scope, Unit.id, today or day),
        )
    )
    found = [
        UnitNotTakingPart(unit_id, unit_code, name, kind, reason or "")
        for unit_id, unit_code, name, kind, reason in rows
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


def _values(prefix: str, day: date) -> dict[str, object]:
    """Return what the statements are asked with; "grace_past_for" only where a grace is set."""
    rules = counting_rules()
    past_for = rules.grace.latest_carried_on(day) if rules.grace else None
    return {
        "day": day,
        "prefix": prefix,
        "beyond": prefix[:-1] + "0",
        "contract_workers_count": rules.contract_workers_count,
    } | ({"grace_past_for": past_for} if past_for else {})


def _under_prefix(path: SQLColumnExpression[str]) -> ColumnElement[bool]:
    """Say that a path lies in the subtree asked for: as `under`, of a value to come."""
    return and_(path >= _PREFIX, path < _BEYOND)


@cache
def _units(*, graced: bool) -> _AnySelect:
    """Select the units in the subtree that must be covered, with rule and focal points."""
    counts = _counts(graced=graced).where(_under_prefix(_SERVED.path)).subquery()
    undecided = (
        select(Assignment.id)
        .outerjoin(Decision, Decision.id == Assignment.decision_id)
        .where(
            Assignment.unit_id == Unit.id,
            Assignment.role == AssignmentRole.FOCAL_POINT,
            in_force(Assignment, _DAY),
            or_(Decision.issued_on.is_(None), Decision.issued_on > _DAY),
        )
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
            func.coalesce(counts.c.any_count, 0),
            func.coalesce(counts.c.strict_count, 0),
            exists(undecided),
        )
        .join(UnitPeriod, and_(UnitPeriod.unit_id == Unit.id, in_force(UnitPeriod, _DAY)))
        .join(UnitPath, and_(UnitPath.unit_id == Unit.id, in_force(UnitPath, _DAY)))
        .join(CoverageRule, must_be_covered(_DAY))
        .outerjoin(_PARENT, and_(_PARENT.unit_id == UnitPeriod.parent_id, in_force(_PARENT, _DAY)))
        .outerjoin(_PARENT_UNIT, _PARENT_UNIT.id == UnitPeriod.parent_id)
        .outerjoin(UnitContact, UnitContact.unit_id == Unit.id)
        .outerjoin(counts, counts.c.unit_id == Unit.id)
        .where(_under_prefix(UnitPath.path))
    )


@cache
def _counts(*, graced: bool) -> _AnySelect:
    """Select how many assignments cover each unit: `unit_id, any_count, strict_count`.

    `graced`: those carried over from a merged unit stop counting once their days of grace are past.
    """
    statement = (
        select(
            Assignment.unit_id.label("unit_id"),
            func.count().label("any_count"),
            func.sum(case((_is_strict(), 1), else_=0)).label("strict_count"),
        )
        .join(Decision, Decision.id == Assignment.decision_id)
        .join(_SERVED, and_(_SERVED.unit_id == Assignment.unit_id, in_force(_SERVED, _DAY)))
        .join(
            _SERVED_PERIOD,
            and_(_SERVED_PERIOD.unit_id == Assignment.unit_id, in_force(_SERVED_PERIOD, _DAY)),
        )
        .outerjoin(Person, Person.id == Assignment.person_id)
        .where(
            Assignment.role == AssignmentRole.FOCAL_POINT,
            in_force(Assignment, _DAY),
            Decision.issued_on <= _DAY,
            _SERVED_PERIOD.takes_part,
            or_(_section_stands_below(), _person_belongs()),
        )
        .group_by(Assignment.unit_id)
    )
    return statement.where(~was_carried_over(_GRACE_PAST_FOR)) if graced else statement


def _is_strict() -> ColumnElement[bool]:
    """Say that a section holds it, or that the duty is chuyên trách (IV.2, V.1b).

    Whether a contract worker may count as chuyên trách is a setting.
    """
    may_count = or_(
        _CONTRACT_WORKERS_COUNT,
        Person.contract_type.is_(None),
        Person.contract_type != ContractType.CONTRACT,
    )
    return or_(
        Assignment.section_id.is_not(None), and_(Assignment.duty == Duty.DEDICATED, may_count)
    )


def _section_stands_below() -> ColumnElement[bool]:
    return (
        select(_SECTION.id)
        .where(
            _SECTION.unit_id == Assignment.section_id,
            in_force(_SECTION, _DAY),
            _begins_with(_SECTION.path, _SERVED.path),
        )
        .correlate(Assignment, _SERVED)
        .exists()
    )


def _person_belongs() -> ColumnElement[bool]:
    """Say that the person is that day a member of the unit served, or of one below or above it."""
    return (
        select(Membership.id)
        .join(_OWN, and_(_OWN.unit_id == Membership.unit_id, in_force(_OWN, _DAY)))
        .where(
            Membership.person_id == Assignment.person_id,
            in_force(Membership, _DAY),
            or_(_begins_with(_OWN.path, _SERVED.path), _begins_with(_SERVED.path, _OWN.path)),
        )
        .correlate(Assignment, _SERVED)
        .exists()
    )


def _begins_with(
    path: SQLColumnExpression[str], prefix: SQLColumnExpression[str]
) -> ColumnElement[bool]:
    return func.substr(path, 1, func.length(prefix)) == prefix


def _spans(prefix: str, day: date) -> Iterator[tuple[int, CoveredSpan]]:
    """Yield unit and days for each assignment that counted, up to `day`, under `prefix`."""
    values = _values(prefix, day)
    values.pop("grace_past_for", None)
    grace = counting_rules().grace
    for statement in (_person_spans(), _section_spans()):
        for assignment_id, unit_id, is_strict, carried, *days in db.session.execute(
            statement, values
        ):
            last = grace.end_of(carried) if grace and carried else None
            period = _shared(days[0::2], [*days[1::2], last])
            if period is not None:
                yield unit_id, CoveredSpan(assignment_id, period, bool(is_strict))


def _shared(starts: Sequence[date], ends: Sequence[date | None]) -> Period | None:
    """Return the days that all the periods with these starts and ends share."""
    first = max(starts)
    last = min((end for end in ends if end is not None), default=None)
    return None if last is not None and last <= first else Period(first, last)


@cache
def _person_spans() -> _AnySelect:
    return (
        _past_holdings()
        .join(Membership, Membership.person_id == Assignment.person_id)
        .join(_OWN, _OWN.unit_id == Membership.unit_id)
        .where(or_(_begins_with(_OWN.path, _SERVED.path), _begins_with(_SERVED.path, _OWN.path)))
        .add_columns(Membership.valid_from, Membership.valid_to, _OWN.valid_from, _OWN.valid_to)
    )


@cache
def _section_spans() -> _AnySelect:
    return (
        _past_holdings()
        .join(_SECTION, _SECTION.unit_id == Assignment.section_id)
        .where(_begins_with(_SECTION.path, _SERVED.path))
        .add_columns(_SECTION.valid_from, _SECTION.valid_to)
    )


def _past_holdings() -> _AnySelect:
    """Select assignment, unit served, whether strict, when carried over, then first days and ends.

    The assignment counts on the days that all of these periods share.
    """
    below = select(UnitPath.unit_id).where(in_force(UnitPath, _DAY), _under_prefix(UnitPath.path))
    return (
        select(
            Assignment.id,
            Assignment.unit_id,
            _is_strict(),
            carried_on(),
            Assignment.valid_from,
            Assignment.valid_to,
            Decision.issued_on,
            Assignment.valid_to,
            UnitPeriod.valid_from,
            UnitPeriod.valid_to,
            _SERVED.valid_from,
            _SERVED.valid_to,
        )
        .join(Decision, Decision.id == Assignment.decision_id)
        .join(UnitPeriod, UnitPeriod.unit_id == Assignment.unit_id)
        .join(_SERVED, _SERVED.unit_id == Assignment.unit_id)
        .outerjoin(Person, Person.id == Assignment.person_id)
        .where(
            Assignment.role == AssignmentRole.FOCAL_POINT,
            Assignment.valid_from <= _DAY,
            Assignment.unit_id.in_(below),
            Decision.issued_on <= _DAY,
            UnitPeriod.takes_part,
        )
    )
