"""On which days a unit had a focal point, and since when it has none."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cache

from sqlalchemy import bindparam, or_, select

from registry.domain.assignments import AssignmentRole
from registry.domain.coverage import (
    CoverageStep,
    CoveredSpan,
    RequiredUnit,
    Standard,
    coverage_steps,
    vacant_since,
)
from registry.domain.periods import Period, joined
from registry.models.assignments import Assignment
from registry.models.base import db
from registry.models.decisions import Decision
from registry.models.memberships import Membership
from registry.models.people import PersonPeriod
from registry.models.units import UnitPath, UnitPeriod
from registry.queries.coverage.carried_over import carried_on
from registry.queries.coverage.counting import (
    OWN,
    SECTION,
    SERVED,
    AnySelect,
    begins_with,
    is_strict,
    under_prefix,
    values_for,
)
from registry.queries.coverage.figures import Coverage
from registry.queries.parameters import counting_rules
from registry.queries.units.on_a_day import DAY, in_force


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


def covered_days(unit_ids: Iterable[int]) -> dict[int, list[Period]]:
    """Return the days on which each of the units has a focal point, those to come included.

    Under "Có đầu mối" (III.1b); a unit that never has one is left out. Two SELECTs.
    """
    found: dict[int, list[Period]] = defaultdict(list)
    for unit_id, span in _read(
        _of_units(), values_for("/", date.max) | {"unit_ids": sorted(unit_ids)}
    ):
        found[unit_id].append(span.period)
    return {unit_id: joined(periods) for unit_id, periods in found.items()}


@cache
def _of_units() -> tuple[AnySelect, AnySelect]:
    wanted = Assignment.unit_id.in_(bindparam("unit_ids", expanding=True))
    return _person_spans().where(wanted), _section_spans().where(wanted)


def _spans(prefix: str, day: date) -> Iterator[tuple[int, CoveredSpan]]:
    """Yield unit and days for each assignment that counted, up to `day`, under `prefix`."""
    return _read(_of_subtree(), values_for(prefix, day))


@cache
def _of_subtree() -> tuple[AnySelect, AnySelect]:
    below = select(UnitPath.unit_id).where(in_force(UnitPath, DAY), under_prefix(UnitPath.path))
    wanted = Assignment.unit_id.in_(below)
    return _person_spans().where(wanted), _section_spans().where(wanted)


def _read(
    statements: Iterable[AnySelect], values: dict[str, object]
) -> Iterator[tuple[int, CoveredSpan]]:
    values.pop("grace_past_for", None)
    grace = counting_rules().grace
    for statement in statements:
        for assignment_id, unit_id, strict, carried, *days in db.session.execute(statement, values):
            last = grace.end_of(carried) if grace and carried else None
            period = _shared(days[0::2], [*days[1::2], last])
            if period is not None:
                yield unit_id, CoveredSpan(assignment_id, period, bool(strict))


def _shared(starts: Sequence[date | None], ends: Sequence[date | None]) -> Period | None:
    """Return the days that all the periods with these starts and ends share; None bounds none."""
    first = max(start for start in starts if start is not None)
    last = min((end for end in ends if end is not None), default=None)
    return None if last is not None and last <= first else Period(first, last)


def _person_spans() -> AnySelect:
    return (
        _past_holdings()
        .join(Membership, Membership.person_id == Assignment.person_id)
        .join(OWN, OWN.unit_id == Membership.unit_id)
        .where(or_(begins_with(OWN.path, SERVED.path), begins_with(SERVED.path, OWN.path)))
        .add_columns(Membership.valid_from, Membership.valid_to, OWN.valid_from, OWN.valid_to)
    )


def _section_spans() -> AnySelect:
    return (
        _past_holdings()
        .join(SECTION, SECTION.unit_id == Assignment.section_id)
        .where(begins_with(SECTION.path, SERVED.path))
        .add_columns(SECTION.valid_from, SECTION.valid_to)
    )


def _past_holdings() -> AnySelect:
    """Select assignment, unit served, whether strict, when carried over, then first days and ends.

    The assignment counts on the days that all of these periods share; a section has no contract,
    and so no period of a person.
    """
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
            PersonPeriod.valid_from,
            PersonPeriod.valid_to,
        )
        .join(Decision, Decision.id == Assignment.decision_id)
        .join(UnitPeriod, UnitPeriod.unit_id == Assignment.unit_id)
        .join(SERVED, SERVED.unit_id == Assignment.unit_id)
        .outerjoin(PersonPeriod, PersonPeriod.person_id == Assignment.person_id)
        .where(
            Assignment.role == AssignmentRole.FOCAL_POINT,
            Assignment.valid_from <= DAY,
            Decision.issued_on <= DAY,
            UnitPeriod.takes_part,
        )
    )
