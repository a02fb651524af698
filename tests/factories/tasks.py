"""A province in which work of every kind waits for somebody."""

from datetime import UTC, date, datetime

from registry.domain.assignments import AssignmentRole
from registry.domain.permissions import Role
from registry.domain.reorganisations.annex import How, RowContent
from registry.domain.rosters import RosterState
from registry.domain.trainings import TrainingMode
from registry.domain.units.kinds import UnitKind
from registry.models.accounts import Account
from registry.models.base import db
from registry.models.outbox import OutboxMessage
from registry.models.reorganisations import Reorganisation, ReorganisationRow
from registry.models.trainings import Course, TrainingClass
from registry.models.units import Unit
from registry.services.units.paths import rebuild_paths
from tests.factories.accounts import CREATED, make_account, make_held_link
from tests.factories.approvals import approve_memberships
from tests.factories.coverage import RuledProvince
from tests.factories.people import (
    make_assignment,
    make_decision,
    make_member,
    make_membership,
    make_person,
)
from tests.factories.rosters import make_line, make_roster
from tests.factories.signups import make_signup
from tests.factories.units import NewUnit, new_units

EXPIRES = datetime(2024, 7, 3, 1, 0, tzinfo=UTC)
EFFECTIVE, CARRIED = date(2024, 7, 15), date(2024, 6, 20)
ENDING = date(2024, 8, 1)


class BusyProvince:
    """Work of every kind: in the commune its own, elsewhere in the province as much again.

    `accounts` are by role; the officer's office is the commune.
    """

    def __init__(self) -> None:
        self.here = RuledProvince()
        self.commune = self.here.commune
        self.accounts: dict[Role, Account] = {
            role: make_account(role, office, login=role.value)
            for role, office in {
                Role.UNIT_OFFICER: self.commune,
                Role.VERIFIER: self.here.district,
                Role.REVIEWER: self.here.it_department,
                Role.APPROVER: self.here.province,
                Role.VIEWER: self.here.committee,
                Role.SYSTEM_ADMINISTRATOR: None,
            }.items()
        }
        for unit in (self.commune, self.here.far_commune):
            self._lacks(unit)
        self._lists()
        make_signup(self.commune)
        make_signup(self.here.far_commune, submitted_at=datetime(2024, 6, 12, 1, 0, tzinfo=UTC))
        self._batch()
        self._class()
        self._mail()
        self._accounts()
        make_held_link(make_account(Role.UNIT_OFFICER, self.here.province, login="dongnghiep"))

    def _lists(self) -> None:
        """Put a list of another commune into each state; the commune's own is returned."""
        states = (RosterState.DRAFT, RosterState.SUBMITTED, RosterState.VERIFIED)
        units = new_units(
            *(
                NewUnit(
                    f"Xã Số {number}",
                    UnitKind.COMMUNE,
                    self.here.district.id,
                    code=f"981{number:02}",
                )
                for number in range(len(states) + 1)
            )
        )
        rebuild_paths()
        for unit, state in zip(units, (*states, RosterState.REVIEWED), strict=True):
            make_roster(unit, [make_line(make_member("Lê Văn Một", unit))], state)
        line = make_line(make_member("Lê Văn Hai", self.commune))
        returned = make_roster(self.commune, [line], RosterState.RETURNED, number=2)
        returned.return_reason = "Thiếu năm sinh của 3 người"
        returned.reviewed_at = datetime(2024, 6, 18, 1, 0, tzinfo=UTC)

    def _lacks(self, unit: Unit) -> None:
        """Leave in a unit one of everything that can be lacking."""
        make_member("Lê Văn Không Số", unit).phone = None
        make_decision(unit, "7/TTr-UBND", issued_on=None)
        holder = make_member("Lê Văn Chờ", unit)
        make_assignment(holder, unit, None, role=AssignmentRole.SUPPORTING, since=date(2024, 6, 10))
        old = make_decision(self.here.other_commune)
        old.effective_to = ENDING
        before = make_assignment(holder, self.here.other_commune, old, until=CARRIED)
        make_assignment(holder, unit, old, since=CARRIED).line_id = before.line_id
        approve_memberships(unit, make_membership(make_person("Lê Văn Thẻ"), unit))

    def _batch(self) -> None:
        for account in (self.accounts[Role.REVIEWER], None):
            batch = Reorganisation(
                effective_on=EFFECTIVE,
                decision_id=make_decision(self.here.province, "8/NQ-HĐND").id,
                created_at=CREATED,
                created_by_id=account.id if account else None,
            )
            renamed = RowContent(old_id=self.commune.id, new_name="Xã Mới", how=How.RENAME)
            batch.rows.append(ReorganisationRow(position=1, number=1, source="", content=renamed))
            db.session.add(batch)

    def _class(self) -> None:
        course = Course(name="Kỹ năng số")
        db.session.add(course)
        db.session.flush()
        for number, ends_on in enumerate((date(2024, 6, 12), date(2024, 7, 12)), start=1):
            db.session.add(
                TrainingClass(
                    course_id=course.id,
                    name=f"Lớp 0{number}",
                    starts_on=ends_on,
                    ends_on=ends_on,
                    mode=TrainingMode.ONLINE,
                    organiser_id=self.here.it_department.id,
                )
            )

    def _mail(self) -> None:
        for sent_at in (None, CREATED):
            db.session.add(
                OutboxMessage(
                    recipient="a@vidu.invalid",
                    subject="Đặt mật khẩu",
                    body=None if sent_at else "Liên kết",
                    created_at=CREATED,
                    expires_at=EXPIRES,
                    sent_at=sent_at,
                )
            )

    def _accounts(self) -> None:
        for login, disabled_at in (("choday", None), ("bikhoa", CREATED)):
            account = make_account(Role.UNIT_OFFICER, self.here.far_commune, login=login)
            account.disabled_at = disabled_at
            account.password_hash = None
        db.session.flush()
