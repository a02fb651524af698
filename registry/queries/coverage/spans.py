"""On which days a unit had a focal point, and since when it has none."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache

from sqlalchemy import or_, select

from registry.domain.assignments import AssignmentRole
from registry.domain.coverage import (
    CoverageStep,
    CoveredSpan,
    RequiredUnit,
    Standard,
    coverage_steps,
    vacant_since,
)
from registry.domain.periods import Period
from registry.models.assignments import Assignment
from registry.models.base import db
from registry.models.decisions import Decision
from registry.models.memberships import Membership
from registry.models.people import Person
from registry.models.units import UnitPath, UnitPeriod
from registry.queries.coverage.carried_over import carried_on
from registry.queries.coverage.counting import (
    DAY,
    OWN,
    SECTION,
    SERVED,
    AnySelect,
    asked,
    begins_with,
    is_strict,
    under_prefix,
)
from registry.queries.coverage.figures import Coverage
from registry.queries.parameters import counting_rules
from registry.queries.units.on_a_day import in_force


def vacancies(found: Coverage, standard: Standard) -> dict[int, date]:
    """Return the first day of the vacancy of each required unit that does not meet `standard`.

    Two SELECTs more.
    """
    vacant = {unit.id: unit for unit in found.units if not unit.is_covered(standard)}
    spans: dict[int, list[CoveredSpan]] = {unit_id: [] for unit_id in vacant}
    for unit_id, span in covered_spans(found.unit.path, found.as_of):
        if unit_id in spans:
            spans[unit_id].append(span)
    return {
        unit_id: vacant_since(unit, spans[unit_id], standard, found.as_of)
        for unit_id, unit in vacant.items()
    }


def steps_of(unit: RequiredUnit, first_day: date, last_day: date) -> list[CoverageStep]:
    """Return which standards a unit met from `first_day` to `last_day`, and when. Two SELECTs."""
    spans = [span for unit_id, span in covered_spans(unit.path, last_day) if unit_id == unit.id]
    return coverage_steps(spans, unit.minimum, first_day, last_day)


def covered_spans(prefix: str, day: date) -> Iterator[tuple[int, CoveredSpan]]:
    """Yield unit and days for each assignment that counted, up to `day`, under `prefix`."""
    values = asked(prefix, day)
    values.pop("grace_past_for", None)
    grace = counting_rules().grace
    for statement in (_person_spans(), _section_spans()):
        for assignment_id, unit_id, strict, carried, *days in db.session.execute(statement, values):
            last = grace.end_of(carried) if grace and carried else None
            period = _shared(days[0::2], [*days[1::2], last])
            if period is not None:
                yield unit_id, CoveredSpan(assignment_id, period, bool(strict))


def _shared(starts: Sequence[date], ends: Sequence[date | None]) -> Period | None:
    """Return the days that all the periods with these starts and ends share."""
    first = max(starts)
    last = min((end for end in ends if end is not None), default=None)
    return None if last is not None and last <= first else Period(first, last)


@cache
def _person_spans() -> AnySelect:
    return (
        _past_holdings()
        .join(Membership, Membership.person_id == Assignment.person_id)
        .join(OWN, OWN.unit_id == Membership.unit_id)
        .where(or_(begins_with(OWN.path, SERVED.path), begins_with(SERVED.path, OWN.path)))
        .add_columns(Membership.valid_from, Membership.valid_to, OWN.valid_from, OWN.valid_to)
    )


@cache
def _section_spans() -> AnySelect:
    return (
        _past_holdings()
        .join(SECTION, SECTION.unit_id == Assignment.section_id)
        .where(begins_with(SECTION.path, SERVED.path))
        .add_columns(SECTION.valid_from, SECTION.valid_to)
    )


def _past_holdings() -> AnySelect:
    """Select assignment, unit served, whether strict, when carried over, then first days and ends.

    The assignment counts on the days that all of these periods share.
    """
    below = select(UnitPath.unit_id).where(in_force(UnitPath, DAY), under_prefix(UnitPath.path))
    return (
        select(
            Assignment.id,
            Assignment.unit_id,
            is_strict(),
            carried_on(),
            Assignment.valid_from,
            Assignment.valid_to,
            Decision.issued_on,
            Assignment.valid_to,
            UnitPeriod.valid_from,
            UnitPeriod.valid_to,
            SERVED.valid_from,
            SERVED.valid_to,
        )
        .join(Decision, Decision.id == Assignment.decision_id)
        .join(UnitPeriod, UnitPeriod.unit_id == Assignment.unit_id)
        .join(SERVED, SERVED.unit_id == Assignment.unit_id)
        .outerjoin(Person, Person.id == Assignment.person_id)
        .where(
            Assignment.role == AssignmentRole.FOCAL_POINT,
            Assignment.valid_from <= DAY,
            Assignment.unit_id.in_(below),
            Decision.issued_on <= DAY,
            UnitPeriod.takes_part,
        )
    )
