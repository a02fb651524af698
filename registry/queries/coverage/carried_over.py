"""Which assignments were carried over from a unit that ended and wait for a decision anew."""

from datetime import date

from sqlalchemy import ScalarSelect, func, select

from registry.models.assignments import Assignment
from registry.models.base import ready_alias
from registry.models.decisions import Decision

_EARLIER = ready_alias(Assignment)


def carried_on() -> ScalarSelect[date | None]:
    """Return, of an `Assignment` joined with its `Decision`, the day on which it was carried over.

    The day the unit it serves took it over, from which its days of grace run: of several, the last.
    NULL when it was not, or when it rests on a decision issued since, or on one of the unit itself.
    Until then it is "chuyển tiếp, chờ quyết định mới" (docs/adr/0007).
    """
    return (
        select(func.max(_EARLIER.valid_to))
        .where(
            _EARLIER.line_id == Assignment.line_id,
            _EARLIER.unit_id != Assignment.unit_id,
            _EARLIER.valid_to <= Assignment.valid_from,
            _EARLIER.valid_to > Decision.issued_on,
            Decision.unit_id != Assignment.unit_id,
        )
        .correlate(Assignment, Decision)
        .scalar_subquery()
    )
