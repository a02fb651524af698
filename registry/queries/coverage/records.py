"""Since when anything at all is recorded of a unit."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import BindParameter, bindparam, func, select, union_all

from registry.models.assignments import Assignment
from registry.models.base import db
from registry.models.coverage import VacancyReport
from registry.models.memberships import Membership
from registry.queries.units.on_a_day import DAY

_UNITS: BindParameter[int] = bindparam("unit_ids", expanding=True)
_RECORDS = union_all(
    *(
        select(unit_id.label("unit_id"), func.min(day).label("day"))
        .where(unit_id.in_(_UNITS), day <= DAY)
        .group_by(unit_id)
        for unit_id, day in (
            (Membership.unit_id, Membership.valid_from),
            (Assignment.unit_id, Assignment.valid_from),
            (VacancyReport.unit_id, VacancyReport.since),
        )
    )
).subquery()
_FIRST = select(_RECORDS.c.unit_id, func.min(_RECORDS.c.day)).group_by(_RECORDS.c.unit_id)


def first_records(unit_ids: Iterable[int], day: date) -> dict[int, date]:
    """Return the first day, up to `day`, of which anything is recorded of each unit.

    A member, an assignment, or its own report that it has nobody; units without any are left out.
    One SELECT.
    """
    rows = db.session.execute(_FIRST, {"unit_ids": sorted(unit_ids), "day": day})
    return {unit_id: first for unit_id, first in rows}  # noqa: C416 - a Row is no tuple


def vacancy_report(unit_id: int, day: date) -> date | None:
    """Return since when a unit last reported, up to `day`, that it has no focal point."""
    return db.session.scalar(
        select(func.max(VacancyReport.since)).where(
            VacancyReport.unit_id == unit_id, VacancyReport.since <= day
        )
    )
