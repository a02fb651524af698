"""One of everything, twice: in a commune of the home province, and in one of another province."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from registry.domain.clock import Moment
from registry.domain.permissions import Role
from registry.domain.reorganisations.annex import How, RowContent
from registry.domain.reorganisations.annex_columns import AnnexColumn
from registry.domain.trainings import TrainingMode, TrainingResult
from registry.domain.units.kinds import UnitKind
from registry.models.accounts import Account
from registry.models.base import db
from registry.models.cards import Card
from registry.models.decisions import Decision
from registry.models.outbox import OutboxMessage
from registry.models.reorganisations import (
    Reorganisation,
    ReorganisationAnnex,
    ReorganisationChange,
    ReorganisationRow,
)
from registry.models.trainings import Attendance, Course, TrainingClass
from registry.models.units import Unit
from registry.queries.person_periods import periods_of
from registry.services.files import store_file
from tests.factories.accounts import CREATED, make_account, make_held_link
from tests.factories.approvals import approve_memberships
from tests.factories.coverage import RuledProvince
from tests.factories.decisions import pdf
from tests.factories.people import (
    make_assignment,
    make_decision,
    make_membership,
    make_paper_end,
    make_person,
)
from tests.factories.rosters import make_line, make_roster
from tests.factories.signups import make_signup
from tests.factories.units import make_unit


@dataclass(frozen=True, slots=True)
class Place:
    """A unit with one of everything that hangs on a unit; `ids` are by the names routes use."""

    unit: Unit
    ids: dict[str, int]


def make_place(unit: Unit, name: str, files: Path) -> Place:
    """Fill a unit with one of everything."""
    person = make_person(f"Lê Văn {name}", email=f"{name.lower()}@vidu.invalid")
    membership = make_membership(person, unit)
    approve_memberships(unit, membership)
    decision = make_decision(unit)
    stored = store_file(pdf(), "quyet-dinh.pdf", "application/pdf", files, Moment(CREATED))
    db.session.flush()
    decision.file_id = stored.id
    assignment = make_assignment(person, unit, decision)
    course = Course(name=f"Khóa {name}")
    db.session.add(course)
    db.session.flush()
    training = TrainingClass(
        course_id=course.id,
        name="Lớp 01",
        starts_on=date(2024, 6, 12),
        ends_on=date(2024, 6, 12),
        mode=TrainingMode.ONLINE,
        organiser_id=unit.id,
    )
    db.session.add(training)
    db.session.flush()
    attendance = Attendance(
        class_id=training.id,
        person_id=person.id,
        unit_id=unit.id,
        result=TrainingResult.COMPLETED,
    )
    card = Card(
        uuid=name,
        key_id="k1",
        code_hash=name,
        line_id=membership.line_id,
        person_id=person.id,
        issued_on=date(2024, 6, 2),
    )
    db.session.add_all([attendance, card])
    signup = make_signup(unit)
    waiting = make_person(f"Phạm Thị {name}")
    make_membership(waiting, unit)
    roster = make_roster(unit, [make_line(waiting)], number=2)
    batch = make_batch(unit, decision)
    db.session.flush()
    return Place(
        unit,
        {
            "unit_id": unit.id,
            "person_id": person.id,
            "period_id": periods_of(person.id)[0].id,
            "membership_id": membership.id,
            "decision_id": decision.id,
            "end_id": make_paper_end(decision).id,
            "assignment_id": assignment.id,
            "class_id": training.id,
            "attendance_id": attendance.id,
            "card_id": card.id,
            "signup_id": signup.id,
            "roster_id": roster.id,
            "batch_id": batch.id,
            "annex_id": batch.annexes[0].id,
            "change_id": make_change(unit, decision).id,
        },
    )


def make_change(unit: Unit, decision: Decision) -> Reorganisation:
    """Make the change, applied, by which a team was founded below a unit."""
    team = make_unit("Tổ CNSCĐ", UnitKind.COMMUNITY_TEAM, unit)
    period = team.periods[0]
    change = Reorganisation(
        effective_on=period.valid_from,
        decision_id=decision.id,
        created_at=CREATED,
        applied_at=CREATED,
    )
    said = RowContent(new_name=period.name, new_parent_id=unit.id)
    change.rows.append(ReorganisationRow(position=1, number=1, source="", content=said))
    db.session.add(change)
    db.session.flush()
    db.session.add(
        ReorganisationChange(
            reorganisation_id=change.id,
            sequence=1,
            table_name="unit_periods",
            row_id=period.id,
            after={"name": period.name},
        )
    )
    db.session.flush()
    return change


def make_batch(unit: Unit, decision: Decision) -> Reorganisation:
    """Make a batch, not applied, that renames a unit, with an annex that somebody confirmed."""
    batch = Reorganisation(
        effective_on=date(2024, 6, 20), decision_id=decision.id, created_at=CREATED
    )
    batch.rows.append(
        ReorganisationRow(
            position=1,
            number=1,
            source="",
            content=RowContent(
                old_id=unit.id, new_name=f"{unit.periods[0].name} Mới", how=How.RENAME
            ),
        )
    )
    columns = (
        AnnexColumn(0, "A", "Tên cũ", ("Xã Tên Cũ",), "old_name", is_sure=True),
        AnnexColumn(1, "B", "Tên mới", ("Xã Tên Mới",), "new_name", is_sure=True),
    )
    batch.annexes.append(
        ReorganisationAnnex(
            name="phu-luc.xlsx",
            first_row=2,
            columns=columns,
            cells=[["Tên cũ", "Tên mới"], ["Xã Tên Cũ", "Xã Tên Mới"]],
            confirmed_at=CREATED,
        )
    )
    db.session.add(batch)
    db.session.flush()
    return batch


class World:
    """Two provinces, one account per role at home, and one of everything in each province."""

    def __init__(self, files: Path) -> None:
        self.home = RuledProvince()
        other = make_unit("Tỉnh Khác", UnitKind.PROVINCE, code="98")
        district = make_unit("Huyện Khác", UnitKind.DISTRICT, other, code="981")
        foreign = make_unit("Xã Khác", UnitKind.COMMUNE, district, code="98101")
        self.inside = make_place(self.home.commune, "Trong", files)
        self.sibling = make_place(self.home.far_commune, "Bên", files)
        self.outside = make_place(foreign, "Ngoài", files)
        self.offices = {
            Role.APPROVER: self.home.province,
            Role.REVIEWER: self.home.it_department,
            Role.VERIFIER: self.home.district,
            Role.VIEWER: self.home.committee,
            Role.UNIT_OFFICER: self.home.commune,
        }
        self.accounts: dict[Role, Account] = {
            role: make_account(role, office) for role, office in self.offices.items()
        }
        self.accounts[Role.SYSTEM_ADMINISTRATOR] = make_account(Role.SYSTEM_ADMINISTRATOR, None)
        self.accounts[Role.MEMBER] = _member(self.home.commune)
        message = OutboxMessage(
            account_id=self.accounts[Role.MEMBER].id,
            recipient=None,
            subject="Đặt mật khẩu",
            body="Liên kết",
            created_at=CREATED,
        )
        db.session.add(message)
        db.session.flush()
        colleague = make_account(Role.APPROVER, self.home.province, login="dongnghiep")
        link = make_held_link(colleague)
        colleague.grants[0].paper = store_file(
            pdf(), "cu-nguoi.pdf", "application/pdf", files, Moment(CREATED)
        )
        db.session.flush()
        for place in (self.inside, self.sibling, self.outside):
            place.ids["link_id"] = link.id
            place.ids["grant_id"] = colleague.grants[0].id
            place.ids["account_id"] = self.accounts[Role.VIEWER].id
            place.ids["message_id"] = message.id


def _member(unit: Unit) -> Account:
    person = make_person("Vũ Thị Thành Viên")
    make_membership(person, unit)
    account = Account(
        login="thanhvien",
        login_key="thanhvien",
        person_id=person.id,
        password_hash=None,
        created_at=CREATED,
    )
    db.session.add(account)
    db.session.flush()
    return account
