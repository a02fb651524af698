"""Which assignments were carried over from a unit that ended and wait for a decision anew."""

from datetime import date

from sqlalchemy import ColumnElement, ScalarSelect, func, select
from sqlalchemy.orm import aliased

from registry.models.assignments import Assignment
from registry.models.decisions import Decision

_EARLIER = aliased(Assignment)


def carried_on() -> ScalarSelect[date | None]:
    """Return, of an `Assignment` joined with its `Decision`, the day on which it was carried over.

    NULL when it was not, or when it rests on a decision issued since, or on one of the unit itself.
    Until then it is "chuyển tiếp, chờ quyết định mới" (docs/adr/0007).
    """
    return (
        select(func.min(_EARLIER.valid_to))
        .where(*_was_elsewhere())
        .correlate(Assignment, Decision)
        .scalar_subquery()
    )


def was_carried_over(by: ColumnElement[date]) -> ColumnElement[bool]:
    """Say that it was carried over on the day `by` or before, and still waits for a decision."""
    return (
        select(_EARLIER.id)
        .where(*_was_elsewhere(), _EARLIER.valid_to <= by)
        .correlate(Assignment, Decision)
        .exists()
    )


def _was_elsewhere() -> tuple[ColumnElement[bool], ...]:
    return (
        _EARLIER.line_id == Assignment.line_id,
        _EARLIER.unit_id != Assignment.unit_id,
        _EARLIER.valid_to <= Assignment.valid_from,
        _EARLIER.valid_to > Decision.issued_on,
        Decision.unit_id != Assignment.unit_id,
    )
