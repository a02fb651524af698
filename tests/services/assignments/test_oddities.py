"""What looks odd about a recorded assignment is said of people and of papers, and not refused."""

from flask import Flask

from registry.domain.assignments import AssignmentRole, Duty
from registry.domain.units.kinds import UnitKind
from registry.models.assignments import Assignment
from registry.models.base import db
from registry.services.assignments.oddities import warnings_about
from tests.conftest import TODAY
from tests.factories.people import make_assignment, make_decision, make_member
from tests.factories.units import START, Province, make_unit


def test_of_a_section_no_title_is_looked_at(app: Flask) -> None:
    unit = Province().commune
    section = make_unit("Phòng Văn hóa - Xã hội", UnitKind.COMMUNE_OFFICE, unit)
    held = Assignment(
        line_id="line",
        unit_id=unit.id,
        section_id=section.id,
        role=AssignmentRole.FOCAL_POINT,
        duty=Duty.CONCURRENT,
        valid_from=START,
    )
    db.session.add(held)
    db.session.flush()
    assert warnings_about(held, TODAY) == []


def test_of_a_paper_without_a_day_is_said_that_nothing_counts_yet(app: Flask) -> None:
    unit = Province().commune
    decision = make_decision(unit)
    held = make_assignment(make_member("Lê Thị Thử", unit), unit, decision)
    decision.issued_on = None
    db.session.flush()
    (warning,) = warnings_about(held, TODAY)
    assert "chưa có ngày ký, nên phân công này còn chờ quyết định và chưa được tính" in warning
