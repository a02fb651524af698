"""The reviewing office compares assignments with their papers; nothing that counts changes."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from registry.domain.assignments import AssignmentRole, Duty
from registry.domain.clock import Moment
from registry.domain.coverage import Basis, Standard
from registry.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from registry.domain.permissions import Action, Role, Scope
from registry.domain.units.kinds import UnitKind
from registry.models.assignments import Assignment, PaperCheck
from registry.models.audit import AuditEvent
from registry.models.base import continued, db
from registry.models.units import Unit
from registry.queries.assignments.lists import assignments_of_unit
from registry.queries.coverage.figures import Coverage, coverage
from registry.queries.paging import Window
from registry.queries.paper_checks import unchecked_assignments
from registry.queries.parameters import home_unit
from registry.services.paper_checks import ShownLine, check_against_paper, take_back
from tests.conftest import MOMENT, TODAY
from tests.factories.accounts import make_actor
from tests.factories.at_once import in_threads
from tests.factories.coverage import RuledProvince
from tests.factories.people import make_assignment, make_decision, make_member
from tests.factories.statements import statements_counted
from tests.factories.units import make_unit, move_unit

JULY_2 = Moment(datetime(2024, 7, 2, 2, 0, tzinfo=UTC))
NOWHERE = Scope(prefixes=frozenset({"/999999/"}))


class Papers:
    """Two communes whose focal points rest on papers of their own, one of them strictly."""

    def __init__(self) -> None:
        self.here = RuledProvince()
        self.one, self.other = self.here.commune, self.here.other_commune
        self.paper = make_decision(self.one, "15/QĐ-UBND")
        self.assignment = make_assignment(
            make_member("Lê Thị Mai", self.one), self.one, self.paper, duty=Duty.DEDICATED
        )
        self.of_other = make_assignment(
            make_member("Võ Văn Bốn", self.other), self.other, make_decision(self.other, "3/QĐ")
        )
        self.reviewer = make_actor(Role.REVIEWER, self.here.it_department)

    def check(self, *assignments: Assignment, moment: Moment = MOMENT) -> int:
        return check_against_paper(self.reviewer, [shown(one) for one in assignments], moment)

    def coverage(self, day: date = TODAY) -> Coverage:
        return coverage(home_unit(day), day)

    def unchecked(self, day: date = TODAY) -> tuple[int, int]:
        total = self.coverage(day).headline
        return total.unchecked(Standard.ANY), total.unchecked(Standard.STRICT)

    def mark(self, assignment: Assignment) -> date | None:
        db.session.expire_all()
        rows = {row.id: row for row in assignments_of_unit(assignment.unit_id, None)}
        return rows[assignment.id].checked_on


def shown(assignment: Assignment) -> ShownLine:
    assert assignment.decision is not None
    return ShownLine(assignment.id, assignment.version, assignment.decision.version)


@pytest.fixture
def papers(app: Flask) -> Papers:
    return Papers()


def events(action: str) -> list[AuditEvent]:
    return list(db.session.scalars(select(AuditEvent).where(AuditEvent.action == action)))


def test_what_was_compared_is_marked_with_its_day_and_counts_as_before(papers: Papers) -> None:
    before = papers.coverage().headline
    assert papers.unchecked() == (2, 1)
    assert papers.check(papers.assignment) == 1
    assert papers.mark(papers.assignment) == TODAY
    assert papers.mark(papers.of_other) is None
    assert papers.unchecked() == (1, 0)
    after = papers.coverage().headline
    assert (after.any_parts, after.strict_parts) == (before.any_parts, before.strict_parts)


def test_each_paper_has_one_event_that_says_how_many_lines(papers: Papers) -> None:
    second = make_assignment(
        make_member("Lê Văn Hai", papers.one),
        papers.one,
        papers.paper,
        role=AssignmentRole.SUPPORTING,
    )
    assert papers.check(papers.assignment, second, papers.of_other) == 3
    told = {event.details["decision_id"]: event for event in events("paper_check.record")}
    assert told.keys() == {papers.paper.id, papers.of_other.decision_id}
    event = told[papers.paper.id]
    assert (event.noun, event.unit_id, event.details["lines"]) == ("paper_checks", papers.one.id, 2)
    assert event.details["assignment_ids"] == [papers.assignment.id, second.id]


def test_what_is_marked_already_is_written_no_second_time(papers: Papers) -> None:
    papers.check(papers.assignment)
    assert papers.check(papers.assignment, moment=JULY_2) == 0
    assert papers.mark(papers.assignment) == TODAY
    assert len(events("paper_check.record")) == 1


@pytest.mark.parametrize("change", ["number", "issued_on", "effective_to"])
def test_a_paper_put_right_must_be_compared_again(papers: Papers, change: str) -> None:
    papers.check(papers.assignment)
    values = {"number": "16/QĐ-UBND", "issued_on": date(2024, 5, 31)}
    setattr(papers.paper, change, values.get(change, date(2030, 1, 1)))
    db.session.flush()
    assert papers.mark(papers.assignment) is None
    assert papers.unchecked()[0] == 2
    assert papers.check(papers.assignment, moment=JULY_2) == 1
    assert papers.mark(papers.assignment) == date(2024, 7, 2)
    assert db.session.scalar(select(func.count()).select_from(PaperCheck)) == 1


@pytest.mark.parametrize("change", ["person", "role", "duty", "decision"])
def test_a_line_put_right_must_be_compared_again(papers: Papers, change: str) -> None:
    papers.check(papers.assignment)
    line = papers.assignment
    if change == "person":
        line.person_id = make_member("Lê Văn Khác", papers.one).id
    elif change == "role":
        line.role = AssignmentRole.SUPPORTING
    elif change == "duty":
        line.duty = Duty.CONCURRENT
    else:
        line.decision_id = make_decision(papers.one, "99/QĐ-UBND").id
    db.session.flush()
    assert papers.mark(line) is None


def test_the_mark_goes_on_where_the_line_ends_or_is_carried_over_by_the_same_paper(
    papers: Papers,
) -> None:
    papers.check(papers.assignment)
    day = TODAY - timedelta(days=3)
    following = continued(papers.assignment, unit_id=papers.other.id, valid_from=day)
    papers.assignment.valid_to = day
    db.session.flush()
    db.session.add(following)
    db.session.flush()
    assert papers.mark(papers.assignment) == papers.mark(following) == TODAY


def test_a_report_on_a_past_day_says_what_is_compared_by_now(papers: Papers) -> None:
    earlier = date(2024, 6, 5)
    assert papers.unchecked(earlier) == (2, 1)
    papers.check(papers.assignment, papers.of_other)
    assert papers.unchecked(earlier) == (0, 0)


def test_one_compared_focal_point_is_enough_and_only_of_those_that_count(papers: Papers) -> None:
    second = make_assignment(make_member("Lê Văn Hai", papers.one), papers.one, papers.paper)
    papers.check(second)
    # The one who makes the unit meet the strict standard is not the one compared.
    assert papers.unchecked() == (1, 1)
    second.valid_to = TODAY
    db.session.flush()
    assert papers.unchecked() == (2, 1)


def test_a_unit_of_which_nothing_is_known_or_that_lacks_somebody_is_not_unchecked(
    papers: Papers,
) -> None:
    found = papers.coverage()
    for unit in found.units:
        assert unit.any_unchecked is unit.any_covered
        assert unit.strict_unchecked is unit.strict_covered
    (kind,) = (line for line in found.lines(headline=True) if line.tally.any_unchecked)
    assert kind.tally.any_unchecked == kind.tally.any_covered == 2
    assert {unit.any_basis for unit in found.units if unit.any_unchecked} == {Basis.CURRENT}


def test_the_figures_take_no_statement_more_however_much_is_compared(papers: Papers) -> None:
    province = home_unit(TODAY)
    with statements_counted() as count:
        coverage(province, TODAY)
        before = count()
    papers.check(papers.assignment, papers.of_other)
    with statements_counted() as count:
        coverage(province, TODAY)
        assert count() == before


def test_the_list_holds_what_rests_on_a_paper_in_force_and_is_unchecked(papers: Papers) -> None:
    waiting = make_assignment(make_member("Lê Văn Chờ", papers.one), papers.one, None)
    undated = make_decision(papers.one, "8/QĐ-UBND", issued_on=None)
    make_assignment(make_member("Lê Văn Ngày", papers.one), papers.one, undated)
    where = papers.reviewer.scope(Action.ROSTER_REVIEW)

    def listed() -> list[int]:
        page = unchecked_assignments(where, TODAY, TODAY, Window(50))
        assert page.total == len(page.rows)
        return [row.id for row in page.rows]

    assert listed() == [papers.assignment.id, papers.of_other.id]
    of_one = unchecked_assignments(where, TODAY, TODAY, Window(50), unit_id=papers.other.id)
    assert (of_one.total, [row.id for row in of_one.rows]) == (1, [papers.of_other.id])
    papers.check(papers.assignment)
    assert listed() == [papers.of_other.id]
    assert waiting.id not in listed()


def test_who_looks_back_sees_what_is_in_the_units_of_today(papers: Papers) -> None:
    elsewhere = make_unit("Tỉnh Khác", UnitKind.PROVINCE, code="98")
    move_unit(papers.one, elsewhere, TODAY)

    def listed(unit: Unit) -> list[int]:
        scope = Scope(prefixes=frozenset({f"/{unit.id}/"}))
        page = unchecked_assignments(scope, TODAY, TODAY - timedelta(days=1), Window(50))
        assert page.total == len(page.rows)
        return [row.id for row in page.rows]

    assert listed(papers.here.province) == [papers.of_other.id]
    assert listed(elsewhere) == [papers.assignment.id]


def test_the_list_of_an_earlier_day_counts_what_was_in_force_then(papers: Papers) -> None:
    later = make_member("Lê Văn Sau", papers.one)
    make_assignment(later, papers.one, papers.paper, since=TODAY)
    where = papers.reviewer.scope(Action.ROSTER_REVIEW)
    for day, count in ((TODAY - timedelta(days=1), 2), (TODAY, 3)):
        page = unchecked_assignments(where, TODAY, day, Window(50))
        assert (page.total, len(page.rows)) == (count, count)


def test_nothing_is_marked_when_one_of_the_lines_or_its_paper_changed_meanwhile(
    papers: Papers,
) -> None:
    before = [shown(papers.of_other), shown(papers.assignment)]
    papers.paper.number = "16/QĐ-UBND"
    db.session.flush()
    with pytest.raises(Conflict, match="đã được sửa sau khi mở trang này"):
        check_against_paper(papers.reviewer, before, MOMENT)
    db.session.expire_all()
    line = shown(papers.assignment)
    for changed in (replace(line, version=99), replace(line, decision_version=99)):
        with pytest.raises(Conflict):
            check_against_paper(papers.reviewer, [changed], MOMENT)
    papers.assignment.decision_id = None
    db.session.flush()
    db.session.expire_all()
    with pytest.raises(Conflict):
        check_against_paper(
            papers.reviewer, [replace(line, version=papers.assignment.version)], MOMENT
        )


def test_only_the_reviewing_office_compares_and_only_in_its_territory(papers: Papers) -> None:
    line = shown(papers.assignment)
    for role, unit in ((Role.UNIT_OFFICER, papers.one), (Role.APPROVER, papers.here.province)):
        actor = make_actor(role, unit)
        with pytest.raises(NotAllowed):
            check_against_paper(actor, [line], MOMENT)
        with pytest.raises(NotAllowed):
            take_back(actor, papers.assignment.id, MOMENT)
        # He is not even told what is wrong with what he asks for.
        with pytest.raises(NotAllowed):
            check_against_paper(actor, [], MOMENT)
        with pytest.raises(NotAllowed):
            take_back(actor, 10**6, MOMENT)
    foreign = replace(papers.reviewer, scopes=dict.fromkeys(papers.reviewer.scopes, NOWHERE))
    with pytest.raises(NotFound):
        check_against_paper(foreign, [line], MOMENT)
    with pytest.raises(NotFound):
        take_back(foreign, papers.assignment.id, MOMENT)
    with pytest.raises(NotFound):
        check_against_paper(papers.reviewer, [line, ShownLine(10**6, 1, 1)], MOMENT)
    with pytest.raises(NotFound):
        take_back(papers.reviewer, 10**6, MOMENT)


def test_nothing_chosen_and_more_than_a_page_are_refused(papers: Papers) -> None:
    with pytest.raises(Invalid, match="Chọn ít nhất một phân công"):
        papers.check()
    many = [ShownLine(number, 1, 1) for number in range(51)]
    with pytest.raises(Invalid, match="nhiều nhất 50 phân công"):
        check_against_paper(papers.reviewer, many, MOMENT)
    with pytest.raises(NotFound):
        check_against_paper(papers.reviewer, many[:50], MOMENT)


def test_a_mark_is_taken_back_once(papers: Papers) -> None:
    papers.check(papers.assignment)
    take_back(papers.reviewer, papers.assignment.id, MOMENT)
    assert papers.mark(papers.assignment) is None
    (event,) = events("paper_check.take_back")
    assert event.details["assignment_ids"] == [papers.assignment.id]
    with pytest.raises(Conflict, match="chưa được ghi đối chiếu"):
        take_back(papers.reviewer, papers.assignment.id, MOMENT)


def test_the_database_keeps_one_check_of_a_line_with_a_paper(papers: Papers) -> None:
    papers.check(papers.assignment)
    check = db.session.scalars(select(PaperCheck)).one()
    values = {
        column.name: getattr(check, column.name)
        for column in PaperCheck.__table__.columns
        if column.name != "id"
    }
    db.session.add(PaperCheck(**values))
    with pytest.raises(IntegrityError):
        db.session.flush()


def test_a_section_is_compared_like_a_person_and_another_one_anew(papers: Papers) -> None:
    department = papers.here.it_department
    of_section = make_assignment(
        papers.here.section, department, make_decision(department, "8/QĐ-SKHCN")
    )
    assert papers.check(of_section) == 1
    assert papers.mark(of_section) == TODAY
    of_section.section_id = make_unit("Phòng Khác", UnitKind.SECTION, department).id
    db.session.flush()
    assert papers.mark(of_section) is None


def test_a_line_more_costs_its_own_row_and_no_statement_besides(papers: Papers) -> None:
    made = [
        make_assignment(
            make_member(f"Lê Văn {number}", papers.one),
            papers.one,
            papers.paper,
            role=AssignmentRole.SUPPORTING,
        )
        for number in range(12)
    ]
    lines = [shown(one) for one in made]
    taken = []
    for some in (lines[:3], lines[3:]):
        with statements_counted() as counted:
            assert check_against_paper(papers.reviewer, some, MOMENT) == len(some)
            taken.append(counted())
    assert taken[1] - taken[0] <= 9 - 3  # SQLite is given its rows one by one


def test_of_eight_who_mark_lines_in_common_at_once_each_line_is_marked_once(
    app: Flask, papers: Papers
) -> None:
    lines = [
        shown(
            make_assignment(
                make_member(f"Lê Văn {number}", papers.one),
                papers.one,
                papers.paper,
                role=AssignmentRole.SUPPORTING,
            )
        )
        for number in range(12)
    ]
    db.session.commit()
    chosen = [lines[start:] + lines[: start - 4] for start in range(8)]
    chosen = [one[::-1] if number % 2 else one for number, one in enumerate(chosen)]
    raised = in_threads(
        app,
        [lambda one=one: check_against_paper(papers.reviewer, one, MOMENT) for one in chosen],
    )
    assert raised == [None] * 8
    marked = {line.assignment_id for one in chosen for line in one}
    assert len(db.session.scalars(select(PaperCheck)).all()) == len(marked)
    written = [event.details["assignment_ids"] for event in events("paper_check.record")]
    assert sorted(one for ids in written for one in ids) == sorted(marked)


def test_of_eight_who_take_a_mark_back_at_once_one_does(app: Flask, papers: Papers) -> None:
    papers.check(papers.assignment)
    assignment_id = papers.assignment.id
    db.session.commit()
    raised = in_threads(
        app, [lambda: take_back(papers.reviewer, assignment_id, MOMENT) for _ in range(8)]
    )
    assert sorted(type(error).__name__ for error in raised) == ["Conflict"] * 7 + ["NoneType"]
    assert len(events("paper_check.take_back")) == 1
