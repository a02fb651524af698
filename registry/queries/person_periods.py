"""Questions about what people are by occupation: on a day, and through time (docs/adr/0018)."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, func, select

from registry.domain.people import NOTHING_KNOWN, PersonFacts
from registry.models.base import db
from registry.models.memberships import Membership
from registry.models.people import PersonPeriod
from registry.queries.blocks import blocks
from registry.queries.units.on_a_day import in_force


def said_of(
    person_id: SQLColumnExpression[int] | SQLColumnExpression[int | None], day: date
) -> ColumnElement[bool]:
    """Return the condition that a `PersonPeriod` is that of a person on `day`, for outer joins.

    At most one row has it; none before the person's first period.
    """
    return and_(PersonPeriod.person_id == person_id, in_force(PersonPeriod, day))


def facts_on(person_ids: Iterable[int], day: date) -> dict[int, PersonFacts]:
    """Return what each of the people is on `day`; who has no period yet that day is left out."""
    found: dict[int, PersonFacts] = {}
    for block in blocks(person_ids):
        periods = db.session.scalars(
            select(PersonPeriod).where(
                PersonPeriod.person_id.in_(block), in_force(PersonPeriod, day)
            )
        )
        found |= {period.person_id: period.facts for period in periods}
    return found


def facts_of(person_id: int, day: date) -> PersonFacts:
    """Return what a person is on `day`; before the first period nothing is known."""
    period = period_on(person_id, day)
    return period.facts if period else NOTHING_KNOWN


def period_on(person_id: int, day: date) -> PersonPeriod | None:
    """Return the period of a person that holds on `day`; None before the first."""
    return db.session.scalar(
        select(PersonPeriod).where(PersonPeriod.person_id == person_id, in_force(PersonPeriod, day))
    )


def period_by_id(period_id: int) -> PersonPeriod | None:
    """Return one period, to be changed."""
    return db.session.get(PersonPeriod, period_id)


def periods_of(person_id: int) -> list[PersonPeriod]:
    """Return all periods of a person, the oldest first."""
    return list(
        db.session.scalars(
            select(PersonPeriod)
            .where(PersonPeriod.person_id == person_id)
            .order_by(PersonPeriod.valid_from)
        )
    )


def first_day_as_member(person_id: int) -> date | None:
    """Return the first day of a person's first membership, or None when there never was one."""
    return db.session.scalar(
        select(func.min(Membership.valid_from)).where(Membership.person_id == person_id)
    )
