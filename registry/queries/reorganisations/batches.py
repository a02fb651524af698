"""The batches there are, and whether one of a day and decision was ever applied."""

from datetime import date

from sqlalchemy import ColumnElement, and_, select

from registry.domain.clock import bounds_of
from registry.domain.permissions import Scope
from registry.models.base import db
from registry.models.decisions import Decision
from registry.models.reorganisations import Reorganisation
from registry.queries.there_is import there_is
from registry.queries.units.on_a_day import in_scope_of


def batch_by_id(batch_id: int) -> Reorganisation | None:
    """Return a batch."""
    return db.session.get(Reorganisation, batch_id)


def batches_where(*wanted: ColumnElement[bool]) -> list[Reorganisation]:
    """Return every batch, or those `wanted`, the latest day first."""
    return list(
        db.session.scalars(
            select(Reorganisation)
            .where(*wanted)
            .order_by(Reorganisation.effective_on.desc(), Reorganisation.id.desc())
        )
    )


def batches_applied_on(day: date) -> list[Reorganisation]:
    """Return the batches applied on a calendar day and not undone, the last composed first."""
    begins, ends = bounds_of(day)
    rows = select(Reorganisation).where(
        Reorganisation.applied_at >= begins,
        Reorganisation.applied_at < ends,
        Reorganisation.undone_at.is_(None),
    )
    return list(db.session.scalars(rows.order_by(Reorganisation.id.desc())))


def composed_by(account_id: int | None, scope: Scope, today: date) -> ColumnElement[bool]:
    """Return the condition that a batch is not applied yet, and the account composed it.

    Its decision has to lie in `scope` today: what is out of reach waits for the account no more.
    """
    place = select(Decision.unit_id).where(Decision.id == Reorganisation.decision_id)
    return and_(
        in_scope_of(scope, place.correlate(Reorganisation).scalar_subquery(), today),
        # Only what was applied is ever undone, which the database holds to.
        Reorganisation.applied_at.is_(None),
        Reorganisation.created_by_id == account_id,
    )


def was_applied(effective_on: date, decision_number: str) -> bool:
    """Tell whether a batch of that day and decision was ever applied, be it undone since."""
    return there_is(
        select(Reorganisation.id)
        .join(Decision, Decision.id == Reorganisation.decision_id)
        .where(
            Reorganisation.effective_on == effective_on,
            Decision.number == decision_number,
            Reorganisation.applied_at.is_not(None),
        )
    )
