"""When an assignment counts for the unit it serves, in SQL (Plan 4660 III.1b, IV.2).

Said once in sets, for the rules that `registry.domain.assignments` says of a single holding; a test
compares the two.
"""

from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    Boolean,
    ColumnElement,
    CompoundSelect,
    Date,
    Select,
    SQLColumnExpression,
    String,
    and_,
    bindparam,
    case,
    cast,
    false,
    func,
    null,
    or_,
    select,
    true,
    union_all,
)

from registry.domain.assignments import AssignmentRole, Duty
from registry.domain.people import HIRED
from registry.domain.units.kinds import UnitKind
from registry.models.assignments import Assignment, PaperCheck
from registry.models.base import db, ready_alias
from registry.models.decisions import Decision
from registry.models.memberships import Membership
from registry.models.people import PersonPeriod
from registry.models.units import UnitPath, UnitPeriod
from registry.queries.counting_rules import counting_rules
from registry.queries.coverage.breaks import are_on_one_line, begins_with, has_gone_on, is_away
from registry.queries.coverage.carried_over import carried_on
from registry.queries.coverage.checked import holds
from registry.queries.coverage.duties_by_law import duty_days, select_duties
from registry.queries.coverage.enterprise_staff import is_enterprise_staff
from registry.queries.coverage.papers import (
    assigns,
    has_begun,
    is_ended,
    is_of_the_unit,
    names_a_focal_point,
)
from registry.queries.person_periods import said_of
from registry.queries.units.on_a_day import DAY, in_force

AnySelect = Select[*tuple[Any, ...]]

# The statements and their aliases are made once, for every day and subtree: making them costs more
# time than the database needs to answer.
SERVED, SECTION, OWN = ready_alias(UnitPath), ready_alias(UnitPath), ready_alias(UnitPath)
_SERVED_PERIOD = ready_alias(UnitPeriod)
_PREFIX, _BEYOND = bindparam("prefix", type_=String), bindparam("beyond", type_=String)
_CONTRACT_WORKERS_COUNT = bindparam("contract_workers_count", type_=Boolean)
_OTHER_PAPERS_COUNT = bindparam("other_papers_count", type_=Boolean)
_DUTIES_BY_LAW_COUNT = bindparam("duties_by_law_count", type_=Boolean)
_BY_LAW: BindParameter[int] = bindparam("by_law", expanding=True)
_LATEST_PAST_GRACE: Any = bindparam("latest_past_grace", type_=Date)


def focal_point_counts(day: date) -> dict[int, int]:
    """Return how many assignments cover each unit on `day` under "Có đầu mối", by unit."""
    rows = db.session.execute(counts_by_unit(), values_of_counts("/", day))
    counts = {unit_id: own + carried + law for unit_id, own, carried, _, law, *_ in rows}
    return {unit_id: count for unit_id, count in counts.items() if count}


def values_of_counts(prefix: str, day: date) -> dict[str, object]:
    """Return what `counts_by_unit` is asked with."""
    return values_for(prefix, day) | {"by_law": _given_by_law(day)}


def values_for(prefix: str, day: date) -> dict[str, object]:
    """Return what the statements of a day or of days up to it are asked with."""
    rules = counting_rules(day)
    return {
        "day": day,
        "prefix": prefix,
        "beyond": prefix[:-1] + "0",
        "contract_workers_count": rules.contract_workers_count,
        "other_papers_count": rules.other_papers_count,
        "duties_by_law_count": rules.duties_by_law_count,
        "latest_past_grace": rules.latest_past_grace(day),
    }


def _given_by_law(day: date) -> list[int]:
    """Return the assignments without a paper that a rule gives to a title or office on `day`."""
    found = duty_days(_duties_on_a_day(), {"day": day})
    return sorted(
        row_id for row_id, periods in found.items() if any(days.contains(day) for days in periods)
    )


@cache
def _duties_on_a_day() -> CompoundSelect[*tuple[Any, ...]]:
    return select_duties(
        and_(Assignment.role == AssignmentRole.FOCAL_POINT, in_force(Assignment, DAY))
    )


def under_prefix(path: SQLColumnExpression[str]) -> ColumnElement[bool]:
    """Say that a path lies in the subtree asked for: as `under`, of a value to come."""
    return and_(path >= _PREFIX, path < _BEYOND)


@cache
def counts_by_unit() -> AnySelect:
    """Select how many assignments stand to each unit, and how: `unit_id`, then `COUNTED`."""
    one = union_all(_standing_by_paper(), _standing_by_law()).subquery()
    is_current = and_(one.c.by_paper, one.c.carried_on.is_(None))
    is_overdue = one.c.carried_on <= _LATEST_PAST_GRACE
    is_carried_over = one.c.carried_on > _LATEST_PAST_GRACE
    is_counting = or_(is_current, is_carried_over)
    ways = (is_current, is_carried_over, is_overdue)
    counted = (
        *ways,
        and_(one.c.is_named, _DUTIES_BY_LAW_COUNT),
        *(and_(way, one.c.is_strict) for way in ways),
        ~one.c.by_paper,
        and_(is_counting, one.c.by_decision),
        and_(is_counting, one.c.is_checked),
        and_(is_counting, one.c.is_checked, one.c.is_strict),
    )
    sums = (
        func.sum(case((way, 1), else_=0)).label(name)
        for name, way in zip(COUNTED, counted, strict=True)
    )
    return select(one.c.unit_id, *sums).group_by(one.c.unit_id)


COUNTED = (
    "any_current",
    "any_carried_over",
    "any_overdue",
    "any_by_law",
    "strict_current",
    "strict_carried_over",
    "strict_overdue",
    "given_by_law",
    "by_decision",
    "any_checked",
    "strict_checked",
)


def _standing_by_paper() -> AnySelect:
    """Select the assignments that stand to their unit's figure, with what tells them apart."""
    return (
        _held_on_the_day(
            is_strict().label("is_strict"),
            true().label("by_paper"),
            false().label("is_named"),
            assigns().label("by_decision"),
            carried_on().label("carried_on"),
            PaperCheck.id.is_not(None).label("is_checked"),
        )
        .join(Decision, Decision.id == Assignment.decision_id)
        # Not of the day: a figure of the past says what is compared by now.
        .outerjoin(PaperCheck, holds())
        .outerjoin(PersonPeriod, said_of(Assignment.person_id, DAY))
        .where(
            has_begun(DAY),
            ~is_ended(DAY),
            names_a_focal_point(_OTHER_PAPERS_COUNT),
            or_(_section_stands_below(), _person_is_there()),
        )
    )


def _standing_by_law() -> AnySelect:
    """Select, in the same columns, those a rule gives without a paper to who is there."""
    no_day = cast(null(), Date)
    is_named = Assignment.person_id.is_not(None)
    return _held_on_the_day(false(), false(), is_named, false(), no_day, false()).where(
        Assignment.id.in_(_BY_LAW),
        or_(_section_stands_below(), _person_is_there()),
    )


def _held_on_the_day(*said: SQLColumnExpression[Any]) -> AnySelect:
    return (
        select(Assignment.unit_id.label("unit_id"), *said)
        .select_from(Assignment)
        .join(SERVED, and_(SERVED.unit_id == Assignment.unit_id, in_force(SERVED, DAY)))
        .join(
            _SERVED_PERIOD,
            and_(_SERVED_PERIOD.unit_id == Assignment.unit_id, in_force(_SERVED_PERIOD, DAY)),
        )
        .where(
            under_prefix(SERVED.path),
            Assignment.role == AssignmentRole.FOCAL_POINT,
            in_force(Assignment, DAY),
            _SERVED_PERIOD.takes_part,
            ~is_away(DAY),
        )
    )


def is_strict() -> ColumnElement[bool]:
    """Say that a Quyết định names a section, or somebody chuyên trách (IV.2, V.1b).

    A phòng of a commune the commune's own. Whether a contract worker may count as chuyên trách is a
    setting; whether somebody is one, the `PersonPeriod` joined says.
    """
    return and_(
        assigns(),
        or_(
            and_(
                Assignment.section_id.is_not(None),
                or_(_SERVED_PERIOD.kind != UnitKind.COMMUNE, is_of_the_unit()),
            ),
            and_(
                Assignment.person_id.is_not(None),
                Assignment.duty == Duty.DEDICATED,
                or_(_CONTRACT_WORKERS_COUNT, ~is_contract_worker()),
            ),
        ),
    )


def is_contract_worker() -> ColumnElement[bool]:
    """Say that who the `PersonPeriod` joined is of, if anybody, is hired beside the staff."""
    return func.coalesce(PersonPeriod.contract_type.in_(sorted(HIRED)), False)


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


def _person_is_there() -> ColumnElement[bool]:
    """Say that the person belongs, without a break, and is not staff of an enterprise."""
    from_elsewhere = and_(_SERVED_PERIOD.kind != UnitKind.ENTERPRISE, is_enterprise_staff(DAY))
    return and_(_person_belongs(), has_gone_on(DAY), ~from_elsewhere)


def _person_belongs() -> ColumnElement[bool]:
    """Say that the person is that day a member of the unit served, or of one below or above it."""
    return (
        select(Membership.id)
        .join(OWN, and_(OWN.unit_id == Membership.unit_id, in_force(OWN, DAY)))
        .where(
            Membership.person_id == Assignment.person_id,
            in_force(Membership, DAY),
            are_on_one_line(OWN, SERVED),
        )
        .correlate(Assignment, SERVED)
        .exists()
    )
