"""Who may hold which role: staff of enterprises, and chuyên trách beside other work."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from registry.domain.assignments import AssignmentRole, Duty
from registry.domain.errors import Invalid
from registry.domain.permissions import Role, system_actor
from registry.domain.units.kinds import UnitKind
from registry.models.assignments import Assignment
from registry.models.audit import AuditPersonal
from registry.models.base import db
from registry.models.people import Person
from registry.models.units import Unit
from registry.queries.assignments.holders import Holder
from registry.services.assignments.changes import (
    change_assignment,
    correct_assignment,
    record_assignment,
)
from registry.services.assignments.commands import (
    AssignmentDetails,
    ChangeAssignment,
    CorrectAssignment,
    RecordAssignment,
)
from registry.services.decisions import ScanStore
from registry.services.units.paths import rebuild_paths
from tests.conftest import MOMENT, TODAY
from tests.factories.accounts import make_actor
from tests.factories.people import make_assignment, make_decision, make_member, make_membership
from tests.factories.units import START, Province, make_unit

JUNE_20 = date(2024, 6, 20)
FIELDS = "Văn phòng, thống kê"
POSITION = "Vị trí việc làm Quản trị hệ thống"


class Commune:
    """A commune with a member, an enterprise of the province with staff, and who may record."""

    def __init__(self, folder: Path) -> None:
        self.store = ScanStore(folder / "files", 10 * 1024 * 1024)
        self.here = Province()
        self.unit = self.here.commune
        self.enterprise = make_unit("Viễn thông Thử", UnitKind.ENTERPRISE, self.here.province)
        rebuild_paths()
        self.officer = make_actor(Role.UNIT_OFFICER, self.unit)
        self.reviewer = make_actor(Role.REVIEWER, self.here.it_department)
        self.member = make_member("Lê Thị Thử", self.unit)
        self.engineer = make_member("Võ Văn Bốn", self.enterprise)
        self.decision = make_decision(self.unit)

    def record(self, holder: Person | Unit, **changes: object) -> Assignment:
        actor = changes.pop("actor", self.officer)
        unit = changes.pop("unit", self.unit)
        command = RecordAssignment(
            unit_id=unit.id, details=self.details(holder, **changes), valid_from=START
        )
        return record_assignment(actor, command, MOMENT, self.store)

    def details(self, holder: Person | Unit, **changes: object) -> AssignmentDetails:
        by_person = isinstance(holder, Person)
        values: dict[str, object] = {
            "holder": Holder(person_id=holder.id) if by_person else Holder(section_id=holder.id),
            "role": AssignmentRole.FOCAL_POINT,
            "duty": Duty.CONCURRENT,
            "decision_id": self.decision.id,
        }
        return AssignmentDetails(**values | changes)

    def correct(self, held: Assignment, **changes: object) -> Assignment:
        command = CorrectAssignment(
            assignment_id=held.id,
            version=held.version,
            details=self.details(self.member, **changes),
            valid_from=held.valid_from,
            valid_to=held.valid_to,
        )
        return correct_assignment(self.officer, command, MOMENT, self.store)

    def change(self, held: Assignment, **changes: object) -> Assignment:
        command = ChangeAssignment(
            assignment_id=held.id,
            version=held.version,
            details=self.details(self.member, **changes),
            change_from=JUNE_20,
        )
        return change_assignment(self.officer, command, MOMENT, self.store)


@pytest.fixture
def at(app: Flask, tmp_path: Path) -> Commune:
    return Commune(tmp_path)


def problem_of(refused: pytest.ExceptionInfo[Invalid]) -> tuple[str, str]:
    (problem,) = refused.value.problems
    return problem.field, problem.message


# --- staff of enterprises -----------------------------------------------------------------


@pytest.mark.parametrize("role", [AssignmentRole.FOCAL_POINT, AssignmentRole.SUPPORTING])
def test_staff_of_an_enterprise_are_refused_as_anything_but_support(
    at: Commune, role: AssignmentRole
) -> None:
    make_membership(at.engineer, at.unit, is_main=False)
    with pytest.raises(Invalid) as refused:
        at.record(at.engineer, role=role)
    field, said = problem_of(refused)
    assert field == "role"
    assert "chỉ hỗ trợ kỹ thuật, không làm đầu mối" in said


def test_staff_of_an_enterprise_give_technical_support_wherever_it_stands(at: Commune) -> None:
    role = AssignmentRole.TECHNICAL_SUPPORT
    held = at.record(at.engineer, role=role, decision_id=None, actor=at.reviewer)
    assert (held.role, held.person_id, held.unit_id) == (role, at.engineer.id, at.unit.id)


def test_who_may_not_see_the_enterprise_cannot_record_its_staff(at: Commune) -> None:
    with pytest.raises(Invalid) as refused:
        at.record(at.engineer, role=AssignmentRole.TECHNICAL_SUPPORT)
    assert problem_of(refused)[0] == "holder"


def test_a_member_of_the_commune_or_a_section_gives_no_technical_support(at: Commune) -> None:
    office = make_unit("Phòng Văn hóa – Xã hội", UnitKind.COMMUNE_OFFICE, at.unit)
    rebuild_paths()
    for holder in (at.member, office):
        with pytest.raises(Invalid) as refused:
            at.record(holder, role=AssignmentRole.TECHNICAL_SUPPORT)
        field, said = problem_of(refused)
        assert field == "holder"
        assert "đơn vị chính là doanh nghiệp" in said


def test_an_enterprise_has_a_focal_point_among_its_staff(at: Commune) -> None:
    held = at.record(at.engineer, unit=at.enterprise, decision_id=None, actor=at.reviewer)
    assert held.role is AssignmentRole.FOCAL_POINT


# --- chuyên trách beside other work -------------------------------------------------------


def test_chuyen_trach_beside_other_work_asks_for_the_paper_or_position_that_says_so(
    at: Commune,
) -> None:
    with pytest.raises(Invalid) as refused:
        at.record(at.member, duty=Duty.DEDICATED, concurrent_fields=FIELDS)
    field, said = problem_of(refused)
    assert field == "dedicated_basis"
    assert "văn bản hoặc vị trí việc làm" in said
    held = at.record(
        at.member, duty=Duty.DEDICATED, concurrent_fields=FIELDS, dedicated_basis=f" {POSITION} "
    )
    assert held.dedicated_basis == POSITION
    kept = db.session.scalars(select(AuditPersonal.content)).all()
    assert any(POSITION in str(values) for values in kept)


def test_a_field_holds_three_hundred_characters_and_no_more(at: Commune) -> None:
    fields = "v" * 300
    with pytest.raises(Invalid) as refused:
        at.record(at.member, concurrent_fields=f"{fields}v")
    assert problem_of(refused) == ("concurrent_fields", "Nhập nhiều nhất 300 ký tự.")
    assert at.record(at.member, concurrent_fields=fields).concurrent_fields == fields


def test_without_other_work_nothing_is_asked(at: Commune) -> None:
    held = at.record(at.member, duty=Duty.DEDICATED)
    assert held.dedicated_basis is None


def test_of_another_duty_no_basis_is_kept(at: Commune) -> None:
    held = at.record(at.member, concurrent_fields=FIELDS, dedicated_basis=POSITION)
    assert held.dedicated_basis is None


@pytest.mark.parametrize("fields", [FIELDS, None])
def test_becoming_chuyen_trach_is_no_correction_of_one_with_other_work(
    at: Commune, fields: str | None
) -> None:
    held = at.record(at.member, concurrent_fields=FIELDS)
    with pytest.raises(Invalid) as refused:
        at.correct(held, duty=Duty.DEDICATED, concurrent_fields=fields, dedicated_basis=POSITION)
    field, said = problem_of(refused)
    assert field == "duty"
    assert "Thay đổi từ ngày" in said


def test_fields_corrected_away_first_make_it_no_correction_either(at: Commune) -> None:
    held = at.record(at.member, concurrent_fields=FIELDS)
    at.correct(held, concurrent_fields=None)
    with pytest.raises(Invalid) as refused:
        at.correct(held, duty=Duty.DEDICATED)
    assert problem_of(refused)[0] == "duty"


def test_another_holder_in_between_makes_it_no_correction_either(at: Commune) -> None:
    other = make_member("Trần Văn Mẫu", at.unit)
    held = at.record(other, concurrent_fields=FIELDS)
    with pytest.raises(Invalid) as refused:
        at.correct(held, duty=Duty.DEDICATED)
    assert problem_of(refused)[0] == "duty"


def test_what_was_erased_beside_the_chain_may_have_been_fields(at: Commune) -> None:
    held = at.record(at.member, concurrent_fields=FIELDS)
    at.correct(held, concurrent_fields=None)
    for kept in db.session.scalars(select(AuditPersonal)):
        kept.content = None
    db.session.flush()
    with pytest.raises(Invalid) as refused:
        at.correct(held, duty=Duty.DEDICATED)
    assert problem_of(refused)[0] == "duty"


def test_a_section_says_on_nothing_that_it_is_dedicated(at: Commune) -> None:
    office = make_unit("Phòng Văn hóa – Xã hội", UnitKind.COMMUNE_OFFICE, at.unit)
    rebuild_paths()
    held = at.record(office, duty=Duty.DEDICATED, dedicated_basis=POSITION)
    assert held.dedicated_basis is None


def test_it_is_a_change_from_a_day_with_its_basis(at: Commune) -> None:
    held = at.record(at.member, concurrent_fields=FIELDS)
    typed = {"duty": Duty.DEDICATED, "concurrent_fields": FIELDS}
    with pytest.raises(Invalid) as refused:
        at.change(held, **typed)
    assert problem_of(refused)[0] == "dedicated_basis"
    following = at.change(held, **typed, dedicated_basis=POSITION)
    assert (following.valid_from, following.dedicated_basis) == (JUNE_20, POSITION)
    assert (held.duty, held.valid_to) == (Duty.CONCURRENT, JUNE_20)


def test_a_slip_of_one_without_other_work_is_corrected(at: Commune) -> None:
    held = at.record(at.member)
    assert at.correct(held, duty=Duty.DEDICATED).duty is Duty.DEDICATED


def test_what_was_chuyen_trach_before_is_completed_by_a_correction(at: Commune) -> None:
    held = at.record(at.member, duty=Duty.DEDICATED)
    held.concurrent_fields = FIELDS
    db.session.flush()
    typed = {"duty": Duty.DEDICATED, "concurrent_fields": FIELDS}
    assert at.correct(held, **typed, dedicated_basis=POSITION).dedicated_basis == POSITION


def test_a_basis_too_long_is_refused_at_its_field(at: Commune) -> None:
    with pytest.raises(Invalid) as refused:
        at.record(
            at.member, duty=Duty.DEDICATED, concurrent_fields=FIELDS, dedicated_basis="x" * 301
        )
    assert problem_of(refused)[0] == "dedicated_basis"


# --- days, twice the same, and papers of others -------------------------------------------


def dated(
    at: Commune, unit: Unit, since: date, until: date | None, holder: Person | None = None
) -> Assignment:
    details = at.details(holder or at.member, decision_id=None)
    command = RecordAssignment(unit_id=unit.id, details=details, valid_from=since, valid_to=until)
    return record_assignment(at.reviewer, command, MOMENT, at.store)


def test_an_assignment_begins_within_a_year(at: Commune) -> None:
    last = TODAY + timedelta(days=366)
    with pytest.raises(Invalid) as refused:
        dated(at, at.unit, last + timedelta(days=1), None)
    assert problem_of(refused)[0] == "valid_from"
    assert dated(at, at.unit, last, None).valid_from == last


def test_an_assignment_ends_with_its_unit_at_the_latest(at: Commune) -> None:
    """Of a unit that ended; what is recorded of one that ends later goes along with it."""
    end = date(2024, 6, 25)
    ended = make_unit("Xã Đã Nhập", UnitKind.COMMUNE, at.here.district, code="90909", until=end)
    held = make_assignment(make_member("Đỗ Thị Cuối", ended), ended, None, since=JUNE_20, until=end)
    for until in (None, end + timedelta(days=1)):
        command = CorrectAssignment(
            assignment_id=held.id,
            version=held.version,
            details=at.details(held.person, decision_id=None),
            valid_from=JUNE_20,
            valid_to=until,
        )
        with pytest.raises(Invalid) as refused:
            correct_assignment(system_actor(), command, MOMENT, at.store)
        field, said = problem_of(refused)
        assert field == "valid_to"
        assert "chậm nhất vào ngày đó" in said


def test_of_a_unit_that_ends_today_nothing_new_is_recorded(at: Commune) -> None:
    ended = make_unit("Xã Đã Nhập", UnitKind.COMMUNE, at.here.district, code="90908", until=TODAY)
    command = RecordAssignment(
        unit_id=ended.id, details=at.details(at.member, decision_id=None), valid_from=START
    )
    with pytest.raises(Invalid, match="Đơn vị đã kết thúc từ ngày 30/06/2024") as refused:
        record_assignment(system_actor(), command, MOMENT, at.store)
    assert problem_of(refused)[0] == ""


def test_one_role_is_held_once_on_a_day_and_told_of_once(at: Commune) -> None:
    dated(at, at.unit, START, date(2024, 6, 10))
    dated(at, at.unit, JUNE_20, None)
    for until in (None, date(2024, 6, 30)):
        with pytest.raises(Invalid) as refused:
            dated(at, at.unit, START, until)
        assert len(refused.value.problems) == 1


def test_an_assignment_without_a_day_is_told_of_beside_what_else_is_wrong_with_it(
    at: Commune,
) -> None:
    details = at.details(at.member, decision_id=None, concurrent_fields="n" * 301)
    command = RecordAssignment(
        unit_id=at.unit.id, details=details, valid_from=JUNE_20, valid_to=JUNE_20
    )
    with pytest.raises(Invalid) as refused:
        record_assignment(at.reviewer, command, MOMENT, at.store)
    assert {one.field for one in refused.value.problems} == {"valid_to", "concurrent_fields"}


def test_a_paper_of_another_unit_stays_where_it_was_and_is_chosen_nowhere(at: Commune) -> None:
    foreign, other = (make_decision(at.here.other_commune, f"{n}/QĐ-UBND") for n in (8, 9))
    held = at.record(at.member)
    held.decision_id = foreign.id
    db.session.flush()
    kept = at.correct(held, decision_id=foreign.id, concurrent_fields=FIELDS)
    assert (kept.decision_id, kept.concurrent_fields) == (foreign.id, FIELDS)
    with pytest.raises(Invalid) as refused:
        at.correct(held, decision_id=other.id)
    assert problem_of(refused)[0] == "decision_choice"
