"""When an assignment counts for the unit it serves, in SQL (Plan 4660 III.1b, IV.2).

Said once in sets, for the rules that `registry.domain.assignments` says of a single holding; a test
compares the two.
"""

from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Date,
    Select,
    SQLColumnExpression,
    String,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from registry.domain.assignments import AssignmentRole, Duty
from registry.domain.people import ContractType
from registry.models.assignments import Assignment
from registry.models.base import db
from registry.models.decisions import Decision
from registry.models.memberships import Membership
from registry.models.people import PersonPeriod
from registry.models.units import UnitPath, UnitPeriod
from registry.queries.coverage.carried_over import was_carried_over
from registry.queries.parameters import counting_rules
from registry.queries.person_periods import said_of
from registry.queries.units.on_a_day import DAY, in_force

AnySelect = Select[*tuple[Any, ...]]

# The statements and their aliases are made once, for every day and subtree: making them costs more
# time than the database needs to answer.
SERVED, SECTION, OWN = aliased(UnitPath), aliased(UnitPath), aliased(UnitPath)
_SERVED_PERIOD = aliased(UnitPeriod)
_PREFIX, _BEYOND = bindparam("prefix", type_=String), bindparam("beyond", type_=String)
_CONTRACT_WORKERS_COUNT = bindparam("contract_workers_count", type_=Boolean)
_GRACE_PAST_FOR: Any = bindparam("grace_past_for", type_=Date)


def focal_point_counts(day: date) -> dict[int, int]:
    """Return how many assignments cover each unit on `day` under "Có đầu mối", by unit."""
    values = values_for("/", day)
    rows = db.session.execute(counts_by_unit(graced="grace_past_for" in values), values)
    return {unit_id: any_count for unit_id, any_count, _ in rows}


def values_for(prefix: str, day: date) -> dict[str, object]:
    """Return what the statements are asked with; "grace_past_for" only where a grace is set."""
    rules = counting_rules()
    past_for = rules.grace.latest_carried_on(day) if rules.grace else None
    return {
        "day": day,
        "prefix": prefix,
        "beyond": prefix[:-1] + "0",
        "contract_workers_count": rules.contract_workers_count,
    } | ({"grace_past_for": past_for} if past_for else {})


def under_prefix(path: SQLColumnExpression[str]) -> ColumnElement[bool]:
    """Say that a path lies in the subtree asked for: as `under`, of a value to come."""
    return and_(path >= _PREFIX, path < _BEYOND)


@cache
def counts_by_unit(*, graced: bool) -> AnySelect:
    """Select how many assignments cover each unit: `unit_id, any_count, strict_count`.

    `graced`: those carried over from a merged unit stop counting once their days of grace are past.
    """
    statement = (
        select(
            Assignment.unit_id.label("unit_id"),
            func.count().label("any_count"),
            func.sum(case((is_strict(), 1), else_=0)).label("strict_count"),
        )
        .join(Decision, Decision.id == Assignment.decision_id)
        .join(SERVED, and_(SERVED.unit_id == Assignment.unit_id, in_force(SERVED, DAY)))
        .join(
            _SERVED_PERIOD,
            and_(_SERVED_PERIOD.unit_id == Assignment.unit_id, in_force(_SERVED_PERIOD, DAY)),
        )
        .outerjoin(PersonPeriod, said_of(Assignment.person_id, DAY))
        .where(
            Assignment.role == AssignmentRole.FOCAL_POINT,
            in_force(Assignment, DAY),
            Decision.issued_on <= DAY,
            _SERVED_PERIOD.takes_part,
            or_(_section_stands_below(), _person_belongs()),
        )
        .group_by(Assignment.unit_id)
    )
    return statement.where(~was_carried_over(_GRACE_PAST_FOR)) if graced else statement


def is_strict() -> ColumnElement[bool]:
    """Say that a section holds it, or that the duty is chuyên trách (IV.2, V.1b).

    Whether a contract worker may count as chuyên trách is a setting; whether somebody is one, the
    `PersonPeriod` joined says.
    """
    may_count = or_(
        _CONTRACT_WORKERS_COUNT,
        PersonPeriod.contract_type.is_(None),
        PersonPeriod.contract_type != ContractType.CONTRACT,
    )
    return or_(
        Assignment.section_id.is_not(None), and_(Assignment.duty == Duty.DEDICATED, may_count)
    )


def _section_stands_below() -> ColumnElement[bool]:
    return (
        select(SECTION.id)
        .where(
            SECTION.unit_id == Assignment.section_id,
            in_force(SECTION, DAY),
            begins_with(SECTION.path, SERVED.path),
        )
        .correlate(Assignment, SERVED)
        .exists()
    )


def _person_belongs() -> ColumnElement[bool]:
    """Say that the person is that day a member of the unit served, or of one below or above it."""
    return (
        select(Membership.id)
        .join(OWN, and_(OWN.unit_id == Membership.unit_id, in_force(OWN, DAY)))
        .where(
            Membership.person_id == Assignment.person_id,
            in_force(Membership, DAY),
            or_(begins_with(OWN.path, SERVED.path), begins_with(SERVED.path, OWN.path)),
        )
        .correlate(Assignment, SERVED)
        .exists()
    )


def begins_with(
    path: SQLColumnExpression[str], prefix: SQLColumnExpression[str]
) -> ColumnElement[bool]:
    """Say that a path is `prefix` or lies below it."""
    return func.substr(path, 1, func.length(prefix)) == prefix
