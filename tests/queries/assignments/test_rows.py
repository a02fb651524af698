"""What a row tells of an assignment: names of the day, its paper, why it waits."""

from datetime import date

import pytest
from flask import Flask

from registry.domain.decisions import EndKind
from registry.domain.periods import Period
from registry.models.assignments import Assignment, PaperCheck
from registry.models.base import db
from registry.models.decisions import Decision, DecisionEnd
from registry.models.people import Person
from registry.models.units import Unit
from registry.queries.assignments.lists import assignments_of_person, assignments_of_unit
from registry.queries.assignments.rows import AssignmentRow
from tests.conftest import MOMENT, TODAY
from tests.factories.people import facts_from, make_assignment, make_decision, make_member
from tests.factories.units import START, Province, end_unit, rename_unit

JUNE_10, JUNE_15, TURN = date(2024, 6, 10), date(2024, 6, 15), date(2024, 6, 20)
CLERK = "Công chức Văn phòng - Thống kê"


@pytest.fixture
def here(app: Flask) -> Province:
    return Province()


def row_of(one: Assignment, day: date | None = TODAY) -> AssignmentRow:
    (row,) = (row for row in assignments_of_unit(one.unit_id, day) if row.id == one.id)
    return row


def test_a_row_bears_the_names_of_the_day_asked_or_of_its_own_first_day(here: Province) -> None:
    person = make_member("Lê Thị Thử", here.commune)
    one = make_assignment(person, here.commune, None, since=JUNE_10)
    section = make_assignment(here.section, here.it_department, None)
    facts_from(person, TURN, job_title="Chủ tịch")
    rename_unit(here.commune, "Xã Bình Tân", TURN)
    rename_unit(here.section, "Phòng Chuyển đổi số", TURN)

    def told(day: date | None) -> tuple[str, str | None, str]:
        row = row_of(one, day)
        return row.unit_name, row.job_title, row_of(section, day).holder_name

    before = ("Xã Bình Minh", CLERK, "Phòng Công nghệ thông tin")
    assert told(date(2024, 6, 19)) == before
    assert told(TURN) == ("Xã Bình Tân", "Chủ tịch", "Phòng Chuyển đổi số")
    assert told(None) == before
    row = row_of(one)
    assert (row.unit_code, row.unit_phone) == ("90101", "+842353000001")
    assert row_of(section).unit_code == here.it_department.registry_code
    assert row_of(section).unit_phone is None
    assert (row_of(section).job_title, row_of(section).contract_type) == (None, None)


def test_a_row_of_a_unit_that_has_ended_says_so(here: Province) -> None:
    person = make_member("Lê Thị Thử", here.far_commune)
    one = make_assignment(person, here.commune, None)
    end_unit(here.commune, JUNE_15)
    assert [row.unit_name for row in assignments_of_person(person.id, JUNE_15)] == [
        "Đơn vị đã kết thúc"
    ]
    assert row_of(one, date(2024, 6, 14)).unit_name == "Xã Bình Minh"


def ended_by(decision: Decision, since: date | None, person: Person | None = None) -> None:
    """Let a paper of that day take another out of force, wholly or for a person."""
    later = make_decision(
        db.session.get_one(Unit, decision.unit_id), f"{since}/QĐ-UBND", issued_on=since
    )
    db.session.add(
        DecisionEnd(
            decision_id=decision.id,
            by_id=later.id,
            kind=EndKind.REPLACED,
            person_id=person.id if person else None,
            created_at=MOMENT.instant,
        )
    )
    db.session.flush()


def test_the_days_of_a_paper_are_those_for_the_holder_of_the_row(here: Province) -> None:
    decision = make_decision(here.commune)
    replaced, stays = (make_member(name, here.commune) for name in ("Lê Được Thay", "Lê Ở Lại"))
    rows = [make_assignment(person, here.commune, decision) for person in (replaced, stays)]
    section = make_assignment(here.section, here.it_department, decision)
    other = make_assignment(
        replaced, here.far_commune, make_decision(here.far_commune, "2/QĐ-UBND")
    )
    ended_by(decision, None)
    ended_by(decision, TURN, replaced)
    ended_by(decision, JUNE_15, replaced)
    ended_by(decision, date(2024, 6, 25))
    days = [row_of(one).paper_in_force for one in (*rows, section, other)]
    assert days == [
        Period(START, JUNE_15),
        Period(START, date(2024, 6, 25)),
        Period(START, date(2024, 6, 25)),
        Period(START),
    ]


def test_why_a_row_waits_is_said_of_the_day(here: Province) -> None:
    person = make_member("Lê Thị Thử", here.commune)
    decision = make_decision(here.commune)
    decision.effective_from, decision.effective_to = JUNE_10, TURN
    one = make_assignment(person, here.commune, decision)
    name = "Quyết định số 15/QĐ-UBND"
    assert row_of(one).waits_because(date(2024, 6, 9)) == f"{name} có hiệu lực từ ngày 10/06/2024"
    assert row_of(one).waits_because(JUNE_10) is None
    assert row_of(one).waits_because(date(2024, 6, 19)) is None
    assert row_of(one).waits_because(TURN) == f"{name} hết hiệu lực từ ngày 20/06/2024"
    ended_by(decision, JUNE_10)
    assert row_of(one).waits_because(JUNE_10) == f"{name} không có ngày hiệu lực nào"
    decision.issued_on = None
    db.session.flush()
    assert row_of(one).waits_because(JUNE_10) == f"{name} chưa có ngày ký"


def test_what_was_carried_over_waits_only_while_it_rests_on_a_paper_of_before_from_elsewhere(
    here: Province,
) -> None:
    def carried(
        decision: Decision, *, on: date = JUNE_15, since: date = JUNE_15, same_line: bool = True
    ) -> AssignmentRow:
        person = make_member("Lê Thị Thử", here.commune)
        before = make_assignment(person, here.other_commune, decision, until=on)
        one = make_assignment(person, here.commune, decision, since=since)
        if same_line:
            one.line_id = before.line_id
        db.session.flush()
        return row_of(one)

    old = make_decision(here.other_commune, issued_on=date(2024, 6, 14))
    row = carried(old)
    assert row.carried_on == JUNE_15
    assert row.is_carried_over(TODAY)
    assert not row.is_carried_over(date(2024, 6, 13))
    assert row.waits_because(TODAY) == (
        "Chuyển tiếp từ 15/06/2024, chờ quyết định mới (thay Quyết định số 15/QĐ-UBND)"
    )
    assert carried(old, since=TURN).carried_on == JUNE_15
    assert carried(old, on=TURN, since=JUNE_15).carried_on is None
    assert carried(old, same_line=False).carried_on is None
    assert carried(make_decision(here.other_commune, issued_on=JUNE_15)).carried_on is None
    assert carried(make_decision(here.commune)).carried_on is None
    person = make_member("Lê Thị Thử", here.commune)
    stays = make_assignment(person, here.commune, old, until=JUNE_15)
    goes_on = make_assignment(person, here.commune, old, since=JUNE_15)
    goes_on.line_id = stays.line_id
    db.session.flush()
    assert row_of(goes_on).carried_on is None


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"line_id": "một dòng khác"},
        {"decision_version": 7},
        {"role": "supporting"},
        {"duty": "in_charge"},
        {"person_id": 7},
        {"decision_id": "other"},
    ],
)
def test_a_check_holds_while_all_that_was_compared_stands_so(
    here: Province, change: dict[str, object]
) -> None:
    decision, other = make_decision(here.commune), make_decision(here.commune, "2/QĐ-UBND")
    one = make_assignment(make_member("Lê Thị Thử", here.commune), here.commune, decision)
    if "decision_id" in change:
        change = {"decision_id": other.id}
    compared = {
        "line_id": one.line_id,
        "decision_id": decision.id,
        "decision_version": decision.version,
        "person_id": one.person_id,
        "role": one.role,
        "duty": one.duty,
    }
    db.session.add(PaperCheck(**(compared | change), checked_on=TURN, created_at=MOMENT.instant))
    db.session.flush()
    assert row_of(one).checked_on == (None if change else TURN)


def test_whose_paper_it_is_says_its_own_head_and_the_units_of_the_line(here: Province) -> None:
    own, foreign = make_decision(here.commune), make_decision(here.district, "2/QĐ-UBND")
    issued_above = make_decision(here.commune, "3/QĐ-UBND")
    issued_above.is_own = False
    earlier = make_decision(here.other_commune, "4/QĐ-UBND")
    rows = [
        make_assignment(make_member("Lê Thị Thử", here.commune), here.commune, decision)
        for decision in (own, foreign, issued_above, earlier)
    ]
    assert [row_of(one).paper_of_the_unit for one in rows] == [True, False, False, False]
    before = make_assignment(
        make_member("Lê Thị Thử", here.commune), here.other_commune, earlier, until=JUNE_15
    )
    before.line_id = rows[-1].line_id
    db.session.flush()
    assert row_of(rows[-1]).paper_of_the_unit
