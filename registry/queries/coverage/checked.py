"""Which assignments the reviewing office compared with their paper, in SQL (docs/adr/0022)."""

from sqlalchemy import ColumnElement, and_, or_, select

from registry.models.assignments import Assignment, PaperCheck
from registry.models.decisions import Decision


def holds() -> ColumnElement[bool]:
    """Say that a `PaperCheck` is of an `Assignment` and its `Decision` as both stand now.

    At most one is: an outer join by this multiplies no row.
    """
    return and_(
        PaperCheck.line_id == Assignment.line_id,
        PaperCheck.decision_id == Assignment.decision_id,
        PaperCheck.decision_version == Decision.version,
        PaperCheck.role == Assignment.role,
        PaperCheck.duty == Assignment.duty,
        or_(
            PaperCheck.person_id == Assignment.person_id,
            PaperCheck.section_id == Assignment.section_id,
        ),
    )


def is_checked() -> ColumnElement[bool]:
    """Say that an `Assignment`, joined with its `Decision`, was compared with it."""
    return select(PaperCheck.id).where(holds()).correlate(Assignment, Decision).exists()
